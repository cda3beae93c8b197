"""Tables found in the places of lines: cells that open at the same height and share their columns become rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.cleaning import rejoin, words_of
from ingest.readers.lines import Line
from ingest.readers.tables import JOIN

NEAR = 2.5  # points: cells of one row share their first base line, cells of one column their left edge
ALIGNED = 8.0  # points: right edges are told from the mean width of letters
INDENT = 36.0  # points: a list within a cell stands that far inside it
REACH = 60  # lines a row may hold; beyond, two heights that agree are two columns of text
GAP = 3.2  # of the size of letters: space between paragraphs of one cell
APART = 20  # of the size of letters: the space between two rows that hold other cells
BETWEEN = 40  # lines between two rows of one table: a cell cut by a page, a heading over all columns


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines `start` to `stop` of a page, as cells from left to right."""

    start: int
    stop: int
    cells: tuple[tuple[Line, ...], ...]

    def lefts(self) -> list[float]:
        return [min(line.x for line in cell) for cell in self.cells]

    def rights(self) -> list[float]:
        return [max(line.right for line in cell) for cell in self.cells]


def tables(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of all pages, each row of a table as one line whose `cell` holds its text, cells joined by " | ".

    A row is a run of lines, in drawing order, where a later line opens at the height of an earlier one and to its
    right. Rows make a table when at least two share a column besides the first; else the lines stay as they are. A
    table goes on at the top of the next page.
    """
    result: list[Line] = []
    column: float | None = None  # where the second column of a table at the foot of the last page opens
    for lines in pages:
        rows = _agreeing(_rows(lines))
        made, column = _with_rows(lines, rows, column)
        result.extend(made)
    return result


def with_rows(lines: Sequence[Line]) -> list[Line]:
    """As `tables`, for one page."""
    return tables([lines])


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """The runs of lines that may be a row with two cells or more."""
    found: list[_Row] = []
    index = 1
    while index < len(lines):
        start = _partner(lines, index, found[-1].stop if found else 0)
        if start is None:
            index += 1
            continue
        row = _row(lines, start, index)
        found.append(row)
        index = row.stop + 1
    return found


def _partner(lines: Sequence[Line], index: int, floor: int) -> int | None:
    """The earlier line at the height of `lines[index]` and to its left, when `lines[index]` starts a new cell."""
    line = lines[index]
    if line.y < lines[index - 1].y - NEAR:
        return None
    for other in range(index - 1, max(floor, index - REACH) - 1, -1):
        first = lines[other]
        if abs(first.size - line.size) >= 1 or first.y > line.y + NEAR:
            return None  # another size, or above the row
        if abs(first.y - line.y) <= NEAR and first.x < line.x - line.size:
            return other
    return None


def _row(lines: Sequence[Line], start: int, second: int) -> _Row:
    """The row whose first cell opens at `start` and the next at `second`; it ends at the first line back in the first
    column, or below by more than the lines of a cell."""
    top = lines[start].y
    cells: list[list[Line]] = [list(lines[start:second]), [lines[second]]]
    stop = second + 1
    while stop < len(lines):
        line, above = lines[stop], lines[stop - 1]
        left = min(other.x for other in cells[-1])
        if abs(line.size - above.size) >= 1:
            break
        if abs(line.y - top) <= NEAR and line.x > left + line.size:
            cells.append([line])
        elif 0 < above.y - line.y <= GAP * line.size and line.x >= left - NEAR:
            cells[-1].append(line)
        else:
            break
        stop += 1
    return _Row(start, stop, tuple(map(tuple, cells)))


def lines_of_rows(lines: Sequence[Line]) -> set[int]:
    """The indexes of the lines of a page that are cells of a table."""
    return {index for row in _agreeing(_rows(lines)) for index in range(row.start, row.stop)}


def _agreeing(rows: Sequence[_Row]) -> list[_Row]:
    """The rows that share a column with another one near."""
    return [row for row in rows if any(other is not row and _near(row, other) and _agree(row, other) for other in rows)]


def _near(row: _Row, other: _Row) -> bool:
    """Whether two rows may be of one table: the head of a page and its foot are not."""
    above, below = (row, other) if row.cells[0][0].y > other.cells[0][0].y else (other, row)
    bottom = min(line.y for cell in above.cells for line in cell)
    return bottom - below.cells[0][0].y <= APART * below.cells[0][0].size


def _agree(row: _Row, other: _Row) -> bool:
    for left, right, cell in zip(row.lefts()[1:], row.rights()[1:], row.cells[1:], strict=True):
        for left2, right2, cell2 in zip(other.lefts()[1:], other.rights()[1:], other.cells[1:], strict=True):
            listed = len(cell) > 1 and len(cell2) > 1 and abs(left - left2) <= INDENT
            if abs(left - left2) <= NEAR or abs(right - right2) <= ALIGNED or listed:
                return True
    return False


def _with_rows(lines: Sequence[Line], rows: Sequence[_Row], column: float | None) -> tuple[list[Line], float | None]:
    """The lines of a page with `rows` as lines of their own, and where the second column of a table open at its foot
    stands. `column` is that of the page before."""
    result: list[Line] = []
    position = 0
    previous: _Row | None = None
    for row in rows:
        between = lines[position : row.start]
        if previous is not None:
            result.extend(_between(between, previous.lefts()[1], previous, row))
        elif column is not None:
            result.extend(_continued(between, column))
        else:
            result.extend(between)
        result.append(_as_line(row))
        position, previous = row.stop, row
    rest = lines[position:]
    if previous is not None:
        rest = _continued(rest, previous.lefts()[1], below=previous)
    elif column is not None:
        rest = _continued(rest, column)
    result.extend(rest)
    open_column = previous.lefts()[1] if previous else column
    return result, open_column if result and result[-1].cell else None


def _between(lines: Sequence[Line], column: float, above: _Row, below: _Row) -> list[Line]:
    """Lines between two rows: cells of the same table when they lie between them, in letters of its size."""
    size = above.cells[0][0].size
    bottom = min(line.y for cell in above.cells for line in cell)
    top = below.cells[0][0].y
    inside = all(top < line.y < bottom + NEAR and abs(line.size - size) < 1 for line in lines)
    if not inside or len(lines) > BETWEEN or not _tight(lines, bottom, top, size):
        return list(lines)
    return _cells(lines, column)


def _tight(lines: Sequence[Line], bottom: float, top: float, size: float) -> bool:
    """Whether no blank wider than between two rows parts the lines."""
    heights = [bottom, *sorted((line.y for line in lines), reverse=True), top]
    return all(high - low <= 6 * size for high, low in zip(heights, heights[1:], strict=False))


def _continued(lines: Sequence[Line], column: float, below: _Row | None = None) -> list[Line]:
    """Lines at the top of a page, or under the last row, that stand in the second column of a table left open."""
    count = 0
    last = min((line.y for cell in below.cells for line in cell), default=None) if below else None
    size = below.cells[0][0].size if below else None
    for line in lines:
        apart = last is not None and not -NEAR <= last - line.y <= 6 * line.size
        if line.x < column - NEAR or line.x > column + 2 * INDENT or apart or (size and abs(line.size - size) >= 1):
            break
        count, last, size = count + 1, line.y, line.size
    return [*_cells(lines[:count], column), *lines[count:]]


def _cells(lines: Sequence[Line], column: float) -> list[Line]:
    """Rows with one cell: the lines in the first column together, those in the second with an empty cell before them."""
    result: list[list[Line]] = []
    for line in lines:
        second = line.x >= column - NEAR
        if result and (result[-1][0].x >= column - NEAR) == second and line.bold == result[-1][-1].bold:
            result[-1].append(line)
        else:
            result.append([line])
    return [
        replace(group[0], text=text, cell=text, bold=False, italic=False, item=False, note=False)
        for group in result
        for text in [("| " if group[0].x >= column - NEAR else "") + _cell_text([line.text for line in group])]
    ]


def _as_line(row: _Row) -> Line:
    texts = [[line.text for line in cell] for cell in row.cells]
    text = JOIN.join(map(_cell_text, texts))
    return replace(row.cells[0][0], text=text, cell=text, bold=False, italic=False, item=False, note=False)


def _cell_text(texts: Sequence[str]) -> str:
    text = "\n".join(texts)
    return rejoin(text, words_of(texts)).replace("\n", " ").replace("|", "/")
