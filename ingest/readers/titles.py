"""Headings told by their look: which lines set apart are titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.assembly import Draft
from ingest.readers.outline import DOTTED, FIGURE, contents_entries, fold, is_contents, looks_like_heading, series_key

BOLD, ITALIC, SMALL = 5, 6, 7  # the marks of a line set apart in bold, in italics, in bold smaller than the text


def title_like(text: str, *, apart: bool = False) -> bool:
    """Whether a line in bold or italics may be a title: short, and no sentence, quote, source or introduction. `apart`
    says that the blanks around it already make it one, up to two lines."""
    opening = text[:1] in '«“"(' or text.lower().startswith(("source", "sources"))
    letters = sum(c.isalpha() for c in text)
    enough = letters >= 3 or (letters == 2 and text.isalnum())
    limit = 240 if series_key(text) is not None else 160 if apart else 120
    quoted = text[-1:] == "»" and "«" not in text  # the end of a quote; a title may end with a quoted name
    return enough and len(text) <= limit and text[-1] not in ".;:,!…-‐" and not opening and not quoted


def with_soft_headings(found: Sequence[Draft]) -> list[Draft]:
    """Lines in bold before text, in italics before a heading, named by the contents, or, in a document without any
    marked heading, short lines set apart, become headings."""
    named = {fold(entry) for d in found if is_contents(d.text) for entry in contents_entries(d.text)}
    marked = any(d.kind == "heading" for d in found)
    result: list[Draft] = []
    for draft, following in zip(found, [*found[1:], None], strict=False):
        if draft.kind == "paragraph" and following is not None and _is_title(draft, following, named, marked):
            result.append(replace(draft, kind="heading", mark=draft.mark or BOLD, soft=True))
        else:
            result.append(draft if draft.kind == "heading" else replace(draft, mark=0, soft=False))
    return result


def _is_title(draft: Draft, following: Draft, named: set[str], marked: bool) -> bool:
    if draft.soft and draft.mark == BOLD:
        footnote = following.kind == "note" and following.text[:1].isdigit()
        return following.kind in ("paragraph", "list", "table", "heading", "note") and not footnote
    if draft.soft and draft.mark == SMALL:
        return following.kind in ("paragraph", "list") and following.page == draft.page and not FIGURE.match(draft.text)
    known = len(draft.text) <= 150 and fold(draft.text) in named
    leads = draft.soft and draft.mark == ITALIC and (following.kind == "heading" or following.mark == BOLD)
    return known or leads or _is_numbered(draft, following) or (not marked and looks_like_heading(draft.text))


def _is_numbered(draft: Draft, following: Draft) -> bool:
    """Whether a line that opens with a number like 2.1 is the title of the text under it, not one clause of several."""
    if not DOTTED.match(draft.text) or not looks_like_heading(draft.text):
        return False
    return following.kind in ("paragraph", "list", "heading") and not DOTTED.match(following.text)
