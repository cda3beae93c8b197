"""A scheme as a card for one company, and as the fiche of the catalogue."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from assistant.answers import CriterionMatch, Match
from ingest.catalogue import Vocabulary
from ingest.schemes import Fact, Scheme, Source
from ui.addresses import fiche_id
from ui.fragments.answers import ask_button
from ui.fragments.further import questions_about
from ui.fragments.judgements import judged, labelled
from ui.fragments.labels import (
    CRITERION_OUTCOMES,
    CRITERION_SIGNS,
    ORIGINAL,
    day_label,
    label,
    outcome,
    state_label,
    term_label,
    unbroken,
)
from ui.fragments.markup import Markup, el, joined
from ui.fragments.places import Openings, source_line
from ui.words import Words

BRINGS = ("purpose", "duration")
PER_COMPANY = ("amount_per_company", "rate", "cost")
WHOM = ("contact", "prescribers", "operator")
Titles = Mapping[str, str]  # document id -> title


def match_card(
    words: Words,
    match: Match,
    scheme: Scheme,
    titles: Titles,
    *,
    unfolded: bool = False,
    held: Container[str] = frozenset(),
) -> Markup:
    """What the aid is, whether it fits, what it brings and how much, criterion by criterion, and how to ask for it.

    `held` are the documents of the index, where the sources that are in them open.
    """
    openings = Openings(scheme, held)
    return el(
        "article",
        el("h3", match.name, lang=ORIGINAL),
        el(
            "p",
            _verdict(words, match),
            el("span", state_label(words, match.state, match.as_of), class_="state"),
            class_="head",
        ),
        el("p", unbroken(scheme.summary), lang=ORIGINAL),
        facts_list(words, _first(scheme.facts, BRINGS), titles, openings),
        _amounts(words, scheme, titles, openings),
        _criteria(words, match, titles, openings, unfolded=unfolded),
        _applying(words, scheme.facts, _first(scheme.facts, WHOM), titles, openings),
        ask_about(words, scheme),
        class_=f"card {match.verdict}",
    )


def other_aids(words: Words, matches: Sequence[Match]) -> Markup | None:
    """The aids that may fit and have no card: a line each, the closest first."""
    if not matches:
        return None
    lines = [
        el(
            "li",
            el("strong", m.name, lang=ORIGINAL),
            _verdict(words, m),
            el("span", state_label(words, m.state, m.as_of), class_="state"),
            _asking(words, words.say("questions.audience", name=m.name), m.name),
        )
        for m in matches
    ]
    return el("details", el("summary", words.count("schemes.others", len(lines))), el("ul", *lines), class_="others")


def ruled_out(words: Words, matches: Sequence[Match]) -> Markup | None:
    """The aids that do not fit, and the reason of each."""
    if not matches:
        return None
    lines = [
        el(
            "li",
            el("strong", m.name, lang=ORIGINAL),
            words.say("schemes.because", reasons=" ".join(judged(words, reason) for reason in m.reasons)),
        )
        for m in matches
    ]
    return el("details", el("summary", words.count("schemes.out", len(lines))), el("ul", *lines), class_="out")


def fiche(
    words: Words, scheme: Scheme, titles: Titles, vocabulary: Vocabulary, held: Container[str] = frozenset()
) -> Markup:
    """The whole fiche, folded: name, territory and state first."""
    openings = Openings(scheme, held)
    last = ("how_to_apply", *WHOM)
    silent = ", ".join(label(words, "field", name).lower() for name in scheme.silent_on if name != "how_to_apply")
    whom = sorted((f for f in scheme.facts if f.field in WHOM), key=lambda fact: WHOM.index(fact.field))
    return el(
        "details",
        el(
            "summary",
            el("strong", scheme.name),
            el("span", territories(words, scheme, vocabulary), class_="where"),
            el("span", state_label(words, scheme.state, scheme.as_of), class_="state"),
            el("span", scheme.summary, class_="gist", lang=ORIGINAL),
        ),
        el(
            "div",
            el("p", unbroken(scheme.summary), lang=ORIGINAL),
            facts_list(words, (f for f in scheme.facts if f.field not in last), titles, openings),
            _applying(words, scheme.facts, whom, titles, openings),
            el("p", words.say("schemes.silent", fields=silent), class_="note") if silent else None,
            ask_about(words, scheme),
            class_="body",
        ),
        class_="fiche",
        id=fiche_id(scheme.id),
    )


def ask_about(words: Words, scheme: Scheme) -> Markup:
    """The button that asks the assistant about an aid the first thing that the documents say of it."""
    question = next(iter(questions_about(words, scheme)), words.say("questions.purpose", name=scheme.name))
    return el("div", _asking(words, question, scheme.name), class_="asks")


def _asking(words: Words, question: str, name: str) -> Markup:
    return ask_button(question, words.say("schemes.ask_about"), words.say("labels.of", name=name))


def territories(words: Words, scheme: Scheme, vocabulary: Vocabulary) -> str:
    regions = vocabulary.regions
    return ", ".join(
        term_label(words, "regions", regions[code]) if code in regions else code for code in scheme.regions
    )


def where(words: Words, source: Source, titles: Titles) -> str:
    """ "Plan Sud IA, Mesure 15, p. 19 (28 juin 2024)"."""
    page = words.say("labels.page_short", page=source.page) if source.page is not None else None
    day = f" ({day_label(words, source.date)})" if source.date else ""
    return ", ".join(part for part in (titles.get(source.doc, source.doc), source.section, page) if part) + day


def _verdict(words: Words, match: Match) -> Markup:
    return el("span", label(words, "verdict", match.verdict), class_=f"verdict {match.verdict}")


def _first(facts: Iterable[Fact], fields: Sequence[str]) -> list[Fact]:
    """The first fact of each of these fields, in the order of the fields."""
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.field, fact)
    return [first[name] for name in fields if name in first]


def _amounts(words: Words, scheme: Scheme, titles: Titles, openings: Openings) -> Markup | None:
    """What one company receives or pays; where only the budget of all is known, that it is not the same."""
    own = _first(scheme.facts, PER_COMPANY)
    if own:
        return facts_list(words, own, titles, openings)
    total = facts_list(words, _first(scheme.facts, ("amount",)), titles, openings)
    note = el("p", words.say("schemes.silent_amount"), class_="note")
    return joined((total, note)) if total is not None else note


def _applying(words: Words, facts: Sequence[Fact], whom: Sequence[Fact], titles: Titles, openings: Openings) -> Markup:
    """How to ask for the aid; where its documents do not say, that they do not, then whom they name, if anybody."""
    told = [fact for fact in facts if fact.field == "how_to_apply"]
    if told:
        return joined((facts_list(words, (*told, *whom), titles, openings),))
    unsaid = words.say("schemes.how_unsaid" if whom else "schemes.how_unsaid_nor_whom")
    how = el("dl", el("dt", label(words, "field", "how_to_apply")), el("dd", unsaid, class_="unsaid"), class_="facts")
    return joined((how, facts_list(words, whom, titles, openings)))


def facts_list(words: Words, facts: Iterable[Fact], titles: Titles, openings: Openings) -> Markup | None:
    """Facts as a list of terms, each with its source under it; None when there is none."""

    def row(fact: Fact) -> Markup:
        topic, place = label(words, "field", fact.field), where(words, fact.source, titles)
        source = source_line(words, place, openings.of_fact(fact), topic, openings.scheme.name)
        return joined((el("dt", topic), el("dd", el("span", unbroken(fact.text), lang=ORIGINAL), source)))

    rows = [row(fact) for fact in facts]
    return el("dl", *rows, class_="facts") if rows else None


def _criteria(words: Words, match: Match, titles: Titles, openings: Openings, *, unfolded: bool = False) -> Markup:
    criteria = match.criteria
    tally = words.say("schemes.criteria", tally=_tally(words, criteria))
    return el(
        "details",
        el("summary", tally, el("span", words.say("labels.of", name=match.name), class_="sr-only")),
        el("ul", *(_criterion(words, criterion, titles, openings) for criterion in criteria)),
        class_="criteria",
        open=unfolded,
    )


def _tally(words: Words, criteria: Sequence[CriterionMatch]) -> str:
    counts = {told: sum(outcome(c) == told for c in criteria) for told in CRITERION_OUTCOMES}
    return ", ".join(words.count(f"schemes.tally.{told}", n) for told, n in counts.items() if n)


def _criterion(words: Words, criterion: CriterionMatch, titles: Titles, openings: Openings) -> Markup:
    source = criterion.source
    page = f", {words.say('labels.page_short', page=source['page'])}" if source and source.get("page") else ""
    name, verdict = label(words, "criterion", criterion.name), label(words, "criterion_verdict", outcome(criterion))
    order = openings.of_criterion(criterion.name)
    place = titles.get(source["doc"], source["doc"]) + page if source else ""
    return el(
        "li",
        el("span", CRITERION_SIGNS[criterion.verdict], class_="sign", aria_hidden="true"),
        el("strong", words.say("schemes.criterion", name=name, verdict=verdict)),
        words.say("schemes.you", said=labelled(words, criterion.company)) if criterion.company else None,
        joined((words.say("schemes.aid"), el("span", criterion.scheme, lang=ORIGINAL))) if criterion.scheme else None,
        _change(words, criterion.change) if criterion.change else None,
        source_line(words, place, order, name, openings.scheme.name) if source else None,
        class_=criterion.verdict,
    )


def _change(words: Words, change: str) -> Markup:
    return el("span", words.say("schemes.change"), judged(words, change), class_="change")
