"""What the pages share: the assistant that answers, the catalogue, and the names of documents. Nothing of a visitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Event, Question
from index.store import DocumentInfo
from ingest.catalogue import Vocabulary
from ingest.documents import Passage
from ingest.schemes import Scheme
from ui.settings import Language
from ui.transfers import Transfers
from ui.words import Words, load_page_words


class Documents(Protocol):
    """The open index, as far as a page reads it."""

    @property
    def documents(self) -> Mapping[str, DocumentInfo]: ...
    def passage(self, passage_id: str) -> Passage | None: ...


class Answering(Protocol):
    """The assistant, as far as a page asks it."""

    @property
    def index(self) -> Documents: ...
    def stream(self, question: Question) -> Iterator[Event]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """The same for every visitor, and read only."""

    assistant: Answering
    schemes: tuple[Scheme, ...]
    vocabulary: Vocabulary
    titles: Mapping[str, str]  # document id -> title
    words: Words  # of the language of these pages
    transfers: Transfers  # files sent and fetched, each by its owner


def make_context(
    assistant: Answering, language: Language = "fr", transfers: Transfers | None = None
) -> Context:
    """The context of the pages in one language, over an assistant and the built-in catalogue."""
    from ingest.catalogue import load_dossiers, load_schemes, load_vocabulary

    titles = {doc: info.title for doc, info in assistant.index.documents.items()}
    titles |= {
        dossier.id: dossier.title for dossier in load_dossiers()
    }  # written by hand, better than a file's first line
    return Context(assistant, load_schemes(), load_vocabulary(), titles, load_page_words(language), transfers or Transfers())
