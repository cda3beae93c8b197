"""Whose region an aid must be of: nobody is told of the aid of another region."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.cues import folded_text, heard
from assistant.evidence import Unit
from assistant.folding import fold
from assistant.profiles import Profile
from assistant.territories import Place, region_label
from assistant.understanding import Understanding

ASKS_AID = ("which_aid", "schemes_listed", "aid")  # cues of someone who asks for an aid


def aid_regions(understanding: Understanding, profile: Profile, said: Sequence[Place]) -> frozenset[str]:
    """The COG codes of the regions of those for whom an aid is asked, by a town or a region; none where no aid is, or where
    a scheme is named, which is answered by its own fiche."""
    if understanding.schemes or understanding.intent == "comparison":
        return frozenset()
    folded = folded_text(understanding.text)
    asks = understanding.intent == "which_aid" or any(heard(cue, folded) for cue in ASKS_AID)
    if not (asks or profile.sizes):
        return frozenset()
    return frozenset(profile.regions) or frozenset(place.code for place in said if place.code)


def asks_for_access(understanding: Understanding, said: Sequence[Place]) -> bool:
    """Whether it asks if a scheme named may be had in a place that it says, or by its asker who says where he is."""
    aids = any(scheme.kind != "plan" for scheme in understanding.schemes)
    placed = any(place.code for place in said)
    return aids and placed and (understanding.first_person or heard("access", folded_text(understanding.text)))


def of_another_region(unit: Unit, own: Collection[str], said: Collection[str]) -> bool:
    """Whether a unit comes from a document of a region that is none of `own`, and names neither one of them nor a place
    said. Never where `own` is empty; documents of the whole country and of Europe are everybody's."""
    if not own or not (unit.region or "").startswith("REG-") or unit.region in own:
        return False
    told = fold(" ".join((*unit.passage.heading, unit.text)))
    names = (fold(name) for name in (*said, *map(region_label, own)))
    return not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told) for name in names)
