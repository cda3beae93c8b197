"""Whether an aid is open, a plan adopted, one or the other still there: its fiche says what the documents attest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant import aids
from assistant.answers import Match
from assistant.cues import folded_text, heard
from assistant.endings import Context, Ending
from assistant.evidence import Unit
from assistant.telling import standing_of, told_of
from ingest.fiches import STATE_WORDS
from ingest.schemes import Scheme

ASKED_WITH = frozenset({"dates", "how_to_apply", "audience"})  # attributes asked in the same breath
OTHERWISE = frozenset({None, "yes_no", "explanation", "where"})  # types of answer a question on a state may have
_PLAN = re.compile(  # "le plan de l'Occitanie", not "le plan de formation"
    r"\b(?:le|du|ce|the|quel) (?:\w+ )?plan\b(?! d(?:e |u |es |')(?!la region|l'|occit|paca|provence|pays|region|ia\b|intelligence))"
)
MOST = 2  # schemes whose states are told at once
WORDS = 86  # a fact takes 90


def state_told(context: Context) -> Ending | None:
    """The states of the schemes whose state is asked about, each with its dates; nothing for any other question."""
    understanding = context.understanding
    asked = understanding.intent in ("fact", "comparison") and heard("state", folded_text(understanding.text))
    schemes = understanding.schemes or _plan_of_region(context)
    several = len(understanding.parts) > 1 and not all(part.side for part in understanding.parts)
    if not asked or several or not 0 < len(schemes) <= MOST:
        return None
    if understanding.expected not in OTHERWISE or set(understanding.fields) - ASKED_WITH:
        return None
    by_id = {match.id: match for match in context.matches}
    said = [(by_id[s.id], _standing(context, by_id[s.id])) for s in schemes if s.id in by_id]
    if not said or not all(units for _, units in said):
        return None
    composed = aids.said(said, context.found.documents, even=True, most=WORDS)
    over = any(match.verdict == "closed" for match, _ in said)  # a last day that is past since the sources were read
    text = f"{composed.text}\n{context.wording.say('over')}" if over else composed.text
    return Ending("answered", None, replace(composed, text=text), tuple(match for match, _ in said))


def _standing(context: Context, match: Match) -> list[Unit]:
    """What tells the state of a scheme, then its dates; of one that is over, its dates alone."""
    standing = standing_of(context, match)
    dates = told_of(context, match, 3, ["deadline", "dates", *context.understanding.fields])
    if match.verdict != "closed" or any(STATE_WORDS["ended"] in unit.text for unit in standing):
        return list(dict.fromkeys([*standing, *dates]))[:3] if standing else []
    return [unit for unit in dates if unit not in standing][:2]


def _plan_of_region(context: Context) -> Sequence[Scheme]:
    """The plan of the one region that a question on "le plan" names."""
    if _PLAN.search(folded_text(context.understanding.text)) is None or len(context.about_regions) != 1:
        return ()
    return [s for s in context.schemes if s.kind == "plan" and set(context.about_regions) & set(s.regions)][:1]
