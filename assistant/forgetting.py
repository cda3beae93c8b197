"""What a person takes back: a part of the profile that stays unknown, whatever the messages say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.answers import GivenProfile, Question
from assistant.territories import places

if TYPE_CHECKING:
    from assistant.profiles import Profile

FORGOTTEN: Final = "–"  # given in place of a part: nobody writes it of a company


def forgotten(profile: Profile, given: GivenProfile) -> Profile:
    """The profile without the parts given as FORGOTTEN."""
    if given.region == FORGOTTEN:
        profile = replace(profile, regions=(), places=())
    if given.size == FORGOTTEN:
        profile = replace(profile, sizes=frozenset(), headcount=None, turnover=None)
    if given.sector == FORGOTTEN:
        profile = replace(profile, sectors=frozenset())
    return replace(profile, needs=frozenset()) if given.need == FORGOTTEN else profile


def territory_taken_back(question: Question) -> bool:
    """Whether where the asker is was taken back, and no place said since."""
    last = question.said_since[0] == 0 or not places(question.text)
    return question.profile.region == FORGOTTEN and last
