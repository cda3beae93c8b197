"""How people write their numbers and addresses: the forms that `assistant/personal_data.py` looks for.

Every form is bounded or starts where a word does, so that no text is tried in many ways.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# ---- what parts the groups of a number --------------------------------------------------------------------------

GAP = r"[ \t\n.\-/_]{0,3}"  # once folded: every blank is a space, every dash a hyphen, a middle dot a dot
BETWEEN = re.compile(r"[ \t\n.\-/_]{1,3}")
_BLANK_CATEGORIES = frozenset(("Zs", "Cf"))  # spaces of every width; signs that do not show


def folded(text: str) -> str:
    """`text` with digits, blanks, dashes and letters of other widths as on a plain keyboard: as many signs as before."""
    return text if text.isascii() else "".join(_folded_sign(sign) for sign in text)


@lru_cache(maxsize=4096)
def _folded_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in _BLANK_CATEGORIES:
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Pd" or sign == "\u2212":
        return "-"
    if sign in "·•‧∙⋅。":
        return "."
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign


def groups_of(written: str) -> tuple[int, ...]:
    """The number of digits, Corsica's letter one of them, of each group of a number as it is written."""
    return tuple(len(group) for group in re.findall(r"[0-9ABab]+", written))


# ---- e-mail -----------------------------------------------------------------------------------------------------

_LOCAL = r"(?<![\w.+%&'#-])[\w.+%&'#-]+"
_NAME = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ENDING = r"(?:xn--[a-z0-9-]{2,20}|[^\W\d_]{2,24})"
_KNOWN = r"(?:fr|com|org|net|eu|info|io|bzh|corsica|alsace|paris|be|ch|de|es|it|lu|gouv|re)"
_AT = r"(?:@|%40|&#0?64;|&commat;)"
_AT_BRACKETED = r" ?[\[({<] ?(?:at|arobase?|arobas|chez|a|@) ?[\])}>] ?"
_DOT = r"(?: ?[\[({<] ?(?:dot|point|\.) ?[\])}>] ?| (?:dot|point) | ?\.)"
EMAILS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?:{_LOCAL}|\"[^\"\n]{{1,64}}\"){_AT}(?:{_NAME}\.){{1,10}}{_ENDING}",
        rf"{_LOCAL}{_AT}\[[\da-f.:]{{3,45}}\]",
        rf"{_LOCAL}@{_NAME},{_KNOWN}\b",  # a comma for a dot
        rf"{_LOCAL}(?: @ ?|@ )(?:{_NAME}\.){{1,10}}{_ENDING}",
        rf"{_LOCAL} ?@ ?{_NAME} ?\. ?{_KNOWN}\b",
        rf"{_LOCAL}{_AT_BRACKETED}{_NAME}(?:{_DOT} ?{_NAME}){{0,5}}{_DOT}{_ENDING}",
        rf"{_LOCAL} arobase? {_NAME}(?:{_DOT} ?{_NAME}){{0,5}}{_DOT}{_ENDING}",
        rf"{_LOCAL} (?:at|chez) {_NAME}(?: (?:dot|point|tiret) {_NAME}){{0,5}} (?:dot|point) {_KNOWN}\b",
    )
)

# ---- telephone --------------------------------------------------------------------------------------------------

_PREFIX = rf"(?:\(?(?<!\d)(?:\+|00) ?33\)?{GAP}(?:\(0\){GAP}|0{GAP})?)"
PHONES_FRENCH = re.compile(
    rf"(?:(?P<abroad>{_PREFIX})|(?<![\d+])\(?(?<!\w)[0Oo]{GAP}|(?<![^\W\d_])(?<=[^\W\d_]\.)0|(?<=[^\W\d_])0)"
    rf"[1-9]\)?(?:{GAP}\d){{8}}(?!\d)"
)
# pairs parted by commas; nine digits as a telephone number has them without its zero; eleven as an exchange holds them
PHONES_BARE = re.compile(
    r"(?<![\d,])0[1-9](?:, ?\d\d){4}(?!\d)|(?<![\d.,])[67](?:[ .-]\d\d){4}(?![ .-]?\d)|(?<!\d)33[67]\d{8}(?!\d)"
)
PHONES_ABROAD = re.compile(r"(?<![\d+])(?:\+|00)(?!33|0)[1-9]\d{0,2}(?:[ \t.\-/()]{0,3}\d){6,13}(?!\d)")
PHONE_GROUPS = frozenset(
    (
        (10,), (2,) * 5, (4, 2, 2, 2), (4, 3, 3), (2, 3, 3, 2), (2, 4, 4), (2, 8), (4, 6), (2, 2, 6), (2, 2, 2, 4), (2, 2, 4, 2), (2, 4, 2, 2),
        (1, 3, 3, 3), (1, 9), (1,) * 10, (1, 3, 2, 2, 2), (1, 1, 2, 2, 2, 2), (2, 2, 3, 3), (3, 7), (3, 3, 4), (3, 2, 2, 3), (4, 4, 2),
        (2, 3, 2, 3), (2, 6, 2),
        (9,), (1, 2, 2, 2, 2), (3, 2, 2, 2), (3, 3, 3), (1, 8),  # the zero written as a letter
    )
)  # fmt: skip
THOUSANDS = re.compile(r"\+ ?\d{1,3}(?: \d{3}){2,3}")  # "+10 000 000": a growth
_DAY = re.compile(r"\D*(?:\d\d[/.-])?\d\d[/.-](?:19|20)\d\d(?!\d{3})")


