"""Tables found in the places of lines: cells that open at the same heights and in the same columns become rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.cleaning import rejoin, words_of
from ingest.readers.lines import Line
from ingest.readers.tables import JOIN

NEAR = 2.5  # points: cells of one row share their first base line, cells of one column their left edge
REACH = 60  # lines a row may hold; beyond, two heights that agree are two columns of text


def with_rows(lines: Sequence[Line]) -> list[Line]:
    """`lines` of one page with each row of a table as one line, its `cell` holding the text of the row.

    A row is a run of lines, in drawing order, where a later line opens at the height of an earlier one and to its
    right. Rows make a table when at least two share two columns; else the lines stay as they are.
    """
    rows = _rows(lines)
    columns: Counter[tuple[int, int]] = Counter()
    for start, stop in rows:
        places = sorted({round(x) for x in _edges(lines[start:stop])})
        for left, right in zip(places, places[1:], strict=False):
            columns[left, right] += 1
    result: list[Line] = []
    position = 0
    for start, stop in rows:
        edges = _edges(lines[start:stop])
        rounded = sorted({round(x) for x in edges})
        shared = any(columns[pair] >= 2 for pair in zip(rounded, rounded[1:], strict=False))
        if start < position or not shared:
            continue
        result.extend(lines[position:start])
        result.append(_row(lines[start:stop], edges))
        position = stop
    result.extend(lines[position:])
    return _between(result)


def _rows(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """(start, stop) of each run of lines that may be a row with two cells or more."""
    found: list[tuple[int, int]] = []
    index = 1
    while index < len(lines):
        start = _partner(lines, index, found[-1][1] if found else 0)
        if start is None:
            index += 1
            continue
        stop = _row_end(lines, start, index)
        found.append((start, stop))
        index = stop + 1
    return found


def _partner(lines: Sequence[Line], index: int, floor: int) -> int | None:
    """The earlier line at the height of `lines[index]` and to its left, when `lines[index]` starts a new cell."""
    line = lines[index]
    if line.y < lines[index - 1].y - NEAR:
        return None
    for other in range(index - 1, max(floor, index - REACH) - 1, -1):
        if (
            abs(lines[other].y - line.y) <= NEAR
            and lines[other].x < line.x - line.size
            and abs(lines[other].size - line.size) < 1
        ):
            return other
    return None


def _row_end(lines: Sequence[Line], start: int, second: int) -> int:
    """Where the row ends: at the first line back in the first column, or below by more than a line of text."""
    top, left = lines[start].y, lines[start].x
    stop = second + 1
    while stop < len(lines):
        line, above = lines[stop], lines[stop - 1]
        new_cell = abs(line.y - top) <= NEAR and line.x > left + line.size
        continues = (
            0 < above.y - line.y <= 1.6 * line.size
            and line.x >= lines[second].x - NEAR
            and abs(line.size - above.size) < 1
        )
        if not (new_cell or continues):
            break
        stop += 1
    return stop


def _edges(lines: Sequence[Line]) -> list[float]:
    """The left edges of the cells of a row: of the lines at its height."""
    top = lines[0].y
    return sorted(line.x for line in lines if abs(line.y - top) <= NEAR)


def _row(lines: Sequence[Line], edges: Sequence[float]) -> Line:
    cells: list[list[str]] = [[] for _ in edges]
    for line in lines:
        column = max((i for i, edge in enumerate(edges) if edge <= line.x + NEAR), default=0)
        cells[column].append(line.text)
    texts = ["\n".join(cell) for cell in cells]
    known = words_of(texts)
    row = JOIN.join(rejoin(text, known).replace("\n", " ").replace("|", "/") for text in texts)
    return replace(lines[0], text=row, cell=row, bold=False, italic=False, item=False, note=False)


def _between(lines: Sequence[Line]) -> list[Line]:
    """Short lines alone between two rows of a table are rows with one cell."""
    result = list(lines)
    for index in range(1, len(result) - 1):
        line, above, below = result[index], result[index - 1], result[index + 1]
        if (
            not line.cell
            and above.cell
            and below.cell
            and above.y > line.y > below.y
            and abs(line.size - above.size) < 1
        ):
            result[index] = replace(line, cell=line.text)
    return result
