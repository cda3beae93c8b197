"""The first questions to an index just opened, its files thrown out of memory before.

With nothing done, and while a server reads the files ahead (index/warming.py).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import base
from benchmarks.harness import seconds
from index.encoder import SentenceEncoder
from index.retriever import search
from index.store import Index, open_index
from index.warming import warming

FIRST = 40  # questions asked just after opening
PAUSE_S = 0.25  # between two of them: a visitor, not a loop


def just_opened(work: Path, model: Path, n: int, *, read_ahead: bool) -> dict[str, Any]:
    """The first questions to an index whose files are on the disk alone, read ahead by a thread or not."""
    encoder = SentenceEncoder(model)
    of = base(work, encoder)
    folder = work / f"index-{n}-{len(of.vectors)}"
    encoder.encode_queries(of.questions[:3])
    thrown_out(folder)
    opened: list[Index] = []
    opening = seconds(lambda: opened.append(open_index(folder)))
    [index] = opened
    started = time.perf_counter()
    thread = warming(index) if read_ahead else None
    spent, last = [], 0.0
    for i in range(min(FIRST, len(of.questions))):
        spent.append(1000 * seconds(lambda i=i: search(index, encoder, of.questions[i], k=20)))  # type: ignore[misc]
        if thread is not None and thread.is_alive():
            last = time.perf_counter() - started
        time.sleep(PAUSE_S)
    if thread is not None:
        thread.join()
    return {
        "open_s": opening,
        "first": spent[0],
        "p50": float(np.percentile(spent, 50)),
        "p95": float(np.percentile(spent, 95)),
        "read_s": last,
    }


def thrown_out(folder: Path) -> None:
    """The files of a folder put out of the memory of the system, where it lets one."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("n", type=int)
    parser.add_argument("--read-ahead", action="store_true")
    chosen = parser.parse_args()
    print(json.dumps(just_opened(chosen.work, chosen.model, chosen.n, read_ahead=chosen.read_ahead)))


if __name__ == "__main__":
    main()
