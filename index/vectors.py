"""Unit vectors searched by inner product: an exact FAISS index, read from its file without copying it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class VectorIndex:
    """Rows of (n, dim) float32, unit norm; the score of a row is its cosine with the query."""

    def __init__(self, vectors: Matrix) -> None:
        self._index: Any = faiss.IndexFlatIP(int(vectors.shape[1]))
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """The index written at `path`, its vectors mapped in memory, not read."""
        opened = cls.__new__(cls)
        opened._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        return opened

    def save(self, path: Path) -> None:
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

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

    def some(self, rows: Sequence[int]) -> Matrix:
        """The vectors of these rows, (len(rows), dim), as a copy."""
        if not rows:
            return np.empty((0, self.dimension), np.float32)
        matrix: Matrix = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return matrix

    def search(self, query: Matrix, k: int) -> list[tuple[int, float]]:
        """The `k` rows nearest to one query vector (dim,), best first, equal scores in row order."""
        wanted = min(k, len(self))
        if wanted <= 0:
            return []
        scores, rows = self._index.search(np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1), wanted)
        found = [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))
