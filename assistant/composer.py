"""From evidence to an ending: the aid that fits, a whole list, the facts asked for, or "the documents do not say"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant import aids
from assistant.answers import Match, Status
from assistant.cues import folded_text, heard
from assistant.evidence import Embed, Unit, chosen, held_by, measured, read_units, share, spans_of
from assistant.given import Found
from assistant.lists import ANNOUNCED_WORDS, LIST_WORDS, announces, whole_list
from assistant.profiles import Profile
from assistant.quoting import Composed, quoted
from assistant.sufficiency import Decision, decide, missing_parts, support
from assistant.understanding import Understanding
from assistant.wording import Wording
from index.retriever import Hit
from index.store import Index
from index.tokens import content_tokens
from ingest.fiches import SECTIONS
from ingest.schemes import Scheme

FACT_WORDS, FACT_UNITS = 68, 3  # a fact takes 90 words at most, the headings that lead in included
PARTS_WORDS = 78  # a question of two parts may still be a fact's
MANY_WORDS, MANY_UNITS = 125, 5  # a comparison or a question in several parts takes 170
LIST_FIT = 0.55  # a list is given whole when its introduction and headings hold this share of the question's terms
RULED_OUT_WORDS = 90  # a premise corrected takes 110 words
NOT_ATTESTED = ("announced", "voted", "experimental", "unknown")
NOTHING = Composed("", (), ())


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
    places: Sequence[str]  # COG codes of the regions of the company, else of the question
    index: Index
    embed: Embed
    wording: Wording
    next_question: str | None


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


def compose(context: Context) -> Ending:
    """The ending without a generator: the first of these ways that has something to say, else an abstention."""
    if context.given:
        odds = context.found.odds
        if odds is not None and odds <= 0:
            return abstained(context, "not_in_documents", ())
        return _facts(context) or abstained(context, "no_passage", ())
    for way in (_ruled_out, _uncovered, _which_aid, _schemes_listed, _compared, _facts):
        ending = way(context)
        if ending is not None:
            return ending if ending.status != "abstained" else _aid_instead(context) or ending
    return _aid_instead(context) or abstained(context, "no_passage", ())


def _aid_instead(context: Context) -> Ending | None:
    """A company that describes itself and its need, where no fact answers: the schemes that fit it."""
    understanding, profile = context.understanding, context.profile
    asked = understanding.first_person and not understanding.schemes and not understanding.fields
    return _proposed(context) if asked and profile.needs and (profile.sizes or profile.sectors) else None


def _ruled_out(context: Context) -> Ending | None:
    """Someone asks for a named scheme that a criterion rules out: said first, then what may fit instead."""
    named = {scheme.id for scheme in context.understanding.schemes}
    known = context.profile.regions or context.profile.sizes
    asks = context.understanding.intent == "which_aid" or set(context.understanding.fields) & {
        "how_to_apply",
        "audience",
    }
    if not (named and known and asks and context.understanding.intent != "comparison"):
        return None
    refused = [m for m in context.matches if m.id in named and m.verdict == "not_eligible"]
    if not refused or any(m.id in named and m.verdict in aids.OPEN_VERDICTS for m in context.matches):
        return None
    instead = aids.proposed([m for m in context.matches if m.id not in named], {}, most=2)
    failing = {k.name for m in refused for k in m.criteria if k.verdict == "no"}
    cues = {"size": "audience", "region": "purpose", "sector": "conditions", "need": "purpose"}
    said = [(m, _fiche_units(context, m, 3, [cues[name] for name in failing], head=True)) for m in refused[:1]]
    said += [(m, _fiche_units(context, m, 2, [])) for m in instead[:1]]
    composed = aids.said(said, context.found.documents, most=RULED_OUT_WORDS)
    if not composed.sentences:
        return None
    follow_ups = tuple(reason for m in refused for reason in m.reasons)
    return Ending("answered", None, composed, (*instead, *refused)[:5], follow_ups[:3])


def _which_aid(context: Context) -> Ending | None:
    """The schemes that fit the company described, said from their fiches."""
    understanding, profile = context.understanding, context.profile
    described = profile.regions and (profile.sizes or profile.sectors) and not understanding.schemes
    asked = understanding.intent == "fact" and described and heard("which_aid", folded_text(understanding.text))
    return _proposed(context) if understanding.intent == "which_aid" or asked else None


def _proposed(context: Context) -> Ending | None:
    fitting = aids.proposed(context.matches, _needs_served(context), regions=_regions_served(context))
    if not fitting:
        return None
    said = [(m, _fiche_units(context, m, 5 if rank == 0 else 3, [])) for rank, m in enumerate(fitting)]
    composed = aids.said(said, context.found.documents)
    if not composed.sentences:
        return None
    best = max(m.score for m in fitting)
    near = (m for m in context.matches if m.verdict in aids.OPEN_VERDICTS and m.score >= aids.CLOSE * best)
    shown = (*fitting, *(m for m in near if m not in fitting))[:5]
    question = (context.next_question,) if context.next_question else ()
    if not context.profile.regions and context.next_question:
        asked = Composed(f"{composed.text}\n{context.next_question}", composed.sentences, composed.citations)
        return Ending("clarify", "missing_profile", asked, shown, question)
    return Ending("answered", None, composed, shown, question)


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


def _uncovered(context: Context) -> Ending | None:
    """The aids of a region that no source covers: said plainly, the national and European ones shown beside."""
    understanding = context.understanding
    folded = folded_text(understanding.text)
    provides = any(f"la region {folded_text(name)}" in folded for name in context.elsewhere)
    first_person = understanding.intent == "which_aid" and not (provides and heard("provides", folded))
    if not context.elsewhere or first_person or not heard("schemes_listed", folded):
        return None
    said = context.wording.say("abstained_region", region=", ".join(context.elsewhere))
    wider = {s.id for s in context.schemes if {"PAYS-99100", "UE"} & set(s.regions) and s.kind != "plan"}
    shown = tuple(m for m in context.matches if m.id in wider and m.verdict in aids.OPEN_VERDICTS)[:5]
    return Ending("abstained", "not_in_documents", Composed(said, (), ()), shown)


def _schemes_listed(context: Context) -> Ending | None:
    """All the schemes of a region, when they are what is asked for; those set aside ("à part…") are left out."""
    understanding = context.understanding
    asked = understanding.intent == "list" and heard("schemes_listed", folded_text(understanding.text))
    if not asked or not context.places:
        return None
    aside = {scheme.id for scheme in understanding.schemes}
    ids = {
        s.id for s in context.schemes if s.id not in aside and s.kind != "plan" and set(s.regions) & set(context.places)
    }
    fitting = [m for m in context.matches if m.id in ids and m.verdict in aids.OPEN_VERDICTS][: aids.LISTED]
    if len(fitting) < 2:
        return None
    said = [(m, _fiche_units(context, m, 1, [])) for m in fitting]
    composed = aids.listed(said, context.found.documents)
    return Ending("answered", None, composed, tuple(fitting[:5])) if composed.sentences else None


def _compared(context: Context) -> Ending | None:
    """Two or more schemes side by side: what each fiche says of the attributes asked about."""
    understanding = context.understanding
    if len(understanding.schemes) < 2 or understanding.intent != "comparison":
        return None
    sections = [*understanding.fields, "purpose", "audience", "duration"][:4]
    by_id = {m.id: m for m in context.matches}
    compared = [s for s in understanding.schemes if s.kind != "plan"][:3]
    said = [(by_id[s.id], _fiche_units(context, by_id[s.id], 5, sections)) for s in compared if s.id in by_id]
    composed = aids.said(said, context.found.documents, even=True)
    shown = tuple(match for match, _ in said)
    return Ending("answered", None, composed, shown) if len(said) > 1 and composed.sentences else None


def _fiche_units(
    context: Context, match: Match, most: int, sections: Sequence[str], *, head: bool = False
) -> list[Unit]:
    """What to say of a scheme: what it is, its state when not attested open, then what answers the question best."""
    doc = f"fiche-{match.id}"
    passages = context.index.of_document(doc)
    info = context.found.documents.get(doc)
    if not passages or info is None:
        return []
    units = aids.fiche_units(passages, info.title, {p.passage_id: spans_of(p) for p in passages})
    if not units:
        return []
    opening, state = units[:1], units[1:2] if match.state in NOT_ATTESTED else []
    others = units[2:]
    ranked = measured(_weighed(others, context), context.found.vectors, context.embed)
    wanted = [u for name in sections for u in others if _in_section(u, name)]
    best = list(dict.fromkeys([*wanted, *(_same(r, others) for r in ranked)]))
    lead = [] if wanted and not head else opening
    return [*lead, *state, *best[: max(0, most - len(lead) - 1)]] if most > 1 else opening


def _same(ranked: Unit, units: Sequence[Unit]) -> Unit:
    return next(u for u in units if (u.passage, u.start) == (ranked.passage, ranked.start))


def _weighed(units: Sequence[Unit], context: Context) -> list[Unit]:
    idf, terms = context.index.lexical.idf, context.understanding.terms
    return [replace(u, own=share(terms, held_by(content_tokens(u.text)), idf)) for u in units]


def _in_section(unit: Unit, field: str) -> bool:
    title = next((name for name, fields in SECTIONS if field in fields), "")
    return title in unit.passage.heading


def _facts(context: Context) -> Ending | None:
    """The facts asked for, quoted; a list whole where one fits; an abstention where the evidence does not hold them."""
    understanding, index, documents = context.understanding, context.index, context.found.documents
    idf = index.lexical.idf
    read = read_units(context.found.hits, documents, understanding, idf)
    units = measured(read, context.found.vectors, context.embed)
    if not units:
        return None
    several = len(understanding.parts) > 1
    many = understanding.intent == "comparison" or len(understanding.schemes) > 1 or len(understanding.parts) > 2
    words, most = (MANY_WORDS, MANY_UNITS) if many else (PARTS_WORDS if several else FACT_WORDS, FACT_UNITS)
    kept = chosen(units, understanding, idf, max_words=words, max_units=most)
    frequency = _frequency_in(context.found.hits) if context.given else index.lexical.frequency
    measures = support(
        understanding,
        kept,
        idf,
        frequency,
        own_places=context.own_places,
        elsewhere=context.elsewhere,
        regions=context.about_regions,
        region_of_doc={doc: info.region for doc, info in documents.items()},
    )
    decision = decide(understanding, measures)
    if not decision.answer:
        return abstained(context, decision.reason, kept, decision)
    if understanding.intent == "list" or any(announces(unit.text) for unit in kept[:2]):
        listed = whole_list(
            None if context.given else index,
            context.found.hits,
            units,
            kept,
            understanding,
            documents,
            idf,
            at_least=LIST_FIT,
            max_words=LIST_WORDS if understanding.intent == "list" else ANNOUNCED_WORDS,
        )
        if listed is not None:
            return Ending("answered", None, listed, _named_matches(context), (), (), decision)
    composed = quoted(kept, documents, understanding.terms)
    missing = missing_parts(understanding, kept) if several and not context.given else []
    if missing:
        said = " ; ".join(f"« {part.asked} »" for part in missing)
        text = f"{composed.text}\n{context.wording.say('partial', parts=said)}"
        partly = replace(composed, text=text)
        return Ending("partial", "not_in_documents", partly, _named_matches(context), (), (), decision)
    return Ending("answered", None, composed, _named_matches(context), (), tuple(kept), decision)


def _frequency_in(hits: Sequence[Hit]) -> Callable[[str], int]:
    held = Counter(token for hit in hits for token in set(content_tokens(hit.passage.text)))
    return lambda token: held[token]


def _named_matches(context: Context) -> tuple[Match, ...]:
    named = {scheme.id for scheme in context.understanding.schemes}
    return tuple(m for m in context.matches if m.id in named)[:5]


def abstained(context: Context, reason: str, kept: Sequence[Unit], decision: Decision | None = None) -> Ending:
    """What the documents do not say, what was searched, and whom they name to ask. No citation is offered as proof."""
    wording, understanding = context.wording, context.understanding
    schemes, fields = understanding.schemes, understanding.fields
    if schemes and fields:
        first = wording.say("abstained_field", field=wording.fields[fields[0]], scheme=schemes[0].name)
    elif schemes:
        first = wording.say("abstained", about=wording.say("abstained_about", subject=f"« {schemes[0].name} »"))
    else:
        first = wording.say("abstained", about="")
    docs = [hit.passage.doc for hit in context.found.hits if hit.passage.doc in context.found.documents]
    searched = "; ".join(list(dict.fromkeys(context.found.documents[doc].title for doc in docs))[:3])
    lines = [first]
    if searched:
        lines.append(wording.say("searched", documents=searched.replace(";", " ;")))
    lines.append(_whom_to_ask(wording, schemes))
    return Ending("abstained", reason, Composed(" ".join(lines), (), ()), _named_matches(context), (), (), decision)


def _whom_to_ask(wording: Wording, schemes: Sequence[Scheme]) -> str:
    for scheme in schemes:
        for name in ("prescribers", "operator", "how_to_apply", "contact"):
            for fact in scheme.facts:
                if fact.field == name:
                    return wording.say("ask_operator", operator=fact.text.rstrip("."))
    return wording.say("ask_nobody")


def documents_named(hits: Sequence[Hit], titles: Mapping[str, str]) -> str:
    return " ; ".join(dict.fromkeys(titles.get(hit.passage.doc, hit.passage.doc) for hit in hits))
