"""Whole lists: the items of one passage, or the headings of a series ("Mesure 1", "Mesure 2"…), never a few of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Unit, share, spans_of
from assistant.figures import bare_numbers
from assistant.orders import addressed_to_machines
from assistant.quoting import Composed, cleaned, itemised
from assistant.understanding import Understanding
from index.retriever import Hit
from index.store import DocumentInfo, Index
from index.tokens import content_tokens, fold, stem
from ingest.documents import Passage

MIN_ITEMS = 3
LIST_WORDS = 225  # a list takes 230 words, what introduces it included
ANNOUNCED_WORDS = 86  # of a list announced by the sentence that answers a fact, and of that sentence: 90 words
SERIES_NAMED = 0.35  # the question uses the very word of the series, so its headings are the list asked for
SERIES_COUNTED = 0.25  # and says how many there are
ANNOUNCED = 0.2  # the sentence that introduces the list is among those that answer best
SERIES = re.compile(r"^(?P<word>[^\W\d]{3,})\s+(?:n°\s*)?(?P<rank>\d{1,3}|[A-Z]|[IVX]{1,5})\s*[:.–—-]")
_ITEM = re.compile(r"^\s*(?:[-–—•■▪◦*·‣➢✓]|\d{1,2}[.)/]|[a-z]\))\s+\S")


@dataclass(frozen=True, slots=True)
class Listing:
    """Items found together, in order, with the sentence that introduces them and how well it fits the question."""

    items: tuple[tuple[Passage, str], ...]
    intro: Unit | None
    fit: float


def in_passages(
    units: Sequence[Unit], terms: Sequence[str], idf: Callable[[str], float], index: Index | None = None
) -> list[Listing]:
    """The bulleted runs of the passages read, each with the sentence before it; with an index, also those of the
    passage that follows one which ends by announcing them ("…en trois points :")."""
    found: list[Listing] = []
    for unit in {unit.passage.passage_id: unit for unit in reversed(units)}.values():
        last = _runs(unit.passage, unit, None, terms, idf, found)
        following = _following(index, unit.passage) if index and last and announces(last.text) else None
        if following is not None:
            _runs(following, unit, last, terms, idf, found)
    return found


def announces(text: str) -> bool:
    """Whether a sentence ends by announcing what follows."""
    return text.rstrip().endswith(":")


def _following(index: Index, passage: Passage) -> Passage | None:
    """The passage after this one in its document, notes left out; None for the last."""
    body = [p for p in index.of_document(passage.doc) if p.kind not in ("note", "toc")]
    ids = [p.passage_id for p in body]
    at = ids.index(passage.passage_id) + 1 if passage.passage_id in ids else len(body)
    return body[at] if at < len(body) else None


def _runs(
    passage: Passage,
    unit: Unit,
    announced: Unit | None,
    terms: Sequence[str],
    idf: Callable[[str], float],
    found: list[Listing],
) -> Unit | None:
    """Adds the runs of a passage to those found; the sentence that ends it, where it ends with no run."""
    run: list[str] = []
    intro: Unit | None = None
    before = announced
    for start, end in [*spans_of(passage), (0, 0)]:
        text = passage.text[start:end]
        item = bool(end) and _ITEM.match(text) is not None
        if item and not announces(text):
            intro = before if not run else intro
            run.append(text)
            continue
        items = run[: _announced(intro, len(run))]
        if len(items) >= MIN_ITEMS and not any(map(addressed_to_machines, items)):
            found.append(_listing(passage, unit, items, intro, terms, idf))
        ended_by_run = bool(run) and not end
        run, intro = [], None
        if end:
            before = Unit(passage, unit.title, start, end, text, unit.rank)
    return None if ended_by_run else before


def _announced(intro: Unit | None, most: int) -> int:
    """How many of the items that follow it a sentence announces: the first number it tells, all without one."""
    told = [int(n) for n in bare_numbers(f"– {intro.text}") if n.isdigit()] if intro else []
    return min((n for n in told if MIN_ITEMS <= n <= most), default=most)


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


def _words(listing: Listing) -> int:
    said = [item for _, item in listing.items] + ([listing.intro.text] if listing.intro else [])
    return sum(len(cleaned(text).split()) for text in said)


def whole_list(
    index: Index | None,
    hits: Sequence[Hit],
    units: Sequence[Unit],
    kept: Sequence[Unit],
    understanding: Understanding,
    documents: Mapping[str, DocumentInfo],
    idf: Callable[[str], float],
    *,
    at_least: float,
    max_words: int = LIST_WORDS,
) -> Composed | None:
    """The list that fits the question best, complete and within its words; None when none fits `at_least`.

    A list that one of the units kept announces fits better. Series of headings, and what follows an announcement, are looked for in the documents of the index, where there is one.
    """
    listings = in_passages(units, understanding.terms, idf, index)
    listings += in_headings(index, hits, understanding, idf) if index else []
    answering = {(u.passage.passage_id, u.text) for u in kept}
    listings = [
        replace(one, fit=one.fit + ANNOUNCED)
        if one.intro and (one.intro.passage.passage_id, one.intro.text) in answering
        else one
        for one in listings
    ]
    short = [one for one in listings if _words(one) <= max_words]
    best = max(short, key=lambda one: one.fit, default=None)
    if best is None or best.fit < at_least:
        return None
    return itemised(best.intro, best.items, documents)
