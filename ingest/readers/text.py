"""Plain text, typed, converted or scanned: blocks are what blank lines set apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.cleaning import flow, rejoin, tidy, words_where_divided
from ingest.readers.assembly import Draft
from ingest.readers.outline import is_contents, looks_like_heading, main_number
from ingest.readers.titles import with_soft_headings

UNDERLINE = re.compile(r"=+|-{3,}|~{3,}|\*{3,}")
ITEM = re.compile(r"^\s*(?:[-*+•■▪◦·‣➢✓–—]|\d{1,2}[.)]|[a-z]\))\s+\S")


def drafts(text: str) -> list[Draft]:
    """The blocks of a plain text; form feeds are page breaks."""
    found: list[Draft] = []
    pages = tidy(text).split("\f")
    for number, page in enumerate(pages, start=1):
        chunks = [[line.strip() for line in raw.split("\n") if line.strip()] for raw in re.split(r"\n\s*\n", page)]
        for lines, before, following in zip(chunks, [[], *chunks[:-1]], [*chunks[1:], []], strict=True):
            if _is_title(lines, before, following):
                found.append(Draft("paragraph", lines[0], page=number))
            else:
                found.extend(replace(d, page=number) for d in _chunk(lines))
    known = words_where_divided([d.text for d in found])
    found = [replace(d, text=rejoin(d.text, known)) for d in found]
    found = [replace(d, text=flow(d.text)) if d.kind == "paragraph" and not is_contents(d.text) else d for d in found]
    return with_soft_headings(found)


def page_count(text: str) -> int:
    """Physical pages: as many as form feeds make; 0 when there is none."""
    feeds = text.rstrip("\f\n ").count("\f")
    return feeds + 1 if feeds else 0


def _is_title(lines: list[str], before: list[str], following: list[str]) -> bool:
    """Whether lines between two blank ones are a title: underlined, or numbered and alone, with text below, and neither
    above nor below another item of a list set with blank lines."""
    if len(lines) == 2 and UNDERLINE.fullmatch(lines[1]):
        return looks_like_heading(lines[0])
    number = _alone(lines)
    if number is None or not looks_like_heading(lines[0]) or not following:
        return False
    above, below = _alone(before), _alone(following)
    return (above is None or len(above) < len(number)) and (below is None or len(below) > len(number))


def _alone(lines: list[str]) -> tuple[int, ...] | None:
    """The number that a line by itself opens with."""
    return main_number(lines[0]) if len(lines) == 1 else None


def _chunk(lines: list[str]) -> Iterator[Draft]:
    """The drafts of lines between two blank lines: running text, and lists where lines open with a mark."""
    running: list[str] = []
    items: list[str] = []
    for line in lines:
        if ITEM.match(line):
            if running:
                yield Draft("paragraph", "\n".join(running))
                running = []
            items.append(line)
        elif items:
            items[-1] += "\n" + line
        else:
            running.append(line)
    if running:
        closing = (
            running[-1] if len(running) > 1 and running[-2][-1:] in ".!?" and looks_like_heading(running[-1]) else ""
        )
        if closing:  # a title stuck under the last line of a page
            running.pop()
        yield Draft("paragraph", "\n".join(running))
        if closing:
            yield Draft("paragraph", closing)
    if items:
        yield Draft("list", "\n".join(flow(item) if not item.rstrip().endswith("-") else item for item in items))
