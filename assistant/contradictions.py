"""What was given of a company and what its words say instead: where it is, its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.answers import GivenProfile, Question, Turn
from assistant.profiles import Profile, understand_profile
from assistant.reasons import company_said
from assistant.sizes import APART, CLASSES
from ingest.catalogue import Vocabulary


@dataclass(frozen=True, slots=True)
class Outweighed:
    """A part given that the words of a question outweigh: what was given, what the answer went by, as it is told and as
    a field says it; whether later questions go by it too, or by what was given."""

    given: str
    told: str
    field: str
    lasting: bool


def contradictions(given: GivenProfile, apart: Profile, written: Profile) -> tuple[tuple[str, str], ...]:
    """What was given, and what the text says instead; `apart` is what is given understood, `written` the text alone."""
    return tuple((getattr(given, name), _told(name, written)) for name in _parts(given, apart, written))


def outweighed(question: Question, vocabulary: Vocabulary) -> Mapping[str, Outweighed]:
    """The parts given with a question that its words outweigh, or those of the questions before it."""
    given, since = question.profile, question.said_since
    if not (given.region or given.size):
        return {}
    apart = understand_profile("", given, (), vocabulary)
    now = understand_profile(question.text, given, question.history, vocabulary, said_since=since)
    history = (*question.history, Turn("user", question.text))
    later = understand_profile("", given, history, vocabulary, said_since=tuple(age + 1 for age in since))
    lasting = _parts(given, apart, later)
    return {
        name: Outweighed(getattr(given, name), _told(name, now), _field(name, now), name in lasting)
        for name in _parts(given, apart, now)
    }


def _parts(given: GivenProfile, apart: Profile, other: Profile) -> tuple[str, ...]:
    """The parts given that another profile says otherwise."""
    found = []
    if given.region and _apart(frozenset(apart.regions), frozenset(other.regions)):
        found.append("region")
    settled = frozenset({*CLASSES, *APART})
    if given.size and _apart(apart.sizes & settled, other.sizes & settled):
        found.append("size")
    return tuple(found)


def _told(name: str, profile: Profile) -> str:
    return ", ".join(profile.places) if name == "region" else company_said(profile)["size"] or ""


def _field(name: str, profile: Profile) -> str:
    """A part as the field of a form says it, which reads a headcount and a label alike, one at a time."""
    if name == "region":
        return " ; ".join(profile.places)
    return str(profile.headcount or company_said(replace(profile, headcount=None))["size"] or "")


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)
