"""From the drafts a reader makes to a Document: interrupted paragraphs mended, levels settled, spans laid out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.cleaning import joined, words_where_divided
from ingest.documents import Block, Document, Kind, Page
from ingest.naming import declared_title
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
    """The Document of `drafts`, in reading order. `labels` holds the printed label of each physical page, None without pages.

    `title` is what the file declares of itself, kept where its text says it too.
    """
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
    return Document(
        doc=doc, title=declared_title(title, text), text=text, blocks=tuple(blocks), pages=pages, digest=digest
    )


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
        if len(between) <= 4 and all(
            len(result[i].text) < 200 and not (result[i].mark and not result[i].soft) for i in between
        ):
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
    """Paragraphs and list items cut by a page or a note made whole again; the notes between go before, or after when a
    heading comes before, or when they stand on a later page than its beginning."""
    known = words_where_divided([d.text for d in drafts])
    rest = list(drafts)
    result: list[Draft] = []
    while rest:
        draft = rest.pop(0)
        stop = _continuation(draft, rest)
        if stop is None:
            result.append(draft)
            continue
        between = [d for d in rest[:stop] if d.text.strip()]
        whole = _joined(draft, rest[stop], known)
        rest = rest[stop + 1 :]
        later = [d for d in between if d.page > draft.page]
        if result and result[-1].kind == "heading":
            listed = rest[:1] if whole.text.endswith(":") and rest and rest[0].kind == "list" else []
            rest = [whole, *listed, *between, *rest[len(listed) :]]  # a list stays with the sentence that introduces it
        else:
            result.extend(d for d in between if d not in later)
            rest = [whole, *later, *rest]
    return result


def _continuation(draft: Draft, rest: Sequence[Draft]) -> int | None:
    """The index in `rest` of the paragraph that goes on with `draft`, None when `draft` is complete."""
    if draft.kind not in ("paragraph", "list") or SENTENCE_END.search(draft.text) or len(draft.text) <= 40:
        return None
    for index, other in enumerate(rest[:12]):
        if other.kind == "note" or not other.text.strip():
            continue
        return index if other.kind == "paragraph" and GOES_ON.match(other.text.lstrip("\f ")) else None
    return None


def _joined(draft: Draft, tail: Draft, known: Counter[str]) -> Draft:
    turns = "\f" * max(0, tail.page - draft.page - draft.text.count("\f"))
    divided = re.search(r"(?<![^\W\d_])([^\W\d_]++)([-‐])$", draft.text)
    rest = re.match(r"[^\W\d_]+", tail.text)
    if divided and rest:
        word = joined(divided.group(1), divided.group(2), rest.group(), known)
        return replace(draft, text=f"{draft.text[: divided.start()]}{word}{turns}{tail.text[rest.end() :]}")
    return replace(draft, text=f"{draft.text} {turns}{tail.text}")


def _depths(drafts: Sequence[Draft]) -> list[int]:
    titles = [
        Title(d.text.replace("\f", ""), d.mark, d.soft, i + 1 < len(drafts) and drafts[i + 1].kind == "heading")
        for i, d in enumerate(drafts)
        if d.kind == "heading"
    ]
    entries = [entry for d in drafts if d.kind == "toc" for entry in contents_entries(d.text)]
    found = iter(levels(titles, entries))
    return [next(found) if d.kind == "heading" else 0 for d in drafts]
