"""The answer made of quotes: what the evidence says, copied, each piece with its citation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Citation, Sentence
from assistant.evidence import QUOTE_CHARS, Unit
from assistant.figures import bare_numbers
from index.store import DocumentInfo
from index.tokens import content_tokens
from ingest.documents import Passage

_BULLET = re.compile(r"^\s*(?:[-–—•■▪◦*·‣➢✓]|\d{1,2}[.)/]|[a-z]\))\s+")
_NUMBERING = re.compile(r"^\s*(?:\d+(?:\.\d+)+\.?|\d+[.)]|[A-Z][.)])\s+")
LEAD_WORDS = 10  # a longer heading is no lead-in


@dataclass(frozen=True, slots=True)
class Composed:
    """A written answer: its text with marks, its sentences and its citations, numbered from 1."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


def folded_space(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def cite(n: int, passage: Passage, quote: str, documents: Mapping[str, DocumentInfo]) -> Citation:
    """A citation of a passage. `quote` is cut at the contract's length, at a word."""
    info = documents.get(passage.doc)
    return Citation(
        n=n,
        doc=passage.doc,
        title=info.title if info else passage.doc,
        quote=shortened(folded_space(quote)),
        passage_id=passage.passage_id,
        page=passage.page,
        heading=passage.heading,
        url=info.url if info else None,
        nature=info.nature if info else None,
        date=info.date.isoformat() if info and info.date else None,
    )


def shortened(text: str, limit: int = QUOTE_CHARS) -> str:
    """The text, or its first words within `limit` characters: still a copy of the source, never with dots added."""
    return text if len(text) <= limit else text[: limit + 1].rsplit(" ", 1)[0]


def cleaned(text: str) -> str:
    """A unit as a sentence of an answer: no bullet before it, no comma after it."""
    bare = folded_space(_BULLET.sub("", text)).rstrip(" ,;")
    return shortened(bare)


def ended(text: str) -> str:
    """A sentence with its final mark."""
    return text if text.endswith((".", "!", "?", "…", ":", ";", "»")) else f"{text}."


def digits(text: str) -> set[str]:
    """The digit strings of a text, one that opens it included: elsewhere in an answer it opens nothing."""
    return bare_numbers(f"– {text}")


def lead_of(heading: str) -> str:
    """A heading as it leads a sentence in: no number or bullet before it, no mark after it."""
    return folded_space(_BULLET.sub("", _NUMBERING.sub("", heading))).rstrip(" :.")


def lead_in(unit: Unit, terms: Sequence[str]) -> str:
    """The nearest heading, when it names what the question asks about and the sentence does not."""
    own = set(content_tokens(unit.text))
    missing = [t for t in terms if t not in own]
    for heading in reversed(unit.passage.heading[-2:]):
        proved = not digits(_NUMBERING.sub("", heading)) - digits(
            unit.text
        )  # a figure stands in the quote or is not written
        if proved and len(heading.split()) <= LEAD_WORDS and any(t in missing for t in content_tokens(heading)):
            return lead_of(heading)
    return ""


def quoted(
    units: Sequence[Unit], documents: Mapping[str, DocumentInfo], terms: Sequence[str], *, lead: str = ""
) -> Composed:
    """The units in order, one sentence and one citation each; a heading leads in where the subject is missing, or
    `lead` before the first."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    lines: list[str] = []
    previous = ""
    for n, unit in enumerate(units, start=1):
        opening = (lead if n == 1 else "") or lead_in(unit, terms)
        body = cleaned(unit.text)
        text = f"{opening} : {body}" if opening and opening != previous else body
        previous = opening or previous
        citations.append(cite(n, unit.passage, unit.text, documents))
        sentences.append(Sentence(text, (n,)))
        lines.append(f"{ended(text)} [{n}]")
    return Composed("\n".join(lines) if len(lines) > 2 else " ".join(lines), tuple(sentences), tuple(citations))


def itemised(
    intro: Unit | None, items: Sequence[tuple[Passage, str]], documents: Mapping[str, DocumentInfo]
) -> Composed:
    """A list: its introducing sentence, then a line an item; items of one passage share quotes within their length."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    lines: list[str] = []
    numbers: dict[str, int] = {}
    if intro is not None:
        citations.append(cite(1, intro.passage, intro.text, documents))
        sentences.append(Sentence(cleaned(intro.text), (1,)))
        lines.append(f"{ended(cleaned(intro.text))} [1]")
    for passage, item in items:
        n = numbers.get(passage.passage_id)
        joined = _span(passage, citations[n - 1].quote, item) if n else None
        if n and joined is not None and len(joined) <= QUOTE_CHARS:
            citations[n - 1] = cite(n, passage, joined, documents)
        else:
            n = len(citations) + 1
            citations.append(cite(n, passage, item, documents))
            numbers[passage.passage_id] = n
        sentences.append(Sentence(cleaned(item), (n,)))
        lines.append(f"- {cleaned(item).rstrip('.')} [{n}]")
    return Composed("\n".join(lines), tuple(sentences), tuple(citations))


def _span(passage: Passage, quote: str, item: str) -> str | None:
    """The piece of the passage from the start of a quote to the end of an item after it, white space folded."""
    whole = folded_space(passage.text)
    start, end = whole.find(quote), whole.find(folded_space(item))
    if start < 0 or end < start:
        return None
    return whole[start : end + len(folded_space(item))]


def proved(composed: Composed, question: str) -> Composed:
    """The sentences whose every figure stands in a quote they cite or in the question; the others are left out.

    What is written here is copied, so that this drops nothing; it holds whatever changes before it.
    """
    quotes = {c.n: c.quote for c in composed.citations}
    asked = digits(question)
    kept = tuple(
        s
        for s in composed.sentences
        if not digits(s.text) - asked - {d for n in s.citations for d in digits(quotes[n])}
    )
    if len(kept) == len(composed.sentences):
        return composed
    used = {n for s in kept for n in s.citations}
    numbers = {old: new for new, old in enumerate(sorted(used), start=1)}
    citations = tuple(replace(c, n=numbers[c.n]) for c in composed.citations if c.n in used)
    sentences = tuple(replace(s, citations=tuple(numbers[n] for n in s.citations)) for s in kept)
    return Composed(
        " ".join(f"{ended(s.text)} {''.join(f'[{n}]' for n in s.citations)}" for s in sentences), sentences, citations
    )
