"""Passages searched by their words: BM25 in Lucene's form (Kamphuis et al., ECIR 2020, 10.1007/978-3-030-45442-5_4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

# Measured with benchmarks/retrieval.py: against the usual 1.5 and 0.75, recall@1 +1.5 points on 535 documents of public
# service, facts in the first five +3.5 points on regional plans, whose passages vary more in length.
K1 = 1.2
B = 0.5


class LexicalIndex:
    """Token lists by row; a query is a list of tokens, a repeated token counts as often as it is repeated."""

    def __init__(self, documents: Sequence[Sequence[str]], *, k1: float = K1, b: float = B) -> None:
        vocabulary = {token: i for i, token in enumerate(sorted({t for tokens in documents for t in tokens}))}
        self._size = len(documents)
        self._model: Any = None
        if vocabulary:
            self._model = bm25s.BM25(method="lucene", k1=k1, b=b)
            numbered = [[vocabulary[t] for t in tokens] for tokens in documents]
            self._model.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
        self._frequencies = self._document_frequencies()

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """The index of `size` rows written in `folder`, its arrays mapped in memory."""
        opened = cls.__new__(cls)
        opened._size = size
        opened._model = None
        if (folder / "params.index.json").exists():
            opened._model = bm25s.BM25.load(folder, mmap=True, allow_pickle=False, show_progress=False)
        opened._frequencies = opened._document_frequencies()
        return opened

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self._model is not None:
            self._model.save(folder, allow_pickle=False, show_progress=False)

    def __len__(self) -> int:
        return self._size

    def frequency(self, token: str) -> int:
        """In how many rows `token` stands."""
        number = None if self._model is None else self._model.vocab_dict.get(token)
        return 0 if number is None else int(self._frequencies[number])

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)): high for a token no row holds."""
        df = self.frequency(token)
        return math.log(1 + (self._size - df + 0.5) / (df + 0.5))

    def search(self, query: Sequence[str], k: int) -> list[tuple[int, float]]:
        """The `k` rows that hold a token of the query, best first, equal scores in row order."""
        if self._model is None:
            return []
        vocabulary = self._model.vocab_dict
        known = [vocabulary[token] for token in query if token in vocabulary]
        if not known:
            return []
        scores: NDArray[np.float32] = self._model.get_scores_from_ids(known)
        wanted = min(k, len(scores))
        best = np.argpartition(-scores, wanted - 1)[:wanted] if wanted < len(scores) else np.arange(len(scores))
        found = [(int(row), float(scores[row])) for row in best if scores[row] > 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _document_frequencies(self) -> NDArray[np.int64]:
        if self._model is None:
            return np.empty(0, np.int64)
        return np.diff(np.asarray(self._model.scores["indptr"])).astype(np.int64)
