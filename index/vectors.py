"""Unit vectors searched by inner product, read from their files without copying them.

Every vector is kept in float32 and scores are exact cosines. A large segment has a sketch beside it: 4-bit product
codes (Jégou et al., TPAMI 2011, doi 10.1109/TPAMI.2010.57) scanned in registers (André et al., VLDB 2015, doi
10.14778/2856318.2856324). The sketch names candidates; the vectors themselves rank them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.versions import IN_MEMORY

Matrix = NDArray[np.float32]
Alive = NDArray[np.bool_]

SKETCHED_FROM = 20_000  # rows; below, looking at every vector takes 4 ms and is exact (docs/decisions/0007)
CODE_DIMENSIONS = 2  # dimensions of a 4-bit code: 96 bytes for 384 dimensions, a sixteenth of the vector
CANDIDATES = 20  # named by the sketch for each row asked for: recall@20 of a search 0.997 of exact, 0.991 with 10
LEAST = 600  # named at least: recall@20 of a search for 20 alone 0.991 of exact, 0.978 without
AT_ONCE = 800  # rows ranked at once: beyond, BLAS wakes threads that wait for one another ten times as long as it takes
TRAINED_ON = 20_000  # vectors the codes are learned from, in 2 s
SKETCH = "sketch.faiss"


class VectorIndex:
    """Rows of (n, dim) float32, unit norm; the score of a row is its cosine with the query."""

    def __init__(self, vectors: Matrix, *, sketched_from: int = SKETCHED_FROM) -> None:
        self._index: Any = faiss.IndexFlatIP(int(vectors.shape[1]))
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._sketch: Any = _sketch(vectors) if len(vectors) >= sketched_from else None

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """The index written at `path`, and its sketch beside it: read when small, else mapped (see IN_MEMORY)."""
        opened = cls.__new__(cls)
        opened._index = _opened(path)
        sketch = path.with_name(SKETCH)
        opened._sketch = _opened(sketch) if sketch.exists() else None
        return opened

    def save(self, path: Path) -> None:
        path.write_bytes(_content(self._index))
        if self._sketch is not None:
            path.with_name(SKETCH).write_bytes(_content(self._sketch))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def rows(self) -> Matrix:
        """Every vector, (n, dim), as a copy."""
        if not len(self):
            return np.empty((0, self.dimension), np.float32)
        matrix: Matrix = self._index.reconstruct_n(0, len(self))
        return matrix

    def some(self, rows: Sequence[int] | NDArray[np.int64]) -> Matrix:
        """The vectors of these rows, (len(rows), dim), as a copy."""
        if not len(rows):
            return np.empty((0, self.dimension), np.float32)
        matrix: Matrix = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return matrix

    def search(self, query: Matrix, k: int, *, alive: Alive | None = None) -> list[tuple[int, float]]:
        """The `k` rows nearest to one query vector (dim,), best first, equal scores in row order.

        With `alive`, (n,) bool, among the rows it marks.
        """
        wanted = min(k, len(self) if alive is None else int(np.count_nonzero(alive)))
        if wanted <= 0:
            return []
        asked = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        scores, rows = self._exact(asked, wanted, alive) if self._sketch is None else self._near(asked, wanted, alive)
        found = [(int(row), float(score)) for row, score in zip(rows, scores, strict=True) if row >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:wanted]

    def _exact(self, query: Matrix, wanted: int, alive: Alive | None) -> tuple[Matrix, NDArray[np.int64]]:
        if alive is None:
            scores, rows = self._index.search(query, wanted)
        else:
            scores, rows = self._index.search(query, wanted, params=_among(np.packbits(alive, bitorder="little")))
        return scores[0], rows[0]

    def _near(self, query: Matrix, wanted: int, alive: Alive | None) -> tuple[Matrix, NDArray[np.int64]]:
        """Candidates of the sketch with their exact scores; more are asked for until enough of them are alive."""
        enough = asked = max(LEAST, wanted * CANDIDATES)
        while True:
            asked = min(asked, len(self))
            _, [rows] = self._sketch.search(query, asked)
            rows = np.sort(rows[rows >= 0])
            kept = rows if alive is None else rows[alive[rows]]
            if len(kept) >= enough or asked == len(self):
                return self._scores(kept, query[0]), kept
            asked *= 4

    def _scores(self, rows: NDArray[np.int64], query: Matrix) -> Matrix:
        """The exact cosines of these rows with one query (dim,)."""
        parts = [self.some(rows[i : i + AT_ONCE]) @ query for i in range(0, len(rows), AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty(0, np.float32)


class JoinedVectors:
    """Segments one after the other, each with its rows alive, or None when all are: rows are counted across them."""

    def __init__(self, segments: Sequence[tuple[VectorIndex, Alive | None]], dimension: int) -> None:
        self._segments, self.dimension = segments, dimension
        self._firsts = np.cumsum([0, *(len(vectors) for vectors, _ in segments)])

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and 0 <= row < len(self)

    def rows(self) -> Matrix:
        """Every vector, (n, dim), as a copy."""
        return np.concatenate([np.empty((0, self.dimension), np.float32), *(v.rows() for v, _ in self._segments)])

    def some(self, rows: Sequence[int] | NDArray[np.int64]) -> Matrix:
        """The vectors of these rows, (len(rows), dim), as a copy."""
        wanted = np.asarray(rows, dtype=np.int64)
        found = np.empty((len(wanted), self.dimension), np.float32)
        of = np.searchsorted(self._firsts, wanted, side="right") - 1
        for i in np.unique(of):
            found[of == i] = self._segments[i][0].some(wanted[of == i] - self._firsts[i])
        return found

    def search(self, query: Matrix, k: int) -> list[tuple[int, float]]:
        """The `k` rows alive nearest to one query vector (dim,), best first, equal scores in row order."""
        found = [
            (int(first) + row, score)
            for first, (vectors, alive) in zip(self._firsts, self._segments, strict=False)
            for row, score in vectors.search(query, k, alive=alive)
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[: max(k, 0)]


def _opened(path: Path) -> Any:
    large = path.exists() and path.stat().st_size > IN_MEMORY
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC) if large else faiss.read_index(str(path))


def _content(index: Any) -> memoryview:
    """What a file of this FAISS index holds: written by us, so that a full disk is an OSError."""
    content: Any = faiss.serialize_index(index)
    return memoryview(content)


def _among(bitmap: NDArray[np.uint8]) -> Any:
    """The parameters of a search among the rows whose bits are set, the lowest bit first."""
    library: Any = faiss
    return library.SearchParameters(sel=library.IDSelectorBitmap(bitmap))


def _sketch(vectors: Matrix) -> Any:
    """The codes of every row, learned from TRAINED_ON of them evenly spaced."""
    dimension = int(vectors.shape[1])
    codes = dimension // CODE_DIMENSIONS if dimension % CODE_DIMENSIONS == 0 else dimension
    sketch = faiss.IndexPQFastScan(dimension, codes, 4, faiss.METRIC_INNER_PRODUCT)
    sample = vectors[:: max(1, len(vectors) // TRAINED_ON)][:TRAINED_ON]
    sketch.train(np.ascontiguousarray(sample, dtype=np.float32))
    sketch.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return sketch
