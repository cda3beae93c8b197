"""PDF: a Document of the pages that could be read, and what is said of the others; the library is in `pdf_pages`, what to
make of runs of text in `layout`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.assembly import assemble
from ingest.readers.layout import body_lines, drafts
from ingest.readers.legible import letters
from ingest.readers.mending import rebuilt
from ingest.readers.page_reading import STAMP, Recognition, is_legible, recognised, spared, state_of
from ingest.readers.page_states import notice, refuse_if_nothing
from ingest.readers.pdf_objects import attached, is_dynamic_form, is_portfolio, layers_off
from ingest.readers.pdf_pages import (
    BROKEN,
    Locked,
    guarded,
    labels_of,
    opened,
    read_pages,
    root_of,
    title_of,
)

DAMAGED = "fichier abîmé, lu comme il se peut"


def document(data: bytes, *, name: str, doc: str, digest: str, recognise: Recognition | None = None) -> Document:
    """The Document of a PDF file, its physical pages all kept; `notice` says which of them could not be read.

    Pages that are images, or whose letters a font hides, go through `recognise` where there is one.
    """
    mended = False
    try:
        try:
            reader, pages = opened(data)
        except (*BROKEN, RecursionError):
            if made := _spare(data, doc, digest):
                return made
            reader, pages = opened(rebuilt(data))
            mended = True
    except Locked as error:
        raise _locked(name) from error
    except (*BROKEN, RecursionError) as error:
        raise (_locked(name) if b"/Adobe.PubSec" in data else _broken(name)) from error
    if not pages and mended:
        raise _broken(name)
    if not pages:
        if made := _spare(data, doc, digest):
            return made
        raise UnreadableDocument("empty", f"« {name} » ne contient aucune page.")
    root: Any = guarded(partial(root_of, reader), None) or {}
    read = read_pages(pages, guarded(lambda: layers_off(root), frozenset()))
    lines = body_lines([page.runs for page in read])
    states = [state_of(page, found) for page, found in zip(read, lines, strict=True)]
    read = spared(data, read, states)
    lines = body_lines([page.runs for page in read])
    states = [state_of(page, found) for page, found in zip(read, lines, strict=True)]
    if recognise is not None and any(state in ("scanned", "noise") for state in states):
        read, states = recognised(read, states, recognise)
        lines = body_lines([page.runs for page in read])
    kept = [found if state in ("text", "recognised") else [] for state, found in zip(states, lines, strict=True)]
    made = assemble(drafts(kept), doc=doc, title=title_of(reader), digest=digest, labels=labels_of(reader, len(pages)))
    try:
        refuse_if_nothing(made.text, states, name, root=_contents_of(root), recognised=recognise is not None)
    except UnreadableDocument as error:
        raise (_broken(name) if mended else error) from error
    unseen = [number for number, page in enumerate(read, start=1) if page.hidden >= STAMP]
    files = guarded(lambda: attached(root), 0)
    parts = [number for number, page in enumerate(read, start=1) if page.cut]
    said = notice(states, letters(made.text), files, unseen, parts)
    return replace(made, notice=" ; ".join(filter(None, (DAMAGED if mended else "", said))))


def _spare(data: bytes, doc: str, digest: str) -> Document | None:
    """A file whose structure is broken, as a second library mends it; None where that reads no words either."""
    from ingest.page_child import page_runs

    found = page_runs(data)
    runs = [found[number] if is_legible(found[number]) else [] for number in sorted(found)]
    text = "".join(run.text for page in runs for run in page)
    if not is_legible([run for page in runs for run in page]):
        return None
    labels = [str(number) for number in sorted(found)]
    made = assemble(drafts(body_lines(runs)), doc=doc, digest=digest, labels=labels)
    said = notice([], letters(text))
    return replace(made, notice=" ; ".join(filter(None, (DAMAGED, said))))


def _contents_of(root: Any) -> str:
    """What a file is besides pages: "portfolio", "form" drawn at display time, or "" for neither."""
    if guarded(lambda: is_portfolio(root), False):
        return "portfolio"
    return "form" if guarded(lambda: is_dynamic_form(root), False) else ""


def _locked(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        "protected", f"« {name} » est chiffré ou protégé par un mot de passe : fournissez une copie sans protection."
    )


def _broken(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        "unreadable", f"« {name} » est abîmé et ne peut pas être lu : demandez une nouvelle copie du fichier."
    )
