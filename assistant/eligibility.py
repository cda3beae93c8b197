"""Which schemes fit a company: four-valued criteria, a verdict, reasons in French. Deterministic; no generator here.

Decisions
- A national or European scheme is open to every French region; a company that has not said where it is stays unknown.
- "Startup" and "training body" say nothing of the size class: against classes they are unknown, not a no.
- Needs: a scheme's documents give examples of what it serves, and a company rarely states all it needs. So a need is a
  "no" only against a single-purpose scheme (cybersecurity, export, computing…); elsewhere an overlap is a yes and its
  absence leaves the need to be confirmed. Needs weigh most in the ranking.
- Who says only "industry" or "digital" may be of any branch of it: against a branch, unknown. Any other sector said
  excludes those it does not overlap.
- Codes that the sources name as examples tell nothing of the others: beside them, the documents do not say.
- What the sources declare open to all (`ANY`) is a yes whatever the company is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.answers import CriterionVerdict, Match, Verdict
from assistant.profiles import Profile
from assistant.reasons import Judged, company_said, shown_match
from assistant.sizes import CLASSES
from ingest.schemes import ANY, Criterion, CriterionName, Scheme, standing

NAMES: tuple[CriterionName, ...] = ("region", "size", "sector", "need")
EVERYWHERE = frozenset({ANY, "PAYS-99100", "UE"})
STATUSES = frozenset({"startup", "formation"})  # held beside a size class
COMPANY_SIZES = frozenset({*CLASSES, "startup"})
SINGLE_PURPOSE = frozenset(
    {"cybersecurite", "export", "calcul", "recrutement", "juridique", "creation", "service_public", "visibilite"}
)
WIDER_SECTOR = {"aeronautique": "industrie", "ia": "numerique"}
BRANCHES = {  # who says only "industry" may be of any of its branches
    "industrie": frozenset({"aeronautique", "sante", "agriculture", "energie", "mobilite", "mer"}),
    "numerique": frozenset({"ia"}),
}
OWN_NEED = {"collectivite": "service_public"}  # what a public body is there for, beside what it says it needs
OWN_SECTOR = {"collectivite": "public", "formation": "formation", "association": "ess"}  # what a size word implies
QUESTIONS = {
    "region": "Dans quelle région ou quelle ville se trouve votre organisation ?",
    "size": "Combien de salariés compte votre organisation ?",
    "sector": "Dans quel secteur d'activité êtes-vous ?",
    "need": "Que cherchez-vous d'abord : un financement, un diagnostic, un conseil, une formation, autre chose ?",
}
# Weights of the ranking. That of the question's own words, of the need and of the sector are the best of eleven triples
# on some 140 companies described by people who had not seen the code (docs/measurements.md); the others were set by hand.
W_QUERY, W_NEED, W_SECTOR, W_SIZE, W_LOCAL, W_KNOWN = 4.0, 2.0, 1.0, 1.0, 0.75, 0.25
W_STATE = {
    "open": 0.3,
    "running": 0.3,
    "experimental": 0.25,
    "voted": 0.1,
    "announced": 0.1,
    "unknown": 0.0,
    "ended": 0.0,
}
W_ELIGIBLE = 0.25
W_UNASKED = -1.0  # serves one purpose only, which was not asked for (export, cybersecurity, computing…)
W_OTHERS = -1.0  # meant for labs, schools, public bodies…, which most who do not say their size are not
W_KIND = {  # what frames aids, binds or rewards is not an aid to a company that describes itself
    "plan": -3.0,
    "charte": -3.0,
    "concertation": -3.0,
    "prix": -1.0,
    "challenge": -1.0,
    "événement": -1.0,
}
TIERS: Mapping[Verdict, int] = {"eligible": 0, "to_confirm": 0, "not_eligible": 1, "closed": 2}


def match_schemes(
    profile: Profile,
    schemes: Sequence[Scheme],
    *,
    today: date,
    named: Collection[str] = (),
    query_scores: Mapping[str, float] | None = None,
) -> list[Match]:
    """Every scheme against the company, best first; those `named` (ids) lead, whatever their verdict.

    `query_scores` maps scheme ids to any similarity with the question: only its order of magnitude within the call counts.
    A scheme is closed when it has ended; `today` closes one whose known end is past.
    """
    return ranked(judged_schemes(profile, schemes, today), named=named, query_scores=query_scores)


def judged_schemes(profile: Profile, schemes: Sequence[Scheme], today: date) -> tuple[Match, ...]:
    """Every scheme against the company, in the order of `schemes`: the score is that of the company alone."""
    company = company_said(profile)
    found = []
    for scheme in (standing(scheme, today) for scheme in schemes):
        judged = [_judge(name, profile, scheme) for name in NAMES]
        verdict = _verdict(scheme, judged, today)
        score = _score(profile, scheme, judged, verdict)
        found.append(shown_match(profile, company, scheme, judged, verdict, score))
    return tuple(found)


def ranked(
    judged: Sequence[Match], *, named: Collection[str] = (), query_scores: Mapping[str, float] | None = None
) -> list[Match]:
    """Judged schemes with their score for one question, best first, as `match_schemes` says."""
    nearness = _scaled(query_scores or {})
    scored = [(match.score + W_QUERY * nearness.get(match.id, 0.0), match) for match in judged]
    scored.sort(key=lambda row: (row[1].id not in named, TIERS[row[1].verdict], -row[0], row[1].id))
    return [replace(match, score=round(score, 4)) for score, match in scored]


def next_question(profile: Profile, matches: Sequence[Match]) -> str | None:
    """The one missing datum that weighs most on the first schemes still open, as a polite question; None when none does."""
    unknown: dict[str, float] = {}
    still_open = [m for m in matches if m.verdict == "to_confirm"][:8]
    for rank, match in enumerate(still_open, start=1):
        for criterion in match.criteria:
            if criterion.verdict == "unknown_company":
                unknown[criterion.name] = unknown.get(criterion.name, 0.0) + 1 / rank
    classes = profile.sizes - STATUSES  # a startup or a training body may be of any class
    known = {"region": profile.regions, "size": classes, "sector": _sectors(profile), "need": profile.needs}
    asked = {name: weight for name, weight in unknown.items() if not known[name]}
    if not asked:
        return None
    return QUESTIONS[max(NAMES, key=lambda name: (asked.get(name, 0.0), -NAMES.index(name)))]


# ---- one criterion --------------------------------------------------------------------------------------------


def _judge(name: CriterionName, profile: Profile, scheme: Scheme) -> Judged:
    criterion = next((c for c in scheme.criteria if c.name == name), None)
    allowed = criterion.allowed if criterion else None
    if name == "region":
        return _judge_region(profile, allowed or scheme.regions, criterion)
    if allowed is None:
        return Judged(name, "unknown_scheme", frozenset(), criterion)
    if ANY in allowed:
        return Judged(name, "yes", frozenset(), criterion)
    wanted = frozenset(allowed)
    said = {"size": profile.sizes, "sector": _sectors(profile), "need": profile.needs}[name]
    overlap = said & wanted
    if overlap:
        return Judged(name, "yes", overlap, criterion)
    if not (profile.sectors if name == "sector" else said):  # an implied sector may fit, it never excludes
        verdict: CriterionVerdict = "unknown_company"
    elif criterion is not None and criterion.examples:
        verdict = "unknown_scheme"
    elif name == "size":
        verdict = _size_without_overlap(profile, wanted)
    elif name == "sector":
        vague = profile.sectors <= set(BRANCHES) and any(BRANCHES[sector] & wanted for sector in profile.sectors)
        may_be = not profile.sizes and wanted & set(OWN_SECTOR.values())  # its size word could still imply one
        verdict = "unknown_company" if vague or may_be else "no"
    else:
        implied = not profile.sizes or _own_needs(profile)  # what its size word implies, or could still
        may_fit = implied and wanted & set(OWN_NEED.values())
        verdict = "no" if wanted <= SINGLE_PURPOSE and not may_fit else "unknown_company"
    return Judged(name, verdict, frozenset(), criterion)


def _judge_region(profile: Profile, allowed: Sequence[str], criterion: Criterion | None) -> Judged:
    if not allowed:
        return Judged("region", "unknown_scheme", frozenset(), criterion)
    if not profile.regions:
        return Judged("region", "unknown_company", frozenset(), criterion)
    everywhere = bool(EVERYWHERE & set(allowed))
    overlap = frozenset(profile.regions) & frozenset(allowed)
    if (everywhere or overlap) and criterion is not None and criterion.allowed is None and criterion.text:
        return Judged("region", "unknown_scheme", frozenset(), criterion)  # a part of it, which is not detailed
    if everywhere:
        return Judged("region", "yes", frozenset(), criterion)
    return Judged("region", "yes" if overlap else "no", overlap, criterion)


def _size_without_overlap(profile: Profile, wanted: frozenset[str]) -> CriterionVerdict:
    """A class against another is a no; a status tells nothing of the class, nor a class of the status."""
    has_class = bool(profile.sizes & set(CLASSES))
    if not has_class and profile.sizes & STATUSES and wanted & set(CLASSES):
        return "unknown_company"
    if "startup" in wanted and "particulier" in profile.sizes and (not profile.needs or "creation" in profile.needs):
        return "unknown_company"  # a person may be about to create one
    if has_class and wanted & STATUSES:
        if "startup" in wanted:
            return "unknown_company"
        return "no" if profile.sectors and "formation" not in profile.sectors else "unknown_company"
    return "no"


def _sectors(profile: Profile) -> frozenset[str]:
    implied = {OWN_SECTOR[size] for size in profile.sizes if size in OWN_SECTOR}
    wider = {WIDER_SECTOR[sector] for sector in profile.sectors if sector in WIDER_SECTOR}
    return profile.sectors | implied | wider


def _own_needs(profile: Profile) -> frozenset[str]:
    """What a body of its size is there for: it may fit, it is never a yes."""
    return frozenset(OWN_NEED[size] for size in profile.sizes if size in OWN_NEED)


def _verdict(scheme: Scheme, judged: Iterable[Judged], today: date) -> Verdict:
    if scheme.state == "ended" and (scheme.as_of is None or scheme.as_of <= today):
        return "closed"
    verdicts = {criterion.verdict for criterion in judged}
    if "no" in verdicts:
        return "not_eligible"
    return "eligible" if verdicts == {"yes"} else "to_confirm"


# ---- ranking --------------------------------------------------------------------------------------------------


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores brought to 0..1 over this call; all equal, they say nothing."""
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    return {key: (value - low) / (high - low) for key, value in scores.items()} if high > low else {}


