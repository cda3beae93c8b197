"""What is said of a scheme: the sentences of its fiche, by the attribute they tell and by the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from assistant import aids
from assistant.answers import Match
from assistant.endings import Context
from assistant.evidence import Unit, held_by, measured, share, spans_of
from index.tokens import content_tokens
from ingest.fiches import PLAN_WORDS, SECTIONS, STATE_WORDS
from ingest.schemes import Field

ASIDE: tuple[Field, ...] = ("dates", "targets", "results", "partners")  # told of an aid where they are asked
# What someone wants to know of an aid, one sentence each: for whom, how much, how to have it, what it brings.
TOLD: tuple[tuple[Field, ...], ...] = (
    ("audience", "conditions"),
    ("amount_per_company", "rate", "cost", "amount"),
    ("how_to_apply", "prescribers", "operator"),
    ("purpose",),
)
ANSWERS = 0.2  # of the question's terms, the share that a sentence said before those holds
NOT_ATTESTED = ("announced", "voted", "experimental", "unknown")


def told_of(context: Context, match: Match, most: int, sections: Sequence[str], *, head: bool = False) -> list[Unit]:
    """What to say of a scheme: what it is, or the facts of the attributes asked, its state when not attested open, then
    what answers the question best."""
    units = _said_of(context, match)
    if not units:
        return []
    told = standing_of(context, match)
    opening, state = units[:1], told if match.state in NOT_ATTESTED else []
    others = [unit for unit in units[1:] if unit not in told]
    asked = [[u for u in others if _tells(u, name, match.id, context)] for name in dict.fromkeys(sections)]
    in_turn = (unit for round_ in zip_longest(*asked) for unit in round_ if unit is not None)
    wanted = list(dict.fromkeys(in_turn))
    lead = [] if wanted and not head else opening
    following = _following(context, match, others, wanted)
    best = list(dict.fromkeys([*wanted, *following]))[: max(0, most - len(lead) - 1)]
    first = 0 if lead else len([unit for unit in best if unit in wanted])
    return [*lead, *best[:first], *state, *best[first:]] if most > 1 else opening


def standing_of(context: Context, match: Match) -> list[Unit]:
    """The sentence of a fiche that tells the state of its scheme; none where its index was made from other words."""
    known = (*STATE_WORDS.values(), *PLAN_WORDS.values())
    opening = [unit for unit in _said_of(context, match)[1:] if unit.passage.heading[1:] == ()]
    return [unit for unit in opening if any(words in unit.text for words in known)][:1]


def _said_of(context: Context, match: Match) -> list[Unit]:
    """The sentences of the fiche of a scheme, in order: what it is, its state, its facts."""
    doc = f"fiche-{match.id}"
    passages, info = context.index.of_document(doc), context.found.documents.get(doc)
    if not passages or info is None:
        return []
    return aids.fiche_units(passages, info.title, {p.passage_id: spans_of(p) for p in passages})


def _following(context: Context, match: Match, others: Sequence[Unit], wanted: Sequence[Unit]) -> list[Unit]:
    """What is said after the attributes asked: where none was, what answers the question and what one wants to know of
    any aid; then the rest, nearest to the question first."""
    aside = [fact.text for s in context.schemes if s.id == match.id for fact in s.facts if fact.field in ASIDE]
    of_use = [unit for unit in others if not any(unit.text in text for text in aside)] or others
    ranked = measured(_weighed(of_use, context), context.found, context.embed)
    near = [_same(r, others) for r in ranked]
    if wanted:
        return near
    answers = [_same(r, others) for r in ranked[:1] if r.own >= ANSWERS]
    groups = ([u for name in names for u in near if _tells(u, name, match.id, context)][:1] for names in TOLD)
    return [*answers, *(unit for group in groups for unit in group), *near]


def tells(context: Context, identity: str, field: Field) -> bool:
    """Whether the fiche of a scheme holds a fact of that attribute."""
    return any(fact.field == field for scheme in context.schemes if scheme.id == identity for fact in scheme.facts)


def _same(ranked: Unit, units: Sequence[Unit]) -> Unit:
    return next(u for u in units if (u.passage, u.start) == (ranked.passage, ranked.start))


def _weighed(units: Sequence[Unit], context: Context) -> list[Unit]:
    idf, terms = context.index.lexical.idf, context.understanding.terms
    return [replace(u, own=share(terms, held_by(content_tokens(u.text)), idf)) for u in units]


def _tells(unit: Unit, field: str, identity: str, context: Context) -> bool:
    """Whether a sentence of a fiche is the fact of a field; by its section, for a fiche whose facts are not known."""
    facts = [fact for scheme in context.schemes if scheme.id == identity for fact in scheme.facts]
    if any(fact.field == field for fact in facts):
        return any(unit.text in fact.text for fact in facts if fact.field == field)
    title = next((name for name, fields in SECTIONS if field in fields), "")
    return title in unit.passage.heading
