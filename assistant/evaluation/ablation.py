"""What each stage is worth: the same assistant with one stage left out, asked the same questions.

A stage is a change of the `Steps` an Assistant is given; nothing that answers knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from types import MappingProxyType

from assistant.answers import Question, Sentence
from assistant.choosing import chosen
from assistant.composer import FACT_UNITS, FACT_WORDS
from assistant.drafting import Draft, Generator, marked_sentences, written_out
from assistant.endings import Context, Ending, named_matches
from assistant.evidence import Unit, measured, read_units
from assistant.given import Found
from assistant.parts import Part
from assistant.quoting import Composed, cite, quoted
from assistant.steps import Compose, DraftFrom, Find, Steps, Understand
from assistant.understanding import Understanding
from index.lexical import LexicalIndex
from index.retriever import QueryEncoder
from index.store import DocumentInfo, Index
from index.vectors import JoinedVectors
from ingest.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that can be left out. `drafts`: it is only seen when a generator writes."""

    name: str
    without: Callable[[Steps], Steps]
    drafts: bool = False


def without_words(find: Find) -> Find:
    """Searching by meaning alone."""

    def found(index: Index, encoder: QueryEncoder, understanding: Understanding, regions: Collection[str]) -> Found:
        seen = copy(index)
        seen.lexical = LexicalIndex.joined([])
        return find(seen, encoder, understanding, regions)

    return found


def without_meaning(find: Find) -> Find:
    """Searching by words alone."""

    def found(index: Index, encoder: QueryEncoder, understanding: Understanding, regions: Collection[str]) -> Found:
        seen = copy(index)
        seen.vectors = JoinedVectors([], index.vectors.dimension)
        return find(seen, encoder, understanding, regions)

    return found


def without_scheme(find: Find) -> Find:
    """Searching as if the question named no scheme: neither its weight nor its names as words."""

    def found(index: Index, encoder: QueryEncoder, understanding: Understanding, regions: Collection[str]) -> Found:
        return find(index, encoder, replace(understanding, schemes=()), regions)

    return found


def without_region(find: Find) -> Find:
    """Searching as if no document were of a region."""
    return _blind_to(find, lambda info: replace(info, region=None))


def without_nature(find: Find) -> Find:
    """Searching as if plans, opinions and press were alike, and of no date."""
    return _blind_to(find, lambda info: replace(info, nature=None, date=None))


def without_parts(understand: Understand) -> Understand:
    """A question of several parts taken as one."""

    def understood(question: Question, schemes: Sequence[Scheme]) -> Understanding:
        whole = understand(question, schemes)
        return replace(whole, parts=(Part(whole.text, whole.expected, whole.fields, asked=whole.text),))

    return understood


def without_matching(compose: Compose) -> Compose:
    """Composing as if no scheme had been matched with the company."""
    return lambda context: compose(replace(context, matches=()))


def without_abstention(compose: Compose) -> Compose:
    """The nearest evidence quoted where the documents do not hold the answer."""

    def composed(context: Context) -> Ending:
        ending = compose(context)
        return (_nearest(context) or ending) if ending.status == "abstained" else ending

    return composed


def without_verification(draft: DraftFrom) -> DraftFrom:
    """Drafts kept as they are written: a sentence cites what it marks, else the first excerpt."""

    def kept(
        generator: Generator, understanding: Understanding, units: Sequence[Unit], documents: dict[str, DocumentInfo]
    ) -> Draft:
        tried = draft(generator, understanding, units, documents)
        return replace(tried, composed=_as_written(tried.written, units, documents))

    return kept


STAGES: tuple[Stage, ...] = (
    Stage("words", lambda steps: replace(steps, find=without_words(steps.find))),
    Stage("meaning", lambda steps: replace(steps, find=without_meaning(steps.find))),
    Stage("scheme", lambda steps: replace(steps, find=without_scheme(steps.find))),
    Stage("region", lambda steps: replace(steps, find=without_region(steps.find))),
    Stage("nature", lambda steps: replace(steps, find=without_nature(steps.find))),
    Stage("parts", lambda steps: replace(steps, understand=without_parts(steps.understand))),
    Stage("matching", lambda steps: replace(steps, compose=without_matching(steps.compose))),
    Stage("abstention", lambda steps: replace(steps, compose=without_abstention(steps.compose))),
    Stage(
        "verification",
        lambda steps: replace(steps, draft=without_verification(steps.draft), prove=lambda composed, _: composed),
        drafts=True,
    ),
)


def _blind_to(find: Find, change: Callable[[DocumentInfo], DocumentInfo]) -> Find:
    def found(index: Index, encoder: QueryEncoder, understanding: Understanding, regions: Collection[str]) -> Found:
        seen = copy(index)
        known: Mapping[str, DocumentInfo] = {doc: change(info) for doc, info in index.documents.items()}
        seen.documents = MappingProxyType(dict(known))
        return replace(find(seen, encoder, understanding, regions), documents=index.documents)

    return found


def _nearest(context: Context) -> Ending | None:
    found, understanding, idf = context.found, context.understanding, context.index.lexical.idf
    units = measured(read_units(found.hits, found.documents, understanding, idf), found.vectors, context.embed)
    kept = chosen(units, understanding, idf, max_words=FACT_WORDS, max_units=FACT_UNITS)
    if not kept:
        return None
    composed = quoted(kept, found.documents, understanding.terms)
    return Ending("answered", None, composed, named_matches(context), (), tuple(kept))


def _as_written(written: str, units: Sequence[Unit], documents: dict[str, DocumentInfo]) -> Composed | None:
    said = tuple(
        Sentence(text, tuple(n for n in marks if 1 <= n <= len(units)) or (1,))
        for text, marks in marked_sentences(written)
    )
    used = sorted({n for sentence in said for n in sentence.citations})
    citations = tuple(cite(n, units[n - 1].passage, units[n - 1].text, documents) for n in used)
    return Composed(written_out(said), said, citations) if said else None
