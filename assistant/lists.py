"""Whole lists: the items of one passage, or the headings of a series ("Mesure 1", "Mesure 2"…), never a few of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evidence import Unit, share, spans_of
from assistant.quoting import Composed, cleaned, itemised
from assistant.understanding import Understanding
from index.retriever import Hit
from index.store import DocumentInfo, Index
from index.tokens import content_tokens, fold, stem
from ingest.documents import Passage

MIN_ITEMS = 3
LIST_WORDS = 215  # the 230 words of a list, less what introduces it
SERIES_NAMED = 0.35  # the question uses the very word of the series, so its headings are the list asked for
SERIES_COUNTED = 0.25  # and says how many there are
SERIES = re.compile(r"^(?P<word>[^\W\d]{3,})\s+(?:n°\s*)?(?P<rank>\d{1,3}|[A-Z]|[IVX]{1,5})\s*[:.–—-]")
_ITEM = re.compile(r"^\s*(?:[-–—•■▪◦*·‣➢✓]|\d{1,2}[.)/]|[a-z]\))\s+\S")


@dataclass(frozen=True, slots=True)
class Listing:
    """Items found together, in order, with the sentence that introduces them and how well it fits the question."""

    items: tuple[tuple[Passage, str], ...]
    intro: Unit | None
    fit: float


def in_passages(units: Sequence[Unit], terms: Sequence[str], idf: Callable[[str], float]) -> list[Listing]:
    """The bulleted runs of the passages read, each with the sentence before it."""
    found: list[Listing] = []
    passages = {unit.passage.passage_id: unit for unit in reversed(units)}
    for unit in passages.values():
        passage = unit.passage
        spans = spans_of(passage)
        run: list[str] = []
        intro: Unit | None = None
        before: Unit | None = None
        for start, end in [*spans, (0, 0)]:
            text = passage.text[start:end]
            if end and _ITEM.match(text):
                intro = before if not run else intro
                run.append(text)
                continue
            if len(run) >= MIN_ITEMS:
                found.append(_listing(passage, unit, run, intro, terms, idf))
            run, intro = [], None
            before = Unit(passage, unit.title, start, end, text, unit.rank) if end else None
    return found


def _listing(
    passage: Passage,
    unit: Unit,
    run: Sequence[str],
    intro: Unit | None,
    terms: Sequence[str],
    idf: Callable[[str], float],
) -> Listing:
    context = " ".join((unit.title, *passage.heading, intro.text if intro else ""))
    weights = dict.fromkeys(content_tokens(" ".join(run)), 0.6) | dict.fromkeys(content_tokens(context), 1.0)
    fit = share(terms, weights, idf) / (1 + unit.rank / 10)
    return Listing(tuple((passage, item) for item in run), intro, fit)


def in_headings(
    index: Index, hits: Sequence[Hit], understanding: Understanding, idf: Callable[[str], float]
) -> list[Listing]:
    """Series of numbered headings, in the documents found, whose common word the question uses."""
    terms = understanding.terms
    asked = set(terms)
    found: list[Listing] = []
    for rank, doc in enumerate(dict.fromkeys(hit.passage.doc for hit in hits[:8])):
        series: dict[str, dict[str, tuple[Passage, str]]] = {}
        for passage in index.of_document(doc):
            if passage.kind == "toc":
                continue
            for heading in passage.heading:
                match = SERIES.match(heading)
                if match and stem(fold(match["word"])) in asked:
                    series.setdefault(fold(match["word"]), {}).setdefault(match["rank"], (passage, heading))
        title = index.documents[doc].title
        for word, members in series.items():
            if len(members) >= MIN_ITEMS:
                weights = dict.fromkeys((*content_tokens(f"{doc.replace('-', ' ')} {title}"), stem(word)), 1.0)
                counted = SERIES_COUNTED if str(len(members)) in asked else 0.0
                fit = SERIES_NAMED + counted + share(terms, weights, idf) / (1 + rank / 10)
                found.append(Listing(tuple(members.values()), None, fit))
    return found


def whole_list(
    index: Index | None,
    hits: Sequence[Hit],
    units: Sequence[Unit],
    understanding: Understanding,
    documents: Mapping[str, DocumentInfo],
    idf: Callable[[str], float],
    *,
    at_least: float,
) -> Composed | None:
    """The list that fits the question best, complete and within its words; None when none fits `at_least`.

    Series of headings are looked for in the whole documents of the index, where there is one.
    """
    listings = in_passages(units, understanding.terms, idf)
    listings += in_headings(index, hits, understanding, idf) if index else []
    short = [one for one in listings if sum(len(cleaned(item).split()) for _, item in one.items) <= LIST_WORDS]
    best = max(short, key=lambda one: one.fit, default=None)
    if best is None or best.fit < at_least:
        return None
    return itemised(best.intro, best.items, documents)
