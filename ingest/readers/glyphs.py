"""Letters that a font names in its own way: « f_i » and « a.sc » say what they are, « g85 » does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.readers.pdf_objects import resolved

UNKNOWN = "\ufffd"
MAX_NAMES = 5000  # of a font: it has 256 codes
OWN = re.compile(r"[._\d]")  # names without these are those of the standard: the library knows them
UNICODE = re.compile(r"uni((?:[0-9A-F]{4})+)|u([0-9A-F]{4,6})")
WORDS = {  # names that stand in compounds and before a suffix; a lone one the library knows
    **dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True)),
    **dict(zip("fi fl ff ffi ffl hyphen period comma space".split(), ("fi", "fl", "ff", "ffi", "ffl", "-", ".", ",", " "), strict=True)),
    **dict(zip("agrave acircumflex ccedilla eacute egrave ecircumflex edieresis icircumflex idieresis".split(), "àâçéèêëîï", strict=True)),
    **dict(zip("ocircumflex ugrave ucircumflex udieresis oe ae quoteright".split(), "ôùûüœæ’", strict=True)),
}  # fmt: skip


def named_letters(font: Any) -> dict[str, str]:
    """The letters of the names that a font gives to its codes, each name as the library writes it where it does not
    know it: « /f_i » → « fi », « /g85 » → the sign of an unknown letter."""
    encoding = resolved(font.get("/Encoding")) if isinstance(font, Mapping) else None
    names = resolved(encoding.get("/Differences")) if isinstance(encoding, Mapping) else None
    if not isinstance(names, list):
        return {}
    own = (str(name) for name in names[:MAX_NAMES])
    return {name: _letters(name[1:]) for name in own if name[:1] == "/" and OWN.search(name)}


def with_letters(text: str, letters: Mapping[str, str]) -> str:
    """`text` with letters in place of the names that the library left in it."""
    if "/" not in text or not letters:
        return text
    names = sorted((name for name in letters if name in text and len(name) > 2), key=len, reverse=True)
    if not names:
        return text
    return re.sub("|".join(map(re.escape, names)), lambda m: letters[m.group()], text)


def _letters(name: str) -> str:
    parts = [_letter(part) for part in name.split(".", 1)[0].split("_")]
    return "".join(parts) if all(parts) else UNKNOWN


def _letter(part: str) -> str:
    if match := UNICODE.fullmatch(part):
        codes = re.findall("....", match.group(1)) if match.group(1) else [match.group(2)]
        return "".join(chr(int(code, 16)) for code in codes if int(code, 16) < 0x110000)
    return part if len(part) == 1 else WORDS.get(part, "")
