"""What a page holds beside its text: letters drawn twice for weight, numbers of lines, words across or along the page."""

from __future__ import annotations

from collections import Counter, defaultdict
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
    places: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        near = OVER * run.size
        same = places[run.text]
        if any(abs(run.x - other.x) <= near and abs(run.y - other.y) <= near for other in same):
            continue
        same.append(run)
        kept.append(run)
    return kept


def without_line_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page without the numbers that drafts of laws and minutes give them in a margin: integers alone, in
    smaller letters, one under the other, going up by steady steps, each beside a line of prose. The numbers of a table
    are as large as its words."""
    numbers = [line for line in lines if line.text.isdecimal() and len(line.text) <= 5]
    text = [line for line in lines if line not in numbers]
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
    beside = sum(any(abs(line.y - number.y) <= 0.5 * line.size for line in text) for number in column)
    return [line for line in lines if line not in column] if beside >= 0.8 * len(column) else list(lines)


def aside(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Lines drawn across pages or along their edge, a stamp: notes, which interrupt no sentence. What comes back on
    another page is a watermark, and goes."""
    times = Counter(text for page in pages for text in {line.text for line in page})
    return [
        [replace(line, note=True, bold=False, italic=False, item=False) for line in page if times[line.text] == 1]
        for page in pages
    ]
