"""Department numbers and postcodes in free text, never an amount or a date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.dates import dates
from assistant.gazetteer import DEPARTMENTS, Place


def numbered_places(text: str, folded: str) -> Iterator[Place]:
    """Department numbers ("dans le 44", "(44)") and postcodes ("44000 Nantes"), never an amount or a date."""
    busy = [(w.start, w.end) for w in dates(text)]
    pattern = re.compile(
        r"(?:\b(?:dans le|departement(?: du| n°)?|dept|dpt|cp|code postal|depuis le|du) |\()(?P<dep>\d{2,3}|2[ab])(?=\)|[ ]*(?:$|[,.;:?!)]))"
        r"|\ble (?P<le>\d{2}|2[ab])(?=[ ]*(?:$|[,.;?!)]))"
        r"|(?<![\d,.])(?P<post>\d{5})(?! ?(?:€|%|euros|k€|m€|\d))(?=$|[,.;?!)]| [A-ZÀ-Ý])"
    )
    for match in pattern.finditer(_cased(text, folded)):
        group = match.lastgroup or "dep"
        start, end = match.span(group)
        if any(s < end and start < e for s, e in busy):
            continue
        place = place_numbered(match[group].upper(), start, end)
        if place is not None:
            yield place


def _cased(text: str, folded: str) -> str:
    """Folded, but capitals kept where a postcode's town begins."""
    return "".join(c.upper() if t.isupper() and i and text[i - 1] in " \u00a0" and i > 5 and text[i - 2].isdigit() else c
                   for i, (t, c) in enumerate(zip(text, folded, strict=True)))  # fmt: skip


def place_numbered(number: str, start: int, end: int) -> Place | None:
    code = number if len(number) < 5 else number[:3] if number.startswith("97") else number[:2]
    code = {"20": "2A"}.get(code, code)
    if code not in DEPARTMENTS:
        return None
    label, region = DEPARTMENTS[code]
    return Place(label, region, "departement", start, end)
