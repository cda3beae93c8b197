"""Runs of text with their places on pages put back into lines, columns, tables, paragraphs, headings, lists, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.cleaning import flow, rejoin, tidy, words_where_divided
from ingest.readers.assembly import Draft
from ingest.readers.blocks import SPLIT, blocks, draft_of, surroundings
from ingest.readers.grid import tables
from ingest.readers.lines import Line, Run
from ingest.readers.margins import aside, without_line_numbers
from ingest.readers.outline import is_contents
from ingest.readers.running import TALLER, usual_size, without_running
from ingest.readers.titles import with_soft_headings

BULLET = re.compile(r"^(?:[-–—•■▪◦·‣➢✓*●○o]|\d{1,2}[.)]|[a-z]\))$")
SOFT_END = re.compile("\u00ad\\s*$")  # a typesetter's hyphen at the end of a line shows there
CLOSING = re.compile(r"^\s*[:;,…)\]]")  # opens no cell and no line: what it closes stands before it


def body_lines(pages: Sequence[Sequence[Run]]) -> list[list[Line]]:
    """The lines of each page in reading order, running heads and page numbers left out."""
    parted = [_parted(runs) for runs in pages]
    lines = [
        in_order(without_line_numbers(segments(upright, number))) for number, (upright, _) in enumerate(parted, start=1)
    ]
    beside = aside([segments(others, number) for number, (_, others) in enumerate(parted, start=1)])
    return [[*page, *notes] for page, notes in zip(without_running(lines), beside, strict=True)]


def _parted(runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The runs of a page that stand as most of it does, and those drawn across it or along its edge, a watermark or a
    stamp. Letters no larger than the text may be the heads of columns: they stay."""
    turned = 2 * sum(len(run.text) for run in runs if run.turned) > sum(len(run.text) for run in runs)
    straight = [run for run in runs if not run.oblique and run.turned == turned]
    size = usual_size(straight)
    beside = [run.oblique or (run.turned != turned and run.size > TALLER * size) for run in runs]
    others = [run for run, is_beside in zip(runs, beside, strict=True) if is_beside]
    if not straight or 2 * sum(len(run.text) for run in others) > sum(len(run.text) for run in straight):
        return list(runs), []
    return [run for run, is_beside in zip(runs, beside, strict=True) if not is_beside], others


def drafts(pages: Sequence[Sequence[Line]]) -> list[Draft]:
    """The blocks of a document from the lines of its pages."""
    flat = tables(pages)
    if not flat:
        return []
    body = usual_size(flat)
    sizes = sorted({round(line.size) for line in flat if line.size > TALLER * body}, reverse=True)
    found = blocks(flat, body)
    made = [draft_of(b, body, sizes, around) for b, around in zip(found, surroundings(found, body), strict=True)]
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
    if CLOSING.match(run.text) and gap <= 4 * main.size:
        return True
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
            apart = bool(index) and (run.spaced or _is_before_colon(group[index - 1], run))
            parts.append((" " if apart else "") + run.text)
    filled = [r for r in group if r.text.strip()]
    return Line(
        re.sub(r"\s+", " ", tidy(SOFT_END.sub("‐", "".join(parts)))).strip(), page, group[0].x, main.y, main.size,
        all(r.bold for r in filled), all(r.italic for r in filled), note, right=max(r.x + r.width for r in group),
    )  # fmt: skip


def _is_before_colon(before: Run, run: Run) -> bool:
    """Whether blank parts a word from the colon after it, as French has it, where only their places say so."""
    return run.text[:1] in ":;" and run.x - (before.x + before.width) > 0.2 * run.size


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
