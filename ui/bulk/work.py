"""What a worker of the cluster does: a file read, texts embedded, a question answered. It writes nothing anywhere.

A worker has the settings of its own machine, secrets included: none travel. Before it works it makes sure that what it
has is what the machine that sends the work has, so that the result is the one that machine would have found.
"""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answers import GivenPassage, GivenProfile, Question, Turn, to_record
from ingest.errors import GuichetError, UnreadableDocument
from ingest.readers import read_bounded
from ingest.readers.exchange import to_line
from ui import service
from ui.batch import answer_or_error
from ui.bulk.parcels import packed, unpacked
from ui.settings import Settings, read_settings

if TYPE_CHECKING:
    import numpy as np

    from assistant.assistant import Assistant
    from index.encoder import SentenceEncoder

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ingest", "index", "assistant", "ui")
KINDS = frozenset({".py", ".yaml", ".json", ".txt"})


class Unfit(GuichetError):
    """A worker that would not find what the machine that sends the work would."""


def work(order: bytes, unit: bytes) -> bytes:
    """The result of one unit, in plain data whatever happens: {"ok"}, {"refused", "host"} or {"trace", "host"}."""
    head, body = unpacked(unit)
    try:
        return packed({"ok": True}, JOBS[head["job"]](opened(order), head, body))
    except Unfit as error:
        return packed({"refused": str(error), "host": socket.gethostname()})
    except GuichetError as error:
        return packed({"refused": f"ne peut pas travailler : {error}", "host": socket.gethostname()})
    except Exception:  # noqa: BLE001 — its traceback is raised where the unit was sent from
        return packed({"trace": traceback.format_exc(), "host": socket.gethostname()})


@lru_cache(maxsize=1)
def opened(order: bytes) -> Worker:
    """The worker of this process, kept from unit to unit with its models. Raises Unfit."""
    return Worker(json.loads(order))


class Worker:
    """The models and the index of this machine, opened when a first unit needs them."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        if order["code"] != code_digest():
            raise Unfit("n'a pas la même version du guichet : installez-y celle de la machine qui lance la commande.")
        self.order, self.today = order, date.min
        folder = order["folder"]
        self.settings = replace(read_settings(Path(folder) if folder else None), threads=order["threads"])

    @cached_property
    def encoder(self) -> SentenceEncoder:
        encoder = service.open_encoder(self.settings)
        if encoder.fingerprint != self.order["encoder"]:
            raise Unfit(
                "n'a pas le même modèle de vecteurs : donnez-lui le même GUICHET_EMBEDDER, ou « guichet setup »."
            )
        return encoder

    @cached_property
    def assistant(self) -> Assistant:
        if self.order["schemes"] != schemes_digest(self.settings):
            raise Unfit("n'a pas les mêmes fiches d'aides : donnez-lui le même dossier GUICHET_CATALOGUE.")
        if self.order["llm"] and self.order["model"] != model_name(self.settings):
            raise Unfit("n'a pas le même modèle de rédaction : donnez-lui les mêmes GUICHET_GGUF et GUICHET_LLM_….")
        assistant = service.open_assistant(self.settings, llm=self.order["llm"], day=lambda: self.today)
        if assistant.index.fingerprint != self.order["index"]:
            assistant.close()
            raise Unfit("n'a pas le même index : donnez-lui la même version, ou attendez la fin d'une ingestion.")
        return assistant


def read_file(worker: Worker, head: Mapping[str, Any], body: bytes) -> bytes:
    """The document of a file, or why there is none, as its bounded child process says it."""
    if head["ocr"]:
        from ingest.readers.ocr import languages

        languages()  # what is not installed is a fault of this machine, not of the file
    with tempfile.TemporaryDirectory(prefix="guichet-") as folder:
        path = Path(folder, Path(head["name"]).name)
        path.write_bytes(body)
        try:
            return to_line(read_bounded(path, ocr=head["ocr"]))
        except UnreadableDocument as error:
            return to_line(error)


def embed(worker: Worker, head: Mapping[str, Any], body: bytes) -> bytes:
    """The vectors of some batches of texts, one after the other, (n_texts, dimension) float32, little-endian."""
    import numpy as np

    vectors: list[np.ndarray] = [worker.encoder.encode_passages(batch) for batch in json.loads(body)]
    return np.concatenate(vectors).astype("<f4").tobytes()


def answer(worker: Worker, head: Mapping[str, Any], body: bytes) -> bytes:
    """The record of an answer, with what the log is to say of it."""
    worker.today = date.fromisoformat(head["today"])
    assistant = worker.assistant  # what is missing here is a fault of this machine, not of the question
    with logged() as lines:
        record = to_record(answer_or_error(assistant.answer, question_of(json.loads(body))))
    return json.dumps({"record": record, "log": lines}, allow_nan=False).encode()


JOBS: dict[str, Callable[[Worker, Mapping[str, Any], bytes], bytes]] = {
    "read": read_file,
    "embed": embed,
    "answer": answer,
}


def told(question: Question) -> bytes:
    """A question on its way to a worker."""
    return json.dumps(asdict(question), allow_nan=False).encode()


def question_of(record: Mapping[str, Any]) -> Question:
    passages = record["passages"]
    return Question(
        text=record["text"],
        id=record["id"],
        profile=GivenProfile(**record["profile"]),
        history=tuple(Turn(**turn) for turn in record["history"]),
        said_since=tuple(record["said_since"]),
        passages=None if passages is None else tuple(GivenPassage(**passage) for passage in passages),
    )


@contextmanager
def logged() -> Iterator[list[str]]:
    """The unexpected errors of the time it is open, with their tracebacks: the log is on another machine."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, logger = Kept(logging.ERROR), logging.getLogger("guichet")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


@cache
def code_digest() -> str:
    """Names the program that runs here, its words and data included."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in KINDS and path.is_file():
                inner = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(ROOT).as_posix()} {inner}\n".encode())
    return digest.hexdigest()


def schemes_digest(settings: Settings) -> str:
    """Names a person's own schemes; empty where there are none."""
    if settings.catalogue is None:
        return ""
    files = sorted(path for path in settings.catalogue.glob("*") if path.is_file())
    whole = "".join(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in files)
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()


def model_name(settings: Settings) -> list[str | None]:
    """Names the writing model: its address may differ from one machine to another."""
    gguf = settings.gguf.name if settings.gguf is not None and settings.llm_url is None else None
    return [settings.llm_model, gguf, "service" if settings.llm_url is not None else None]
