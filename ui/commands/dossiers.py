"""Dossiers from the command line: an answer, or schemes of the catalogue, as a file to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.answers import Answer, Question
from ingest.catalogue import load_dossiers, load_vocabulary
from ingest.schemes import Scheme
from ui import console
from ui.exports.case import conversation_dossier, selection_dossier
from ui.exports.formats import DOCUMENTS, document_bytes, table_bytes
from ui.exports.selections import selection_rows
from ui.service import today
from ui.words import Words, load_page_words


def write_answer(words: Words, question: Question, answer: Answer, file: Path) -> None:
    """The question and its answer, with numbered sources and verdict sheets, as .docx or .pdf."""
    page, form = load_page_words(words.language), file.suffix.lower().lstrip(".")
    dossier = conversation_dossier(page, [(question, answer)], _titles(), load_vocabulary(), today())
    _write(document_bytes(dossier, form), file)
    console.err().print(words.say("ask.exported", file=file), soft_wrap=True)


def write_schemes(words: Words, schemes: Sequence[Scheme], file: Path, form: str) -> None:
    """A fiche a scheme as "docx" or "pdf", a row a scheme as "xlsx"."""
    page, vocabulary = load_page_words(words.language), load_vocabulary()
    if form in DOCUMENTS:
        content = document_bytes(selection_dossier(page, schemes, _titles(), vocabulary, today()), form)
    else:
        content = table_bytes(selection_rows(page, schemes, _titles(), vocabulary), form, page.say("catalogue.sheet"))
    _write(content, file)
    console.out().print(words.say("catalogue.exported", n=len(schemes), file=file), soft_wrap=True)


def _titles() -> dict[str, str]:
    return {dossier.id: dossier.title for dossier in load_dossiers()}


def _write(content: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
