"""The endings that speak of aids: which fit, which is ruled out and why, those of a region, several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant import aids, english
from assistant.answers import Match
from assistant.belonging import asks_for_access
from assistant.cues import folded_text, heard
from assistant.eligibility import EVERYWHERE, QUESTIONS
from assistant.endings import Context, Ending, attributes_asked, field_unsaid, region_unknown
from assistant.naming import schemes_named
from assistant.quoting import Composed
from assistant.telling import tells, told_of
from assistant.territories import places
from assistant.understanding import Understanding
from ingest.schemes import Scheme

ASKED = 3  # sentences of each scheme compared on one attribute
ATTESTED = ("open", "running")
RULED_OUT_WORDS = 90  # a premise corrected takes 110 words


def aid_instead(context: Context) -> Ending | None:
    """A company that describes itself and its need, where no fact answers: the schemes that fit it."""
    understanding, profile = context.understanding, context.profile
    asked = understanding.first_person and not (understanding.schemes or understanding.fields or understanding.no_aid)
    return _proposed(context) if asked and profile.needs and (profile.sizes or profile.sectors) else None


def ruled_out(context: Context) -> Ending | None:
    """Someone asks for a named scheme that a criterion rules out: said first, then what may fit instead."""
    named = {scheme.id for scheme in context.understanding.schemes}
    known = context.profile.regions or context.profile.sizes
    of_access = {"how_to_apply", "audience"} & set(context.understanding.fields)
    asks = context.understanding.intent == "which_aid" or bool(of_access)
    asks = asks or asks_for_access(context.understanding, places(context.understanding.text))
    if not (named and known and asks and context.understanding.intent != "comparison"):
        return None
    refused = [m for m in context.matches if m.id in named and m.verdict == "not_eligible"]
    if not refused or any(m.id in named and m.verdict in aids.OPEN_VERDICTS for m in context.matches):
        return None
    instead = aids.proposed([m for m in context.matches if m.id not in named], {}, most=2)
    failing = {k.name for m in refused for k in m.criteria if k.verdict == "no"}
    cues = {"size": "audience", "region": "purpose", "sector": "conditions", "need": "purpose"}
    said = [(m, told_of(context, m, 3, [cues[name] for name in failing], head=True)) for m in refused[:1]]
    said += [(m, told_of(context, m, 2, [])) for m in instead[:1]]
    composed = aids.said(said, context.found.documents, most=RULED_OUT_WORDS)
    if not composed.sentences:
        return None
    follow_ups = tuple(reason for m in refused for reason in m.reasons)
    return Ending("answered", None, composed, (*instead, *refused)[:5], follow_ups[:3])


def which_aid(context: Context) -> Ending | None:
    """The schemes that fit the company described, said from their fiches."""
    understanding, profile = context.understanding, context.profile
    described = profile.regions and (profile.sizes or profile.sectors) and not understanding.schemes
    asked = understanding.intent == "fact" and described and not understanding.no_aid
    asked = asked and heard("which_aid", folded_text(understanding.text))
    if not (understanding.first_person or profile.sizes or profile.sectors or profile.needs):
        listed = _listed(context)  # "quels dispositifs sont ouverts en région Sud ?"
        if listed is not None:
            return listed
    return _proposed(context) if understanding.intent == "which_aid" or asked else None


def _proposed(context: Context) -> Ending | None:
    fitting = aids.proposed(_standing(context), _needs_served(context), regions=_regions_served(context))
    if not fitting:
        return None
    attributes = attributes_asked(context.understanding)
    said = [(m, told_of(context, m, 5 if rank == 0 else 3, attributes, head=True)) for rank, m in enumerate(fitting)]
    most = aids.ALL_WORDS if context.understanding.language == "fr" else aids.FRAMED_WORDS
    composed = aids.said(said, context.found.documents, most=most)
    if not composed.sentences:
        return None
    best = max(m.score for m in fitting)
    near = (m for m in _standing(context) if m.verdict in aids.OPEN_VERDICTS and m.score >= aids.BESIDE * best)
    shown = (*fitting, *(m for m in near if m not in fitting))[:5]
    question = (context.next_question,) if context.next_question else ()
    if not context.profile.regions and context.next_question:
        asked = Composed(f"{composed.text}\n{context.next_question}", composed.sentences, composed.citations)
        return Ending("clarify", "missing_profile", asked, shown, question)
    return Ending("answered", None, composed, shown, question)


def _standing(context: Context) -> Sequence[Match]:
    """The aids matched; of those asked for as open now, the ones that the documents say are, where there is one."""
    asked = heard("open_now", folded_text(context.understanding.text))
    standing = [m for m in context.matches if m.state in ATTESTED and m.verdict in aids.OPEN_VERDICTS]
    return standing if asked and standing else context.matches


def _needs_served(context: Context) -> dict[str, frozenset[str]]:
    """By scheme, the needs of the company that its criteria list."""
    return {
        scheme.id: context.profile.needs & set(criterion.allowed or ())
        for scheme in context.schemes
        for criterion in scheme.criteria
        if criterion.name == "need"
    }


def _regions_served(context: Context) -> dict[str, frozenset[str]]:
    """By scheme, the regions of a company at several sites that it is open to; nothing for a company at one."""
    sites = frozenset(context.profile.regions)
    return {s.id: sites & set(s.regions) for s in context.schemes} if len(sites) > 1 else {}


def uncovered(context: Context) -> Ending | None:
    """The aids of a region that no source covers: said plainly, the national and European ones shown beside."""
    understanding = context.understanding
    folded = folded_text(understanding.text)
    provides = any(f"la region {folded_text(name)}" in folded for name in context.elsewhere)
    described = understanding.first_person or context.profile.sizes or context.profile.sectors
    of_asker = understanding.intent == "which_aid" and bool(described)
    of_asker = of_asker and not (provides and heard("provides", folded))
    listed = heard("schemes_listed", folded) or understanding.intent == "which_aid"
    if not context.elsewhere or of_asker or not listed:
        return None
    said = region_unknown(context)
    wider = {s.id for s in context.schemes if EVERYWHERE & set(s.regions) and s.kind != "plan"}
    shown = tuple(m for m in context.matches if m.id in wider and m.verdict in aids.OPEN_VERDICTS)[:5]
    return Ending("abstained", "not_in_documents", Composed(said, (), ()), shown)


def schemes_listed(context: Context) -> Ending | None:
    """All the schemes of a region, when they are what is asked for."""
    return _listed(context) if context.understanding.intent == "list" else None


def _listed(context: Context) -> Ending | None:
    """The schemes of a region, a line each; those set aside ("à part…") are left out."""
    understanding = context.understanding
    if not heard("schemes_listed", folded_text(understanding.text)) or not context.places:
        return None
    aside = {scheme.id for scheme in understanding.schemes}
    ids = {
        s.id for s in context.schemes if s.id not in aside and s.kind != "plan" and set(s.regions) & set(context.places)
    }
    fitting = [m for m in _standing(context) if m.id in ids and m.verdict in aids.OPEN_VERDICTS][: aids.LISTED]
    if len(fitting) < 2:
        return None
    said = [(m, told_of(context, m, 1, [])) for m in fitting]
    composed = aids.listed(said, context.found.documents)
    return Ending("answered", None, composed, tuple(fitting[:5])) if composed.sentences else None


def everywhere(context: Context) -> Ending | None:
    """The aids of a place that was taken back since: those of the whole country and of the Union, and the question of
    where. A fact asked of an aid has its answer, a company described the aids that may fit it."""
    understanding, profile = context.understanding, context.profile
    fact = understanding.schemes or understanding.fields or understanding.expected
    described = understanding.intent == "which_aid" and (profile.sizes or profile.sectors or profile.needs)
    if not context.place_taken_back or fact or described:
        return None
    wider = {s.id for s in context.schemes if EVERYWHERE & set(s.regions) and s.kind != "plan"}
    fitting = [m for m in context.matches if m.id in wider and m.verdict in aids.OPEN_VERDICTS][: aids.LISTED]
    composed = aids.listed([(m, told_of(context, m, 1, [])) for m in fitting], context.found.documents)
    where = english.asked(QUESTIONS["region"], context.wording) or QUESTIONS["region"]
    text = f"{composed.text}\n{context.wording.say('everywhere')}\n{where}" if composed.sentences else where
    return Ending("clarify", "missing_profile", replace(composed, text=text), tuple(fitting[:5]), (where,))


def compared(context: Context) -> Ending | None:
    """Two or more schemes side by side: what each fiche says of the attribute asked about, or that none of them says it."""
    understanding = context.understanding
    by_id = {m.id: m for m in context.matches}
    named = [s for s in understanding.schemes if s.id in by_id]
    sides = ([s for s in named if s.kind != "plan"] or named)[:3]  # two plans, or two aids of one
    asked = attributes_asked(understanding)
    fields = [field for field in asked if any(tells(context, s.id, field) for s in sides)]
    if understanding.intent == "comparison" and len(sides) > 1 and asked and not fields:
        unsaid = [field_unsaid(context.wording, side, asked[0]) for side in sides if asked[0] in side.silent_on]
        if len(unsaid) == len(sides):
            shown = tuple(by_id[side.id] for side in sides)
            return Ending("abstained", "not_in_documents", Composed(" ".join(unsaid), (), ()), shown)
    beside = understanding.intent == "comparison" or (fields and _each_asked(understanding, sides))
    if len(sides) < 2 or not beside:
        return None
    of_each = {
        s.id: [f for f in fields if tells(context, s.id, f)] or ["audience", "purpose", "duration"] for s in sides
    }
    most = ASKED + len(fields) - 1 if fields else 5
    said = [(by_id[s.id], told_of(context, by_id[s.id], most, of_each[s.id])) for s in sides]
    silent = [(s, field) for s in sides for field in fields if field in s.silent_on]
    mute = {s.id for s in sides if fields and all(field in s.silent_on for field in fields)}
    told = [(match, units) for match, units in said if match.id not in mute]
    words = aids.ALL_WORDS if understanding.language == "fr" else aids.FRAMED_WORDS
    composed = aids.said(told, context.found.documents, even=True, most=words)
    if not composed.sentences:
        return None
    shown = tuple(match for match, _ in said)
    if not silent:
        return Ending("answered", None, composed, shown)
    lines = [field_unsaid(context.wording, scheme, field) for scheme, field in silent]
    partly = replace(composed, text="\n".join((composed.text, *lines)))
    return Ending("partial", "not_in_documents", partly, shown)


def _each_asked(understanding: Understanding, sides: Sequence[Scheme]) -> bool:
    """Whether a question has a part for each of the schemes it names."""
    parts = [schemes_named(part.text, sides) for part in understanding.parts]
    return understanding.intent in ("fact", "list") and [p for p in parts if len(p) == 1] == parts and len({*parts}) > 1
