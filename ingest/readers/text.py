"""Plain text, typed, converted or scanned: blocks are what blank lines set apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.cleaning import flow, rejoin, tidy, words_where_divided
from ingest.readers.assembly import Draft
from ingest.readers.outline import is_contents, looks_like_heading
from ingest.readers.titles import with_soft_headings

ITEM = re.compile(r"^\s*(?:[-*+•■▪◦·‣➢✓–—]|\d{1,2}[.)]|[a-z]\))\s+\S")


def drafts(text: str) -> list[Draft]:
    """The blocks of a plain text; form feeds are page breaks."""
    found: list[Draft] = []
    pages = tidy(text).split("\f")
    for number, page in enumerate(pages, start=1):
        for raw in re.split(r"\n\s*\n", page):
            lines = [line.strip() for line in raw.split("\n") if line.strip()]
            found.extend(replace(d, page=number) for d in _chunk(lines))
    known = words_where_divided([d.text for d in found])
    found = [replace(d, text=rejoin(d.text, known)) for d in found]
    found = [replace(d, text=flow(d.text)) if d.kind == "paragraph" and not is_contents(d.text) else d for d in found]
    return with_soft_headings(found)


def page_count(text: str) -> int:
    """Physical pages: as many as form feeds make; 0 when there is none."""
    feeds = text.rstrip("\f\n ").count("\f")
    return feeds + 1 if feeds else 0


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
