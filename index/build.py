"""Documents and their passages put into an index: one new version, complete or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.folder import FolderIndex, open_folder
from index.postgres.connection import Database
from index.records import StoredDocument, record_digest
from index.segments import parted, searched, write_segment, written_again
from index.store import Place, other_encoder
from index.texts import body_of, context_of, embedded_text, searched_tokens
from index.vectors import Matrix
from index.versions import FORMAT, IndexDamaged, IndexMissing, IndexOutdated, publish, writing
from ingest.documents import Document, Passage

__all__ = ["BuildReport", "body_of", "context_of", "embedded_text", "searched_tokens", "update_index"]

Progress = Callable[[int, int], None]  # passages encoded, passages to encode


class PassageEncoder(Protocol):
    """Texts to unit vectors, (n, dimension) float32; `fingerprint` names the model and how it is used."""

    @property
    def dimension(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What an update did; names of documents sorted. `fingerprint` is that of the index afterwards."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    documents: int
    passages: int
    encoded: int
    reused: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Update:
    """What is asked of an index: documents put, by name, and names removed; `rebuild` as in update_index."""

    put: Mapping[str, StoredDocument]
    remove: Sequence[str]
    rebuild: bool

    def report(
        self,
        present: Collection[str],
        same: Collection[str],
        *,
        documents: int,
        passages: int,
        encoded: int,
        reused: int,
        fingerprint: str,
    ) -> BuildReport:
        """What it did to an index that had the documents `present`, of which it left `same` as they were."""
        kept = self.put.keys() & set(present)
        return BuildReport(
            added=tuple(sorted(self.put.keys() - kept)),
            replaced=tuple(sorted(kept - set(same))),
            unchanged=tuple(sorted(same)),
            removed=tuple(sorted(set(present) & set(self.remove) - self.put.keys())),
            documents=documents,
            passages=passages,
            encoded=encoded,
            reused=reused,
            fingerprint=fingerprint,
        )


def update_index(
    place: Place,
    encoder: PassageEncoder,
    *,
    put: Sequence[tuple[Document, tuple[Passage, ...]]] = (),
    remove: Sequence[str] = (),
    metadata: Mapping[str, Mapping[str, Any]] | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Removes then puts documents (one of the same `doc` is replaced) and switches to the version so made.

    `metadata` gives by document what JSON can hold, among it `source`, the path of its file. Texts embedded before by
    the same encoder keep their vectors. With `rebuild`, an index of another encoder is encoded again and one that
    cannot be read is started anew. Raises IndexBusy, IndexOutdated, IndexDamaged, IndexNotWritten or StoreUnavailable.
    """
    told = metadata or {}
    incoming = {document.doc: _incoming(document, passages, told.get(document.doc, {})) for document, passages in put}
    update = Update(incoming, remove, rebuild)
    if isinstance(place, Database):
        from index.postgres.writing import update_stored

        return update_stored(place, encoder, update, progress)
    return _update_folder(place, encoder, update, progress)


def encoded(encoder: PassageEncoder, texts: Sequence[str], progress: Progress | None) -> Matrix:
    """The vectors of texts, (n, dimension). Raises ValueError for what is none."""
    vectors = np.asarray(encoder.encode_passages(texts, progress=progress), dtype=np.float32)
    if vectors.shape != (len(texts), encoder.dimension) or not np.isfinite(vectors).all():
        raise ValueError(f"the encoder gave {vectors.shape} or values that are no numbers")
    return vectors


