"""Whether an aid is open, a plan adopted, one or the other still there: its fiche says what the documents attest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import aids
from assistant.answers import Match
from assistant.cues import folded_text, heard
from assistant.endings import Context, Ending
from assistant.telling import standing_of, told_of
from ingest.schemes import Scheme

ASKED_WITH = frozenset({"dates", "how_to_apply", "audience"})  # attributes asked in the same breath
OTHERWISE = frozenset({None, "yes_no", "explanation", "where"})  # types of answer a question on a state may have
_PLAN = re.compile(r"\b(?:le|du|ce|the|quel) (?:\w+ )?plan\b")
WORDS = 86  # a fact takes 90


def state_told(context: Context) -> Ending | None:
    """The state of the one scheme whose state is asked about, with its dates; nothing for any other question."""
    understanding = context.understanding
    asked = understanding.intent == "fact" and heard("state", folded_text(understanding.text))
    schemes = understanding.schemes or _plan_of_region(context)
    if not asked or len(schemes) != 1 or len(understanding.parts) > 1:
        return None
    if understanding.expected not in OTHERWISE or set(understanding.fields) - ASKED_WITH:
        return None
    match = next((m for m in context.matches if m.id == schemes[0].id), None)
    return _ending(context, match) if match is not None else None


def _plan_of_region(context: Context) -> Sequence[Scheme]:
    """The plan of the one region that a question on "le plan" names."""
    if _PLAN.search(folded_text(context.understanding.text)) is None or len(context.about_regions) != 1:
        return ()
    return [s for s in context.schemes if s.kind == "plan" and set(context.about_regions) & set(s.regions)][:1]


def _ending(context: Context, match: Match) -> Ending | None:
    standing = standing_of(context, match)
    if not standing:
        return None
    dates = told_of(context, match, 3, ["dates", *context.understanding.fields])
    units = list(dict.fromkeys([*standing, *dates]))[:3]
    composed = aids.said([(match, units)], context.found.documents, most=WORDS)
    return Ending("answered", None, composed, (match,))
