"""From the drafts a reader makes to a Document: interrupted paragraphs mended, levels settled, spans laid out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.documents import Block, Document, Kind, Page
from ingest.readers.outline import Title, contents_entries, is_contents, levels


@dataclass(frozen=True, slots=True)
class Draft:
    """A block as read. `text` is cleaned; each form feed in it moves on to the next physical page.

    `mark` is the rank of a heading's mark, 1 the strongest, 0 for what is no heading; `soft` says that a heading was
    recognised by its look alone. Lists hold one item a line, tables one row a line with cells joined by " | ".
    """

    kind: Kind
    text: str
    mark: int = 0
    soft: bool = False
    page: int = 1  # physical page where it opens, 1-based


SENTENCE_END = re.compile(r"[.!?:;…»”\")\]|]\W*$")
GOES_ON = re.compile(r"^(?:[a-zà-öø-ÿœæ]|[(«]\s?[a-zà-öø-ÿœæ]|[dlnsjtmc]['’])")
CAPTION = re.compile(r"^(?:source|figure|fig\.|photo|crédit|©|graphique|tableau)\b", re.IGNORECASE)


def assemble(
    drafts: Sequence[Draft], *, doc: str, title: str = "", digest: str = "", labels: Sequence[str | None] | None = None
) -> Document:
    """The Document of `drafts`, in reading order. `labels` holds the printed label of each physical page, None without pages."""
    kept = [d for d in drafts if d.text.strip() or "\f" in d.text]
    kept = _drop_repeated_title(_mend([_as_contents(d) for d in kept]))
    kept = _contents_after_their_title(kept)
    depths = _depths(kept)
    parts: list[str] = []
    blocks: list[Block] = []
    starts: dict[int, int] = {1: 0}
    offset, page = 0, 1
    for draft, depth in zip(kept, depths, strict=True):
        if parts and draft.text.strip():
            parts.append("\n\n")
            offset += 2
        if labels is not None and draft.page > page:
            for number in range(page + 1, draft.page + 1):
                starts[number] = offset
            page = draft.page
        begin = offset
        for index, run in enumerate(draft.text.split("\f")):
            if index:
                page += 1
                starts[page] = offset
            parts.append(run)
            offset += len(run)
        if offset > begin:
            blocks.append(Block(kind=draft.kind, start=begin, end=offset, level=depth))
    text = "".join(parts)
    pages = () if labels is None else _pages(starts, labels, len(text))
    return Document(doc=doc, title=title, text=text, blocks=tuple(blocks), pages=pages, digest=digest)


def _pages(starts: dict[int, int], labels: Sequence[str | None], length: int) -> tuple[Page, ...]:
    """Contiguous page spans; a page without text of its own is an empty span."""
    opens: list[int] = []
    for number in range(1, len(labels) + 1):
        later = [starts[n] for n in range(number, len(labels) + 1) if n in starts]
        opens.append(starts.get(number, later[0] if later else length))
    ends = [*opens[1:], length]
    return tuple(
        Page(number=i, label=label, start=start, end=max(start, end))
        for i, (label, start, end) in enumerate(zip(labels, opens, ends, strict=True), start=1)
    )


def _as_contents(draft: Draft) -> Draft:
    if draft.kind in ("paragraph", "list", "table") and is_contents(draft.text):
        return replace(draft, kind="toc")
    return draft


def _contents_after_their_title(drafts: list[Draft]) -> list[Draft]:
    """Short lines caught between two parts of a table of contents belong to it."""
    result = list(drafts)
    tocs = [i for i, d in enumerate(result) if d.kind == "toc"]
    for left, right in zip(tocs, tocs[1:], strict=False):
        between = range(left + 1, right)
        if len(between) <= 4 and all(len(result[i].text) < 200 and not (result[i].mark and not result[i].soft) for i in between):
            for i in between:
                result[i] = replace(result[i], kind="toc", mark=0, soft=False)
    return result


def _drop_repeated_title(drafts: list[Draft]) -> list[Draft]:
    """Drafts without a heading repeated at once (a title printed twice by its converter)."""
    kept: list[Draft] = []
    for draft in drafts:
        if kept and draft.kind == "heading" and kept[-1].kind == "heading" and draft.text == kept[-1].text:
            continue
        kept.append(draft)
    return kept


def _mend(drafts: Sequence[Draft]) -> list[Draft]:
    """Paragraphs cut by a page or a note made whole again, the notes and captions between them set before or after."""
    result: list[Draft] = []
    index = 0
    while index < len(drafts):
        draft = drafts[index]
        if draft.kind == "paragraph" and not SENTENCE_END.search(draft.text) and len(draft.text) > 60:
            stop = index + 1
            while stop < len(drafts) and stop - index < 12 and (drafts[stop].kind == "note" or not drafts[stop].text.strip()):
                stop += 1
            if stop < len(drafts) and drafts[stop].kind == "paragraph" and GOES_ON.match(drafts[stop].text.lstrip("\f ")):
                between = [d for d in drafts[index + 1 : stop] if d.text.strip()]
                tail = drafts[stop]
                turns = "\f" * max(0, tail.page - draft.page - draft.text.count("\f"))
                whole = replace(draft, text=f"{draft.text} {turns}{tail.text}")
                if result and result[-1].kind == "heading":
                    drafts = [*drafts[:index], whole, *between, *drafts[stop + 1 :]]
                else:
                    result.extend(between)
                    drafts = [*drafts[:index], whole, *drafts[stop + 1 :]]
                continue
        result.append(draft)
        index += 1
    return result


def _depths(drafts: Sequence[Draft]) -> list[int]:
    titles = [
        Title(d.text.replace("\f", ""), d.mark, d.soft, i + 1 < len(drafts) and drafts[i + 1].kind == "heading")
        for i, d in enumerate(drafts)
        if d.kind == "heading"
    ]
    entries = [entry for d in drafts if d.kind == "toc" for entry in contents_entries(d.text)]
    found = iter(levels(titles, entries))
    return [next(found) if d.kind == "heading" else 0 for d in drafts]
