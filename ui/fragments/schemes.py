"""A scheme as a card for one company, and as the fiche of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.answers import CriterionMatch, Match
from ingest.catalogue import Vocabulary
from ingest.schemes import Fact, Scheme, Source
from ui.fragments.answers import ask_button
from ui.fragments.labels import CRITERIA, CRITERION_SIGNS, CRITERION_VERDICTS, FIELDS, VERDICTS, state_label
from ui.fragments.markup import Markup, el, french_date, joined

BRINGS = ("purpose", "amount_per_company", "rate", "amount", "cost", "duration")
APPLY = ("how_to_apply", "prescribers", "contact", "operator")
Titles = Mapping[str, str]  # document id -> title


def match_card(match: Match, scheme: Scheme, titles: Titles) -> Markup:
    """What the aid is, whether it fits, what it brings, criterion by criterion, and how to ask for it."""
    return el(
        "article",
        el("h3", match.name),
        el("p", _verdict(match), el("span", state_label(match.state, match.as_of), class_="state"), class_="head"),
        el("p", scheme.summary),
        _facts(_first(scheme.facts, BRINGS, 3), titles),
        _criteria(match.criteria, titles),
        _facts(_first(scheme.facts, APPLY, 1), titles),
        _missing(match),
        el("div", ask_button(f"Comment demander {match.name} ?", "Poser une question sur cette aide"), class_="asks"),
        class_=f"card {match.verdict}",
    )


def ruled_out(matches: Sequence[Match]) -> Markup | None:
    """The aids that do not fit, and the reason of each."""
    if not matches:
        return None
    lines = [el("li", el("strong", m.name), f" : {' '.join(m.reasons)}") for m in matches]
    return el("details", el("summary", f"Aides écartées, et pourquoi ({len(lines)})"), el("ul", *lines), class_="out")


def fiche(scheme: Scheme, titles: Titles, vocabulary: Vocabulary) -> Markup:
    """The whole fiche, folded: name, territory and state first."""
    silent = ", ".join(FIELDS[name].lower() for name in scheme.silent_on)
    return el(
        "details",
        el(
            "summary",
            el("strong", scheme.name),
            el("span", territories(scheme, vocabulary), class_="where"),
            el("span", state_label(scheme.state, scheme.as_of), class_="state"),
        ),
        el(
            "div",
            el("p", scheme.summary),
            _facts(scheme.facts, titles),
            el("p", f"Les documents ne disent rien de : {silent}.", class_="note") if silent else None,
            el(
                "div",
                ask_button(f"Comment demander {scheme.name} ?", "Poser une question sur cette aide"),
                class_="asks",
            ),
            class_="body",
        ),
        class_="fiche",
    )


def territories(scheme: Scheme, vocabulary: Vocabulary) -> str:
    return ", ".join(vocabulary.regions[code].label if code in vocabulary.regions else code for code in scheme.regions)


def where(source: Source, titles: Titles) -> str:
    """ "Plan Sud IA, Mesure 15, p. 19 (28 juin 2024)"."""
    page = f"p. {source.page}" if source.page is not None else None
    day = f" ({french_date(source.date)})" if source.date else ""
    return ", ".join(part for part in (titles.get(source.doc, source.doc), source.section, page) if part) + day


def _verdict(match: Match) -> Markup:
    return el("span", VERDICTS[match.verdict], class_=f"verdict {match.verdict}")


def _first(facts: Iterable[Fact], fields: Sequence[str], most: int) -> list[Fact]:
    """The first fact of each of these fields, in the order of the fields, at most so many."""
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.field, fact)
    return [first[name] for name in fields if name in first][:most]


def _facts(facts: Iterable[Fact], titles: Titles) -> Markup | None:
    rows = [
        joined(
            (
                el("dt", FIELDS[f.field]),
                el("dd", f.text, el("span", f"Source : {where(f.source, titles)}", class_="source")),
            )
        )
        for f in facts
    ]
    return el("dl", *rows, class_="facts") if rows else None


def _criteria(criteria: Sequence[CriterionMatch], titles: Titles) -> Markup:
    return el(
        "details",
        el("summary", f"Critères : {_tally(criteria)}"),
        el("ul", *(_criterion(criterion, titles) for criterion in criteria)),
        class_="criteria",
    )


def _tally(criteria: Sequence[CriterionMatch]) -> str:
    counts = {verdict: sum(c.verdict == verdict for c in criteria) for verdict in CRITERION_VERDICTS}
    said = {
        "yes": ("rempli", "remplis"),
        "no": ("non rempli", "non remplis"),
        "unknown_company": ("que vous n'avez pas précisé", "que vous n'avez pas précisés"),
        "unknown_scheme": ("que les documents ne disent pas", "que les documents ne disent pas"),
    }
    return ", ".join(f"{n} {said[verdict][n > 1]}" for verdict, n in counts.items() if n)


def _criterion(criterion: CriterionMatch, titles: Titles) -> Markup:
    source = criterion.source
    page = f", p. {source['page']}" if source and source.get("page") else ""
    said = f"Vous : {criterion.company}. " if criterion.company else ""
    asks = f"L'aide : {criterion.scheme}" if criterion.scheme else ""
    return el(
        "li",
        el("span", CRITERION_SIGNS[criterion.verdict], class_="sign", aria_hidden="true"),
        el("strong", f"{CRITERIA[criterion.name]} : {CRITERION_VERDICTS[criterion.verdict]}. "),
        f"{said}{asks}",
        el("span", f"Source : {titles.get(source['doc'], source['doc'])}{page}", class_="source") if source else None,
        class_=criterion.verdict,
    )


def _missing(match: Match) -> Markup | None:
    if not match.missing:
        return None
    return el("p", f"À préciser pour trancher : {', '.join(match.missing)}.", class_="note")
