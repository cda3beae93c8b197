"""Figures read in French and English text: amount, rate, duration, rank, ratio or count of a noun, with its bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.bounds import bound_around
from assistant.dates import Bound, dates
from assistant.folding import fold
from assistant.nouns import noun_after
from assistant.numerals import ARTICLES, COLLECTIVES, ORDINALS, written_numbers

EUR, PERCENT, ORDINAL, RATIO = "EUR", "%", "ordinal", "ratio"
DURATIONS = {
    "second": r"secondes?|seconds?", "minute": r"minutes?|min|mn", "hour": r"heures?|hours?|h",
    "day": r"jours?|journees?|days?|j", "week": r"semaines?|weeks?", "month": r"mois|months?",
    "quarter": r"trimestres?|quarters?", "half-year": r"semestres?", "year": r"ans?|annees?|years?",
}  # fmt: skip
_DURATION = "|".join(f"(?:{words})" for words in DURATIONS.values())
_MULTIPLIERS = (
    (Decimal(10**9), r"milliards?|billions?|bn|mds?|mrds?"),
    (Decimal(10**6), r"millions?|m"),
    (Decimal(10**3), r"milliers?|mille|thousand|k"),
)
_CURRENCY = r"(?P<cur>€|eur(?:os?)?\b|\$|usd\b|dollars?\b|£)"
_AFTER = re.compile(
    r"(?: ?(?P<mult>(?:millions?|milliards?|milliers?|mille|billions?|thousand)\b"
    r"|(?:bn|mds?|mrds?|m|k)(?= ?(?:d'|d' )?(?:€|eur|\$|£|usd))))?"
    r"(?P<tail>(?:(?: de | d'| of | ?- ?| )?"
    rf"(?:{_CURRENCY}|(?P<pct>%|pour ?cents?\b|percent\b|per cent\b)|(?P<dur>(?:demi-)?(?:{_DURATION})(?:\b|(?<=h)(?=\d\d\b)))"
    r"|(?<=\d)(?P<ord>(?:er|re|ere|eme|emes|e|nde?|de|th|st|rd)\b)))?)"
)
_GROUPED = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\d{1,3}(?:,\d{3}){2,}(?![\d,])")
_DIGITS = re.compile(
    r"(?<![\w,])(?<!\d[.])(?<![a-z]-)(?P<sign>(?<![\w)] )(?<![\w)])[+-] ?(?=[\d ,.]+ ?(?:%|€|m€|k€)))?"
    r"(?P<num>(?:\d{1,3}(?:[ .]\d{3})+(?!\d)|\d{1,3}(?:,\d{3}){2,}(?![\d,])|\d+)(?:[.,]\d+)?)"
)
_PREFIX_CURRENCY = re.compile(r"(?:(€|\$|£)|\b(eur|usd)) ?$")
_REFERENCE = re.compile(
    r"\b(mesure|objectif|axe|article|page|phase|etape|annexe|chapitre|orientation|niveau|numero|n°|no\.|partie|tableau|"
    r"proposition|preconisation|measure|objective|axis|step|level|section)s?(?: n°)? ?$"
)
_NAMED = re.compile(r"\b(?:horizon|france|agenda|industrie|industry|web|vision|iso|norme|gpt|covid|loi|rgpd)[ -]?$")
_OPENS_RANGE = re.compile(r"\b(?:entre|de|between|from) $")
_TO = re.compile(r" ?(?:-|\ba\b|\bet\b|\bou\b|\bto\b|\band\b|\bor\b) ?$")
FALLS = 20  # times the second number, the most the first may be for both to be of one size
MARK = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")
_LISTED = re.compile(r"(?m)^[ \t]*\d+[.)](?=\s)")
_OUTLINE = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d.])")
_SHARE = re.compile(r"^(?: ?(?:d'|des? |of )?[a-z'-]++){0,4}? (?:sur|in|out of) $")
_FRACTION = re.compile(r"\b(?:(?P<two>deux|trois|two|three)[ -](?P<many>tiers|quarts|thirds|quarters)|(?P<half>la moitie|half)(?= d| of)"
                       r"|(?:un|one) (?P<one>tiers|quart|third|quarter)(?= d| of))")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its unit and bound; `text` is `source[start:end]`.

    `unit` is "EUR", "%", "ratio" (value in 0..1), a duration ("hour", "day", "week", "month", "year", …), "ordinal",
    "ref:mesure" for a numbered thing, "date" for an unsupported date, the stem of the noun counted, or None.
    """

    value: Decimal
    unit: str | None
    bound: Bound
    start: int
    end: int
    text: str


