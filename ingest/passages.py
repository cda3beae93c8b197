"""Documents cut into Passages, along headings, list items, table rows and sentences."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import Block, Document, Kind, Passage
from ingest.sentences import sentences

MAX_CHARS = 900  # ~250 tokens: half of what small French encoders read, so that a heading path fits beside it
LIST_CHARS = 1600  # a list split in two loses its items: one piece up to here
SMALL = 200  # a piece under this joins its neighbour when the two stay within a third over the limit
INTRODUCTION = 400  # a sentence longer than this does not only introduce a list
HEADINGS_CHARS = 600  # more headings in a row than this are a page of titles, kept apart from the text below


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: Kind
    path: tuple[str, ...] = ()  # what the heading path gains: column headings of a table

    @property
    def size(self) -> int:
        return self.end - self.start


def cut(document: Document, *, max_chars: int = MAX_CHARS) -> tuple[Passage, ...]:
    """The Passages of `document`, in order. Together they cover every character that is no blank; none crosses a heading."""
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    passages: list[Passage] = []
    starts = [page.start for page in document.pages]
    for path, heads, bodies in _sections(document):
        spans = list(_pieces(document, bodies, max_chars))
        for index, span in enumerate(
            spans or [_Span(heads[0].start, heads[-1].end, "heading")] if (spans or heads) else []
        ):
            start, body = span.start, 0
            if index == 0 and heads:
                start = heads[0].start
                body = (span.start if spans else span.end) - start
            text = document.text[start : span.end]
            heading = (*path, *span.path)
            seen[heading, text] += 1
            page = document.pages[_page_at(starts, document, start + body)] if starts else None
            passages.append(
                Passage(
                    passage_id=_identity(document.doc, heading, text, seen[heading, text]),
                    doc=document.doc,
                    text=text,
                    start=start,
                    end=span.end,
                    body=body,
                    heading=heading,
                    kind=span.kind,
                    page=page.number if page else None,
                    page_label=page.label if page else None,
                )
            )
    return tuple(passages)


def _identity(doc: str, heading: tuple[str, ...], text: str, occurrence: int) -> str:
    """64 bits in hexadecimal, from what the passage is, never from where it stands."""
    key = "\x1f".join((doc, *heading, text, str(occurrence)))
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _page_at(starts: Sequence[int], document: Document, offset: int) -> int:
    """The index of the page that holds `offset`, blanks skipped; the last one that opens there."""
    while offset < len(document.text) - 1 and document.text[offset].isspace():
        offset += 1
    return max(0, bisect_right(starts, min(offset, max(0, len(document.text) - 1))) - 1)


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block], list[Block]]]:
    """(heading path, heading blocks that open the section, body blocks), one for each run of headings."""
    stack: list[tuple[int, str]] = []
    heads: list[Block] = []
    bodies: list[Block] = []
    for block in _covering(document):
        if block.kind != "heading":
            bodies.append(block)
            continue
        full = heads and not bodies and block.end - heads[0].start > HEADINGS_CHARS
        if bodies or full:
            yield tuple(title for _, title in stack), heads, bodies
            heads, bodies = [], []
        while stack and stack[-1][0] >= block.level:
            stack.pop()
        stack.append((block.level, re.sub(r"\s+", " ", document.text[block.start : block.end]).strip()))
        heads.append(block)
    if heads or bodies:
        yield tuple(title for _, title in stack), heads, bodies


def _covering(document: Document) -> Iterator[Block]:
    """The blocks, with a paragraph for any text that none of them holds and none for blank ones."""
    offset = 0
    for block in sorted(document.blocks, key=lambda b: b.start):
        start = max(block.start, offset)
        yield from _loose(document.text, offset, start)
        if document.text[start : block.end].strip():
            yield Block(block.kind, start, block.end, block.level)
        offset = max(offset, block.end)
    yield from _loose(document.text, offset, len(document.text))


def _loose(text: str, start: int, end: int) -> Iterator[Block]:
    between = text[start:end]
    if between.strip():
        lead = len(between) - len(between.lstrip())
        yield Block("paragraph", start + lead, start + len(between.rstrip()))


def _pieces(document: Document, blocks: Sequence[Block], max_chars: int) -> Iterator[_Span]:
    """The spans of one section: tables, notes and contents on their own, the rest packed together."""
    text = document.text
    run: list[_Span] = []
    for index, block in enumerate(blocks):
        if block.kind in ("note", "toc", "table"):
            yield from _pack(run, max_chars)
            run = []
            split = (
                _rows(text, block, max_chars) if block.kind == "table" else _lines_or_sentences(text, block, max_chars)
            )
            yield from split
        elif block.kind == "list":
            opening = (
                run.pop()
                if run and index and blocks[index - 1].kind == "paragraph" and _introduces(text, run[-1])
                else None
            )
            run.extend(_list(text, block, opening, max_chars))
        else:
            run.extend(_sentences(text, _Span(block.start, block.end, block.kind), max_chars))
    yield from _pack(run, max_chars)


def _introduces(text: str, span: _Span) -> bool:
    return span.kind == "paragraph" and text[span.start : span.end].rstrip()[-1:] == ":" and span.size <= INTRODUCTION


def _list(text: str, block: Block, opening: _Span | None, max_chars: int) -> list[_Span]:
    """A list with the sentence that introduces it, whole when it fits; else by items, the first piece with the sentence."""
    start = opening.start if opening else block.start
    if block.end - start <= max(max_chars, min(LIST_CHARS, 2 * max_chars)):
        return [_Span(start, block.end, "list")]
    items = _items(text, block)
    units = [piece for item in items for piece in _sentences(text, item, max_chars)]
    if opening and units:
        units[0] = _Span(opening.start, units[0].end, "list")
    return list(_pack(units, max_chars))


def _items(text: str, block: Block) -> list[_Span]:
    spans: list[_Span] = []
    offset = block.start
    for line in text[block.start : block.end].split("\n"):
        if line.strip():
            spans.append(_Span(offset + len(line) - len(line.lstrip()), offset + len(line.rstrip()), block.kind))
        offset += len(line) + 1
    return spans


def _lines_or_sentences(text: str, block: Block, max_chars: int) -> list[_Span]:
    units = [piece for line in _items(text, block) for piece in _sentences(text, line, max_chars)]
    return list(_pack(units, max_chars))


def _rows(text: str, block: Block, max_chars: int) -> Iterator[_Span]:
    """A table by whole rows; pieces after the first carry the column headings in their path, and a row too long for one
    piece carries its own first cell too."""
    rows = _items(text, block)
    header = text[rows[0].start : rows[0].end] if rows else ""
    header = header if len(rows) > 1 and len(header) <= 200 else ""
    pending: list[_Span] = []
    first = True

    def flush() -> Iterator[_Span]:
        nonlocal first, pending
        if pending:
            path = () if first or not header else (header,)
            yield _Span(pending[0].start, pending[-1].end, "table", path)
            first, pending = False, []

    for row in rows:
        if row.size > 2 * max_chars:
            yield from flush()
            label = text[row.start : row.end].split(" | ", 1)[0].strip()
            label = label if 0 < len(label) <= 120 else ""
            for number, piece in enumerate(_sentences(text, row, max_chars)):
                path = tuple(part for part in ("" if first else header, label if number else "") if part)
                yield _Span(piece.start, piece.end, "table", path)
                first = False
            continue
        if pending and row.end - pending[0].start > max_chars:
            yield from flush()
        pending.append(row)
    yield from flush()


def _sentences(text: str, span: _Span, max_chars: int) -> list[_Span]:
    """`span` whole when it fits, else in pieces of about equal size that end with a sentence, or, within a sentence
    longer than a piece, at the last mark or blank before the limit."""
    if span.size <= max_chars:
        return [span]
    units: list[tuple[int, int]] = []
    for start, end in sentences(text[span.start : span.end]):
        units.extend(_wrap(text, span.start + start, span.start + end, max_chars))
    count = -(-span.size // max_chars)
    aim = min(max_chars, -(-span.size // count) + 60)
    pieces: list[_Span] = []
    begin, stop = units[0]
    for start, end in units[1:]:
        if end - begin > max_chars or stop - begin >= aim:
            pieces.append(_Span(begin, stop, span.kind))
            begin = start
        stop = end
    pieces.append(_Span(begin, stop, span.kind))
    return pieces


def _wrap(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    while end - start > limit:
        window = text[start : start + limit]
        stop = max((window.rfind(mark) + len(mark.rstrip()) for mark in (" | ", " - ", "; ", ": ", "\n")), default=0)
        if stop < limit // 3:
            stop = max(window.rfind(" "), window.rfind(", ") + 1)
        if stop < limit // 3:
            stop = limit
        yield start, start + len(window[:stop].rstrip())
        start += stop
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _pack(spans: Sequence[_Span], max_chars: int) -> Iterator[_Span]:
    """Neighbours joined while they fit; a small last piece joins the one before it."""
    packed: list[_Span] = []
    for span in spans:
        if packed and _fits(packed[-1], span, max_chars):
            left = packed.pop()
            kind = left.kind if left.kind == span.kind else max((left, span), key=lambda s: s.size).kind
            packed.append(_Span(left.start, span.end, kind))
        else:
            packed.append(span)
    yield from packed


def _fits(left: _Span, right: _Span, max_chars: int) -> bool:
    total = right.end - left.start
    return total <= max_chars or (min(left.size, right.size) < SMALL and total <= max_chars + max_chars // 3)
