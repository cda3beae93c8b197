"""Running heads, feet and page numbers told from what a page says, by what comes back and by the margins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.cleaning import PAGE_NUMBER, running_lines
from ingest.readers.grid import lines_of_rows
from ingest.readers.lines import Line, Run

EDGE = 3  # lines at the top and at the foot of a page that may be running ones
MARGIN = 2.0  # of the size of letters: the blank that sets a running head apart
TALLER = 1.1  # a heading's letters against the body's; footnotes and captions are smaller
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")  # numbers that are not told apart from one page to the next


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The lines of each page without running heads, feet and page numbers; all of them when nothing else is left."""
    body = usual_size(line for page in pages for line in page)
    shown = [_shown(page, body) for page in pages]
    ordered = [
        [text for _, text in sorted(zip(page, texts, strict=True), key=lambda item: -item[0].y)]
        for page, texts in zip(pages, shown, strict=True)
    ]
    running = running_lines(ordered, EDGE)
    kept = []
    for index, (page, texts) in enumerate(zip(pages, shown, strict=True)):
        heights = sorted((line.y for line in page), reverse=True)
        high, low = (heights[min(EDGE, len(heights)) - 1], heights[-min(EDGE, len(heights))]) if heights else (0.0, 0.0)
        kept.append(
            [
                line
                for line, text in zip(page, texts, strict=True)
                if low < line.y < high or (index, text) not in running
            ]
        )
    if len(pages) == 1:
        kept = [_without_margins(kept[0])]
    return kept if any(kept) else [list(page) for page in pages]


def _shown(lines: Sequence[Line], body: float) -> list[str]:
    """The lines of a page as the search for running heads is to see them: a row of a table is none, whatever it repeats,
    and the number in a heading is no page number."""
    rows = lines_of_rows(lines)
    page = lines[0].page if lines else 0
    return [
        f"\x00{page}-{index}".translate(CIRCLED)
        if index in rows
        else line.text.translate(CIRCLED)
        if line.size > TALLER * body
        else line.text
        for index, line in enumerate(lines)
    ]


def usual_size(lines: Iterable[Line | Run]) -> float:
    """The size of letters in which most is written."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _without_margins(lines: Sequence[Line]) -> list[Line]:
    """The lines of a lone page without its head and foot, which nothing repeats: a short line of small letters, set
    apart above or below everything else, and at the foot only beside a page number."""
    body = usual_size(lines)
    small = [line for line in lines if line.size < 0.85 * body and len(line.text) < 80]
    inside = [line.y for line in lines if line not in small]
    if not inside:
        return list(lines)
    foot = [line for line in small if line.y < min(inside) - MARGIN * body]
    numbered = any(PAGE_NUMBER.match(line.text) for line in foot)
    margins = [line for line in small if line.y > max(inside) + MARGIN * body]
    margins += [line for line in foot if numbered and line.y <= min(other.y for other in foot) + body]
    return [line for line in lines if line not in margins]
