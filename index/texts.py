"""What is embedded and what is searched of a passage: its title and headings, then its text without them."""

from __future__ import annotations

from index.tokens import tokens
from ingest.documents import Document, Passage

HEADING_WEIGHT = 1  # how often a word of the title or a heading counts: 2 and 3 lost recall@1 (benchmarks/retrieval.py)


def embedded_text(document: Document, passage: Passage) -> str:
    """What is embedded and searched of a passage: title and headings on a line, then its text without them."""
    context = " > ".join(context_of(document, passage))
    return f"{context}\n{body_of(passage)}" if context else body_of(passage)


def searched_tokens(document: Document, passage: Passage) -> list[str]:
    """The tokens of a passage, those of its title and headings counted HEADING_WEIGHT times."""
    return tokens("\n".join(context_of(document, passage))) * HEADING_WEIGHT + tokens(body_of(passage))


def context_of(document: Document, passage: Passage) -> list[str]:
    """The title, then the headings, without a heading that repeats the one before."""
    parts = [part for part in (document.title, *passage.heading) if part]
    return [part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1]]


def body_of(passage: Passage) -> str:
    """The text of a passage without the headings it opens with."""
    return passage.text[passage.body :].strip() or passage.text.strip()
