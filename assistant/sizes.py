"""The size of the asker's organisation: a class by staff and turnover, or the word that people use for it.

Classes: Recommendation 2003/361/EC and décret 2008-1354. What counts others (clients, trainees, the firms of a region)
is no size of the asker, and a range that spans two classes says none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from assistant import speech
from assistant.figures import Figure, figures
from assistant.folding import fold
from assistant.numerals import COLLECTIVES
from assistant.terms import SIZES_EN, terms_said
from ingest.catalogue import Vocabulary

CLASSES = ("tpe", "pme", "eti", "ge")
APART = frozenset({"association", "collectivite", "recherche", "particulier"})  # organisations outside the size classes
TURNOVER_TPE = 2_000_000  # euros; Recommendation 2003/361/EC: a microenterprise has under 10 staff and at most 2 M€
TURNOVER_SME = 50_000_000  # euros; the same: an SME has under 250 staff and at most 50 M€ of turnover
TURNOVER_ETI = 1_500_000_000  # euros; décret 2008-1354: above, a large company
LEAST_TURNOVER = 10_000  # euros; below, a number beside « CA » is not an amount

Said = tuple[frozenset[str], int | None, Decimal | None]  # size codes, headcount, turnover in euros


def size_class(headcount: int, turnover: Decimal | None = None) -> str:
    """ "tpe", "pme", "eti" or "ge": the larger of the class by staff and the class by turnover.

    The balance sheet, which the definition takes in place of the turnover when it is the smaller, is never said.
    """
    by_staff = "tpe" if headcount < 10 else "pme" if headcount < 250 else "eti" if headcount < 5000 else "ge"
    if turnover is None:
        return by_staff
    limits = ((TURNOVER_ETI, "ge"), (TURNOVER_SME, "eti"), (TURNOVER_TPE, "pme"))
    by_turnover = next((name for limit, name in limits if turnover > limit), "tpe")
    return max(by_staff, by_turnover, key=CLASSES.index)


def size_given(text: str, vocabulary: Vocabulary) -> Said:
    """The size a caller gives apart: a word, a headcount, a turnover; all of it is the company's own."""
    folded = fold(text)
    words = {code for code, _ in terms_said(folded, vocabulary.sizes, SIZES_EN)}
    if re.search(r"\bge\b", folded):
        words.add("ge")
    found = figures(text)
    turnover = _turnover(folded, found)
    staff = [f for f in found if _counts_people(f)] or [
        f for f in found if f.unit is None and not _is_turnover(folded, f)
    ]
    headcount = _headcount(folded, staff)
    if headcount is None and not staff:
        headcount = _few(folded)
    return _sizes(words, headcount, turnover), headcount, turnover


def size_said(message: str, folded: str, vocabulary: Vocabulary, voice: bool, *, listed: bool = False) -> Said:
    """The size of the asker in a message; `voice` tells that it speaks of the asker, `listed` that it describes in commas."""
    said = terms_said(folded, vocabulary.sizes, SIZES_EN)
    words = {code for code, at in said if is_own(folded, at, voice, listed)}
    found = figures(message)
    amounts = "".join(
        "·" if said in "çÇ" else char for said, char in zip(message, folded, strict=True)
    )  # « ça » is no « CA »
    headcount = _headcount(folded, [f for f in found if _is_staff(folded, f, voice or bool(words))])
    if headcount is None and (voice or words) and words <= {"tpe", "startup", "formation"}:
        headcount = _few(folded)
    turnover = _turnover(amounts, found) if voice or words or headcount is not None else None
    return _sizes(words, headcount, turnover), headcount, turnover


def speaks_of_staff(message: str, folded: str) -> bool:
    """ "80 personnes et 12 M€ de CA, à Toulouse…": a message that opens with a headcount or a turnover describes."""
    opening = speech.GREETING.match(folded)
    start = opening.end() if opening else 0
    if re.match(r"(?:effectif|ca|chiffre d'affaires)\b", folded[start:]) or speech.ALONE.match(folded[start:]):
        return True
    first = next(iter(figures(message)), None)
    if first is None:
        return False
    between = folded[start : first.start]
    if speech.BOUND.fullmatch(between):
        return _counts_people(first) or _is_turnover(folded, first)
    if speech.ACTS_ON.search(between) or speech.COMPANIES.search(between) or speech.OTHERS.search(between):
        return False
    return _counts_people(first) and speech.OPENING_COUNT.fullmatch(between) is not None


