"""Runs of text with their places on pages put back into lines, columns, paragraphs, headings, lists, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.cleaning import flow, rejoin, running_lines, tidy, words_of
from ingest.readers.assembly import Draft
from ingest.readers.outline import is_contents

ITEM = re.compile(r"^(?:[-–—•■▪◦·‣➢✓*●○]|\d{1,2}[.)]|[a-z]\))\s+\S")
BULLET = re.compile(r"^[-–—•■▪◦·‣➢✓*●○]$")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text drawn in one font: where it opens (points, origin bottom left) and its size."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Runs on one base line of one column."""

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    note: str = ""  # the number of the note that opens here


def drafts(pages: Sequence[Sequence[Run]]) -> list[Draft]:
    """The blocks of a document from the runs of its pages, page numbers 1-based."""
    lines = [_lines(runs, number) for number, runs in enumerate(pages, start=1)]
    running = running_lines([[line.text for line in page] for page in lines])
    kept = [line for number, page in enumerate(lines) for line in page if (number, line.text) not in running]
    if not kept:
        return []
    sizes: Counter[float] = Counter()
    for line in kept:
        sizes[round(line.size)] += len(line.text)
    body = sizes.most_common(1)[0][0]
    gap = _leading(kept)
    made: list[Draft] = []
    for block in _blocks(kept, body, gap):
        made.append(_draft(block, body))
    known = words_of(d.text for d in made)
    made = [replace(d, text=rejoin(d.text, known)) for d in made]
    return [replace(d, text=flow(d.text)) if d.kind in ("paragraph", "note", "heading") and not is_contents(d.text) else d for d in made]


def _lines(runs: Sequence[Run], page: int) -> list[Line]:
    """Runs joined on base lines, in the order they were drawn."""
    lines: list[Line] = []
    current: list[Run] = []
    for run in runs:
        if current and abs(run.y - current[0].y) > 0.6 * max(run.size, current[0].size):
            lines.append(_line(current, page))
            current = []
        current.append(run)
    if current:
        lines.append(_line(current, page))
    return [line for line in lines if line.text]


def _line(runs: Sequence[Run], page: int) -> Line:
    longest = max(runs, key=lambda r: len(r.text))
    note = ""
    parts: list[str] = []
    for index, run in enumerate(runs):
        raised = re.fullmatch(r"\s*\d{1,3}\s*", run.text) and len(runs) > 1 and (run.size < 0.93 * longest.size and run.y - longest.y > 1)
        if raised and index == 0:
            note = run.text.strip()
            parts.append(note)
        elif not raised:
            parts.append(run.text)
    text = re.sub(r"\s+", " ", tidy("".join(parts))).strip()
    return Line(
        text, page, runs[0].x, longest.y, longest.size,
        all(r.bold for r in runs if r.text.strip()), all(r.italic for r in runs if r.text.strip()), note,
    )  # fmt: skip


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance between base lines."""
    steps = Counter(round(a.y - b.y) for a, b in zip(lines, lines[1:], strict=False) if a.page == b.page and 4 < a.y - b.y < 60)
    return float(steps.most_common(1)[0][0]) if steps else 14.0


def _blocks(lines: Sequence[Line], body: float, gap: float) -> list[list[Line]]:
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _goes_on(blocks[-1][-1], line, body, gap):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _goes_on(above: Line, line: Line, body: float, gap: float) -> bool:
    """Whether `line` is of the same block as the one above it."""
    if line.note or abs(line.size - above.size) > 0.12 * body or (line.bold != above.bold and line.size > 1.1 * body):
        return False
    if line.page != above.page:
        return False
    return 0 <= above.y - line.y <= 1.35 * gap * max(1.0, line.size / body) or (line.y > above.y and False)


def _draft(block: Sequence[Line], body: float) -> Draft:
    text = "\n".join(line.text for line in block)
    first = block[0]
    if first.note:
        return Draft("note", text, page=first.page)
    if first.size > 1.1 * body and len(text) < 300:
        return Draft("heading", text, mark=_rank(first.size / body), page=first.page)
    if ITEM.match(first.text):
        return Draft("list", text, page=first.page)
    return Draft("paragraph", text, page=first.page)


def _rank(ratio: float) -> int:
    return next(rank for rank, least in enumerate((1.8, 1.4, 1.15, 0.0), start=1) if ratio >= least)
