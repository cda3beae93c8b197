"""What a page holds beside its text: letters drawn twice for weight, numbers of lines, words across or along the page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.lines import Line, Run
from ingest.readers.running import usual_size

OVER = 0.12  # of the size: letters set in bold or shaded by drawing them again stand nearer than any two letters
NUMBERS = 8  # lines numbered in a margin, at least
STEPS = (1, 2, 5, 10)  # from one number to the next: every line, or one in five
SMALLER = 0.95  # of the size of the text
PROSE = 25  # letters of a line: cells of a table are shorter
ALIGNED = 12.0  # points: numbers of one column, set left or right


def without_overprints(runs: Sequence[Run]) -> list[Run]:
    """`runs` without those drawn again over themselves."""
    kept: list[Run] = []
    taken: set[tuple[str, float, int, int]] = set()
    for run in runs:
        near = max(OVER * run.size, 0.01)
        if not all(map(math.isfinite, (run.x / near, run.y / near))):
            continue
        column, row = round(run.x / near), round(run.y / near)
        if any((run.text, run.size, column + x, row + y) in taken for x in (-1, 0, 1) for y in (-1, 0, 1)):
            continue
        taken.add((run.text, run.size, column, row))
        kept.append(run)
    return kept


def without_line_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page without the numbers that drafts of laws and minutes give them in a margin: integers alone, in
    smaller letters, one under the other, going up by steady steps, each beside a line of prose. The numbers of a table
    are as large as its words."""
    numbers = [line for line in lines if _is_number(line)]
    text = [line for line in lines if not _is_number(line)]
    usual = usual_size(text)
    numbers = [line for line in numbers if line.size < SMALLER * usual]
    if len(numbers) < NUMBERS or sum(len(line.text) for line in text) < PROSE * len(text):
        return list(lines)
    edges = Counter(round(line.right or line.x) for line in numbers)
    edge = edges.most_common(1)[0][0]
    column = sorted((line for line in numbers if abs((line.right or line.x) - edge) <= ALIGNED), key=lambda n: -n.y)
    steps = Counter(int(below.text) - int(above.text) for above, below in zip(column, column[1:], strict=False))
    steady = sum(count for step, count in steps.items() if step in STEPS) >= 0.9 * (len(column) - 1)
    left, right = min((n.x for n in column), default=0.0), max((n.right for n in column), default=0.0)
    aside = all(line.x > right or line.right < left for line in text)
    if len(column) < NUMBERS or len(steps) > 2 or not steady or not aside:
        return list(lines)
    heights = {round(line.y / usual + half) for line in text for half in (-0.5, 0, 0.5)}
    beside = sum(round(number.y / usual) in heights for number in column)
    taken = {id(number) for number in column}
    return [line for line in lines if id(line) not in taken] if beside >= 0.8 * len(column) else list(lines)


def _is_number(line: Line) -> bool:
    return len(line.text) <= 5 and line.text.isdecimal()


def aside(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Lines drawn across pages or along their edge, a stamp: notes, which interrupt no sentence. What comes back on
    another page is a watermark, and goes."""
    times = Counter(text for page in pages for text in {line.text for line in page})
    return [
        [replace(line, note=True, bold=False, italic=False, item=False) for line in page if times[line.text] == 1]
        for page in pages
    ]