def figures(text: str) -> list[Figure]:
    """The figures of a text, in order; dates, citation marks, list numbers and digits inside a name are left out."""
    folded = _masked(text)
    english = _looks_english(folded)
    found: list[Figure] = []
    reach = 0
    for start, end, value in sorted(_numbers(folded, english), key=lambda n: (n[0], -n[1])):
        if start < reach:
            continue
        figure = _figure(text, folded, start, end, value)
        if figure is not None:
            found.append(figure)
            reach = figure.end
    return _shares(text, folded, _ranges(folded, found))


def _masked(text: str) -> str:
    """Folded text where marks, list numbers, section numbers and dates are spaces or dots of the same length."""
    folded = fold(text)
    for when in dates(text):
        folded = folded[: when.start] + "·" * (when.end - when.start) + folded[when.end :]
    for pattern in (MARK, _LISTED, _OUTLINE):
        folded = pattern.sub(lambda m: m[0] if _GROUPED.fullmatch(m[0]) else "·" * len(m[0]), folded)
    return folded


def _looks_english(folded: str) -> bool:
    return re.search(r"\b(?:the|of|and|with|over|companies|to)\b", folded) is not None and not re.search(
        r"\b(?:le|la|les|des|du|une|pour|dans|est)\b", folded
    )


def _numbers(folded: str, english: bool) -> Iterator[tuple[int, int, Decimal]]:
    for match in _DIGITS.finditer(folded):
        sign = -1 if (match["sign"] or "").startswith("-") else 1
        yield match.start(), match.end(), sign * _value(match["num"], english)
    for start, end, number in written_numbers(folded):
        yield start, end, Decimal(number)
    for match in re.finditer(r"\b(?:(?:une?|a) )?([a-z]+)\b", folded):
        if match[1] in COLLECTIVES and re.match(r" (?:de |d')|$", folded[match.end() :]):
            yield match.start(), match.end(), Decimal(COLLECTIVES[match[1]])
        elif match[1] in ORDINALS:
            yield match.start(1), match.end(), Decimal(ORDINALS[match[1]])
    for match in _FRACTION.finditer(folded):
        many = match["many"] or match["one"] or "half"
        over = 2 if match["half"] else 3 if many.startswith("t") else 4
        count = 1 if not match["two"] else 2 if match["two"] in ("deux", "two") else 3
        yield match.start(), match.end(), Decimal(count) / Decimal(over)


def _value(digits: str, english: bool) -> Decimal:
    """ "3 000", "3.000" and "1,000,000" are thousands; a comma is a decimal mark, in English a thousands mark."""
    head = _GROUPED.match(digits)
    if english and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        return Decimal(digits.replace(",", ""))
    if head is not None:
        rest = digits[head.end() :].replace(",", ".")
        return Decimal(re.sub(r"[ .,]", "", head[0]) + rest)
    return Decimal(digits.replace(",", "."))


def _figure(text: str, folded: str, start: int, end: int, value: Decimal) -> Figure | None:
    word = folded[start:end]
    match = _AFTER.match(folded, end)
    if match is None:
        return None
    unit = _typed_unit(match)
    if match["mult"]:
        value *= next(size for size, names in _MULTIPLIERS if re.fullmatch(names, match["mult"]))
    stop = match.end() if unit else match.end("mult") if match["mult"] else end
    before = folded[max(0, start - 40) : start]
    if word in ARTICLES and not match["mult"] and unit not in (*DURATIONS, EUR):
        return Figure(value, "article", "exact", start, end, text[start:end]) if _opens_share(folded, end) else None
    if value != value.to_integral_value() and word[-1].isalpha() and _FRACTION.match(folded, start):
        unit = RATIO
    elif word.split()[-1] in ORDINALS:
        unit = ORDINAL
    if folded[start].isdigit() and unit is None:
        if folded[stop : stop + 1].isalpha() or _NAMED.search(before):
            return None  # "3IA", "5G", "Horizon 2020"
        reference = _REFERENCE.search(before)
        unit = f"ref:{reference[1]}" if reference else None
    currency = _PREFIX_CURRENCY.search(before)
    if currency and unit is None:
        unit, start = (EUR if (currency[1] or currency[2]) in ("€", "eur") else "USD"), start - len(currency[0])
    bound: Bound = "about" if word.split()[-1] in COLLECTIVES else "exact"
    bound = bound_around(folded, start, stop) or bound
    if unit is None:
        unit = noun_after(folded, stop)
    if word == "neuf" and (unit is None or not re.match(r" [a-z-]+[sx]\b", folded[stop:])):
        return None  # "un outil neuf" is a new one
    if unit in DURATIONS and (half := re.match(r" et demie?\b", folded[stop:])):
        value, stop = value + Decimal("0.5"), stop + half.end()
    if unit == "hour" and (minutes := re.match(r"(\d\d)\b", folded[stop:])):
        value, stop = value + Decimal(int(minutes[1])) / 60, stop + 2
    if (match["dur"] or "").startswith("demi-"):
        value /= 2
    return Figure(value, unit, bound, start, stop, text[start:stop])


