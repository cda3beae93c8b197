"""Passages found for a question: by meaning, by words, and both fused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.fusion import reciprocal_rank_fusion
from index.store import DocumentInfo, Index, other_encoder
from index.tokens import tokens
from index.vectors import Matrix
from ingest.documents import Passage

DEPTH = 60  # passages asked of each side before fusion

Boost = Callable[[Passage, DocumentInfo], float] | Mapping[str, float]


class QueryEncoder(Protocol):
    """Questions to unit vectors, (n, dimension) float32."""

    @property
    def fingerprint(self) -> str: ...
    def encode_queries(self, texts: Sequence[str]) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class SearchWeights:
    """How much each side counts in the fusion, and its constant.

    Three quarters more for meaning, since the vectors of questions are bent towards what answers them (docs/decisions
    0012): of 1, 1.25, 1.5, 1.75 and 2, with `k` 5, 10, 20 and 30, the pair that holds both the facts of the development
    set and official questions (docs/measurements.md). `k` 5 loses facts of the first, 20 and more the first place of
    the second.
    """

    dense: float = 1.75
    lexical: float = 1.0
    k: float = 10.0


DEFAULT = SearchWeights()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is in 0..1, 1 being first on every side; ranks are 1-based, None where not found."""

    passage: Passage
    score: float
    dense_rank: int | None
    lexical_rank: int | None


def search(
    index: Index,
    encoder: QueryEncoder,
    query: str,
    *,
    k: int = 20,
    weights: SearchWeights = DEFAULT,
    boost: Boost | None = None,
    query_vector: Matrix | None = None,
    extra_terms: Sequence[str] = (),
    cut: Callable[[str], list[str]] = tokens,
) -> list[Hit]:
    """The `k` best passages by meaning and words, fused by reciprocal rank, best first.

    `boost` multiplies a passage's score: a function, or factors by `doc` (1 where absent); it reorders what was found
    and hides nothing. `extra_terms` are words added to the lexical side, `cut` makes its tokens, as the index was made. `query_vector`,
    (dim,), saves the encoding.
    """
    vector = query_vector if query_vector is not None else _encoded(index, encoder, query)
    dense = index.vectors.search(vector, max(DEPTH, k)) if weights.dense > 0 else []
    lexical = _lexical(index, query, extra_terms, max(DEPTH, k), cut) if weights.lexical > 0 else []
    rankings = [[row for row, _ in found] for found in (dense, lexical)]
    fused = reciprocal_rank_fusion(rankings, [weights.dense, weights.lexical], k=weights.k)
    ranks = [{row: rank for rank, row in enumerate(ranking, start=1)} for ranking in rankings]
    scored = _boosted(index, fused, boost)[:k]
    passages = index.passages.at([row for row, _ in scored])
    return [Hit(p, s, ranks[0].get(row), ranks[1].get(row)) for p, (row, s) in zip(passages, scored, strict=True)]


def search_dense(
    index: Index, encoder: QueryEncoder, query: str, *, k: int = 20, query_vector: Matrix | None = None
) -> list[Hit]:
    """The `k` passages nearest in meaning; the score is the cosine, 0 below 0."""
    vector = query_vector if query_vector is not None else _encoded(index, encoder, query)
    found = index.vectors.search(vector, k)
    passages = index.passages.at([row for row, _ in found])
    return [Hit(p, min(1.0, max(0.0, found[i][1])), i + 1, None) for i, p in enumerate(passages)]


def search_lexical(index: Index, query: str, *, k: int = 20, extra_terms: Sequence[str] = ()) -> list[Hit]:
    """The `k` best passages by their words; the score is BM25 over that of the first."""
    found = _lexical(index, query, extra_terms, k)
    passages = index.passages.at([row for row, _ in found])
    return [Hit(p, found[i][1] / found[0][1], None, i + 1) for i, p in enumerate(passages)]


def _encoded(index: Index, encoder: QueryEncoder, query: str) -> Matrix:
    if encoder.fingerprint != index.encoder_fingerprint:
        raise other_encoder()
    vector: Matrix = encoder.encode_queries([query])[0]
    return vector


def _lexical(
    index: Index, query: str, extra_terms: Sequence[str], k: int, cut: Callable[[str], list[str]] = tokens
) -> list[tuple[int, float]]:
    return index.lexical.search([*cut(query), *(t for term in extra_terms for t in cut(term))], k)


def _boosted(index: Index, fused: Sequence[tuple[int, float]], boost: Boost | None) -> list[tuple[int, float]]:
    """Scores times their factor, over the largest factor when above 1 so that they stay in 0..1."""
    if boost is None:
        return list(fused)
    factors = [_factor(index, passage, boost) for passage in index.passages.at([row for row, _ in fused])]
    top = max([1.0, *factors])
    boosted = [(row, score * factor / top) for (row, score), factor in zip(fused, factors, strict=True)]
    return sorted(boosted, key=lambda pair: (-pair[1], pair[0]))


def _factor(index: Index, passage: Passage, boost: Boost) -> float:
    if callable(boost):
        return boost(passage, index.documents[passage.doc])
    return boost.get(passage.doc, 1.0)
