"""In which rows each token of one segment stands, and how often: plain arrays, mapped in memory, never changed.

Counts are kept, not scores: a score holds the frequency of its token in the whole index and the mean length of every
passage, so that one document more would change them all (docs/decisions/0007).
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.versions import IN_MEMORY

_ARRAYS = {  # file: type
    "vocabulary": np.uint8,  # the tokens in order of their UTF-8 bytes, end to end
    "ends": np.int64,  # where each token ends in `vocabulary`
    "pointers": np.int64,  # token i stands in rows[pointers[i]:pointers[i + 1]]
    "rows": np.uint32,
    "counts": np.uint16,
    "lengths": np.uint32,  # tokens of each row
}
MOST_COUNTED = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True)
class Postings:
    """The arrays of one segment, as described above; rows ascend within a token."""

    vocabulary: NDArray[np.uint8]
    ends: NDArray[np.int64]
    pointers: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.uint32]

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]]) -> Postings:
        """From token lists by row, read once."""
        numbers: dict[str, int] = {}
        columns = array("I"), array("I"), array("H")  # token, row, count
        lengths = array("I")
        for row, document in enumerate(documents):
            lengths.append(len(document))
            for token, count in Counter(document).items():
                columns[0].append(numbers.setdefault(token, len(numbers)))
                columns[1].append(row)
                columns[2].append(min(count, MOST_COUNTED))
        spelled = [token.encode("utf-8", errors="surrogatepass") for token in numbers]
        order = sorted(range(len(spelled)), key=spelled.__getitem__)
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        tokens = rank[np.frombuffer(columns[0], np.uint32)]
        by_token = np.argsort(tokens, kind="stable")
        return cls(
            vocabulary=np.frombuffer(b"".join(spelled[i] for i in order), np.uint8),
            ends=np.cumsum([len(spelled[i]) for i in order], dtype=np.int64),
            pointers=np.concatenate([[0], np.cumsum(np.bincount(tokens, minlength=len(order)))]).astype(np.int64),
            rows=np.frombuffer(columns[1], np.uint32)[by_token],
            counts=np.frombuffer(columns[2], np.uint16)[by_token],
            lengths=np.frombuffer(lengths, np.uint32),
        )

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Those written in `folder`: the small arrays read, the large ones mapped in memory (see IN_MEMORY)."""
        return cls(**{name: _opened(folder / f"{name}.npy") for name in _ARRAYS})

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, kind in _ARRAYS.items():
            np.save(folder / f"{name}.npy", np.asarray(getattr(self, name), dtype=kind), allow_pickle=False)
        sizes = {"rows": len(self.lengths), "tokens": len(self.ends), "postings": len(self.rows)}
        (folder / "sizes.json").write_text(json.dumps(sizes), encoding="utf-8")

    def __len__(self) -> int:
        return len(self.lengths)

    def of_token(self, token: str) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """The rows that hold `token`, ascending, and how often each does."""
        wanted = token.encode("utf-8", errors="surrogatepass")
        number = bisect_left(range(len(self.ends)), wanted, key=self._spelling)
        if number == len(self.ends) or self._spelling(number) != wanted:
            return self.rows[:0], self.counts[:0]
        span = slice(int(self.pointers[number]), int(self.pointers[number + 1]))
        return self.rows[span], self.counts[span]

    def _spelling(self, number: int) -> bytes:
        start = int(self.ends[number - 1]) if number else 0
        return self.vocabulary[start : int(self.ends[number])].tobytes()


def _opened(path: Path) -> NDArray[Any]:
    """The array of a file; of a large one, a plain view of its mapping."""
    large = path.stat().st_size > IN_MEMORY
    return np.asarray(np.load(path, mmap_mode="r" if large else None, allow_pickle=False))