def is_dated(written: str) -> bool:
    """Whether what looks like a telephone number opens with a date: "05/06/2024 10"."""
    return _DAY.match(written) is not None


_DIGIT_WORDS = (
    "zero|zéro|oh|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|"
    "cinquante|soixante|septante|huitante|octante|nonante|cents?|et|one|two|three|four|five|seven|eight|nine|ten|eleven|twelve|"
    "(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
PHONES_SPOKEN = re.compile(
    rf"(?<!\w)(?:z[eé]ro|oh)(?:[ ,.-]{{1,3}}(?:{_DIGIT_WORDS})\b){{5,24}}",
    re.IGNORECASE,
)

# ---- SIRET, social security, bank account -----------------------------------------------------------------------

_WIDE = r"(?:[ \t\n.\-/_]{0,3}|,? ?\(?(?:nic\W{0,3})?)"  # before the number of the establishment
SIRET = re.compile(rf"(?<!\d)\d(?:{GAP}\d){{8}}{_WIDE}\d(?:{GAP}\d){{4}}(?!\d)", re.IGNORECASE)
SIRET_GROUPS = frozenset(
    ((14,), (9, 5), (3, 3, 3, 5), (3, 3, 8), (3, 3, 3, 3, 2), (3, 3, 3, 2, 3), (2,) * 7, (1,) * 14, (3, 6, 5), (4, 4, 4, 2), (3, 11), (3, 3, 3, 1, 4))
)  # fmt: skip
# sex, year, month, department, commune, order, and often the key
SOCIAL_SECURITY = re.compile(
    rf"(?<!\d)(?P<number>[1-478](?:{GAP}\d){{4}}{GAP}(?:\d{GAP}\d|2 ?[AB])(?:{GAP}\d){{6}})"
    rf"(?:{GAP}(?:\(|cl[ée] ?:? ?)?(?P<key>\d ?\d)\)?)?(?!\d)",
    re.IGNORECASE,
)
SOCIAL_SECURITY_GROUPS = frozenset(
    ((13,), (1, 2, 2, 2, 3, 3), (1, 2, 2, 3, 2, 3), (1, 2, 2, 1, 1, 3, 3), (3, 2, 2, 3, 3), (1, 2, 2, 2, 6), (1, 2, 2, 5, 3), (1, 12), (1,) * 13)
)  # fmt: skip
IBAN_START = re.compile(r"(?:(?<!\w)|(?<=iban))(?P<country>[A-Z]{2}) ?\d ?\d", re.IGNORECASE)
IBAN_LENGTHS = {  # by country, of the registry of ISO 13616
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28,
    "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18,
    "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28,
    "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29,
    "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
RIB = re.compile(r"(?<![A-Za-z0-9])\d{5}[ .-]?\d{5}[ .-]?[0-9A-Z]{11}[ .-]?\d{2}(?![A-Za-z0-9])")
NAMED = {
    "siret": re.compile(r"\bsiret\b|siret(?=\W|$|n)", re.IGNORECASE),
    "social_security": re.compile(
        r"s[eé]curit[eé] sociale|\bs[eé]cu\b|\bnir\b|\binsee\b|\bn ?[°o]? ?ss\b|social security|carte vitale",
        re.IGNORECASE,
    ),
    "iban": re.compile(r"\biban\b|\brib\b|compte bancaire|bank account", re.IGNORECASE),
}
