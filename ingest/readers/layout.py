"""Runs of text with their places on pages put back into lines, columns, tables, paragraphs, headings, lists, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.cleaning import flow, rejoin, tidy, words_where_divided
from ingest.readers.assembly import Draft
from ingest.readers.grid import tables
from ingest.readers.lines import Line, Run
from ingest.readers.outline import is_contents
from ingest.readers.running import TALLER, usual_size, without_running
from ingest.readers.titles import BOLD, ITALIC, title_like, with_soft_headings

BULLET = re.compile(r"^(?:[-–—•■▪◦·‣➢✓*●○o]|\d{1,2}[.)]|[a-z]\))$")
ITEM = re.compile(r"^(?:[-–•■▪◦·‣➢✓●○]\s*(?=\S)|\d{1,2}[.)]\s+(?=\S)|[a-z]\)\s+(?=\S))")
NUMBERED = re.compile(r"^(\d{1,2}[.)]|[a-z]\))\s")
SPLIT = "\v"  # between items of a list, until its lines have been joined
LABEL = 60  # characters: a line in bold that opens a part with a colon, « Introduction : », is shorter


def body_lines(pages: Sequence[Sequence[Run]]) -> list[list[Line]]:
    """The lines of each page in reading order, running heads and page numbers left out."""
    lines = [in_order(segments(runs, number)) for number, runs in enumerate(pages, start=1)]
    return without_running(lines)


def drafts(pages: Sequence[Sequence[Line]]) -> list[Draft]:
    """The blocks of a document from the lines of its pages."""
    flat = tables(pages)
    if not flat:
        return []
    body = usual_size(flat)
    sizes = sorted({round(line.size) for line in flat if line.size > TALLER * body}, reverse=True)
    made = [_draft(block, body, sizes) for block in _blocks(flat, body)]
    known = words_where_divided([d.text for d in made])
    made = _lists_joined([replace(d, text=_flowed(rejoin(d.text, known), d)) for d in made])
    return with_soft_headings(made)


def segments(runs: Sequence[Run], page: int) -> list[Line]:
    """Runs joined on their base lines, in the order they were drawn; a wide blank divides a line in two."""
    groups: list[list[Run]] = []
    bullets: list[Run] = []
    columns = _columns(runs)
    for run in runs:
        touches = bool(groups) and _touches(groups[-1], run, columns)
        if BULLET.match(run.text.strip()) and not touches:
            bullets.append(run)
            continue
        if touches:
            groups[-1].append(run)
        else:
            groups.append([run])
    lines = [line for group in groups if (line := _line(group, page)).text]
    for bullet in bullets:
        lines = _with_bullet(lines, bullet, page)
    return lines


def _columns(runs: Sequence[Run]) -> frozenset[int]:
    """Where cells may open: left edges that several runs share, on a page drawn by lines rather than by words."""
    if sum(len(run.text) for run in runs) < 8 * len(runs):
        return frozenset()
    edges = Counter(round(run.x) for run in runs)
    return frozenset(x for x, count in edges.items() if count >= 3)


def _touches(group: Sequence[Run], run: Run, columns: frozenset[int]) -> bool:
    """Whether `run` goes on with the line of `group`."""
    last, main = group[-1], max(group, key=lambda r: len(r.text))
    raised = abs(run.y - main.y) <= 0.6 * max(main.size, run.size) and min(run.size, last.size) < 0.95 * max(
        run.size, last.size
    )
    if not (abs(run.y - last.y) <= 0.25 * main.size or raised) or run.x < last.x - 0.5 * main.size:
        return False
    gap = run.x - (last.x + last.width)
    if run.spaced and round(run.x) in columns and gap > 0.4 * main.size:
        return False
    return gap <= max(1.3 * main.size, 0.12 * last.width)


def _line(group: Sequence[Run], page: int) -> Line:
    main = max(group, key=lambda r: len(r.text))
    parts: list[str] = []
    note = False
    for index, run in enumerate(group):
        small = run.size < 0.95 * main.size or run.y - main.y > 0.2 * main.size
        raised = len(group) > 1 and bool(re.fullmatch(r"\s*\d{1,3}\s*", run.text)) and small and run.y >= main.y
        if raised and index == 0:
            note = True
            parts.append(run.text.strip() + " ")
        elif not raised:
            parts.append((" " if run.spaced and index else "") + run.text)
    filled = [r for r in group if r.text.strip()]
    return Line(
        re.sub(r"\s+", " ", tidy("".join(parts))).strip(), page, group[0].x, main.y, main.size,
        all(r.bold for r in filled), all(r.italic for r in filled), note, right=max(r.x + r.width for r in group),
    )  # fmt: skip


def _with_bullet(lines: list[Line], bullet: Run, page: int) -> list[Line]:
    """`lines` with a mark drawn apart put before the line it belongs to; alone on its base line, it is a line."""
    beside = [
        i
        for i, line in enumerate(lines)
        if abs(line.y - bullet.y) < 0.4 * line.size and 0 < line.x - bullet.x < 6 * line.size
    ]
    if not beside:
        return (
            [*lines, Line(bullet.text.strip(), page, bullet.x, bullet.y, bullet.size)]
            if bullet.text.strip().isdigit()
            else lines
        )
    index = min(beside, key=lambda i: lines[i].x)
    mark = bullet.text.strip()
    text = f"{mark if mark[0].isdigit() or mark.endswith(')') else '-'} {lines[index].text}"
    return [*lines[:index], replace(lines[index], text=text, item=True), *lines[index + 1 :]]


def in_order(lines: list[Line]) -> list[Line]:
    """Lines as read. The order of drawing is kept unless it jumps about the page: then columns, top to bottom."""
    if (columns := _prose_across(lines)) is not None:
        return columns
    jumps = sum(b.y > a.y + 2 * a.size for a, b in zip(lines, lines[1:], strict=False))
    back = sum(b.y > a.y + 2 * a.size and b.x <= a.x + a.size for a, b in zip(lines, lines[1:], strict=False))
    if len(lines) < 4 or back <= max(2, len(lines) // 10) or jumps < 3:
        return lines
    middle = (min(line.x for line in lines) + max(line.x for line in lines)) / 2
    right = [line for line in lines if line.x > middle]
    if len(right) > len(lines) // 3 and len({round(line.x) for line in right}) <= max(3, len(right) // 4):
        left = [line for line in lines if line.x <= middle]
        return [*sorted(left, key=lambda r: (-round(r.y), r.x)), *sorted(right, key=lambda r: (-round(r.y), r.x))]
    return sorted(lines, key=lambda r: (-round(r.y), r.x))


def _prose_across(lines: Sequence[Line]) -> list[Line] | None:
    """Two columns of running text drawn line by line across the page, put one after the other; None when there are none.

    Unlike rows of a table, they are many, as close as lines of text, and long on both sides.
    """
    pairs = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if abs(a.y - b.y) < 1 and b.x > a.x + 8 * a.size]
    if len(pairs) < 8 or 2 * len(pairs) < 0.7 * len(lines):
        return None
    close = sum(
        0 < above[0].y - below[0].y < 1.6 * above[0].size for above, below in zip(pairs, pairs[1:], strict=False)
    )
    long = all(sum(len(pair[side].text) for pair in pairs) > 22 * len(pairs) for side in (0, 1))
    edge = Counter(round(b.x) for _, b in pairs).most_common(1)[0]
    if not long or close < 0.8 * (len(pairs) - 1) or edge[1] < 0.8 * len(pairs):
        return None
    top = max(a.y for a, _ in pairs) + 1
    inside = [line for line in lines if line.y <= top]
    left, right = [line for line in inside if line.x < edge[0] - 1], [line for line in inside if line.x >= edge[0] - 1]
    return [*(line for line in lines if line.y > top), *left, *right]


def _blocks(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    """Lines that follow one another at the usual distance, in one size."""
    leading = _leading(lines)
    block: list[Line] = []
    for line in lines:
        if block and not _goes_on(block, line, body, leading):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _leading(lines: Sequence[Line]) -> dict[int, float]:
    """The usual distance between base lines, for each size of letters."""
    steps: dict[int, Counter[int]] = {}
    for above, line in zip(lines, lines[1:], strict=False):
        step = round(2 * (above.y - line.y))
        if above.page == line.page and above.size == line.size and 0 < step < 6 * line.size:
            steps.setdefault(round(line.size), Counter())[step] += 1
    # Spacing between paragraphs may be the commoner of the two in a text of one-line paragraphs: the smaller counts.
    return {
        size: min(s for s, n in found.most_common(3) if n >= found.most_common(1)[0][1] / 4) / 2
        for size, found in steps.items()
    }


def _goes_on(block: Sequence[Line], line: Line, body: float, leading: dict[int, float]) -> bool:
    first, above = block[0], block[-1]
    if above.cell or line.cell:
        return bool(above.cell and line.cell) and (line.page == above.page or line.page == above.page + 1)
    if line.page != above.page or line.note or abs(line.size - above.size) > 0.12 * body:
        return False
    step = above.y - line.y
    if not 0 < step <= 1.3 * leading.get(round(line.size), 1.3 * line.size) + 0.5:
        return False
    listed = _opens_item(first)
    if _opens_item(line):
        return listed or bool(is_contents(line.text))
    if listed:
        return line.x >= min(other.x for other in block if _opens_item(other)) - 2
    if line.size > TALLER * body:
        return line.bold == above.bold
    if (
        len(block) == 1
        and above.bold
        and not line.bold
        and len(above.text) < 60
        and title_like(above.text)
        and line.text[:1].isupper()
    ):
        return False
    indented = line.x > above.x + 0.5 * line.size and len(block) > 1 and line.x < above.x + 4 * line.size
    return not (indented and re.search(r"[.!?»:]$", above.text))


def _opens_item(line: Line) -> bool:
    return line.item or bool(ITEM.match(line.text))


def _draft(block: Sequence[Line], body: float, sizes: Sequence[int]) -> Draft:
    first = block[0]
    text = "\n".join(line.text for line in block)
    if first.cell:
        return Draft("table", _table(block), page=first.page)
    if first.note:
        return Draft("note", text, page=first.page)
    if first.size > TALLER * body and len(text) < 300 and sum(c.isalpha() for c in text) >= 2:
        return Draft(
            "heading",
            text,
            mark=min(6, 1 + sizes.index(round(first.size))) if round(first.size) in sizes else 6,
            page=first.page,
        )
    if _opens_item(first) and not is_contents(text):
        alone = flow(ITEM.sub("", text))
        bold = all(line.bold for line in block) and first.size >= 0.95 * body
        if len(block) <= 2 and bold and not NUMBERED.match(text) and not alone[:1].islower() and title_like(alone):
            return Draft("paragraph", alone, mark=BOLD, soft=True, page=first.page)
        parts: list[str] = []
        for line in block:
            if _opens_item(line):
                parts.append(line.text if NUMBERED.match(line.text) else "- " + ITEM.sub("", line.text))
            else:
                parts[-1] += "\n" + line.text
        return Draft("list", SPLIT.join(parts), page=first.page)
    flat = flow(text)
    if len(block) == 1 and first.size < 0.85 * body and len(flat) < 120:
        return Draft("note", text, page=first.page)  # a running head of a document of one page, a caption
    labelled = len(block) == 1 and first.bold and flat.endswith(" :") and len(flat) <= LABEL
    labelled = labelled and not re.match(r"(?:page|source|note)\b|\d", flat, re.IGNORECASE) and "," not in flat
    if len(block) <= 3 and title_like(flat.removesuffix(" :") if labelled else flat) and first.size >= 0.95 * body:
        if all(line.bold for line in block):
            return Draft("paragraph", text, mark=BOLD, soft=True, page=first.page)
        if all(line.italic for line in block):
            return Draft("paragraph", text, mark=ITALIC, soft=True, page=first.page)
    return Draft("paragraph", text, page=first.page)


def _table(rows: Sequence[Line]) -> str:
    """The rows of a table, a form feed where it goes on to the next page; a heading repeated there is written once."""
    parts = [rows[0].cell]
    for above, row in zip(rows, rows[1:], strict=False):
        turned = row.page > above.page
        if turned and row.cell == rows[0].cell:
            parts.append("\n\f" if not parts[-1].endswith("\f") else "")
            continue
        lead = "" if parts[-1].endswith("\f") else "\n\f" if turned else "\n"
        parts.append(lead + row.cell)
    return "".join(parts)


def _flowed(text: str, draft: Draft) -> str:
    if draft.kind == "list":
        return "\n".join(flow(item) for item in text.split(SPLIT))
    if draft.kind == "table" or (is_contents(text) and text.count("\n") > 2):
        return text
    return flow(text)


def _lists_joined(made: Sequence[Draft]) -> list[Draft]:
    """Lists that follow at once are one list, set with space between its items; so are tables cut by a page."""
    result: list[Draft] = []
    for draft in made:
        if result and draft.kind == result[-1].kind == "list" and draft.page == result[-1].page:
            result[-1] = replace(result[-1], text=f"{result[-1].text}\n{draft.text}")
        else:
            result.append(draft)
    return result