def _typed_unit(match: re.Match[str]) -> str | None:
    if match["cur"]:
        return EUR if match["cur"][0] in "€e" else "USD" if match["cur"][0] in "$ud" else "GBP"
    if match["pct"]:
        return PERCENT
    if match["dur"]:
        word = match["dur"].removeprefix("demi-")
        return next(unit for unit, words in DURATIONS.items() if re.fullmatch(words, word))
    return ORDINAL if match["ord"] else None


def _opens_share(folded: str, end: int) -> bool:
    return re.match(r"(?: [a-z'-]+){0,4}? (?:sur|in|out of) (?:[a-z]+|\d+)\b", folded[end:]) is not None


def _ranges(folded: str, found: list[Figure]) -> list[Figure]:
    """ "9 à 12 mois", "10 à 15 millions": the first takes the unit and the size of the second, and both their bounds."""
    out = list(found)
    for i, (low, high) in enumerate(zip(found, found[1:], strict=False)):
        link = folded[low.end : high.start]
        if _TO.fullmatch(link) and (low.unit or "").startswith("ref:"):
            out[i + 1] = replace(high, unit=low.unit)
        if not _TO.fullmatch(link) or low.unit not in (None, high.unit) or low.unit in ("article", ORDINAL):
            continue
        value = _of_same_size(low, high) if low.unit is None else low.value
        first = replace(low, value=value, unit=high.unit)
        if value >= high.value:  # "de 60 à 50 millions": a fall, no range
            out[i] = first if value != low.value else low
            continue
        if "ou" not in link and "or" not in link and ("et" not in link or _OPENS_RANGE.search(folded[: low.start])):
            first, out[i + 1] = replace(first, bound="at_least"), replace(high, bound="at_most")
        out[i] = first
    return out


def _of_same_size(low: Figure, high: Figure) -> Decimal:
    """The first of two numbers in the thousands or millions that only the second writes, where that makes sense."""
    written = fold(high.text)
    size = next((s for s, names in _MULTIPLIERS if re.search(rf"(?<=[\d ])(?:{names})\b", written)), None)
    if size is None or low.value >= size:
        return low.value
    return low.value * size if low.value * size <= FALLS * high.value else low.value


def _shares(text: str, folded: str, found: list[Figure]) -> list[Figure]:
    """ "un dirigeant sur cinq", "3 out of 4": two numbers become one ratio; a lone article is dropped."""
    out: list[Figure] = []
    skip = False
    for i, figure in enumerate(found):
        after = found[i + 1] if i + 1 < len(found) else None
        if skip:
            skip = False
            continue
        if after is not None and _is_share(folded, figure, after):
            end = after.start + len(re.match(r"[\w]*", folded[after.start :])[0])  # type: ignore[index]
            bound = bound_around(folded, figure.start, end) or "exact"
            out.append(Figure(figure.value / after.value, RATIO, bound, figure.start, end, text[figure.start : end]))
            skip = True
        elif figure.unit != "article":
            out.append(figure)
    return out


def _is_share(folded: str, part: Figure, whole: Figure) -> bool:
    typed = (EUR, PERCENT, ORDINAL, RATIO, *DURATIONS)
    if part.unit in typed or whole.unit in typed or not 0 < part.value < whole.value or whole.value > 1000:
        return False
    if not _SHARE.match(folded[part.start + len(part.text) : whole.start]):
        return False
    return not re.match(r"[\w]* (?!plus\b|dans\b|sous\b|sans\b|has\b|is\b|was\b)[a-z-]+[sx]\b", folded[whole.start :])
