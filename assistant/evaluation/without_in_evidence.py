"""Evidence selected with one of its stages left out, and endings without what holds them back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from assistant.answers import Sentence
from assistant.choosing import chosen
from assistant.composer import FACT_UNITS, FACT_WORDS
from assistant.drafting import Draft, Generator, marked_sentences, written_out
from assistant.endings import Context, Ending, named_matches
from assistant.evidence import Unit, measured, read_units
from assistant.quoting import Composed, cite, quoted
from assistant.selection import Selection
from assistant.steps import Compose, DraftFrom
from assistant.understanding import Understanding
from index.store import DocumentInfo
from ingest.documents import Passage


def without_matching(compose: Compose) -> Compose:
    """Composing as if no scheme had been matched with the company."""
    return lambda context: compose(replace(context, matches=()))


def without_headings(compose: Compose) -> Compose:
    """Sentences weighed without the title and the headings they stand under; they are cited with them all the same."""

    def bare(units: Sequence[Unit]) -> list[Unit]:
        return [replace(u, title="", coverage=u.own, passage=replace(u.passage, heading=())) for u in units]

    def composed(context: Context) -> Ending:
        whole = {hit.passage.passage_id: hit.passage for hit in context.found.hits}
        titles = {doc: info.title for doc, info in context.found.documents.items()}

        def with_them(units: Sequence[Unit]) -> list[Unit]:
            return [
                replace(u, title=titles.get(u.passage.doc, u.passage.doc), passage=whole[u.passage.passage_id])
                for u in units
            ]

        select = context.select
        changed = replace(
            select,
            measure=lambda units, *rest: select.measure(bare(units), *rest),
            choose=lambda units, *rest, **limits: with_them(select.choose(units, *rest, **limits)),
            whole_list=lambda index, hits, units, *rest, **limits: select.whole_list(
                index, hits, with_them(units), *rest, **limits
            ),
        )
        return compose(replace(context, select=changed))

    return composed


def without_windows(compose: Compose) -> Compose:
    """Passages quoted from their beginning, as many words as an answer takes, instead of the sentences that answer."""
    return selecting(compose, lambda select: replace(select, read=partial(select.read, spans=opening)))


def opening(passage: Passage) -> list[tuple[int, int]]:
    """The first words of a passage, as one span."""
    words = list(re.finditer(r"\S+", passage.text[passage.body :]))[:FACT_WORDS]
    return [(passage.body + words[0].start(), passage.body + words[-1].end())] if words else []


def without_lists(compose: Compose) -> Compose:
    """The sentences that answer best, where a whole list would be given."""
    return selecting(compose, lambda select: replace(select, whole_list=_no_list))


def without_judge(compose: Compose) -> Compose:
    """The named checks alone say whether the evidence answers."""
    return selecting(compose, lambda select: replace(select, judge=lambda decision, *_: decision))


def without_premises(compose: Compose) -> Compose:
    """What a question takes for granted is not held against the evidence."""
    return selecting(compose, lambda select: replace(select, contradict=lambda *_: None))


def selecting(compose: Compose, change: Callable[[Selection], Selection]) -> Compose:
    """Composing with evidence selected in another way."""
    return lambda context: compose(replace(context, select=change(context.select)))


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


def _no_list(*_: Any, **__: Any) -> None:
    return None


def _nearest(context: Context) -> Ending | None:
    found, understanding, idf = context.found, context.understanding, context.index.lexical.idf
    units = measured(read_units(found.hits, found.documents, understanding, idf), found, context.embed)
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
