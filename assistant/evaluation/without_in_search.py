"""Searching with one of its stages left out: a side, a weight, the words added, or what the index was made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, cast

from assistant.given import Found
from assistant.searching import WEIGHTS, find
from assistant.steps import Find
from assistant.understanding import Understanding
from index.lexical import LexicalIndex
from index.retriever import QueryEncoder, SearchWeights, search
from index.store import Index, Lexical, Vectors
from index.texts import body_of
from index.tokens import tokens
from index.vectors import JoinedVectors, VectorIndex
from ingest.documents import Passage

TEXTBOOK_K = 60.0  # of Cormack et al., SIGIR 2009, doi 10.1145/1571941.1572114

Seen = Callable[[Index, QueryEncoder], Index]


def without_words(finds: Find) -> Find:
    """Searching by meaning alone."""

    def seen(index: Index, _: QueryEncoder) -> Index:
        other = copy(index)
        other.lexical = LexicalIndex.joined([])
        return other

    return _in(seen, finds)


def without_meaning(finds: Find) -> Find:
    """Searching by words alone."""

    def seen(index: Index, _: QueryEncoder) -> Index:
        other = copy(index)
        other.vectors = JoinedVectors([], index.vectors.dimension)
        return other

    return _in(seen, finds)


FUSED_BY_THE_BOOK = partial(find, search=partial(search, weights=SearchWeights(k=TEXTBOOK_K)))
WITHOUT_SCHEME = partial(find, weights=replace(WEIGHTS, named=1.0, fiche=1.0))
WITHOUT_REGION = partial(find, weights=replace(WEIGHTS, same_region=1.0, other_region=1.0))
WITHOUT_NATURE = partial(find, weights=replace(WEIGHTS, nature={}, older=0.0, oldest=0.0))
WITHOUT_SOURCE = partial(find, weights=replace(WEIGHTS, source=0.0))
WITHOUT_DIGESTS = partial(find, weights=replace(WEIGHTS, digested=1.0))
WITHOUT_ADAPTER = partial(find, adapt=lambda vectors, _: vectors)
WITHOUT_NAMES = partial(find, names=lambda _: [])


def plain_tokens(text: str) -> list[str]:
    """Words in lower case and nothing of French: no stem, no stop word, accents, elisions and numbers as written."""
    return re.findall(r"\w+", text.lower())


def without_recalled(finds: Find) -> Find:
    """The passages of the answer before a follow-up not looked for again."""

    def found(index: Index, encoder: QueryEncoder, understanding: Understanding, regions: Collection[str]) -> Found:
        return finds(index, encoder, replace(understanding, recalled=""), regions)

    return found


def without_french(_: Find) -> Find:
    """Searching by words as they are written, in passages cut in the same way."""
    return _in(_remembered(in_plain_words), partial(find, search=partial(search, cut=plain_tokens)))


def without_context(finds: Find) -> Find:
    """Searching in passages embedded and indexed without their title and headings."""
    return _in(_remembered(bare_of_headings), finds)


def _in(seen: Seen, finds: Find) -> Find:
    def found(index: Index, encoder: QueryEncoder, understanding: Understanding, regions: Collection[str]) -> Found:
        return replace(finds(seen(index, encoder), encoder, understanding, regions), documents=index.documents)

    return found


def _remembered(make: Seen) -> Seen:
    """What is made of an index is made once, at the first question."""
    made: dict[int, Index] = {}

    def seen(index: Index, encoder: QueryEncoder) -> Index:
        if id(index) not in made:
            made[id(index)] = make(index, encoder)
        return made[id(index)]

    return seen


def in_plain_words(index: Index, _: QueryEncoder) -> Index:
    """The same index with the words of its passages as they are written."""
    rows, passages = _searched(index)
    other = copy(index)
    texts = (" ".join((index.documents[p.doc].title, *p.heading, body_of(p))) for p in passages)
    other.lexical = cast(Lexical, _Renumbered(LexicalIndex([plain_tokens(text) for text in texts]), rows))
    return other


def bare_of_headings(index: Index, encoder: Any) -> Index:
    """The same index of bodies alone. `encoder` is that of an Assistant, which encodes passages too."""
    rows, passages = _searched(index)
    other = copy(index)
    bodies = [body_of(passage) for passage in passages]
    other.lexical = cast(Lexical, _Renumbered(LexicalIndex([tokens(body) for body in bodies]), rows))
    other.vectors = cast(Vectors, _Renumbered(VectorIndex(encoder.encode_passages(bodies)), rows))
    return other


def _searched(index: Index) -> tuple[list[int], list[Passage]]:
    rows = sorted(row for doc in index.documents for row in index.searched_rows(doc))
    return rows, index.passages.at(rows)


class _Renumbered:
    """An index in memory over some rows of another: what it finds is told by the rows of that one."""

    def __init__(self, inner: LexicalIndex | VectorIndex, rows: Sequence[int]) -> None:
        self._inner, self._rows = inner, rows

    def search(self, query: Any, k: int) -> list[tuple[int, float]]:
        return [(self._rows[place], score) for place, score in self._inner.search(query, k)]
