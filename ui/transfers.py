"""Files that a visitor sends and fetches: held for a while, each for its owner alone, who holds the key to it.

Gradio's own upload and file routes stay closed. A page that wants a file opens an `Inlet`, which gives it an address;
ui.transfer_routes takes the bytes there, and the page finds them with `Transfers.take`. A page that gives a file calls
`Transfers.offer` and shows the address. The owner is the visitor's session: an unguessable cookie that Shield sets with
the page (`owner_of` reads it from the cookies of any request).

    context.transfers.open_inlet(Inlet("questions", 2 * MIB, (".csv", ".jsonl")))
    ...
    sent = context.transfers.take(owner, token, "questions")  # in a handler; None when it is gone
    address = context.transfers.offer(owner, content, "réponses.csv", "text/csv; charset=utf-8", context.words)
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, cast
from urllib.parse import quote

from ingest.errors import GuichetError
from ui.api.database import Database, ServiceStoreError, memory_database
from ui.sealing import name_of, seal, unseal
from ui.words import Words

MIB: Final = 1024 * 1024
KEEP_S: Final = 1800  # a person comes back from a telephone call and still finds the file
ROOM: Final = 256 * MIB  # of every visitor together
FILES: Final = 24  # of one visitor: beyond, the oldest is dropped
COOKIE: Final = "guichet-visite"
MAX_NAME: Final = 120  # characters of a file name
SEND, FETCH = "/envoi", "/fichier"  # addresses; the English pages send to /en/envoi

# what the bytes of a file with this extension must be
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys((".csv", ".tsv", ".jsonl", ".json", ".txt", ".md", ".markdown"), "text"),
    **dict.fromkeys((".html", ".htm"), "text"),
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".zip": "zip",
}


class Refused(GuichetError):
    """A file that is not taken, with the HTTP status that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {"retry-after": "10"} if status == 503 else {}


def everyone(cookies: Mapping[str, str]) -> bool:
    """An inlet open to every visitor."""
    return True


@dataclass(frozen=True, slots=True)
class Inlet:
    """What may be sent for one purpose: at most `max_bytes`, of these extensions, by whom `allows` lets in."""

    name: str  # of the address: letters and hyphens
    max_bytes: int
    suffixes: tuple[str, ...]  # among KINDS, lower case
    allows: Callable[[Mapping[str, str]], bool] = everyone  # told by the cookies of the request

    def address(self, words: Words) -> str:
        """Where the browser sends, from the pages of this language."""
        return f"{'' if words.language == 'fr' else '/' + words.language}{SEND}/{self.name}"


@dataclass(frozen=True, slots=True)
class File:
    """A file held for its owner."""

    token: str
    name: str
    content: bytes
    media_type: str
    inlet: str | None = None  # None for a file that is offered


