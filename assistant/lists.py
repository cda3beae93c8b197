"""Whole lists: the items of one passage, or the headings of a series ("Mesure 1", "Mesure 2"…), never a few of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Unit, share, spans_of
from assistant.figures import bare_numbers
from assistant.numerals import written_numbers
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
ANNOUNCED = 0.2  # the sentence that introduces the list is among those that answer best
CERTAIN_FIT = 1.1  # introduced by the sentence that answers best, the list is what is asked for, however it is asked
BESIDE = 0.2  # the list stands in a passage of what answers best, where what was spoken of is to be told in full
COUNTED = 0.25  # the question tells how many things it asks for, and the list or the series has as many
SERIES = re.compile(r"^(?P<word>[^\W\d]{3,})\s+(?:n°\s*)?(?P<rank>\d{1,3}|[A-Z]|[IVX]{1,5})\s*[:.–—-]")
DIGITS = 6  # of a number of things
AROUND = 3  # passages a list is followed into, on each side
_APART = re.compile(r"\n\s*\n")
_NESTED = re.compile(r"^\s*(?:[-–—•]\s*[✓▪◦‣➢*·o]|[✓▪◦‣➢])\s")
_ITEM = re.compile(r"^\s*(?:[-–—•■▪◦*·‣➢✓]|\d{1,2}[.)/]|[a-z]\))\s+\S")


@dataclass(frozen=True, slots=True)
class Listing:
    """Items found together, in order, with the sentence that introduces them and how well it fits the question.

    `heads` are their first sentences, said where the items are too long to be.
    """

    items: tuple[tuple[Passage, str], ...]
    intro: Unit | None
    fit: float
    heads: tuple[tuple[Passage, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """An item with the sentences that go on from it, or a sentence that is no item."""

    passage: Passage
    start: int
    head: int  # where its first sentence ends
    end: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def first(self) -> str:
        return self.passage.text[self.start : self.head]

    @property
    def item(self) -> bool:
        return _ITEM.match(self.first) is not None


def in_passages(
    units: Sequence[Unit], terms: Sequence[str], idf: Callable[[str], float], index: Index | None = None
) -> list[Listing]:
    """The bulleted runs of the passages read, each with the sentence before it; with an index, a run is followed into
    the passages around, where it began or goes on."""
    found: dict[tuple[str, ...], Listing] = {}
    for unit in {unit.passage.passage_id: unit for unit in reversed(units)}.values():
        for items, intro in _runs(_stretch(index, unit.passage), unit):
            listing = _listing(unit, items, intro, terms, idf)
            same = found.get(key := tuple(text for _, text in listing.items))
            if same is None or listing.fit > same.fit:
                found[key] = listing
    return list(found.values())


def announces(text: str) -> bool:
    """Whether a sentence ends by announcing what follows."""
    return text.rstrip().endswith(":")


def _lines(passage: Passage) -> list[_Line]:
    lines: list[_Line] = []
    for start, end in spans_of(passage):
        fresh = not lines or not lines[-1].item or _ITEM.match(passage.text[start:end])
        if fresh or _APART.search(passage.text[lines[-1].end : start]) or _row(lines[-1].text):
            lines.append(_Line(passage, start, end, end))
        else:
            lines[-1] = replace(lines[-1], end=end)
    return lines


def _row(text: str) -> bool:
    return " | " in text


def _stretch(index: Index | None, passage: Passage) -> list[_Line]:
    """The lines of a passage, with those of the passages around it in which its list began or goes on."""
    lines = _lines(passage)
    body = [p for p in index.of_document(passage.doc) if p.kind not in ("note", "toc")] if index else []
    at = next((i for i, p in enumerate(body) if p.passage_id == passage.passage_id), None)
    if at is None or not lines:
        return lines
    for following in body[at + 1 : at + 1 + AROUND]:
        more = _lines(following)
        if not more or not more[0].item or not (lines[-1].item or announces(lines[-1].text)):
            break
        lines += more
    for preceding in reversed(body[max(0, at - AROUND) : at]):
        more = _lines(preceding)
        if not more or not lines[0].item or not (more[-1].item or announces(more[-1].text)):
            break
        lines = more + lines
    return lines


def _runs(lines: Sequence[_Line], unit: Unit) -> Iterator[tuple[list[_Line], Unit | None]]:
    """The runs of items with what introduces each; a closer mark under an item that announces is a part of it."""
    run: list[_Line] = []
    intro: Unit | None = None
    before: Unit | None = None
    for line in (*lines, None):
        if line is not None and line.item:
            nested = _NESTED.match(line.first) is not None
            if run and nested and announces(run[-1].first):
                continue
            if not announces(line.text) or (run and _opens_nested(lines, line)):
                intro = before if not run else intro
                run.append(line)
                continue
        items = run[: _announced(intro, len(run))]
        if len(items) >= MIN_ITEMS and not any(addressed_to_machines(item.text) for item in items):
            yield items, intro
        run, intro = [], None
        if line is not None:
            before = Unit(line.passage, unit.title, line.start, line.head, line.first, unit.rank)


def _opens_nested(lines: Sequence[_Line], line: _Line) -> bool:
    following = lines[lines.index(line) + 1 :]
    return bool(following) and _NESTED.match(following[0].first) is not None and not _NESTED.match(line.first)


def _announced(intro: Unit | None, most: int) -> int:
    """How many of the items that follow it a sentence announces: the first number it tells, all without one."""
    told = counts_in(intro.text) if intro else set()
    return min((n for n in told if MIN_ITEMS <= n <= most), default=most)


def counts_in(text: str) -> set[int]:
    """The whole numbers of a text that may count things; what is longer counts none, and may be too long to read."""
    return {int(n) for n in bare_numbers(f"– {text}") if n.isdigit() and len(n) <= DIGITS}


def _listing(
    unit: Unit, run: Sequence[_Line], intro: Unit | None, terms: Sequence[str], idf: Callable[[str], float]
) -> Listing:
    context = " ".join((unit.title, *unit.passage.heading, intro.text if intro else ""))
    said = content_tokens(" ".join(line.text for line in run))
    weights = dict.fromkeys(said, 0.6) | dict.fromkeys(content_tokens(context), 1.0)
    fit = share(terms, weights, idf) / (1 + unit.rank / 10)
    heads = tuple((line.passage, line.first) for line in run)
    return Listing(tuple((line.passage, line.text) for line in run), intro, fit, heads)


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
                counted = COUNTED if str(len(members)) in asked else 0.0
                fit = SERIES_NAMED + counted + share(terms, weights, idf) / (1 + rank / 10)
                found.append(Listing(tuple(members.values()), None, fit))
    return found


def _words(listing: Listing) -> int:
    said = [item for _, item in listing.items] + ([listing.intro.text] if listing.intro else [])
    return sum(len(cleaned(text).split()) for text in said)


def _introduces(listing: Listing, kept: Sequence[Unit]) -> bool:
    """Whether a sentence kept is the one that introduces the list."""
    intro = listing.intro
    return intro is not None and any((u.passage, u.text) == (intro.passage, intro.text) for u in kept)


def _shortest(max_words: int, listing: Listing) -> Listing:
    """A list as it is, or its items by their first sentences where it is too long."""
    return replace(listing, items=listing.heads) if listing.heads and _words(listing) > max_words else listing


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
    counted = {number for _, _, number in written_numbers(fold(understanding.text))}
    counted |= counts_in(understanding.text)
    near = {unit.passage.passage_id for unit in kept} if understanding.in_full else set()
    listings = [
        replace(
            one,
            fit=one.fit
            + ANNOUNCED * _introduces(one, kept)
            + COUNTED * (len(one.items) in counted)
            + BESIDE * any(passage.passage_id in near for passage, _ in one.items),
        )
        for one in listings
    ]
    allowed = [
        (one, LIST_WORDS if one.fit >= CERTAIN_FIT and _introduces(one, kept[:1]) else max_words) for one in listings
    ]
    short = [short for one, words in allowed if _words(short := _shortest(words, one)) <= words]
    best = max(short, key=lambda one: one.fit, default=None)
    if best is None or best.fit < at_least:
        return None
    return itemised(best.intro, best.items, documents)
