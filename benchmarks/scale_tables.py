"""What `python -m benchmarks retrieval` says of each size: the search, what an index costs, the first questions.

Figures are kept by size in the working folder, so that sizes may be measured one at a time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import Grown, base
from benchmarks.harness import Table, in_its_own_process
from benchmarks.opening import FIRST, PAUSE_S
from benchmarks.scale import ADDED, ASKED, PEERS_TO, built, pair
from index.encoder import SentenceEncoder


def tables(work: Path, model: Path, sizes: Sequence[int], *, again: bool = False) -> list[Table]:
    """The tables of every size measured in `work`; these ones now, unless they were by a run cut short."""
    encoder = SentenceEncoder(model)
    grown = Grown(base(work, encoder))
    for n in sizes:
        built(work, grown, encoder.fingerprint, n)
    real = len(grown.base.vectors)
    del grown
    for n in sizes:
        path = work / f"figures-{n}.json"
        if again or not path.exists():
            path.write_text(json.dumps(figures(work, model, n)), encoding="utf-8")
    kept = sorted(work.glob("figures-*.json"), key=lambda path: int(path.stem.partition("-")[2]))
    every = [json.loads(path.read_text(encoding="utf-8")) for path in kept]
    return [_search(every, real), _cost(every), _opening(every)]


def figures(work: Path, model: Path, n: int) -> dict[str, Any]:
    """One size, each measure in a process of its own."""
    arguments = (str(work), str(model), str(n))
    load = os.getloadavg()[0]
    return {
        "n": n,
        "load": load,
        "ours": in_its_own_process("benchmarks.scale", "measured", *arguments),
        "theirs": in_its_own_process("benchmarks.scale", "peers", *arguments),
        "more": in_its_own_process("benchmarks.scale", "added", *arguments),
        "as it is": in_its_own_process("benchmarks.opening", *arguments),
        "read ahead": in_its_own_process("benchmarks.opening", *arguments, "--read-ahead"),
    }


def _search(every: Sequence[dict[str, Any]], real: int) -> Table:
    rows = []
    for found in every:
        ours, theirs = found["ours"], found["theirs"]
        times = map(pair, (ours["whole"], ours["encode"], ours["search"], ours["dense"]))
        ratio = theirs["dense"][2] / ours["dense"][2]
        rows.append((found["n"], *times, *ours["recall"], pair(theirs["dense"]), ratio, found["load"]))
    notes = (
        f"`python -m benchmarks retrieval`. {real:,} real vectors, the others grown from them (benchmarks/corpus.py); "
        f"{ASKED} real questions; top 20 with weights by nature. Times in ms, p50 / p95, and in brackets processor time, "
        f"what a machine without other work would take at most. Peer: LangChain's FAISS store (exact) up to {PEERS_TO:,} "
        "passages, the flat FAISS index it keeps beyond; 60 nearest on both sides. Recall@20 is that of the vectors "
        "against an exact search; a search asks for 60, and it is the second that counts."
    )
    columns = (
        "passages",
        "whole search",
        "of which encoding",
        "search, vector given",
        "vectors alone",
        "recall@20, asked for 20",
        "as a search asks, for 60",
        "peer, vectors alone",
        "peer / ours (processor, p50)",
        "load",
    )
    return Table("retrieval", "Hybrid search by number of passages", columns, tuple(rows), notes)


def _cost(every: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for found in every:
        n, ours, theirs, more = found["n"], found["ours"], found["theirs"], found["more"]
        made = (ours["s"], ours["cpu_s"], n / ours["cpu_s"], ours["bytes"] / 1e6, ours["open_s"], ours["segments"])
        changed = (more["add_s"], more["replace_s"], more["remove_s"])
        rows.append((n, *made, *ours["memory"], theirs["mb"], *changed))
    columns = (
        "passages",
        "made in s, without the model",
        "of processor",
        "passages a second of processor",
        "MB on disk",
        "open s",
        "segments",
        "MB of its own",
        "MB of files mapped",
        "peer's MB",
        f"{ADDED} documents (2,000 passages) added s",
        "one replaced s",
        f"{ADDED} removed s",
    )
    notes = (
        "`python -m benchmarks retrieval`. Memory of the process after the searches, the model (some 600 MB) included in "
        "its own; files mapped can be taken back by the system. Adding leaves the other segments as they are; the "
        "encoding of what is added (30 passages a second) comes besides. Times by the clock."
    )
    return Table("index", "What an index costs", columns, tuple(rows), notes)


def _opening(every: Sequence[dict[str, Any]]) -> Table:
    rows = [
        (
            found["n"],
            how,
            *(found[how][name] for name in ("open_s", "first", "p50", "p95")),
            found[how]["read_s"] or None,
        )
        for found in every
        for how in ("as it is", "read ahead")
    ]
    columns = ("passages", "files", "open s", "first question ms", f"first {FIRST} ms p50", "ms p95", "read in s")
    notes = (
        "`python -m benchmarks retrieval`. The files of the index are thrown out of the system's memory, the index is "
        f"opened, {FIRST} questions come one every {PAUSE_S} s. A server reads the files ahead in a thread while it "
        "answers; a dash where that took less than a question."
    )
    return Table("opened", "Just after opening, the files on the disk alone", columns, tuple(rows), notes)
