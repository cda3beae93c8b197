"""Evidence: the sentences, list items and rows of the passages found, weighed against the question, few and short."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.cues import folded_text, says_field
from assistant.naming import mentions
from assistant.orders import addressed_to_machines
from assistant.parts import Part
from assistant.people import holders, post_asked
from assistant.sources import named_sources
from assistant.understanding import Understanding
from assistant.values import holds
from index.retriever import Hit
from index.store import DocumentInfo
from index.tokens import content_tokens
from ingest.documents import Passage
from ingest.sentences import sentences

PASSAGES_READ = 12  # passages whose sentences are weighed; key facts found hardly rise beyond 10 (docs/measurements.md)
UNITS_EMBEDDED = 60  # sentences compared by vector; about 150 ms on two cores
CONTEXT = 0.7  # what a term found only in the heading or the title counts, against 1 in the sentence itself
QUOTE_CHARS = 600  # the longest quote the contract allows
LONG_ROW = 300  # characters beyond which a table row is read cell by cell
PLACES_ASKED = frozenset(
    {"contact", "where", "town", "phone", "email", "web", "who", "person"}
)  # types for which an address answers
_LETTERHEAD = re.compile(  # the address of a letter tells nothing else
    r"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|place|quai|allée|chemin|cours|route)\b.{0,60}?\b\d{2} ?\d{3} [A-ZÉ]",
    re.DOTALL,
)
_BARE_REFERENCE = re.compile(
    r"\W*(?:Sources? ?:|https?://\S+\W*$|\|)|\(?(?:©|crédits? (?:photos?|images?) ?:)", re.IGNORECASE
)  # where to read, a header row, or whose picture it is
_NOTE_NUMBER = re.compile(r"(?:\d{1,3}\s+(?=\D))?")  # the call number a footnote opens with is no figure of it
HIDDEN = frozenset({"Sources", "Source", "Ce que les documents ne précisent pas"})  # of fiches: read, never quoted

Idf = Callable[[str], float]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class Asked(Protocol):
    """The vectors of a question and of its parts, (1 + parts, dim): as the encoder gives them, and towards what
    answers them."""

    @property
    def vectors(self) -> NDArray[np.float32]: ...
    @property
    def towards(self) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, list item or row of a passage: `text == passage.text[start:end]`, measured against the question.

    `similarity` is a cosine with the whole question; `near` with the whole question bent towards what answers it,
    `similarities` with each of its parts so bent; `coverage` the idf-weighted
    share of the question's terms it holds, its headings counting less; `own` the same for the sentence
    alone; `expected` whether it holds a value of the type asked; `attributes` tells for each part whether it is the
    fact of the fiche asked about; `rank` is that of its passage, 0-based; `region` the code of that of its document.
    """

    passage: Passage
    title: str
    start: int
    end: int
    text: str
    rank: int
    region: str | None = None
    similarity: float = 0.0
    near: float = 0.0
    similarities: tuple[float, ...] = ()
    coverage: float = 0.0
    own: float = 0.0
    expected: bool = False
    attributes: tuple[bool, ...] = ()
    score: float = 0.0

    @property
    def attribute(self) -> bool:
        return any(self.attributes)


def share(terms: Collection[str], weights: Mapping[str, float], idf: Idf) -> float:
    """Sum of idf × weight over the terms, by the sum of their idf: 1 when every term weighs 1. No term: 0."""
    total = held = 0.0
    for term in terms:
        weight = idf(term)
        total += weight
        held += weight * weights.get(term, 0.0)
    return held / total if total else 0.0


def held_by(tokens: Collection[str]) -> dict[str, float]:
    return dict.fromkeys(tokens, 1.0)


def weights_of(text: str, context: str) -> dict[str, float]:
    """What each term counts: 1 in the text itself, less in its context."""
    return dict.fromkeys(content_tokens(context), CONTEXT) | held_by(content_tokens(text))