class Transfers:
    """Every file held now, for every process of the service, sealed for its owner and bounded. Thread-safe."""

    def __init__(
        self,
        database: Database | None = None,
        *,
        keep_s: float = KEEP_S,
        room: int = ROOM,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database or memory_database()
        self._keep_s, self._room, self._clock = keep_s, room, clock
        self._reserved = 0  # bytes on their way to this process
        self._inlets: dict[str, Inlet] = {}
        self._lock = threading.Lock()  # of the fields
        self._sweeping: threading.Timer | None = None
        if self.held:  # left by processes that are no more
            self._wake()

    def open_inlet(self, inlet: Inlet) -> Inlet:
        """Lets files in for this purpose; said twice, the last holds."""
        with self._lock:
            self._inlets[inlet.name] = inlet
        return inlet

    def inlet(self, name: str) -> Inlet | None:
        return self._inlets.get(name)

    @contextmanager
    def reserved(self, size: int, words: Words) -> Iterator[None]:
        """Room for a body while it comes. Raises Refused (503) when there is none left."""
        self._sweep()
        with self._lock:
            if self.held + size > self._room:
                raise Refused(503, words.say("transfers.no_room"))
            self._reserved += size
        try:
            yield
        finally:
            with self._lock:
                self._reserved -= size

    def receive(self, inlet: Inlet, owner: str, name: str, content: bytes, words: Words) -> File:
        """Checks what was sent and keeps it. Raises Refused with a sentence for the sender."""
        name = plain_name(name)
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in inlet.suffixes:
            known = ", ".join(inlet.suffixes)
            raise Refused(415, words.say("transfers.wrong_suffix", name=name, known=known))
        if not content.strip():
            raise Refused(422, words.say("transfers.empty", name=name))
        if len(content) > inlet.max_bytes:
            raise Refused(413, words.say("transfers.too_long", name=name, most=megabytes(inlet.max_bytes, words)))
        if kind_of(content) != KINDS[suffix]:
            raise Refused(415, words.say("transfers.wrong_content", name=name, suffix=suffix))
        return self._keep(owner, File(_token(), name, content, "application/octet-stream", inlet.name), words)

    def offer(self, owner: str, content: bytes, name: str, media_type: str, words: Words) -> str:
        """Holds a file for its owner to fetch; the address that gives it. Raises Refused (503) without room left."""
        return address(self._keep(owner, File(_token(), plain_name(name), content, media_type), words))

    def take(self, owner: str, token: str, inlet: str) -> File | None:
        """What this owner sent to this inlet under this token; None when it is another's, or gone."""
        file = self._find(owner, token)
        return file if file is not None and file.inlet == inlet else None

    def fetch(self, owner: str, token: str) -> File | None:
        """The file offered to this owner under this token; what was sent in is never given out."""
        file = self._find(owner, token)
        return file if file is not None and file.inlet is None else None

    def drop(self, owner: str, token: str) -> None:
        """Forgets a file before its time; nothing happens when it is another's."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM transfers WHERE token = ? AND owner = ?", (token, name_of(owner)))

    @property
    def held(self) -> int:
        """Bytes held for everyone, and on their way here."""
        return self._reserved + int(str(self._database.rows("SELECT coalesce(sum(size), 0) FROM transfers")[0][0]))

    def _find(self, owner: str, token: str) -> File | None:
        self._sweep()
        query = "SELECT sealed FROM transfers WHERE token = ? AND owner = ?"
        rows = self._database.rows(query, token, name_of(owner))
        opened = unseal(cast(bytes, rows[0][0]), owner, token) if rows else None
        return _unpacked(token, opened) if opened is not None else None

    def _keep(self, owner: str, file: File, words: Words) -> File:
        self._sweep()
        size, now, mine = len(file.content), self._clock(), name_of(owner)
        sealed = seal(_packed(file), owner, file.token)
        with self._database.writing() as connection:
            own = "SELECT token FROM transfers WHERE owner = ? ORDER BY kept DESC LIMIT ?"
            connection.execute(
                f"DELETE FROM transfers WHERE owner = ? AND token NOT IN ({own})",  # noqa: S608
                (mine, mine, FILES - 1),
            )
            held = connection.execute("SELECT coalesce(sum(size), 0) FROM transfers").fetchone()[0]
            if held + self._reserved + size > self._room:
                raise Refused(503, words.say("transfers.no_room"))
            connection.execute(
                "INSERT INTO transfers (token, owner, sealed, size, kept, until) VALUES (?, ?, ?, ?, ?, ?)",
                (file.token, mine, sealed, size, now, now + self._keep_s),
            )
        self._wake()
        return file

    def _sweep(self) -> None:
        now = self._clock()
        late = "FROM transfers WHERE until <= ? OR until > ?"  # a date too far off was written before the clock was set back
        if self._database.rows(f"SELECT 1 {late} LIMIT 1", now, now + self._keep_s):
            with self._database.writing() as connection:
                connection.execute(f"DELETE {late}", (now, now + self._keep_s))

    def _wake(self) -> None:
        """Sees to it that a file is deleted in its time even when nobody comes any more."""
        with self._lock:
            if self._sweeping is None:
                self._sweeping = threading.Timer(self._keep_s + 1, self._woken)
                self._sweeping.daemon = True
                self._sweeping.start()

    def _woken(self) -> None:
        with self._lock:
            self._sweeping = None
        with suppress(ServiceStoreError):  # closed with the service: the next one sweeps
            self._sweep()
            if self.held:
                self._wake()


def _packed(file: File) -> bytes:
    head = json.dumps([file.name, file.media_type, file.inlet]).encode()
    return len(head).to_bytes(4, "big") + head + file.content


def _unpacked(token: str, packed: bytes) -> File:
    at = 4 + int.from_bytes(packed[:4], "big")
    name, media_type, inlet = json.loads(packed[4:at])
    return File(token, name, packed[at:], media_type, inlet)


def _token() -> str:
    return secrets.token_urlsafe(24)


def address(file: File) -> str:
    """Where the owner fetches a file."""
    return f"{FETCH}/{file.token}/{quote(file.name)}"


def new_owner() -> str:
    return secrets.token_urlsafe(32)


def owner_of(cookies: Mapping[str, str]) -> str | None:
    """The visitor's session told by the cookies of a request; None when there is none of ours."""
    value = cookies.get(COOKIE, "")
    return value if re.fullmatch(r"[A-Za-z0-9_-]{43}", value) else None


def plain_name(name: str) -> str:
    """A file name without folders, signs that steer a terminal or a page, or excessive length; its extension kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .")
    path = PurePosixPath(clean or "fichier")
    return path.stem[: MAX_NAME - len(path.suffix[:12])] + path.suffix[:12]


def kind_of(content: bytes) -> str:
    """What bytes are, by the bytes alone: pdf, docx, xlsx, zip, text, or binary."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content[:4] == b"PK\x03\x04":
        return "docx" if b"word/" in content else "xlsx" if b"xl/workbook" in content else "zip"
    head = content[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 by its mark, as spreadsheets write it
        return "text"
    return "binary" if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head) else "text"


def megabytes(size: int, words: Words) -> str:
    return (
        words.say("transfers.megabytes", n=size // MIB)
        if size >= MIB
        else words.say("transfers.kilobytes", n=size >> 10)
    )
