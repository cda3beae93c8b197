"""Documents and their passages put into an index: one new version, complete or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.lexical import LexicalIndex
from index.store import (
    Index,
    StoredDocument,
    document_record,
    open_index,
    other_encoder,
    passage_records,
    write_documents,
)
from index.tokens import tokens
from index.vectors import Matrix, VectorIndex
from index.versions import IndexDamaged, IndexMissing, IndexOutdated, publish, writing
from ingest.documents import Document, Passage

Progress = Callable[[int, int], None]  # passages encoded, passages to encode

NOT_SEARCHED = frozenset({"toc"})
HEADING_WEIGHT = 1  # how often a word of the title or a heading counts: 2 and 3 lost recall@1 (benchmarks/retrieval.py)


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


def update_index(
    folder: Path,
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
    cannot be read is started anew. Raises IndexBusy, IndexOutdated, IndexDamaged or IndexNotWritten.
    """
    with writing(folder):
        before = _open_for_update(folder, encoder, rebuild=rebuild)
        try:
            documents = {doc: before.stored(doc) for doc in before.documents} if before else {}
            kept = {doc: stored for doc, stored in documents.items() if doc not in set(remove)}
            incoming = {d.doc: _incoming(d, passages, (metadata or {}).get(d.doc, {})) for d, passages in put}
            after = [stored for _, stored in sorted((kept | incoming).items())]
            fingerprint = _fingerprint(encoder.fingerprint, after)
            encoded = reused = 0
            if before is None or before.fingerprint != fingerprint:
                rows = _rows(after)
                known = _known_vectors(before, documents, encoder)
                vectors, encoded = _vectors(rows, after, known, encoder, progress)
                reused = len(vectors) - encoded
                publish(folder, lambda path: _fill(path, after, rows, vectors, encoder, fingerprint))
        finally:
            if before:
                before.close()
    same = {doc for doc, stored in incoming.items() if documents.get(doc) == stored}
    return BuildReport(
        added=tuple(sorted(incoming.keys() - documents.keys())),
        replaced=tuple(sorted((incoming.keys() & documents.keys()) - same)),
        unchanged=tuple(sorted(same)),
        removed=tuple(sorted(documents.keys() - kept.keys() - incoming.keys())),
        documents=len(after),
        passages=sum(len(stored.passages) for stored in after),
        encoded=encoded,
        reused=reused,
        fingerprint=fingerprint,
    )


def embedded_text(document: Document, passage: Passage) -> str:
    """What is embedded and searched of a passage: title and headings on a line, then its text without them."""
    context = " > ".join(context_of(document, passage))
    return f"{context}\n{body_of(passage)}" if context else body_of(passage)


def searched_tokens(document: Document, passage: Passage) -> list[str]:
    """The tokens of a passage, those of its title and headings counted HEADING_WEIGHT times."""
    return tokens("\n".join(context_of(document, passage))) * HEADING_WEIGHT + tokens(body_of(passage))


def context_of(document: Document, passage: Passage) -> list[str]:
    """The title, then the headings, without a heading that repeats the one before."""
    parts = [part for part in (document.title, *passage.heading) if part]
    return [part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1]]


def body_of(passage: Passage) -> str:
    """The text of a passage without the headings it opens with."""
    return passage.text[passage.body :].strip() or passage.text.strip()


def _open_for_update(folder: Path, encoder: PassageEncoder, *, rebuild: bool) -> Index | None:
    try:
        before = open_index(folder)
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
    for passage in passages:
        if passage.doc != document.doc or passage.text != document.text[passage.start : passage.end]:
            raise ValueError(f"passage {passage.passage_id} is no span of document {document.doc}")
    ordered = tuple(sorted(passages, key=lambda p: (p.start, p.end, p.passage_id)))
    embedded = tuple(_digest(embedded_text(document, passage)) for passage in ordered)
    return StoredDocument(document, ordered, json.loads(json.dumps(dict(metadata))), embedded)


def _rows(documents: Sequence[StoredDocument]) -> list[tuple[Document, Passage, str]]:
    """Every passage with its document and digest: the searched ones first, by document and place."""
    flat = [(s.document, p, e) for s in documents for p, e in zip(s.passages, s.embedded, strict=True)]
    return sorted(flat, key=lambda row: row[1].kind in NOT_SEARCHED)


def _known_vectors(
    before: Index | None, documents: Mapping[str, StoredDocument], encoder: PassageEncoder
) -> dict[str, Matrix]:
    """The vectors made before by the same encoder, by the digest of the text embedded."""
    if before is None or before.encoder_fingerprint != encoder.fingerprint:
        return {}
    vectors = before.vectors.rows()
    digests = {
        before.rows[passage.passage_id]: digest
        for stored in documents.values()
        for passage, digest in zip(stored.passages, stored.embedded, strict=True)
    }
    return {digest: vectors[row] for row, digest in digests.items() if row < len(vectors)}


def _vectors(
    rows: Sequence[tuple[Document, Passage, str]],
    documents: Sequence[StoredDocument],
    known: Mapping[str, Matrix],
    encoder: PassageEncoder,
    progress: Progress | None,
) -> tuple[Matrix, int]:
    """The vectors of the searched rows, (n, dimension) unit norm, and how many texts were encoded for them."""
    searched = [row for row in rows if row[1].kind not in NOT_SEARCHED]
    missing = {e: embedded_text(d, p) for d, p, e in searched if e not in known}
    fresh: Mapping[str, Matrix] = {}
    if missing:
        encoded = np.asarray(encoder.encode_passages(list(missing.values()), progress=progress), dtype=np.float32)
        if encoded.shape != (len(missing), encoder.dimension) or not np.isfinite(encoded).all():
            raise ValueError(f"the encoder gave {encoded.shape} or values that are no numbers")
        fresh = dict(zip(missing, encoded, strict=True))
    if not searched:
        return np.empty((0, encoder.dimension), np.float32), 0
    return np.stack([known[e] if e in known else fresh[e] for _, _, e in searched]), len(missing)


def _fill(
    path: Path,
    documents: Sequence[StoredDocument],
    rows: Sequence[tuple[Document, Passage, str]],
    vectors: Matrix,
    encoder: PassageEncoder,
    fingerprint: str,
) -> dict[str, Any]:
    VectorIndex(vectors).save(path / "vectors.faiss")
    LexicalIndex([searched_tokens(d, p) for d, p, _ in rows[: len(vectors)]]).save(path / "lexical")
    write_documents(path / "passages.sqlite", documents, [(p, e) for _, p, e in rows])
    return {
        "fingerprint": fingerprint,
        "encoder": encoder.fingerprint,
        "dimension": int(vectors.shape[1]),
        "documents": len(documents),
        "passages": len(rows),
    }


def _fingerprint(encoder: str, documents: Sequence[StoredDocument]) -> str:
    """Names what an index holds, whatever the order and the number of updates that made it."""
    whole = hashlib.sha256(encoder.encode())
    for stored in documents:
        passages = list(passage_records(list(zip(stored.passages, stored.embedded, strict=True))))
        whole.update(json.dumps([document_record(stored), passages]).encode())
    return whole.hexdigest()[:32]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
