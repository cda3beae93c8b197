"""Markdown, as converters write it: marks become structure, and nothing of them stays in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.cleaning import flow, rejoin, tidy, words_where_divided
from ingest.readers.assembly import Draft
from ingest.readers.hidden import without_hidden_markup
from ingest.readers.inline import cell_text, plain
from ingest.readers.tables import html_rows, pipe_rows, table_text
from ingest.readers.titles import BOLD, ITALIC, title_like, with_soft_headings

HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
RULE = re.compile(r"^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
ITEM = re.compile(r"^(?P<indent>\s*)(?P<mark>[-*+•■▪◦·‣➢✓–]|o(?=\s)|\d{1,2}[.)])(?P<gap>\s+)(?P<text>\S.*)$")
TIGHT_ITEM = re.compile(r"^\s*(?P<mark>[-–•■▪])(?P<text>[^\W\d_].*)$")  # « -Horizon Europe »
NOTE = re.compile(r"^\s*(?:<sup>\s*(\d{1,3})\s*</sup>|\[\^([^\]]+)\]:)\s*(.*)$", re.DOTALL)
DEFINITION = re.compile(r"^ {0,3}\[[^\]^]+\]:\s*\S+")
CALL = re.compile(r"\[\^([^\]\n]{1,100})\](?!:)")
UNDER_CALL = re.compile(r"^ {0,3}\[\^([^\]\n]{1,100})\]:.*(?:\n(?![ \t]*(?:\n|\[\^)).*)*", re.MULTILINE)
STRONG = re.compile(r"^(?:\*\*\*|\*\*|__)(?!\s)([^*]+?)(?:\*\*\*|\*\*|__)(?:<sup>\d+</sup>)?$")
EMPHASIS = re.compile(r"^\*(?![\s*])([^*]+)\*$")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
HARD_BREAK = re.compile(r"(?: {2,}|\\)\n")
FRONT_MATTER = re.compile(  # YAML or TOML; a line is of one kind alone, so that no text is tried in many ways
    r"\ufeff?(?:---[^\S\n]*\n(?:[\w-]+[^\S\n]*:.*\n|[^\S\n]+.*\n|\n|#.*\n){1,60}+---"
    r"|\+\+\+[^\S\n]*\n(?:[^+\n].*\n|\n){1,60}+\+\+\+)[^\S\n]*\n"
)
TABLE_OPEN = re.compile(r"<table\b", re.IGNORECASE)


def drafts(text: str) -> list[Draft]:
    """The blocks of a Markdown text, in order."""
    found = list(_blocks(_without_uncalled_notes(tidy(without_hidden_markup(_without_front_matter(text))))))
    known = words_where_divided([d.text for d in found])
    return with_soft_headings([replace(d, text=rejoin(d.text, known)) for d in found])


def _without_front_matter(text: str) -> str:
    match = FRONT_MATTER.match(text)
    return text[match.end() :] if match else text


def _without_uncalled_notes(text: str) -> str:
    """The text less the notes that nothing calls, which no reader is shown."""
    called = set(CALL.findall(text))
    return UNDER_CALL.sub(lambda m: m.group() if m.group(1) in called else "", text) if "[^" in text else text


def _blocks(text: str) -> Iterator[Draft]:
    lines = text.replace("\f", "\n\n").split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        if not line.strip() or DEFINITION.match(line):
            index += 1
        elif match := HEADING.match(line):
            title = plain(match.group(2))
            if title:
                yield Draft("heading", flow(title), mark=len(match.group(1)))
            index += 1
        elif RULE.match(line):
            index += 1
        elif FENCE.match(line):
            stop = _fence_end(lines, index)
            body = "\n".join(lines[index + 1 : stop]).strip()
            if body:
                yield Draft("paragraph", body)
            index = stop + 1
        elif TABLE_OPEN.search(line):
            stop = _table_end(lines, index)
            before, table, after = _around_table("\n".join(lines[index:stop]))
            yield from _paragraph(before)
            if rows := table_text(html_rows(table)):
                yield Draft("table", rows)
            yield from _paragraph(after)
            index = stop
        elif line.lstrip().startswith("|"):
            stop = index
            while stop < len(lines) and lines[stop].lstrip().startswith("|"):
                stop += 1
            if rows := table_text(pipe_rows(lines[index:stop], cell_text)):
                yield Draft("table", rows)
            index = stop
        elif ITEM.match(line) or TIGHT_ITEM.match(line):
            stop, items = _list(lines, index)
            yield from _list_drafts(items)
            index = stop
        else:
            stop = _paragraph_end(lines, index)
            raw = "\n".join(re.sub(r"^\s{0,3}(?:>\s?)+", "", part) for part in lines[index:stop])
            under = lines[stop] if stop < len(lines) else ""
            if stop == index + 1 and re.fullmatch(r" {0,3}(?:={3,}|-{3,})\s*", under) and len(raw) < 120:
                yield Draft("heading", flow(plain(raw)), mark=1 if "=" in under else 2)
                index = stop + 1
                continue
            yield from _paragraph(raw)
            index = stop


def _fence_end(lines: list[str], index: int) -> int:
    for stop in range(index + 1, len(lines)):
        if FENCE.match(lines[stop]):
            return stop
    return len(lines)


def _table_end(lines: list[str], index: int) -> int:
    depth = 0
    for stop in range(index, len(lines)):
        depth += len(TABLE_OPEN.findall(lines[stop])) - len(re.findall(r"</table", lines[stop], re.IGNORECASE))
        if depth <= 0:
            return stop + 1
    # Never closed: it goes no further than the first blank line.
    return next((stop for stop in range(index, len(lines)) if not lines[stop].strip()), len(lines))


def _around_table(raw: str) -> tuple[str, str, str]:
    start = TABLE_OPEN.search(raw)
    stop = raw.lower().rfind("</table>")
    begin, end = (start.start() if start else 0), (stop + len("</table>") if stop >= 0 else len(raw))
    return raw[:begin], raw[begin:end], raw[end:]


def _paragraph_end(lines: list[str], index: int) -> int:
    stop = index + 1
    while stop < len(lines):
        line = lines[stop]
        fresh = (
            not line.strip()
            or HEADING.match(line)
            or RULE.match(line)
            or FENCE.match(line)
            or line.lstrip().startswith("|")
        )
        if fresh or NOTE.match(line) or TABLE_OPEN.search(line):
            break
        item = ITEM.match(line)
        if (item and item.group("mark") not in "o") or TIGHT_ITEM.match(line):
            break
        stop += 1
    return stop


def _paragraph(raw: str) -> Iterator[Draft]:
    """A note, a line in bold or italics that may be a heading (`soft`), or running text; hard line breaks are kept."""
    raw = raw.strip()
    if not raw:
        return
    if match := NOTE.match(raw):
        body = flow(plain(match.group(3)))
        if body:
            yield Draft("note", f"{match.group(1) or match.group(2)} {body}")
        return
    emphasis = STRONG.match(raw) or EMPHASIS.match(raw) if "\n" not in raw else None
    text = "\n".join(part for part in (_one_line(piece) for piece in HARD_BREAK.split(raw)) if part)
    if not text:
        return
    if emphasis and title_like(text):
        yield Draft("paragraph", text, mark=BOLD if STRONG.match(raw) else ITALIC, soft=True)
    else:
        yield Draft("paragraph", text)


def _one_line(raw: str) -> str:
    """Source lines flow into one; a hyphen at a line end stays before its line break, for `rejoin` to settle."""
    kept = re.sub(r"(?<=[^\W\d_])([-‐])\n(?=[^\W\d_])", "\\1\x1e", plain(raw))
    return flow(kept).replace("\x1e", "\n")


def _list(lines: list[str], index: int) -> tuple[int, list[tuple[str, str]]]:
    """The end of the list that opens at `index` and its items: (mark, raw text)."""
    items: list[tuple[str, list[str]]] = []
    stop = index
    while stop < len(lines):
        line = lines[stop]
        if match := ITEM.match(line) or TIGHT_ITEM.match(line):
            other_kind = bool(items) and match.group("mark")[0].isdigit() != items[0][0][0].isdigit()
            if RULE.match(line) or (other_kind and not line[0].isspace()):
                break
            items.append((match.group("mark"), [match.group("text")]))
        elif not line.strip():
            following = next((n for n in range(stop, len(lines)) if lines[n].strip()), len(lines))
            goes_on = following < len(lines) and following - stop <= 1
            follows = goes_on and (ITEM.match(lines[following]) or re.match(r"^(?: {2,}|\t)\S", lines[following]))
            if not follows or HEADING.match(lines[following]) or RULE.match(lines[following]):
                break
            stop = following
            continue
        elif HEADING.match(line) or line.lstrip().startswith("|") or NOTE.match(line) or RULE.match(line):
            break
        else:
            items[-1][1].append(line.strip())
        stop += 1
    return stop, [(mark, "\n".join(parts)) for mark, parts in items]


def _list_drafts(items: list[tuple[str, str]]) -> Iterator[Draft]:
    cleaned = [(mark if mark[0].isdigit() else "-", flow(plain(raw))) for mark, raw in items]
    cleaned = [(mark, text) for mark, text in cleaned if text]
    if not cleaned:
        return
    if len(cleaned) == 1 and STRONG.match(items[0][1].strip()) and title_like(cleaned[0][1]):
        yield Draft("paragraph", cleaned[0][1], mark=BOLD, soft=True)
        return
    yield Draft("list", "\n".join(f"{mark} {text}" for mark, text in cleaned))