def _update_folder(folder: Path, encoder: PassageEncoder, update: Update, progress: Progress | None) -> BuildReport:
    incoming = update.put
    with writing(folder):
        before = _open_for_update(folder, encoder, rebuild=update.rebuild)
        try:
            present = before.documents if before else {}
            same = {
                doc for doc, stored in incoming.items() if before and doc in present and before.stored(doc) == stored
            }
            gone = (set(update.remove) | set(incoming)) & set(present) - same
            changed = [stored for doc, stored in incoming.items() if doc not in same]
            plan = _plan(before, encoder, changed, gone)
            fresh = reused = 0
            if before is None or before.fingerprint != plan.fingerprint:
                known = _known_vectors(before, encoder, plan.written)
                vectors, fresh = _vectors(plan.written, known, encoder, progress)
                publish(
                    folder,
                    lambda path: _fill(path, plan, vectors, encoder),
                    before=before.version if before else None,
                    kept=plan.kept,
                )
                reused = plan.searched - fresh
        finally:
            if before:
                before.close()
    return update.report(
        present,
        same,
        documents=plan.documents,
        passages=plan.passages,
        encoded=fresh,
        reused=reused,
        fingerprint=plan.fingerprint,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the next version is made of: segments kept, by name with their dead documents, and those to write."""

    kept: Mapping[str, list[str]]
    written: list[list[StoredDocument]]
    documents: int
    passages: int
    searched: int
    fingerprint: str


def _plan(
    before: FolderIndex | None, encoder: PassageEncoder, changed: Sequence[StoredDocument], gone: Collection[str]
) -> _Plan:
    """Which segments stay, which are written again with what is new, and what the whole then holds."""
    segments = before.segments if before else []
    live = [{doc: info for doc, info in s.documents.items() if doc not in gone} for s in segments]
    sizes = [(sum(info.n_passages for info in d.values()), s.rows) for d, s in zip(live, segments, strict=True)]
    again = written_again(sizes, sum(len(stored.passages) for stored in changed))
    if before and (before.version.manifest["format"] != FORMAT or before.encoder_fingerprint != encoder.fingerprint):
        again = frozenset(range(len(segments)))
    moved = [segments[i].stored(doc) for i in again for doc in live[i]]
    documents = sorted([*moved, *changed], key=lambda stored: stored.document.doc)
    kept = [(s, d) for i, (s, d) in enumerate(zip(segments, live, strict=True)) if i not in again]
    records = {stored.document.doc: record_digest(stored) for stored in documents}
    records |= {doc: record for s, d in kept for doc, record in s.records().items() if doc in d}
    written = list(parted(documents))
    whole = hashlib.sha256(json.dumps([encoder.fingerprint, sorted(records.items())]).encode())
    return _Plan(
        kept={s.path.name: sorted(s.dead | s.documents.keys() & gone) for s, _ in kept},
        written=written,
        documents=len(records),
        passages=sum(sizes[i][0] for i in range(len(segments)) if i not in again)
        + sum(len(stored.passages) for stored in documents),
        searched=sum(len(s.vectors) for s, _ in kept) + sum(1 for group in written for _ in searched(group)),
        fingerprint=whole.hexdigest()[:32],
    )


def _open_for_update(folder: Path, encoder: PassageEncoder, *, rebuild: bool) -> FolderIndex | None:
    try:
        before = open_folder(folder)
    except IndexMissing:
        return None
    except (IndexDamaged, IndexOutdated):
        if rebuild:
            return None
        raise
    if before.encoder_fingerprint != encoder.fingerprint and not rebuild:
        before.close()
        raise other_encoder(folder)
    return before


def _incoming(document: Document, passages: Sequence[Passage], metadata: Mapping[str, Any]) -> StoredDocument:
    """What is to be stored. Raises ValueError for a passage that is no span of its document."""
    for passage in passages:
        if passage.doc != document.doc or passage.text != document.text[passage.start : passage.end]:
            raise ValueError(f"passage {passage.passage_id} is no span of document {document.doc}")
    ordered = tuple(sorted(passages, key=lambda p: (p.start, p.end, p.passage_id)))
    embedded = tuple(_digest(embedded_text(document, passage)) for passage in ordered)
    return StoredDocument(document, ordered, json.loads(json.dumps(dict(metadata))), embedded)


def _known_vectors(
    before: FolderIndex | None, encoder: PassageEncoder, written: Sequence[Sequence[StoredDocument]]
) -> dict[str, Matrix]:
    """The vectors made before by the same encoder, by the digest of the text embedded, of what is to be written."""
    if before is None or before.encoder_fingerprint != encoder.fingerprint:
        return {}
    known: dict[str, Matrix] = {}
    wanted = {digest for group in written for _, _, digest in searched(group)}
    for segment in before.segments:
        known |= segment.embedded(wanted - known.keys())
    return known


def _vectors(
    written: Sequence[Sequence[StoredDocument]],
    known: Mapping[str, Matrix],
    encoder: PassageEncoder,
    progress: Progress | None,
) -> tuple[list[Matrix], int]:
    """The vectors of the searched rows of each group, (n, dimension) unit norm, and how many texts were encoded."""
    rows = [list(searched(group)) for group in written]
    missing = {e: embedded_text(d, p) for group in rows for d, p, e in group if e not in known}
    fresh: Mapping[str, Matrix] = {}
    if missing:
        fresh = dict(zip(missing, encoded(encoder, list(missing.values()), progress), strict=True))
    none = np.empty((0, encoder.dimension), np.float32)
    vectors = [
        np.stack([known[e] if e in known else fresh[e] for _, _, e in group]) if group else none for group in rows
    ]
    return vectors, len(missing)


def _fill(path: Path, plan: _Plan, vectors: Sequence[Matrix], encoder: PassageEncoder) -> dict[str, Any]:
    """Writes the new segments in the folder of a version; returns what its manifest says of it."""
    last = max((int(name) for name in plan.kept), default=0)
    segments = [{"name": name, "dead": dead} for name, dead in plan.kept.items()]
    for number, (documents, rows) in enumerate(zip(plan.written, vectors, strict=True), start=last + 1):
        write_segment(path / str(number), documents, rows)
        segments.append({"name": str(number), "dead": []})
    return {
        "fingerprint": plan.fingerprint,
        "encoder": encoder.fingerprint,
        "dimension": encoder.dimension,
        "documents": plan.documents,
        "passages": plan.passages,
        "segments": segments,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
