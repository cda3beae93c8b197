"""Whether the evidence holds the answer: a decision of its own, taken before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.counted import in_french
from assistant.cues import folded_text, heard, says_field
from assistant.evidence import Unit, about, answers_type, held_by, share
from assistant.folding import fold
from assistant.naming import names_in
from assistant.parts import Part
from assistant.understanding import Understanding
from assistant.values import holds
from assistant.wording import load_cues
from index.tokens import content_tokens
from ingest.schemes import Field

# Types whose value has a form of its own, so that its absence is a proof.
FORMED = frozenset(
    {
        "amount",
        "percent",
        "share",
        "count",
        "figure",
        "date",
        "duration",
        "frequency",
        "phone",
        "email",
        "contact",
        "person",
        "town",
    }
) | frozenset(load_cues()["values"])
# Attributes for which nothing else can stand: asked, they are said or they are not.
HARD = ("cumulation", "deadline", "contact", "rate", "cost", "amount_per_company", "conditions", "results")
# Thresholds chosen on the development set; docs/measurements.md has the curve of answers held back against each.
LOW_SIMILARITY = 0.845
LOW_TOGETHER = 0.30
LOW_NAMES = 0.60
_FUTURE = re.compile(
    r"\b(?:\w+(?:era|eront|erait|eraient|ira|iront)|sera|seront|permettra|pourra|devra|engagera|doit|doivent|prevoi\w*|envisage\w*|ambitionn\w*|vise(?:nt)?|objectifs?)\b"
)


@dataclass(frozen=True, slots=True)
class Support:
    """What the decision looks at; shares in 0..1, `similarity` a cosine."""

    similarity: float  # best cosine of a unit kept
    coverage: float  # best idf share of the question's terms by a unit with its headings
    together: float  # idf share of the question's terms that the units kept hold between them, headings included
    names: float  # share of the names in the question that stand in the passages kept; 1 when it names nothing
    expected: bool  # a unit kept holds a value of the expected type
    attribute: bool  # a unit kept says the attribute asked about, of the scheme asked about
    subject: bool  # a unit kept, or what stands around it, names the scheme asked about
    known: float  # idf share of the question's terms that the whole index knows
    things: bool  # the index knows what the things counted are made of ("places de crèche")
    place: bool  # the region the question is about, when the index does not cover it, is named beside a value
    asked: bool  # the very thing whose amount or share is asked stands in or around a unit kept
    region: bool  # a value kept is of the region the question is about
    qualified: bool  # the qualifiers of the amount asked ("par mois", "maximum") stand beside a value kept
    asked_known: float  # as `known`, for the terms of the sentences that ask
    asked_together: float  # as `together`, for the same
    required: (
        bool  # what a source must say in certain words (who won, "mesure 12") stands in a unit kept or its headings
    )
    done: bool  # asked of something already done, the evidence does not speak of it as to come
    focus: bool  # the things of a named scheme asked for ("quels sont les lauréats de…") stand in the evidence


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer, and if not the contract's reason; `failed` names what decided."""

    answer: bool
    reason: str
    failed: tuple[str, ...]
    support: Support


_OF_FRANCE = re.compile(r"\b(?:en france|la france|francais(?:e|es)?|national(?:e|es)?|l'hexagone)\b")


def support(
    understanding: Understanding,
    kept: Sequence[Unit],
    idf: Callable[[str], float],
    frequency: Callable[[str], int],
    *,
    own_places: Collection[str] = (),
    elsewhere: Collection[str] = (),
    regions: Mapping[str, str] | None = None,
    region_of_doc: Mapping[str, str | None] | None = None,
) -> Support:
    """The features of a decision over the units kept.

    `own_places` are the places said, which the names leave out; `elsewhere` the names of regions that no source covers;
    `regions` the code and label of those the question is about; `region_of_doc` the region of each document.
    """
    terms = understanding.terms
    around = {t for u in kept for t in content_tokens(" ".join((u.title, *u.passage.heading, u.passage.text)))}
    held = dict.fromkeys(around, 0.5) | held_by(
        {t for u in kept for t in content_tokens(" ".join((u.title, *u.passage.heading, u.text)))}
    )
    skipped = {t for place in own_places for t in content_tokens(place)}
    read = in_french if understanding.language == "en" else str  # "French SMEs" stands in French in the sources
    names = [t for name in names_in(understanding.text) for t in content_tokens(read(name)) if t not in skipped]
    formed = [part for part in understanding.parts if part.expected in FORMED]
    return Support(
        similarity=max((u.similarity for u in kept), default=0.0),
        coverage=max((u.coverage for u in kept), default=0.0),
        together=share(terms, held, idf),
        names=share(names, held_by(around), idf) if names else 1.0,
        expected=not formed or len(missing_parts(understanding, kept)) < len(formed),
        attribute=_says_attribute(understanding, kept),
        subject=any(about(u, understanding) for u in kept),
        things=not understanding.counted_of or any(map(frequency, understanding.counted_of)),
        known=share(terms, held_by({t for t in terms if frequency(t)}), idf),
        place=not elsewhere or any(_of_place(u, elsewhere, understanding) for u in kept),
        region=not (regions and all(part.regions for part in formed) and formed)
        or any(u.expected and _of_region(u, regions, region_of_doc) for u in kept),
        qualified=all(any(re.search(q, fold(u.text)) and u.expected for u in kept) for q in understanding.qualifiers)
        or not formed,
        required=all(any(re.search(r, _whole(u)) for u in kept) for r in understanding.required),
        asked_known=share(
            understanding.asked_terms, held_by({t for t in understanding.asked_terms if frequency(t)}), idf
        )
        if understanding.asked_terms
        else 1.0,
        asked_together=share(understanding.asked_terms, held, idf) if understanding.asked_terms else 1.0,
        asked=understanding.language != "fr"
        or not understanding.measured
        or bool(set(understanding.measured) & around),
        done=not understanding.done or _speaks_of_done(kept, bool(formed)),
        focus=_focus_held(understanding, around),
    )


