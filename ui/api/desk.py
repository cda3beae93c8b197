"""What the routes share: the assistant behind its lines, the service's file, the rules of access, the counters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Literal, Protocol, cast

from fastapi import Request

from assistant import answers
from index.store import DocumentInfo
from ingest.documents import Page, Passage
from ui.api.database import Database
from ui.api.limits import Spare
from ui.api.metrics import Metrics
from ui.api.register import Register
from ui.api.running import Running
from ui.settings import KeyPolicy, Language

if TYPE_CHECKING:
    from assistant.generator import Health


class Documents(Protocol):
    """The open index, as far as the API reads it."""

    fingerprint: str

    @property
    def documents(self) -> Mapping[str, DocumentInfo]: ...
    def passage(self, passage_id: str) -> Passage | None: ...
    def of_document(self, doc: str) -> tuple[Passage, ...]: ...
    def pages(self, doc: str) -> tuple[Page, ...]: ...


class Answering(Protocol):
    """The assistant behind its lines (ui.pacing.Paced)."""

    @property
    def index(self) -> Documents: ...
    @property
    def condition(self) -> Literal["ok", "missing", "damaged"]: ...
    def generators(self) -> Sequence[Health]: ...
    def stream(
        self,
        question: answers.Question,
        *,
        gone: Event | None = None,
        draft: bool = True,
        patience_s: float = 10.0,
        client: str = "",
    ) -> Iterator[answers.Event]: ...


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in without a key, from where a browser may, and how much an address may ask."""

    keys: KeyPolicy = "auto"  # GUICHET_API_KEYS; auto: a key is needed by all but this machine itself
    open_to_network: bool = False  # the service listens on more than this machine
    origins: tuple[str, ...] = ()  # GUICHET_ORIGINS: the sites whose pages may call the API
    per_minute: int = 60  # GUICHET_RATE: questions a minute of one address without a key


@dataclass(frozen=True, slots=True)
class Desk:
    """One a process; holds nothing of a caller."""

    answering: Answering
    database: Database
    running: Running
    metrics: Metrics
    register: Register
    access: Access = Access()
    language: Language = "fr"
    catalogue: Path | None = None  # a folder of schemes of one's own
    wake: Event = field(default_factory=Event)  # tells the worker of this process that a job was submitted
    spare: Spare = field(default_factory=Spare)  # limits while the file cannot be written
    clock: Callable[[], float] = time.time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)


def desk_of(request: Request) -> Desk:
    """The desk of the application that a request came to."""
    return cast(Desk, request.app.state.desk)