def is_own(folded: str, at: int, voice: bool, listed: bool = False) -> bool:
    """The size word names the asker: opens the message, or follows "je suis", "notre", "dirigeante d'une", "une"."""
    before = folded[max(0, at - 60) : at]
    greeting = speech.GREETING.match(folded)
    opens = folded[greeting.end() if greeting else 0 : at]
    if re.fullmatch(r"\s*(?:(?:une?|petite?|jeune|toute|tres|a|en) )*", opens) or (
        voice and re.fullmatch(r"[a-z]+ ", opens)
    ):
        return True
    if (
        speech.OTHERS.search(before)
        or speech.NOT.search(before)
        or re.search(r"\b(?:(?:dans|de|sur) (?:mon|ma|notre)|avec (?:une?|deux|l'|la|le)) ?$", before)
    ):
        return False
    if re.fullmatch(r"(?:la |le |l')", opens) and re.match(r"[^.?!:;,]{0,40},", folded[at:]):
        return True  # "la mairie de Gap, 12 000 habitants, …"
    if (voice and re.search(r"[.!;:]\s*(?:une? )?$", before)) or (listed and re.search(r",\s*$", before)):
        return True
    return (
        re.search(
            rf"\b{speech.SELF}\s?(?:(?:une?|an?|tres|toute|petite?|jeune|\d+-\w+|[a-z]+ing|la|le|vraie?|propre) ?)*(?:[a-z-]+ )?$",
            before,
        )
        is not None
    )


# ---- staff ----------------------------------------------------------------------------------------------------


def _sizes(words: Iterable[str], headcount: int | None, turnover: Decimal | None) -> frozenset[str]:
    """The class by staff replaces one said in words; a startup or a training body has a class besides."""
    said = frozenset(words)
    if headcount is None or said & APART:
        return said
    return (said - set(CLASSES)) | {size_class(headcount, turnover)}


def _counts_people(figure: Figure) -> bool:
    return speech.STAFF.match(figure.unit or "") is not None


def _is_staff(folded: str, figure: Figure, voice: bool) -> bool:
    """Whether a figure counts the asker's own people."""
    before = folded[max(0, figure.start - 60) : figure.start]
    if voice and _counts_people(figure) and speech.PASSED.search(before):
        return True
    if speech.ACTS_ON.search(before) or speech.COMPANIES.search(before) or speech.OTHERS.search(before):
        return False
    if _counts_people(figure):
        return voice or speech.OWN_TEAM.search(before) is not None
    if figure.unit is None and speech.MEASURED.match(folded[figure.end :]):
        return False
    if figure.unit is None:
        return speech.WE_ARE.search(before) is not None or (voice and speech.TEAM_OF.search(before) is not None)
    if speech.TRADES.match(figure.unit) is None:
        return False
    return speech.WE_ARE.search(before) is not None or (voice and speech.HAS.search(before) is not None)


def _headcount(folded: str, staff: Sequence[Figure]) -> int | None:
    """The first count with those joined to it (« 2 associés et 3 salariés »); None when its bounds are of two classes."""
    if not staff:
        return None
    first = staff[0]
    if first.bound == "at_least" and len(staff) > 1 and staff[1].bound == "at_most":
        low, high = int(first.value), int(staff[1].value)
        return low if size_class(low) == size_class(high) else None
    return _stands(first) + sum(_stands(f) for b, f in zip(staff, staff[1:], strict=False) if _joined(folded, b, f))


def _joined(folded: str, before: Figure, figure: Figure) -> bool:
    """Apprentices are no staff (Recommendation 2003/361/EC, annex, article 5)."""
    between = folded[before.end : figure.start]
    return re.fullmatch(r" [a-z-]+ (?:et|plus|\+) ", between) is not None and not re.match(
        "apprent|altern", figure.unit or ""
    )


def _stands(figure: Figure) -> int:
    """One more than an open lower bound, one less than an open upper bound: the side of a threshold it stands on."""
    step = {"more_than": 1, "less_than": -1}.get(figure.bound, 0)
    return max(0, int(figure.value) + step)


def _few(folded: str) -> int | None:
    """Headcounts that are said without a figure: a round dozen, one employee, nobody, a couple at work."""
    about = speech.ABOUT.search(folded)
    if about is not None:
        return COLLECTIVES[about["many"]]
    if speech.ONE.search(folded):
        return 1
    if speech.TWO.search(folded):
        return 2
    return 1 if speech.ALONE.search(folded) else None


# ---- turnover -------------------------------------------------------------------------------------------------


def _turnover(folded: str, found: Sequence[Figure]) -> Decimal | None:
    amount = next((f for f in found if _is_turnover(folded, f)), None)
    if amount is None:
        return None
    above = amount.bound == "more_than" or speech.PASSED.search(folded[: amount.start])
    return amount.value + 1 if above else amount.value


def _is_turnover(folded: str, figure: Figure) -> bool:
    if figure.unit not in (None, "EUR", "chiffr") or figure.value < LEAST_TURNOVER:
        return False
    return (
        speech.TURNOVER_AFTER.match(folded[figure.end :]) is not None
        or speech.TURNOVER_BEFORE.search(folded[: figure.start]) is not None
    )
