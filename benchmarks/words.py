"""Lexical search alone, 1 thousand to 1 million passages, against bm25s as it comes and rank-bm25, same tokens.

    python -m benchmarks lexical

Peers hold everything in memory: bm25s at every size, rank-bm25 up to 10,000 passages (it scores every passage in
Python). Times are p50 / p95 in ms and in brackets processor time, of which the ratios are. Agreement: share of the
twenty first that are the twenty first of bm25s with our k1 and b.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import Grown, base
from benchmarks.harness import Table, in_its_own_process, memory, milliseconds, seconds
from benchmarks.scale import ASKED, pair
from index.encoder import SentenceEncoder
from index.lexical import K1, B, LexicalIndex
from index.postings import Postings
from index.segments import LARGE
from index.tokens import tokens

BM25S_TO = 1_000_000
RANK_TO = 10_000


def measured(who: str, work: Path, model: Path, n: int) -> dict[str, Any]:
    """One library over n passages, in this process."""
    of = base(work, SentenceEncoder(model))
    grown = Grown(of)
    asked = [tokens(question) for question in of.questions[:ASKED]]
    before = memory()[0]
    if who == "ours":
        return _ours(work / f"words-{n}", grown, n, asked, before)
    if who == "rank-bm25":
        from rank_bm25 import BM25Okapi

        documents = list(grown.tokens(n))
        made: list[Any] = []
        spent = seconds(lambda: made.append(BM25Okapi(documents)))
        times = milliseconds(lambda q: np.argsort(-made[0].get_scores(q))[:60], asked[:60])
        return {"s": spent, "times": times, "mb": memory()[0] - before}
    import bm25s

    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    vocabulary: dict[str, int] = {}

    def make() -> None:
        numbered = [np.array([vocabulary.setdefault(t, len(vocabulary)) for t in d], np.int32) for d in grown.tokens(n)]
        index.index((numbered, vocabulary), create_empty_token=False, show_progress=False)

    spent = seconds(make)

    def found(query: list[str]) -> Any:
        known = [vocabulary[t] for t in query if t in vocabulary]
        scores = index.get_scores_from_ids(known)
        best = np.argpartition(-scores, 60)[:60]
        return best[np.argsort(-scores[best])]

    return {
        "s": spent,
        "times": milliseconds(found, asked),
        "mb": memory()[0] - before,
        "first": [found(query)[:20].tolist() for query in asked],
    }


def _ours(folder: Path, grown: Grown, n: int, asked: Sequence[list[str]], before: float) -> dict[str, Any]:
    """Segments of LARGE rows, saved and mapped again, as in an index."""

    def make() -> None:
        held: list[list[str]] = []
        for row, found in enumerate(grown.tokens(n), start=1):
            held.append(found)
            if len(held) == LARGE or row == n:
                Postings.of(held).save(folder / str((row - 1) // LARGE))
                held = []

    spent = seconds(make)
    parts = sorted(folder.iterdir(), key=lambda path: int(path.name))
    before = memory()[0]
    index = LexicalIndex.joined([(Postings.load(part), None) for part in parts])
    return {
        "s": spent,
        "times": milliseconds(lambda query: index.search(query, 60), asked),
        "mb": max(0.0, memory()[0] - before),
        "mapped": memory()[1],
        "first": [[row for row, _ in index.search(query, 20)] for query in asked],
    }


def tables(work: Path, model: Path, sizes: Sequence[int]) -> list[Table]:
    rows = []
    for n in sizes:
        arguments = (str(work), str(model), str(n))
        ours = in_its_own_process("benchmarks.words", "ours", *arguments)
        bm25s = in_its_own_process("benchmarks.words", "bm25s", *arguments) if n <= BM25S_TO else None
        rank = in_its_own_process("benchmarks.words", "rank-bm25", *arguments) if n <= RANK_TO else None
        same = bm25s and float(
            np.mean([len(set(a) & set(b)) / 20 for a, b in zip(ours["first"], bm25s["first"], strict=True)])
        )
        rows.append(
            (
                n,
                pair(ours["times"]),
                bm25s and pair(bm25s["times"]),
                rank and pair(rank["times"]),
                bm25s and bm25s["times"][2] / ours["times"][2],
                rank and rank["times"][2] / ours["times"][2],
                same,
                ours["s"],
                bm25s and bm25s["s"],
                ours["mb"],
                bm25s and bm25s["mb"],
                rank and rank["mb"],
            )
        )
    columns = (
        "passages",
        "ours ms p50 / p95",
        "bm25s ms",
        "rank-bm25 ms",
        "bm25s / ours",
        "rank-bm25 / ours",
        "same first 20 as bm25s",
        "made in s",
        "bm25s s",
        "our MB",
        "bm25s MB",
        "rank-bm25 MB",
    )
    notes = "`python -m benchmarks lexical`. " + " ".join((__doc__ or "").split("\n\n")[-1].split())
    return [Table("lexical", "Search by words by number of passages", columns, tuple(rows), notes)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("who", choices=("ours", "bm25s", "rank-bm25"))
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("n", type=int)
    print(json.dumps(measured(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
