"""What a form says of a company and the words beside it contradict: where it is, its size."""

from __future__ import annotations

from assistant.answers import GivenProfile
from assistant.profiles import Profile
from assistant.reasons import company_said
from assistant.sizes import APART, CLASSES


def contradictions(given: GivenProfile, apart: Profile, written: Profile) -> tuple[tuple[str, str], ...]:
    """What was given, and what the text says instead; `apart` is what is given understood, `written` the text alone."""
    found: list[tuple[str, str]] = []
    if given.region and _apart(frozenset(apart.regions), frozenset(written.regions)):
        found.append((given.region, ", ".join(written.places)))
    settled = frozenset({*CLASSES, *APART})
    if given.size and _apart(apart.sizes & settled, written.sizes & settled):
        found.append((given.size, company_said(written)["size"] or ""))
    return tuple(found)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)