def _score(profile: Profile, scheme: Scheme, judged: Sequence[Judged], verdict: Verdict) -> float:
    _, size, sector, need = judged
    known = sum(c.verdict == "yes" for c in judged)
    score = W_KNOWN * known + W_STATE[scheme.state] + (W_ELIGIBLE if verdict == "eligible" else 0.0)
    score += W_KIND.get(scheme.kind, 0.0)
    served = need.overlap | (_own_needs(profile) & set(need.criterion.allowed or () if need.criterion else ()))
    if served:
        said = len(served) / max(1, len(profile.needs | _own_needs(profile)))
        focus = len(served) / len(need.criterion.allowed) if need.criterion and need.criterion.allowed else 0.0
        score += W_NEED * (0.5 * said + 0.5 * focus**0.5)
    elif need.criterion and need.criterion.allowed and set(need.criterion.allowed) <= SINGLE_PURPOSE:
        score += W_UNASKED
    if sector.overlap:
        score += W_SECTOR
    if size.overlap and size.criterion and size.criterion.allowed:
        score += W_SIZE / len(size.criterion.allowed) ** 0.5
    if size.verdict == "unknown_company" and size.criterion and not COMPANY_SIZES & set(size.criterion.allowed or ()):
        score += W_OTHERS
    if not EVERYWHERE & set(scheme.regions):
        score += W_LOCAL
    return score