def missing_parts(understanding: Understanding, kept: Sequence[Unit]) -> list[Part]:
    """The parts that expect a value of a form of its own which no unit kept about the subject holds."""
    return [
        part
        for part in understanding.parts
        if part.expected in FORMED
        and not any(
            answers_type(part, understanding, u.text, u.passage.heading) and about(u, understanding) for u in kept
        )
    ]


def unsaid_parts(understanding: Understanding, kept: Sequence[Unit]) -> list[Part]:
    """The parts that may be said to be missing: no unit kept holds a value of their form at all. Of a count, that what
    is counted goes by another name ("étapes", "phases") proves nothing where there is a number."""
    forms = {part.asked: "figure" if part.expected == "count" else part.expected for part in understanding.parts}
    return [
        part
        for part in missing_parts(understanding, kept)
        if not any(holds(forms[part.asked] or "figure", unit.text) for unit in kept)
    ]


def _whole(unit: Unit) -> str:
    return folded_text(" ".join((*unit.passage.heading, unit.text)))


def _speaks_of_done(kept: Sequence[Unit], formed: bool) -> bool:
    """Whether what is kept, and the values asked in it, are not all of something to come."""
    values = [u for u in kept if u.expected] if formed else []
    return not any(found and all(speaks_of_to_come(u.text) for u in found) for found in (kept[:2], values))


def speaks_of_to_come(text: str) -> bool:
    """Whether a sentence tells of something planned, hoped for or due, by its tense or its verbs."""
    return _FUTURE.search(fold(text)) is not None


_FOCUS = re.compile(r"\b(?:quel(?:le)?s (?:sont|etaient|seront)|what are|who are) (?:les|ses|leurs|the) ([a-z][\w-]+)")


def _focus_held(understanding: Understanding, around: Collection[str]) -> bool:
    match = _FOCUS.search(fold(understanding.text))
    wanted = content_tokens(match[1]) if match and understanding.schemes and understanding.language == "fr" else ()
    return not wanted or bool(set(wanted) & set(around))


def _of_region(unit: Unit, regions: Mapping[str, str], region_of_doc: Mapping[str, str | None] | None) -> bool:
    around = fold(" ".join((*unit.passage.heading, unit.text)))
    if any(fold(label) in around for label in regions.values()):
        return True
    own = (region_of_doc or {}).get(unit.passage.doc) in regions
    return own and _OF_FRANCE.search(fold(unit.text)) is None  # a document of a region tells of the country as well


def _of_place(unit: Unit, places: Collection[str], understanding: Understanding) -> bool:
    """Whether a unit answers of a place that no source covers: its plan or its aids are named beside it, when asked of."""
    text = folded_text(unit.text)
    named = unit.expected and unit.own >= 0.5 and any(fold(place) in text for place in places)
    return named and (heard("region_things", text) or not heard("region_things", folded_text(understanding.text)))


def _says_attribute(understanding: Understanding, kept: Sequence[Unit]) -> bool:
    """True when nothing of the kind is asked; the fact of the fiche; else a source that says it in its own words.

    Where the catalogue knows that its sources are silent on the attribute, a fiche or a digest cannot say it.
    """
    if not (understanding.schemes and understanding.fields):
        return True
    if any(u.attribute for u in kept):
        return True
    hard = [field for field in understanding.fields if field in HARD]
    wanted = hard[:1] or list(understanding.fields)
    return any(_said(field, understanding, kept) for field in wanted)


def _said(field: Field, understanding: Understanding, kept: Sequence[Unit]) -> bool:
    silent = all(field in scheme.silent_on for scheme in understanding.schemes)
    expected = next((p.expected for p in understanding.parts if p.expected in FORMED), None)
    for unit in kept:
        if silent and unit.passage.doc.startswith(("fiche-", "dossier-")):
            continue
        typed = expected is None or holds(expected, unit.text) or field in ("cost", "how_to_apply", "operator")
        if about(unit, understanding) and says_field(field, unit.text) and typed:
            return True
    return False


def decide(understanding: Understanding, measures: Support) -> Decision:
    """To answer, the evidence must speak of the subject and the attribute asked about, hold the type of value
    expected, know the names in the question, and be close enough to it."""
    checks = {
        "words": (measures.known > 0 and measures.things) or understanding.language != "fr",
        "expected": measures.expected,
        "subject": measures.subject,
        "attribute": measures.attribute,
        "names": bool(understanding.schemes) or measures.names >= LOW_NAMES or measures.together >= 0.6,
        "similarity": bool(understanding.schemes) or measures.similarity >= LOW_SIMILARITY or measures.together >= 0.5,
        "unknown_words": understanding.language != "fr" or measures.known >= 0.35 or measures.together >= LOW_TOGETHER,
        "asked_words": bool(understanding.schemes) or measures.asked_known >= 0.6 or measures.asked_together >= 0.35,
        "region": measures.region,
        "qualified": measures.qualified,
        "place": measures.place,
        "required": measures.required,
        "done": measures.done,
        "asked": measures.asked,
        "focus": measures.focus,
    }
    failed = tuple(name for name, held in checks.items() if not held)
    return Decision(not failed, "not_in_documents" if failed else "", failed, measures)