def subject_terms(understanding: Understanding, documents: Mapping[str, DocumentInfo]) -> tuple[str, ...]:
    """The question's terms less those that only name its source: the source has weighed on the search already."""
    sources = named_sources(understanding.text, documents)
    kept = tuple(t for t in understanding.terms if t not in sources)
    return kept if len(kept) >= 3 else understanding.terms


def spans_of(passage: Passage) -> list[tuple[int, int]]:
    """The sentences of a passage, its opening headings left out, blanks trimmed, the empty dropped."""
    body = passage.text[passage.body :]
    spans: list[tuple[int, int]] = []
    for start, end in sentences(body):
        spans += _cells(body, start, end) if end - start > LONG_ROW and " | " in body[start:end] else [(start, end)]
    if passage.kind == "note" and spans:
        spans[0] = (spans[0][0] + len(_NOTE_NUMBER.match(body[spans[0][0] : spans[0][1]])[0]), spans[0][1])  # type: ignore[index]
    return [
        (passage.body + start, passage.body + end)
        for start, end in spans
        if re.search(r"\w\w", body[start:end]) and not _BARE_REFERENCE.match(body[start:end])
    ]


def _cells(body: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of the cells of a long table row."""
    spans: list[tuple[int, int]] = []
    at = start
    for cell in body[start:end].split(" | "):
        spans += [(at + left, at + right) for left, right in sentences(cell)]
        at += len(cell) + 3
    return spans


def quotable(passage: Passage) -> bool:
    """Whether sentences of the passage may be quoted: not the sources of a fiche, nor what it says it does not know."""
    ours = passage.doc.startswith(("fiche-", "dossier-"))
    return passage.kind != "toc" and not (ours and (passage.kind == "note" or HIDDEN & set(passage.heading)))


def read_units(
    hits: Sequence[Hit],
    documents: Mapping[str, DocumentInfo],
    understanding: Understanding,
    idf: Idf,
    *,
    spans: Callable[[Passage], list[tuple[int, int]]] = spans_of,
) -> list[Unit]:
    """The units of the first passages found, measured by their words."""
    terms = subject_terms(understanding, documents)
    facts = _facts_asked(understanding)
    units: list[Unit] = []
    for rank, hit in enumerate([hit for hit in hits if quotable(hit.passage)][:PASSAGES_READ]):
        info = documents.get(hit.passage.doc)
        title = info.title if info else hit.passage.doc
        context = " ".join((title, *hit.passage.heading))
        for start, end in spans(hit.passage):
            text = hit.passage.text[start:end]
            if addressed_to_machines(text) or (_LETTERHEAD.search(text) and understanding.expected not in PLACES_ASKED):
                continue
            units.append(
                Unit(
                    passage=hit.passage,
                    title=title,
                    start=start,
                    end=end,
                    text=text,
                    rank=rank,
                    region=info.region if info else None,
                    coverage=share(terms, weights_of(text, context), idf),
                    own=share(terms, held_by(content_tokens(text)), idf),
                    expected=any(
                        answers_type(part, understanding, text, hit.passage.heading) for part in understanding.parts
                    ),
                    attributes=tuple(
                        any(text in fact and hit.passage.doc == doc for doc, fact in facts_of_part)
                        for facts_of_part in facts
                    ),
                )
            )
    return units


def _facts_asked(understanding: Understanding) -> list[list[tuple[str, str]]]:
    """For each part, the facts, by fiche, of the schemes named that bear on the attributes it asks about."""
    return [
        [
            (f"fiche-{scheme.id}", fact.text)
            for scheme in understanding.schemes
            for fact in scheme.facts
            if fact.field in (part.fields or understanding.fields)
        ]
        for part in understanding.parts
    ]


SPOKEN = frozenset({"cost", "how_to_apply", "audience"})  # attributes told in words, whatever the type asked
_BY_NAME = re.compile(r"\b(?:appelle|nomme|noms?|prenoms?|personne|named?|called|person)\b")
MEASURED_BY = frozenset(
    {"date", "day", "duration", "count", "percent", "frequency", "town"}
)  # told by nothing but their form


def answers_type(part: Part, understanding: Understanding, text: str, heading: Sequence[str] = ()) -> bool:
    """Whether a sentence holds a value of the type a part expects; a count, of the noun it counts; a person, beside the
    post asked and its house, which may stand in the nearest heading."""
    if part.expected is None:
        return True
    spoken = [field for field in understanding.fields if field in SPOKEN or _may_be_a_body(field, understanding)]
    if part.expected not in MEASURED_BY and any(says_field(field, text) for field in spoken):
        return True
    if part.expected == "person":
        posts, house = post_asked(part.asked or part.text)
        told = " ".join((*heading[-1:], text))
        there = not house or bool(set(house) & set(content_tokens(told)))
        there = there or any(mentions(folded_text(told), scheme) for scheme in understanding.schemes)
        return there and holders(text, posts, house)
    counted = understanding.counted
    share_told = part.expected == "count" and holds("percent", text)  # "16 % des Français" tells how many
    if not (share_told or holds("figure" if part.expected == "count" and not counted else part.expected, text)):
        return False
    return part.expected != "count" or not counted or bool(set(counted) & set(content_tokens(text)))


def _may_be_a_body(field: str, understanding: Understanding) -> bool:
    """Whether who runs an aid may be told as a body: not where a person's name is asked."""
    by_name = _BY_NAME.search(folded_text(understanding.text)) is not None
    return field == "operator" and bool(understanding.schemes) and not by_name


def about(unit: Unit, understanding: Understanding) -> bool:
    """Whether a unit, its passage or its headings name one of the schemes asked about; True when none is."""
    if not understanding.schemes:
        return True
    place = folded_text(" ".join((unit.title, *unit.passage.heading, unit.passage.text)))
    return any(mentions(place, scheme) for scheme in understanding.schemes)


def measured(units: Sequence[Unit], found: Asked, embed: Embed) -> list[Unit]:
    """The units most worth it, best first, with their cosines to the question and its parts."""
    shortlist = sorted(units, key=lambda u: (-(u.coverage + 0.2 * u.expected + 0.5 * u.attribute), u.rank))[
        :UNITS_EMBEDDED
    ]
    if not shortlist:
        return []
    vectors = embed([with_heading(unit) for unit in shortlist])
    plain, bent = (vectors @ found.vectors[0]).tolist(), (vectors @ found.towards.T).tolist()
    scored = []
    for unit, similarity, row in zip(shortlist, plain, bent, strict=True):
        known = replace(unit, similarity=similarity, near=row[0], similarities=tuple(row[1:] or row[:1]))
        scored.append(replace(known, score=score_of(known, known.near)))
    return sorted(scored, key=lambda u: (-u.score, u.rank, u.start))


def with_heading(unit: Unit) -> str:
    """What is embedded of a unit: its nearest heading and itself."""
    return embedded(unit.passage, unit.text)


def embedded(passage: Passage, sentence: str) -> str:
    """What is embedded of a sentence of a passage."""
    return " : ".join((*passage.heading[-1:], sentence))


def score_of(unit: Unit, near: float) -> float:
    """How well a unit answers: cosine stretched to 0..1 over the range it takes, words, expected type, rank.

    Weights tried by hand on nine sets of questions, each with an adapter that had not seen it (docs/measurements.md).
    """
    stretched = min(1.0, max(0.0, (near - 0.6) / 0.3))  # of a unit that answers, 0.76 to 0.86 with the adapter
    rank = 1 / (1 + unit.rank / 3)
    typed = 0.15 * unit.expected + 0.25 * unit.attribute
    announces = 0.08 * unit.text.rstrip().endswith(":")  # "il propose :" says nothing itself
    return 0.80 * stretched + 0.20 * unit.coverage + 0.10 * unit.own + typed + 0.10 * rank - announces
