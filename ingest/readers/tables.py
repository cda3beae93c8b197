"""Tables as text: one row a line, cells joined by " | ", the row of column headings first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser

RULE_CELL = re.compile(r"^\s*:?-{1,}:?\s*$")
JOIN = " | "


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """`rows` as lines. Empty rows and columns go; an empty cell inside a row keeps its place."""
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return ""
    width = max(len(row) for row in filled)
    padded = [row + [""] * (width - len(row)) for row in filled]
    used = [c for c in range(width) if any(row[c].strip() for row in padded)]
    lines = [JOIN.join(row[c].replace("|", "/").strip() for c in used) for row in padded]
    return "\n".join(re.sub(r"(?: \|)+ ?$", "", line).strip() for line in lines)


def pipe_rows(lines: Sequence[str], clean: Callable[[str], str]) -> list[list[str]]:
    """The rows of a Markdown table; the rule under its header is dropped."""
    rows: list[list[str]] = []
    for line in lines:
        body = line.strip().removeprefix("|").removesuffix("|")
        cells = re.split(r"(?<!\\)\|", body)
        if all(RULE_CELL.match(cell) for cell in cells):
            continue
        rows.append([clean(cell) for cell in cells])
    return rows


def html_rows(markup: str) -> list[list[str]]:
    """The rows of an HTML table; a nested table is text of its cell; a cell over several columns is written once."""
    parser = _Rows()
    parser.feed(markup)
    parser.close()
    return parser.rows


class _Rows(HTMLParser):
    """Cells gathered as the tags go by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.depth = 0
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
        if self.depth > 1:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")
            self.in_cell = True
        elif tag == "li":
            self._add(" - ")
        elif tag in ("br", "p", "div", "ul", "ol"):
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.depth -= 1
        if self.depth <= 1 and tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        if self.in_cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] = re.sub(r"\s+", " ", self.rows[-1][-1] + text)
