"""What the page lists: the documents of the index in use, their files, their sources, the index itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote as percent

from index.store import DocumentInfo, last_change
from ui.commands.ingest import RESERVED
from ui.library import Library
from ui.management.sources import Sources, read_sources

Age = Literal["ahead", "recent", "months", "years"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Read once a page; `kept` are the documents whose PDF can be shown, `pdfs` those that are PDFs."""

    documents: Mapping[str, DocumentInfo]
    passages: int
    fingerprint: str
    encoder: str
    changed: datetime | None
    sources: Sources
    kept: frozenset[str]
    pdfs: frozenset[str]
    originals: int
    weight: int  # bytes of the PDFs kept

    @property
    def added(self) -> list[DocumentInfo]:
        """What people put in; the rest is the built-in catalogue."""
        return [info for doc, info in self.documents.items() if not doc.startswith(RESERVED)]

    @property
    def built_in(self) -> int:
        return len(self.documents) - len(self.added)

    def address(self, doc: str) -> str:
        return f"/documents/{percent(doc, safe='')}/file"


def read_listing(library: Library) -> Listing:
    """What there is now. Raises GuichetError for a damaged manifest or state of downloads."""
    index, sizes = library.living.index, library.views.originals.sizes()
    documents = index.documents
    kept = frozenset(doc for doc, info in documents.items() if info.digest in sizes)
    return Listing(
        documents=documents,
        passages=len(index.passages),
        fingerprint=index.fingerprint,
        encoder=index.encoder_fingerprint,
        changed=last_change(library.settings.place),
        sources=read_sources(library.settings),
        kept=kept,
        pdfs=frozenset(doc for doc, info in documents.items() if (info.source or "").lower().endswith(".pdf")),
        originals=len(sizes),
        weight=sum(sizes.values()),
    )


def age(day: date, today: date) -> tuple[Age, int]:
    """How old a date is, in whole months, then in whole years."""
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if day > today:
        return "ahead", 0
    if months < 1:
        return "recent", 0
    return ("months", months) if months < 24 else ("years", months // 12)
