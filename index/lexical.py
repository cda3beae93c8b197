"""Passages searched by their words: BM25 in Lucene's form (Kamphuis et al., ECIR 2020, 10.1007/978-3-030-45442-5_4)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.postings import Postings

# Measured with benchmarks/retrieval.py: against the usual 1.5 and 0.75, recall@1 +1.5 points on 535 documents of public
# service, facts in the first five +3.5 points on regional plans, whose passages vary more in length.
K1 = 1.2
B = 0.5
REMEMBERED = 1 << 16  # frequencies of tokens kept at hand: an answer asks for the same few hundred again and again

Alive = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment among others: its first row, the rows that still count, and k1 (1 - b + b length / mean) by row."""

    postings: Postings
    first: int
    alive: Alive | None  # None when all do
    norms: NDArray[np.float32]


class LexicalIndex:
    """Token lists by row; a query is a list of tokens, a repeated token counts as often as it is repeated.

    Of several segments, frequencies and the mean length are those of all rows alive: scores are those of one segment
    that would hold them all.
    """

    def __init__(self, documents: Iterable[Sequence[str]], *, k1: float = K1, b: float = B) -> None:
        self._join([(Postings.of(documents), None)], k1, b)

    @classmethod
    def joined(cls, segments: Sequence[tuple[Postings, Alive | None]], *, k1: float = K1, b: float = B) -> LexicalIndex:
        """Segments one after the other, each with its rows alive, (rows,) bool, or None when all are."""
        made = cls.__new__(cls)
        made._join(segments, k1, b)
        return made

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """The index of `size` rows written in `folder`, its arrays mapped in memory."""
        postings = Postings.load(folder)
        if len(postings) != size:
            raise ValueError(f"{folder} holds {len(postings)} rows, not {size}")
        return cls.joined([(postings, None)])

    def save(self, folder: Path) -> None:
        """Writes an index of one segment."""
        [part] = self._parts
        part.postings.save(folder)

    def __len__(self) -> int:
        return self._size

    def frequency(self, token: str) -> int:
        """In how many rows `token` stands."""
        return self._frequency(token)

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)): high for a token no row holds."""
        return self._idf(token)

    def search(self, query: Sequence[str], k: int) -> list[tuple[int, float]]:
        """The `k` rows that hold a token of the query, best first, equal scores in row order."""
        weights = {token: times * self.idf(token) for token, times in Counter(query).items() if self._frequency(token)}
        if not weights or k <= 0:
            return []
        found = [(part.first + row, score) for part in self._parts for row, score in _best(part, weights, k)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _join(self, segments: Sequence[tuple[Postings, Alive | None]], k1: float, b: float) -> None:
        lengths = [_alive(postings.lengths, alive) for postings, alive in segments]
        self._size = sum(map(len, lengths))
        mean = sum(int(of.sum(dtype=np.int64)) for of in lengths) / self._size if self._size else 0.0
        self._parts: list[_Part] = []
        first = 0
        for postings, alive in segments:
            relative = postings.lengths / np.float32(mean or 1.0)
            norms = (k1 * (1 - b + b * relative)).astype(np.float32)
            self._parts.append(_Part(postings, first, alive, norms))
            first += len(postings)
        self._frequency = lru_cache(maxsize=REMEMBERED)(self._counted)
        self._idf = lru_cache(maxsize=REMEMBERED)(self._weighed)

    def _weighed(self, token: str) -> float:
        df = self._frequency(token)
        return math.log(1 + (self._size - df + 0.5) / (df + 0.5))

    def _counted(self, token: str) -> int:
        return sum(len(_alive_rows(part.postings.of_token(token)[0], part.alive)) for part in self._parts)


def _best(part: _Part, weights: dict[str, float], k: int) -> list[tuple[int, float]]:
    """The `k` rows of a segment with the highest sum of idf tf / (tf + norm), in no order."""
    scores = np.zeros(len(part.postings), np.float32)
    for token, weight in weights.items():
        rows, counts = part.postings.of_token(token)
        if len(rows):
            scores[rows] += np.float32(weight) * counts / (counts + part.norms[rows])
    if part.alive is not None:
        scores *= part.alive
    found = np.flatnonzero(scores)
    if k < len(found):
        held = scores[found]
        found = found[held >= np.partition(held, -k)[-k]]
    return list(zip(found.tolist(), scores[found].tolist(), strict=True))


def _alive(values: NDArray[np.uint32], alive: Alive | None) -> NDArray[np.uint32]:
    return values if alive is None else values[alive]


def _alive_rows(rows: NDArray[np.uint32], alive: Alive | None) -> NDArray[np.uint32]:
    return rows if alive is None else rows[alive[rows]]
