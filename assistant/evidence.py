"""Evidence: the sentences, list items and rows of the passages found, weighed against the question, few and short."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.understanding import Expected, Understanding, folded_text, says_field
from assistant.values import holds
from index.retriever import Hit
from index.store import DocumentInfo
from index.tokens import content_tokens
from ingest.documents import Passage
from ingest.sentences import sentences

PASSAGES_READ = 12  # passages whose sentences are weighed; recall of key facts is flat beyond 10 (docs/measurements.md)
UNITS_EMBEDDED = 40  # sentences compared by vector; about 150 ms on two cores
CONTEXT = 0.7  # what a term found only in the heading or the title counts, against 1 in the sentence itself
NEIGHBOUR = 0.4  # the same, for a term found only in the rest of the passage
QUOTE_CHARS = 600  # the longest quote the contract allows

Idf = Callable[[str], float]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, list item or row of a passage: `text == passage.text[start:end]`, measured against the question.

    `similarity` is a cosine; `coverage` the idf-weighted share of the question's terms it holds, its headings and
    neighbours counting less; `own` the same, for the sentence alone; `expected` whether it holds a value of the type
    the question expects; `rank` is that of its passage, 0-based.
    """

    passage: Passage
    title: str
    start: int
    end: int
    text: str
    rank: int
    similarity: float = 0.0
    coverage: float = 0.0
    own: float = 0.0
    expected: bool = False
    score: float = 0.0


def share(terms: Sequence[str], weights: Mapping[str, float], idf: Idf) -> float:
    """Sum of idf × weight over the terms, by the sum of their idf: 1 when every term weighs 1. No term: 0."""
    total = sum(idf(term) for term in terms)
    return sum(idf(term) * weights.get(term, 0.0) for term in terms) / total if total else 0.0


def _weights(text: str, context: str, passage_text: str) -> dict[str, float]:
    weights = dict.fromkeys(content_tokens(passage_text), NEIGHBOUR)
    weights.update(dict.fromkeys(content_tokens(context), CONTEXT))
    weights.update(dict.fromkeys(content_tokens(text), 1.0))
    return weights


def spans_of(passage: Passage) -> list[tuple[int, int]]:
    """The sentences of a passage, its opening headings left out, blanks trimmed, the empty dropped."""
    body = passage.text[passage.body :]
    spans: list[tuple[int, int]] = []
    for start, end in sentences(body):
        inner = body[start:end]
        left, right = len(inner) - len(inner.lstrip()), len(inner.rstrip())
        if re.search(r"\w\w", inner):
            spans.append((passage.body + start + left, passage.body + start + right))
    return spans


def read_units(
    hits: Sequence[Hit], documents: Mapping[str, DocumentInfo], understanding: Understanding, idf: Idf
) -> list[Unit]:
    """The units of the first passages found, measured by their words."""
    terms = content_tokens(understanding.text)
    units: list[Unit] = []
    for rank, hit in enumerate(hits[:PASSAGES_READ]):
        info = documents.get(hit.passage.doc)
        title = info.title if info else hit.passage.doc
        context = " ".join((title, *hit.passage.heading))
        for start, end in spans_of(hit.passage):
            text = hit.passage.text[start:end]
            weights = _weights(text, context, hit.passage.text)
            units.append(
                Unit(
                    passage=hit.passage,
                    title=title,
                    start=start,
                    end=end,
                    text=text,
                    rank=rank,
                    coverage=share(terms, weights, idf),
                    own=share(terms, dict.fromkeys(content_tokens(text), 1.0), idf),
                    expected=answers_type(understanding, text),
                )
            )
    return units


def answers_type(understanding: Understanding, text: str) -> bool:
    """Whether a sentence holds a value of the expected type, or speaks of the attribute asked about."""
    if understanding.expected is not None and holds(understanding.expected, text):
        return True
    if any(says_field(field, text) for field in understanding.fields if field in ("cost", "how_to_apply", "audience")):
        return True
    return understanding.expected is None


def measured(units: Sequence[Unit], query: NDArray[np.float32], embed: Embed) -> list[Unit]:
    """The units most worth it, with their cosine to the question's vector (dim,) and their score, best first."""
    shortlist = sorted(units, key=lambda u: (-(u.coverage + (0.2 if u.expected else 0.0)), u.rank))[:UNITS_EMBEDDED]
    if not shortlist:
        return []
    texts = [" : ".join((*u.passage.heading[-1:], u.text)) for u in shortlist]
    similarities = embed(texts) @ query
    scored = [
        replace(u, similarity=float(s), score=score_of(replace(u, similarity=float(s))))
        for u, s in zip(shortlist, similarities, strict=True)
    ]
    return sorted(scored, key=lambda u: (-u.score, u.rank, u.start))


def score_of(unit: Unit) -> float:
    """How well a unit answers: cosine stretched to 0..1 over the range e5 uses, words, expected type, rank."""
    similarity = min(1.0, max(0.0, (unit.similarity - 0.75) / 0.2))  # e5-small cosines lie in 0.75..0.95 here
    rank = 1 / (1 + unit.rank / 3)
    return 0.40 * similarity + 0.30 * unit.coverage + 0.15 * unit.own + 0.15 * unit.expected + 0.10 * rank


def chosen(units: Sequence[Unit], understanding: Understanding, idf: Idf, *, max_words: int, max_units: int) -> list[Unit]:
    """The best unit, then those that add a term or a value still missing, within a number of words.

    Greedy: each next unit is the one with the best score plus the share of the question's terms it is first to hold.
    """
    terms = content_tokens(understanding.text)
    kept: list[Unit] = []
    words = 0
    covered: set[str] = set()
    seen: set[str] = set()
    pool = list(units)
    while pool and len(kept) < max_units:
        def gain(unit: Unit) -> float:
            new = [t for t in content_tokens(unit.text) if t in terms and t not in covered]
            return unit.score + 0.35 * share(terms, dict.fromkeys(new, 1.0), idf)

        best = max(pool, key=gain)
        pool.remove(best)
        key = folded_text(best.text)
        length = len(best.text.split())
        if key in seen or (kept and words + length > max_words):
            continue
        if kept and best.score < 0.6 * kept[0].score:
            continue
        kept.append(best)
        seen.add(key)
        words += length
        covered.update(content_tokens(best.text))
    return kept


def expected_of(understanding: Understanding) -> Expected | None:
    return understanding.expected
