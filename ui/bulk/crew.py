"""The machines of GUICHET_RAY at work for `guichet ingest` and `guichet batch`: the results are those of this one.

This machine alone writes: workers only read, compute and tell. What they are given is checked there (ui.bulk.work).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answers import Answer, Question, to_record
from index.build import PassageEncoder, Progress
from index.encoder import batches_by_length
from index.store import open_index
from index.vectors import Matrix
from ingest.documents import Document
from ingest.errors import GuichetError, UnreadableDocument
from ingest.readers import read_bounded
from ingest.readers.dispatch import MAX_BYTES
from ingest.readers.exchange import from_line
from ui.bulk.cluster import Cluster, ClusterUnavailable, connected
from ui.bulk.parcels import packed, unpacked
from ui.bulk.spreading import AHEAD, Poison, Settled, Workers, spread
from ui.bulk.work import code_digest, model_name, schemes_digest, told, work
from ui.service import open_encoder, today
from ui.settings import Settings

log = logging.getLogger("guichet.batch")

BATCHES = 16  # of the encoder, in a unit: a second or two of work, beside which sending it is nothing
WRITING_CORES = 2  # of a unit where a worker writes with a model of its own: what was measured (docs/measurements.md)


class BulkFailed(GuichetError):
    """Work that the cluster cannot end."""


@contextmanager
def crew_at(settings: Settings, *, writes: bool = False) -> Iterator[Crew | None]:
    """The machines of GUICHET_RAY, joined for the time of a command; None where it is not set.

    `writes`: each worker has a writing model of its own. Raises ClusterUnavailable.
    """
    if settings.ray is None:
        yield None
        return
    with connected(settings.ray, work, threads=settings.threads or (WRITING_CORES if writes else 1)) as cluster:
        yield Crew(cluster, settings)


@dataclass(frozen=True, slots=True)
class Crew:
    """A cluster that works with these settings."""

    cluster: Cluster
    settings: Settings

    def read(self, paths: Sequence[Path], ocr: bool) -> Iterator[Document | UnreadableDocument]:
        """Each of the files, in order. One that cannot be sent is read, or refused, here."""
        units = (_file(path, ocr=ocr) for path in paths)
        for path, result in zip(paths, self._done(self._order(), units), strict=True):
            if isinstance(result, Settled):
                yield result.result
            elif isinstance(result, Poison):
                yield UnreadableDocument("unreadable", _poisoned(f"« {path.name} » n'a pas pu être lu", result))
            else:
                try:
                    yield from_line(result, path.name)
                except UnreadableDocument as error:
                    yield error

    def encoder(self, local: PassageEncoder) -> PassageEncoder:
        """An encoder of passages that gives what `local` would."""
        return _SpreadEncoder(self, local)

    def answers(self, questions: Sequence[Question], *, llm: bool) -> Iterator[dict[str, Any]]:
        """The record of the answer to each question, in order, over the version of the index in use now."""
        settings, encoder = self.settings, open_encoder(self.settings)
        with closing(open_index(settings.place, encoder_fingerprint=encoder.fingerprint)) as index:
            order = self._order(
                index=index.fingerprint,
                llm=llm,
                model=model_name(settings) if llm else None,
                schemes=schemes_digest(settings),
            )
        units = (packed({"job": "answer", "today": today().isoformat()}, told(question)) for question in questions)
        for question, result in zip(questions, self._done(order, units), strict=True):
            if isinstance(result, bytes):
                said = json.loads(result)
                for line in said["log"]:
                    log.error("%s", line)
                yield said["record"]
            else:
                assert isinstance(result, Poison)  # noqa: S101  # every question was sent
                sentence = _poisoned("Cette question n'a pas eu de réponse", result)
                yield to_record(Answer(question.id, question.text, "error", "failed", sentence))

    def embedded(self, encoder: PassageEncoder, units: Iterable[bytes]) -> Iterator[bytes]:
        """The vectors of each unit. Raises BulkFailed for texts that nobody can embed: an index is whole or not."""
        for result in self._done(self._order(encoder=encoder.fingerprint), units):
            if not isinstance(result, bytes):
                assert isinstance(result, Poison)  # noqa: S101  # every unit was sent
                raise BulkFailed(_poisoned("Des passages n'ont pas pu être vectorisés", result))
            yield result

    def _order(self, **expected: object) -> bytes:
        """What every unit of a work has in common: what its workers must have, and their share of the cores."""
        folder = str(self.settings.index) if self.settings.own_index else None
        order = {"code": code_digest(), "threads": self.cluster.threads, "folder": folder, **expected}
        return json.dumps(order, sort_keys=True).encode()

    def _done(self, order: bytes, units: Iterable[bytes | Settled[Any]]) -> Iterator[bytes | Poison | Settled[Any]]:
        """The result of each unit. Raises ClusterUnavailable for a worker that cannot work, and shows its bugs here."""
        for result in spread(units, _Workers(self.cluster, order)):
            if not isinstance(result, bytes):
                yield result
                continue
            head, body = unpacked(result)
            if "refused" in head:
                raise ClusterUnavailable(f"La machine « {head['host']} » du cluster {head['refused']}")
            if "trace" in head:
                raise RuntimeError(f"on {head['host']}: {head['trace']}")
            yield body


@dataclass(frozen=True, slots=True)
class _Workers(Workers):
    """The cluster, for the units of one order."""

    cluster: Cluster
    order: bytes

    @property
    def width(self) -> int:
        return self.cluster.width

    def start(self, unit: bytes) -> Future[bytes]:
        return self.cluster.start(self.order, unit)

    def check(self) -> None:
        self.cluster.check()


@dataclass(frozen=True, slots=True)
class _SpreadEncoder:
    """Embeds by the crew, in the very batches that `local` would make: the vectors are the same."""

    crew: Crew
    local: PassageEncoder

    @property
    def dimension(self) -> int:
        return self.local.dimension

    @property
    def fingerprint(self) -> str:
        return self.local.fingerprint

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """(n_texts, dimension) float32, unit norm, in the order of `texts`; `progress(done, total)` by unit."""
        batches = list(batches_by_length([len(text) for text in texts]))
        size = max(1, min(BATCHES, len(batches) // (AHEAD * self.crew.cluster.width)))
        groups = [batches[start : start + size] for start in range(0, len(batches), size)]
        units = (packed({"job": "embed"}, _texts(group, texts)) for group in groups)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        done = 0
        for group, said in zip(groups, self.crew.embedded(self.local, units), strict=True):
            rows = [row for batch in group for row in batch]
            vectors[rows] = np.frombuffer(said, "<f4").reshape(len(rows), self.dimension)
            done += len(rows)
            if progress is not None:
                progress(done, len(texts))
        return vectors


def _texts(group: Sequence[Sequence[int]], texts: Sequence[str]) -> bytes:
    return json.dumps([[texts[row] for row in batch] for batch in group]).encode()


def _file(path: Path, *, ocr: bool) -> bytes | Settled[Document | UnreadableDocument]:
    """A file on its way to a worker; what cannot be sent, or is too large to be read, is settled here."""
    try:
        data = path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_BYTES else None
    except OSError:
        data = None  # the reader says why
    if data is not None:
        return packed({"job": "read", "name": path.name, "ocr": ocr}, data)
    try:
        return Settled(read_bounded(path, ocr=ocr))
    except UnreadableDocument as error:
        return Settled(error)


def _poisoned(what: str, poison: Poison) -> str:
    return f"{what} : {poison.tries} processus du cluster sont morts l'un après l'autre en y travaillant."
