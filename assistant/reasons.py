"""A judgement shown: the public Match, its criteria in French and one sentence of reason for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.answers import CriterionMatch, CriterionVerdict, Match, Verdict
from assistant.gazetteer import REGIONS
from assistant.profiles import Profile
from ingest.catalogue import load_vocabulary
from ingest.schemes import ANY, Criterion, CriterionName, Scheme

MISSING = {"region": "région", "size": "effectif", "sector": "secteur", "need": "besoin"}
OPEN_TO_ALL = "ouvert à tous"
LABELS = {"region": "Région", "size": "Taille", "sector": "Secteur", "need": "Besoin"}
NOT_SAID = {
    "region": "vous n'avez pas dit où vous êtes",
    "size": "vous n'avez pas dit votre effectif",
    "sector": "vous n'avez pas dit votre secteur",
    "need": "vous n'avez pas dit ce que vous cherchez",
}
REACHED = {  # what a company would have to be, or to ask, before the labels of the scheme
    "region": "avoir un établissement dans le territoire visé",
    "size": "être de la taille ou du statut visés",
    "sector": "exercer dans un secteur visé",
    "need": "chercher ce que vise ce dispositif",
}
_AT = {"REG-32": "dans les", "REG-44": "dans le", "REG-04": "à", "REG-06": "à"}  # "en" elsewhere


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion judged; `overlap` holds the codes that company and scheme share."""

    name: CriterionName
    verdict: CriterionVerdict
    overlap: frozenset[str]
    criterion: Criterion | None


def shown_match(
    profile: Profile,
    company: Mapping[str, str | None],
    scheme: Scheme,
    judged: Sequence[Judged],
    verdict: Verdict,
    score: float,
) -> Match:
    """The public Match; `company` is what `company_said` makes of the profile, once for all schemes."""
    criteria = tuple(
        CriterionMatch(c.name, c.verdict, company[c.name], _asked(c, scheme), _source(c.criterion), _change(c, scheme))
        for c in judged
    )
    return Match(
        id=scheme.id,
        name=scheme.name,
        verdict=verdict,
        state=scheme.state,
        as_of=scheme.as_of.isoformat() if scheme.as_of else None,
        criteria=criteria,
        reasons=_reasons(profile, scheme, judged, criteria, verdict),
        missing=tuple(MISSING[c.name] for c in criteria if _unsaid(c, profile)),
        score=score,
    )


def _unsaid(criterion: CriterionMatch, profile: Profile) -> bool:
    """Whether a criterion waits for what the company did not say; one it spoke of is only to be confirmed."""
    unsaid = criterion.company is None or (criterion.name == "size" and profile.headcount is None)
    return criterion.verdict == "unknown_company" and unsaid


def company_said(profile: Profile) -> dict[str, str | None]:
    """What the company said, in French, by criterion; None where it said nothing."""
    size = _labels("size", profile.sizes)
    if profile.headcount is not None:
        people = f"{profile.headcount} personne{'s' if profile.headcount > 1 else ''}"
        size = f"{size} ({people})" if size else people
    return {
        "region": ", ".join(_region(code) for code in profile.regions) or None,
        "size": size,
        "sector": _labels("sector", profile.sectors),
        "need": _labels("need", profile.needs),
    }


@lru_cache(maxsize=4096)
def _labels(name: str, codes: Collection[str]) -> str | None:
    """French labels of a tuple or frozenset of codes, in the order of the vocabulary."""
    words = load_vocabulary()
    terms = {"size": words.sizes, "sector": words.sectors, "need": words.needs}[name]
    return ", ".join(term.label for code, term in terms.items() if code in codes) or None


def _region(code: str) -> str:
    return {"PAYS-99100": "la France entière", "UE": "l'Union européenne", ANY: "toutes les régions"}.get(code) or (
        REGIONS[code][0] if code in REGIONS else code
    )


def _asked(judged: Judged, scheme: Scheme) -> str | None:
    """What the scheme asks: its readable condition, else the labels of its codes."""
    if judged.criterion is not None and judged.criterion.text:
        return judged.criterion.text
    return _codes(judged, scheme)


def _codes(judged: Judged, scheme: Scheme) -> str | None:
    if judged.name == "region":
        return ", ".join(_region(code) for code in scheme.regions) or None
    if judged.criterion is None or judged.criterion.allowed is None:
        return None
    return OPEN_TO_ALL if ANY in judged.criterion.allowed else _labels(judged.name, judged.criterion.allowed)


def _change(judged: Judged, scheme: Scheme) -> str | None:
    """What would change the verdict of a criterion; None for a yes."""
    if judged.verdict == "yes":
        return None
    codes = _codes(judged, scheme)
    if judged.verdict == "unknown_scheme" or codes is None:
        return "Une réponse de l'organisme qui gère l'aide : les documents ne le précisent pas."
    reached = f"{REACHED[judged.name]} ({codes})"
    if judged.verdict == "unknown_company":
        return f"Votre réponse : pour remplir ce critère, il faut {reached}."
    return f"Pour remplir ce critère, il faudrait {reached}."


def _source(criterion: Criterion | None) -> dict[str, Any] | None:
    if criterion is None or criterion.source is None:
        return None
    return {"doc": criterion.source.doc, "heading": [criterion.source.section], "page": criterion.source.page}


def _reasons(
    profile: Profile,
    scheme: Scheme,
    judged: Sequence[Judged],
    criteria: Sequence[CriterionMatch],
    verdict: Verdict,
) -> tuple[str, ...]:
    """One French sentence a criterion: only what fails when something fails, else what fits and what is not known."""
    if verdict == "closed":
        return ("Ce dispositif est terminé.",)
    shown = [
        f"{LABELS[c.name]} : {_reason(c, profile, _codes(j, scheme))}."
        for c, j in zip(criteria, judged, strict=True)
        if verdict != "not_eligible" or c.verdict == "no"
    ]
    if verdict != "not_eligible" and scheme.state in ("announced", "voted"):
        said = "annoncé" if scheme.state == "announced" else "voté"
        shown.append(f"État : {said} ; les documents n'attestent pas qu'il soit ouvert.")
    return tuple(shown)


def _reason(criterion: CriterionMatch, profile: Profile, codes: str | None) -> str:
    aims = f"ce dispositif vise {codes}" if codes else "ce dispositif ne le précise pas"
    if criterion.verdict == "unknown_scheme":
        only = codes if criterion.name != "region" else None
        return f"les documents ne citent que des exemples ({only})" if only else "les documents ne le précisent pas"
    if criterion.verdict == "unknown_company":
        said = f"{criterion.company}, à confirmer" if criterion.company else NOT_SAID[criterion.name]
        return f"{said} ; {aims}"
    if codes == OPEN_TO_ALL or criterion.company is None:
        return "ce dispositif est ouvert à tous"
    if criterion.name == "region":
        place = " et ".join(f"{_AT.get(code, 'en')} {_region(code)}" for code in profile.regions)
        said = f"vous êtes {place}"
    else:
        said = criterion.company
    return f"{said}, ce que vise ce dispositif" if criterion.verdict == "yes" else f"{said} ; {aims}"
