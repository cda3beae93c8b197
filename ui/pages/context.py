"""What the pages share: the assistant that answers, the catalogue, and the names of documents. Nothing of a visitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.answers import Event, Question
from index.store import DocumentInfo
from ingest.catalogue import Vocabulary
from ingest.documents import Page, Passage
from ingest.schemes import Scheme
from ui.api.database import Database, memory_database, shared_secret
from ui.api.register import Register
from ui.fragments.choices import Choices, make_choices
from ui.house import House
from ui.pacing import WAITING, Paced
from ui.page_views import SeePage, no_page
from ui.pages.stops import Stops
from ui.service import catalogue_today
from ui.settings import Language
from ui.transfers import Transfers
from ui.words import Words, load_page_words

if TYPE_CHECKING:
    from ui.pages.remembering import Memory

THREADS = WAITING + 16  # every question that may wait in a line, and those being answered


class Documents(Protocol):
    """The open index, as far as a page reads it."""

    @property
    def documents(self) -> Mapping[str, DocumentInfo]: ...
    def passage(self, passage_id: str) -> Passage | None: ...
    def of_document(self, doc: str) -> Sequence[Passage]: ...
    def pages(self, doc: str) -> Sequence[Page]: ...


class Answering(Protocol):
    """The assistant, as far as a page asks it."""

    @property
    def index(self) -> Documents: ...
    def stream(self, question: Question) -> Iterator[Event]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """The same for every visitor, and read only."""

    assistant: Answering
    paced: Paced  # the same assistant, behind its lines
    pool: Executor  # the threads where answers are made
    own: Path | None  # a folder of schemes of the operator's, beside the built-in ones
    vocabulary: Vocabulary
    titles: Mapping[str, str]  # document id -> title
    words: Words  # of the language of these pages
    choices: Choices  # what the fields of a company offer, in that language
    transfers: Transfers  # files sent and fetched, each by its owner
    memory: Memory  # how a page holds its conversation
    stops: Stops  # works that a visitor may stop
    see_page: SeePage = no_page  # where the page of a cited PDF can be seen
    house: House = field(default_factory=House)  # what whoever runs the service says of it
    register: Register | None = None  # of questions, where the service has one, on or off

    @property
    def kept_days(self) -> int | None:
        """For how long questions are kept; None where they are not."""
        return None if self.register is None else self.register.days

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """The catalogue as it stands today."""
        return catalogue_today(self.own)


class Titles(Mapping[str, str]):
    """The titles of the documents in the index now in use; those written by hand are better than a file's first line."""

    def __init__(self, assistant: Answering, by_hand: Mapping[str, str]) -> None:
        self._assistant, self._by_hand = assistant, by_hand

    def __getitem__(self, doc: str) -> str:
        return self._by_hand[doc] if doc in self._by_hand else self._assistant.index.documents[doc].title

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_hand.keys() | self._assistant.index.documents.keys())

    def __len__(self) -> int:
        return len(self._by_hand.keys() | self._assistant.index.documents.keys())


def make_context(
    assistant: Answering,
    language: Language = "fr",
    transfers: Transfers | None = None,
    see_page: SeePage = no_page,
    house: House = House(),  # noqa: B008  # frozen
    database: Database | None = None,
    own: Path | None = None,
    register: Register | None = None,
) -> Context:
    """The context of the pages in one language, over an assistant and the catalogue, with the schemes of the folder `own`.

    Pages that share the lines before an assistant are given the same Paced; processes that share a service, its database.
    """
    from ingest.catalogue import load_dossiers, load_vocabulary
    from ui.pages.remembering import Memory

    database = database or memory_database()
    words, vocabulary = load_page_words(language), load_vocabulary()
    return Context(
        assistant=assistant,
        paced=assistant if isinstance(assistant, Paced) else Paced(assistant),
        pool=_pool(),
        own=own,
        vocabulary=vocabulary,
        titles=Titles(assistant, {dossier.id: dossier.title for dossier in load_dossiers()}),
        words=words,
        choices=make_choices(words, vocabulary),
        transfers=transfers or Transfers(database),
        memory=Memory(shared_secret(database, "conversations")),
        stops=Stops(database),
        see_page=see_page,
        house=house,
        register=register,
    )


@cache
def _pool() -> Executor:
    return ThreadPoolExecutor(THREADS, "guichet-answer")  # a thread is made when one is first needed
