"""`guichet evaluate --draft-questions DOC`: questions proposed from a document, in a CSV for a person to decide on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.proposals import COLUMNS, Proposal, propose, to_row
from index.store import Index, open_index
from ingest.documents import Passage
from ingest.errors import GuichetError
from ui import console, service
from ui.exports.cells import safe_answer
from ui.settings import Settings
from ui.words import Words, load_page_words

if TYPE_CHECKING:
    from assistant.generator import LanguageModel

MOST = 20  # questions a person reads in a quarter of an hour


def run(settings: Settings, language: str, document: str, out: Path, *, llm: bool, limit: int | None) -> None:
    """Writes `out`/DOC-questions.csv. Raises GuichetError for a document that is not there or says nothing to ask."""
    words = load_page_words(language)
    passages, title = _passages(settings, document, words)
    if not passages:
        raise GuichetError(words.say("evaluate.nothing_to_ask", doc=document))
    name = re.sub(r"[^-.\w]+", "-", passages[0].doc)
    target = out / f"{name}-questions.csv"
    if target.exists():  # a person may have decided in it
        raise GuichetError(words.say("evaluate.draft_exists", file=target))
    with _model(settings, llm) as model, console.bar(words.say("evaluate.drafting")) as advance:
        proposals = propose(
            passages,
            title,
            most=limit or MOST,
            model=model,
            progress=advance,
            failed=lambda failure: console.err().print(str(failure), soft_wrap=True),
        )
    if not proposals:
        raise GuichetError(words.say("evaluate.nothing_to_ask", doc=document))
    write(target, proposals)
    console.out().print(words.say("evaluate.drafted", n=len(proposals), file=target), soft_wrap=True)


def write(path: Path, proposals: Sequence[Proposal]) -> None:
    """The proposals as a CSV that spreadsheets open, no cell being a formula."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(COLUMNS)
        for proposal in proposals:
            row = to_row(proposal)
            table.writerow([safe_answer(row[name]) for name in COLUMNS])


def _passages(settings: Settings, document: str, words: Words) -> tuple[Sequence[Passage], str]:
    """The passages of a document of the index, else of a file read now; its title."""
    index = _index(settings)
    if index is not None:
        try:
            if document in index.documents:
                return index.of_document(document), index.documents[document].title
        finally:
            index.close()
    if not Path(document).is_file():
        raise GuichetError(words.say("evaluate.no_such_document", doc=document))
    from ingest.passages import cut
    from ingest.readers.dispatch import read

    read_now = read(Path(document))
    return cut(read_now), read_now.title


def _index(settings: Settings) -> Index | None:
    from index.versions import IndexMissing

    try:
        return open_index(settings.place)
    except IndexMissing:
        return None


@contextmanager
def _model(settings: Settings, llm: bool) -> Iterator[LanguageModel | None]:
    if not llm:
        yield None
        return
    model = service.open_language_model(settings)
    try:
        yield model
    finally:
        model.close()
