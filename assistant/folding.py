"""Text folded character by character, so that offsets in the folded text are offsets in the original."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SPECIAL = {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-"}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char != "\n" and (char.isspace() or unicodedata.category(char) == "Zs"):
        return " "
    base = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    if len(base) != 1 or (base[0].isdigit() and not char.isdecimal()):
        return char.lower() if len(char.lower()) == 1 else char
    lower = base[0].lower()
    return lower if len(lower) == 1 else base[0]


def fold(text: str) -> str:
    """Lower case, no accents, plain spaces, apostrophes and hyphens; `len(fold(text)) == len(text)`."""
    return "".join(map(_fold_char, text))
