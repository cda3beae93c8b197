"""Whether what a file gave is text that a person could read, or the noise of a font without its table of letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

ENOUGH = 80  # characters: fewer say nothing of their kind
BAD_SHARE = 0.2  # of characters that stand for none: bullets of a symbol font stay far under
SHORT_BAD_SHARE = 0.5  # of a few characters: a bullet beside a word is none
CONTROL_SHARE = 0.02  # of control characters among the others: a text has none, a file of another kind many
SYMBOL_SHARE = 0.6  # of signs that are no letter and no digit: a page of formulas stays under
STRANGE = frozenset("*#?<>@^~\\{}$`")  # signs that words are not made of
STRANGE_SHARE = 0.25  # of them: a page of a program stays under
SOME = 20  # letters: enough to tell words from one letter written over and over
FEW_LETTERS = 2  # different ones: no text is made of one or two, a font whose table of letters is wrong is
LONG = re.compile(r"\S{61,}")  # no word, an address at most; what is encoded for machines has nothing else
LONG_SHARE = 0.8  # of a Latin text
VOWELS = frozenset("aeiouyàâäéèêëîïôöùûüœæAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ")
VOWEL_SHARE = 0.17  # of Latin letters: French has 0.45, English 0.40, a page of acronyms 0.25, letters shifted 0.1
CID = re.compile(r"\(cid:\d+\)")
BLANK = frozenset("\t\n\r\f\v\x1c\x1d\x1e\x1f\x85")


def is_garbled(text: str) -> bool:
    """Whether too much of `text` stands for no character: replaced, private to a font, unassigned, or a control."""
    shown = [c for c in CID.sub("\ufffd", text) if not c.isspace() and c not in BLANK]
    bad = sum(map(_is_bad, shown))
    if len(shown) < ENOUGH:
        return bad > SHORT_BAD_SHARE * len(shown)
    controls = sum(unicodedata.category(c) == "Cc" for c in shown)
    return bad > BAD_SHARE * len(shown) or controls > CONTROL_SHARE * len(shown)


def is_noise(text: str) -> bool:
    """Whether `text`, long enough to tell, is what a broken font or a file of another kind gives in place of words."""
    if is_garbled(text):
        return True
    shown = [c for c in CID.sub("\ufffd", text) if not c.isspace() and c not in BLANK]
    known = [c.lower() for c in shown if c.isalpha()]
    if len(known) >= SOME and len(set(known)) <= FEW_LETTERS:
        return True
    if len(shown) >= 2 * SOME and sum(c in STRANGE for c in shown) > STRANGE_SHARE * len(shown):
        return True
    if len(shown) < ENOUGH:
        return False
    signs = sum(not c.isalnum() and unicodedata.category(c)[0] != "M" for c in shown)
    if signs - sum(c in ".…_-–—|•·=" for c in shown) > SYMBOL_SHARE * len(shown):
        return True
    latin = [c for c in shown if c.isalpha() and unicodedata.name(c, "").startswith("LATIN")]
    if len(latin) < max(ENOUGH, 0.5 * len(shown)):
        return False
    if sum(len(match.group()) for match in LONG.finditer(text)) > LONG_SHARE * len(shown):
        return True
    return sum(c in VOWELS for c in latin) < VOWEL_SHARE * len(latin)


def letters(text: str) -> int:
    """How many letters, in any script."""
    return sum(c.isalpha() for c in text)


def _is_bad(character: str) -> bool:
    """No character at all: replaced, private to a font, unassigned, or a control."""
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs")


def named(pages: Sequence[int]) -> str:
    """Physical pages as people write them: « page 3 », « pages 3, 5 à 8 et 12 »."""
    runs: list[tuple[int, int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], page)
        else:
            runs.append((page, page))
    parts: list[str] = []
    for first, last in runs:
        parts.extend(
            [str(first)] if first == last else [f"{first} à {last}"] if last > first + 1 else [str(first), str(last)]
        )
    shown = parts if len(parts) <= 12 else [*parts[:11], f"{len(parts) - 11} autres suites de pages"]
    whole = " et ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
    return f"{'page' if len(set(pages)) == 1 else 'pages'} {whole}"
