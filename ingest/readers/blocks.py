"""Lines put together into blocks, and what each block is: heading, paragraph, list, table, note."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.cleaning import flow
from ingest.readers.assembly import Draft
from ingest.readers.lines import Line
from ingest.readers.outline import DOTTED, is_contents, looks_like_heading
from ingest.readers.running import TALLER
from ingest.readers.titles import BOLD, ITALIC, SMALL, title_like

ITEM = re.compile(r"^(?:[-–•■▪◦·‣➢✓●○]\s*(?=\S)|\d{1,2}[.)]\s+(?=\S)|[a-z]\)\s+(?=\S))")
NUMBERED = re.compile(r"^(\d{1,2}[.)]|[a-z]\))\s")
SPLIT = "\v"  # between items of a list, until its lines have been joined
LABEL = 60  # characters: a line in bold that opens a part with a colon, « Introduction : », is shorter
VALUE = 4  # lines: what stands under a label, a name or an address, has no more
SMALLEST = 0.8  # of the body: browsers print the fifth rank of headings at 0.83, captions and notes are smaller
SPACED = 1.15  # of the usual distance between lines: what is under a title stands a little lower
APART = 1.1  # of the blank between paragraphs: what stands above and below a heading is wider


@dataclass(frozen=True, slots=True)
class Around:
    """Whether the blanks above and below a block are wider than those between paragraphs, and whether what stands under
    it is in letters of the text."""

    above: bool
    below: bool
    over_text: bool


def blocks(lines: Sequence[Line], body: float) -> list[list[Line]]:
    """Lines that follow one another at the usual distance, in one size."""
    leading = _leading(lines)
    return list(_with_values(list(_grouped(lines, body, leading)), body, leading))


def _grouped(lines: Sequence[Line], body: float, leading: dict[int, float]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        if block and not _goes_on(block, line, body, leading):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _with_values(found: Sequence[list[Line]], body: float, leading: dict[int, float]) -> Iterator[list[Line]]:
    """`found` with a label in bold and the short lines right under it as one block: a name under a function, an address
    under a name. A heading has text under it."""
    index = 0
    while index < len(found):
        block = found[index]
        if index + 1 < len(found) and _is_value(block, found[index + 1], body, leading):
            index += 1
            block = block + found[index]
        yield block
        index += 1


def _is_value(label: Sequence[Line], value: Sequence[Line], body: float, leading: dict[int, float]) -> bool:
    first, above = value[0], label[-1]
    if len(label) > 1 or len(value) > VALUE or first.page != above.page or first.cell or above.cell or first.note:
        return False
    if not above.bold or any(line.bold or _opens_item(line) for line in value) or _opens_item(above):
        return False
    if above.size > TALLER * body or not _near(above, first, leading) or DOTTED.match(above.text):
        return False
    return all(len(line.text) <= LABEL for line in value) and not re.search(r"[.!?:;]$", value[-1].text)


def _near(above: Line, line: Line, leading: dict[int, float]) -> bool:
    """Whether a line stands at the usual distance under another."""
    return 0 < above.y - line.y <= 1.3 * leading.get(round(line.size), 1.3 * line.size) + 0.5


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
    if not _near(above, line, leading):
        return False
    listed = _opens_item(first)
    if line.size > TALLER * body and not listed:
        return line.bold == above.bold  # the second line of a title may open with a dash
    if _opens_item(line):
        return listed or bool(is_contents(line.text))
    if listed:
        return line.x >= min(other.x for other in block if _opens_item(other)) - 2
    if _is_run_in(block, line, leading):
        return False
    indented = line.x > above.x + 0.5 * line.size and len(block) > 1 and line.x < above.x + 4 * line.size
    return not (indented and re.search(r"[.!?»:]$", above.text))


def _is_run_in(block: Sequence[Line], line: Line, leading: dict[int, float]) -> bool:
    """Whether a block is the title of the text that starts right under it: a short line in bold, a longer one or two with
    a little more space under them, or a line with a number like 2.1."""
    above, text = block[-1], flow(" ".join(other.text for other in block))
    if len(block) > 2 or not line.text[:1].isupper():
        return False
    lower = above.y - line.y > SPACED * leading.get(round(line.size), line.size)
    if all(other.bold for other in block) and not line.bold and (lower or (len(block) == 1 and len(text) < LABEL)):
        return title_like(text.removesuffix(".") if lower else text, apart=lower)
    numbered = len(block) == 1 and DOTTED.match(text) and looks_like_heading(text)
    return bool(numbered) and title_like(text) and above.right < 0.8 * line.right


def _opens_item(line: Line) -> bool:
    return line.item or bool(ITEM.match(line.text))


def surroundings(found: Sequence[Sequence[Line]], body: float) -> list[Around]:
    """What stands around each block, in order."""
    steps = Counter(
        round(blank)
        for above, below in pairwise(found)
        if (blank := _blank(above, below)) and all(0.95 * body <= b[0].size <= TALLER * body for b in (above, below))
    )
    usual = APART * steps.most_common(1)[0][0] if steps else 0.5 * body
    wide = [_blank(above, below) > usual for above, below in pairwise(found)]
    turns = [above[-1].page != below[0].page for above, below in pairwise(found)]
    text = [not block[0].cell and block[0].size >= 0.95 * body for block in found[1:]]
    opens = [True, *(w or t for w, t in zip(wide, turns, strict=True))]
    return [Around(*said) for said in zip(opens, [*wide, False], [*text, False], strict=False)]


def _blank(above: Sequence[Line], below: Sequence[Line]) -> float:
    """What is left white between two blocks of one page; 0 elsewhere."""
    return max(0.0, above[-1].y - below[0].y - below[0].size) if above[-1].page == below[0].page else 0.0


def draft_of(block: Sequence[Line], body: float, sizes: Sequence[int], around: Around) -> Draft:
    """What a block is."""
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
    mark = _look(block, body, around)
    if _opens_item(first) and not is_contents(text):
        alone = flow(ITEM.sub("", text))
        upper = mark == SMALL or not alone[:1].islower()
        if len(block) <= 2 and mark in (BOLD, SMALL) and not NUMBERED.match(text) and upper and title_like(alone):
            return Draft("paragraph", alone, mark=mark, soft=True, page=first.page)
        parts: list[str] = []
        for line in block:
            if _opens_item(line):
                parts.append(line.text if NUMBERED.match(line.text) else "- " + ITEM.sub("", line.text))
            else:
                parts[-1] += "\n" + line.text
        return Draft("list", SPLIT.join(parts), page=first.page)
    flat = flow(text)
    if mark and title_like(_bare(block, flat, around), apart=around.above and around.below):
        return Draft("paragraph", text, mark=mark, soft=True, page=first.page)
    if len(block) == 1 and first.size < 0.85 * body and len(flat) < 120:
        return Draft("note", text, page=first.page)  # a running head of a document of one page, a caption
    return Draft("paragraph", text, page=first.page)


def _look(block: Sequence[Line], body: float, around: Around) -> int:
    """The mark of a few lines all in bold or in italics; in letters smaller than the text, only in bold, set apart, over text."""
    first = block[0]
    bold = all(line.bold for line in block)
    if len(block) > 3 or first.size < SMALLEST * body:
        return 0
    if first.size < 0.95 * body:
        return SMALL if bold and around.above and around.over_text and len(block) == 1 else 0
    return BOLD if bold else ITALIC if all(line.italic for line in block) else 0


def _bare(block: Sequence[Line], flat: str, around: Around) -> str:
    """`flat` without what ends a title that is a label, « Introduction : », or one whole sentence set apart in bold."""
    if not block[0].bold:
        return flat
    labelled = len(block) == 1 and flat.endswith(" :") and len(flat) <= LABEL and "," not in flat
    if labelled and not re.match(r"(?:page|source|note)\b|\d", flat, re.IGNORECASE):
        return flat.removesuffix(" :")
    whole = around.above and around.below and len(block) <= 2 and not re.search(r"[.!?] ", flat)
    return flat.removesuffix(".") if whole else flat


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
