"""The nouns of composition: the Context of a question and its Ending; and the ending that abstains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import Match, Status
from assistant.cues import folded_text, heard
from assistant.evidence import Embed, Unit
from assistant.gazetteer import REGIONS
from assistant.given import Found
from assistant.profiles import Profile
from assistant.quoting import Composed
from assistant.selection import SELECTION, Selection
from assistant.sufficiency import Decision
from assistant.territories import region_label
from assistant.understanding import Understanding
from assistant.wording import Wording
from index.store import Index
from ingest.schemes import Field, Scheme

MONEY = ("amount", "amount_per_company", "cost", "rate")
OTHER_THAN_MONEY = ("count", "date", "duration", "frequency", "who", "where")  # "combien d'entreprises" is no budget


@dataclass(frozen=True, slots=True)
class Context:
    """All that the last steps need: the question understood, who asks, what was found, what fits."""

    understanding: Understanding
    profile: Profile
    matches: Sequence[Match]
    schemes: Sequence[Scheme]
    found: Found
    given: bool  # the passages came with the question: nothing else may be drawn on
    own_places: Sequence[str]
    elsewhere: Sequence[str]
    about_regions: Mapping[str, str]  # code and label of the regions a fact is asked of; none for a named scheme
    own_regions: frozenset[str]  # of whom an aid is asked for: those of other regions are not theirs; empty otherwise
    places: Sequence[str]  # COG codes of the regions of the company, else of the question
    index: Index
    embed: Embed
    wording: Wording
    next_question: str | None
    place_taken_back: bool = False  # an aid is asked for a place that was taken back, and no other said since
    select: Selection = SELECTION


@dataclass(frozen=True, slots=True)
class Ending:
    """How a question ends. `units` is the evidence a generator may write from; empty when it has nothing to add."""

    status: Status
    reason: str | None
    composed: Composed
    schemes: tuple[Match, ...] = ()
    follow_ups: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    decision: Decision | None = None


def named_matches(context: Context) -> tuple[Match, ...]:
    named = {scheme.id for scheme in context.understanding.schemes}
    return tuple(m for m in context.matches if m.id in named)[:5]


def attributes_asked(understanding: Understanding) -> list[Field]:
    """The attributes of a scheme that are asked: "combien d'entreprises" asks for no budget."""
    counted = understanding.expected in OTHER_THAN_MONEY
    return [field for field in understanding.fields if not (counted and field in MONEY)]


def attribute_unsaid(context: Context) -> str:
    """That the documents do not tell the attribute asked of a scheme named; empty where none is."""
    wording, understanding = context.wording, context.understanding
    fields = attributes_asked(understanding)
    if not (understanding.schemes and fields) or any(f.field == fields[0] for f in understanding.schemes[0].facts):
        return ""
    return field_unsaid(wording, understanding.schemes[0], fields[0])


def field_unsaid(wording: Wording, scheme: Scheme, field: Field) -> str:
    """That the documents do not tell this attribute of a scheme, by a name without figures: none is written unproved."""
    bare = (name for name in (scheme.name, *scheme.aliases) if not re.search(r"(?<!\w)\d", name))
    return wording.say("abstained_field", field=wording.fields[field], scheme=wording.quoted(next(bare, scheme.name)))


def region_unknown(context: Context) -> str:
    """That no document covers the regions asked about, and which they cover."""
    known = sorted({region_label(info.region) for info in context.index.documents.values() if info.region in REGIONS})
    wording = context.wording
    covered = wording.say("covered", regions=", ".join(known)) if known else ""
    return wording.say("abstained_region", region=", ".join(context.elsewhere), covered=covered)


def abstained(context: Context, reason: str, kept: Sequence[Unit], decision: Decision | None = None) -> Ending:
    """What the documents do not say, what was searched, and whom they name to ask. No citation is offered as proof."""
    wording, schemes = context.wording, context.understanding.schemes
    first = attribute_unsaid(context)
    if context.elsewhere and heard("region_things", folded_text(context.understanding.text)):
        first = region_unknown(context)
    elif not first and schemes:
        first = wording.say("abstained", about=wording.say("abstained_about", subject=wording.quoted(schemes[0].name)))
    elif not first:
        first = wording.say("abstained", about="")
    docs = [hit.passage.doc for hit in context.found.hits if hit.passage.doc in context.found.documents]
    searched = wording.texts["between"].join(
        list(dict.fromkeys(context.found.documents[doc].title for doc in docs))[:3]
    )
    lines = [first]
    if searched:
        lines.append(wording.say("searched", documents=searched))
    lines.append(_whom_to_ask(wording, schemes))
    return Ending("abstained", reason, Composed(" ".join(lines), (), ()), named_matches(context), (), (), decision)


def _whom_to_ask(wording: Wording, schemes: Sequence[Scheme]) -> str:
    for scheme in schemes:
        for name in ("prescribers", "operator", "how_to_apply", "contact"):
            for fact in scheme.facts:
                if fact.field == name:
                    return wording.say("ask_operator", operator=fact.text.rstrip("."))
    return wording.say("ask_nobody")
