"""The index as LangChain knows such things: a BaseRetriever, a VectorStore, and both ways between encoders."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance
from pydantic import ConfigDict

from index.build import PassageEncoder, Progress, update_index
from index.postgres.connection import Database
from index.retriever import DEFAULT, QueryEncoder, SearchWeights, search
from index.store import Index, Place, current_fingerprint, open_index
from index.vectors import Matrix
from index.versions import IndexMissing
from ingest.documents import Block, Document, Passage

Filter = Callable[[LangChainDocument], bool] | dict[str, Any]


class Encoder(PassageEncoder, QueryEncoder, Protocol):
    """Both sides of one model."""


class GuichetEmbeddings(Embeddings):
    """Our encoder where LangChain asks for Embeddings; its prefixes for questions and passages are kept."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self.encoder.encode_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self.encoder.encode_queries([text])[0].tolist()
        return vector


class EmbeddingsEncoder:
    """LangChain's Embeddings where we ask for an encoder. `fingerprint` should name the model and its settings."""

    def __init__(self, embeddings: Embeddings, fingerprint: str | None = None) -> None:
        self.embeddings = embeddings
        self.fingerprint = fingerprint or f"{type(embeddings).__module__}.{type(embeddings).__qualname__}"
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        if self._dimension is None:
            self._dimension = len(self.embeddings.embed_query("dimension"))
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return _unit([self.embeddings.embed_query(text) for text in texts], self.dimension)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        vectors = _unit(self.embeddings.embed_documents(list(texts)), self.dimension)
        if progress is not None:
            progress(len(texts), len(texts))
        return vectors


class GuichetRetriever(BaseRetriever):
    """Passages by meaning and words, fused, as LangChain Documents.

    Metadata: `source`, `title`, `heading`, `page` (0-based), `page_label`, `total_pages`, `start_index`, `nature`,
    `date`, `doc`, `passage_id`, `score`; `id` is the passage's. `invoke(query, k=…)` overrides `k`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    encoder: Any  # a QueryEncoder
    k: int = 20
    weights: SearchWeights = DEFAULT

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[LangChainDocument]:
        hits = search(self.index, self.encoder, query, k=self.k if k is None else k, weights=self.weights)
        return [_as_document(self.index, hit.passage, {"score": hit.score}) for hit in hits]


class GuichetVectorStore(VectorStore):
    """An index folder, or a database by its address (`postgresql://…`), as a VectorStore; without `folder`, one in a temporary folder that lives as long as the store.

    Texts added become documents of one passage; `delete` removes these. What `guichet ingest` put is searched too.
    Each addition writes a whole version of the index: add many texts at once rather than one by one.
    """

    def __init__(
        self, embedding: Embeddings, folder: Place | str | None = None, fingerprint: str | None = None
    ) -> None:
        self._temporary = TemporaryDirectory(prefix="guichet-") if folder is None else None
        self.place = _place(self._temporary.name if self._temporary else folder or ".")
        self._embedding = embedding
        own = embedding.encoder if isinstance(embedding, GuichetEmbeddings) else None
        self._encoder: Encoder = own or EmbeddingsEncoder(embedding, fingerprint)
        self._opened: Index | None = None

    @property
    def embeddings(self) -> Embeddings:
        return self._embedding

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Adds texts, or replaces those of the same ids; `metadatas` hold what JSON can. Returns the ids."""
        listed = list(texts)
        names = [given or str(uuid.uuid4()) for given in (ids or [""] * len(listed))]
        described = metadatas or [{} for _ in listed]
        put = {name: _text_entry(name, text) for name, text in zip(names, listed, strict=True)}
        metadata = {name: {"langchain": given} for name, given in zip(names, described, strict=True)}
        update_index(self.place, self._encoder, put=list(put.values()), metadata=metadata)
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool | None:
        """Removes the texts of these ids, or without ids every text added; unknown ids are passed over."""
        index = self._index()
        if index is None:
            return True
        added = {doc for doc, info in index.documents.items() if "langchain" in info.metadata}
        removed = added if ids is None else added.intersection(ids)
        if removed:
            update_index(self.place, self._encoder, remove=sorted(removed))
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[LangChainDocument]:
        index = self._index()
        if index is None:
            return []
        found = [index.passage(name) for name in dict.fromkeys(ids)]
        return [_as_document(index, passage) for passage in found if passage is not None]

    def similarity_search(
        self, query: str, k: int = 4, filter: Filter | None = None, **kwargs: Any
    ) -> list[LangChainDocument]:
        return [document for document, _ in self.similarity_search_with_score(query, k, filter=filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Filter | None = None, **kwargs: Any
    ) -> list[tuple[LangChainDocument, float]]:
        """The nearest passages with their cosine. `filter`: a function of the Document, or metadata it must equal."""
        return [(document, score) for document, score, _ in self._nearest(self._query(query), k, filter)]

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: Filter | None = None, **kwargs: Any
    ) -> list[LangChainDocument]:
        vector = _unit([embedding], len(embedding))[0]
        return [document for document, _, _ in self._nearest(vector, k, filter)]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: Filter | None = None,
        **kwargs: Any,
    ) -> list[LangChainDocument]:
        vector = self._query(query).tolist()
        return self.max_marginal_relevance_search_by_vector(vector, k, fetch_k, lambda_mult, filter)

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: Filter | None = None,
        **kwargs: Any,
    ) -> list[LangChainDocument]:
        """Near the query and unlike each other (Carbonell and Goldstein, SIGIR 1998, doi 10.1145/290941.291025)."""
        vector = _unit([embedding], len(embedding))[0]
        found = self._nearest(vector, fetch_k, filter)
        index = self._index()
        if index is None or not found:
            return []
        vectors = list(index.vectors.some([row for _, _, row in found]))
        return [found[i][0] for i in maximal_marginal_relevance(vector, vectors, lambda_mult, k)]

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        folder: Place | str | None = None,
        fingerprint: str | None = None,
        **kwargs: Any,
    ) -> GuichetVectorStore:
        store = cls(embedding, folder, fingerprint)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: min(1.0, max(0.0, cosine))

    def _query(self, query: str) -> Matrix:
        vector: Matrix = self._encoder.encode_queries([query])[0]
        return vector

    def _nearest(self, vector: Matrix, k: int, kept: Filter | None) -> list[tuple[LangChainDocument, float, int]]:
        """The `k` nearest that pass the filter, with cosine and row. With a filter, every passage is looked at."""
        index = self._index()
        if index is None:
            return []
        found = index.vectors.search(vector, k if kept is None else len(index.vectors))
        documents = ((_as_document(index, index.passages[row]), score, row) for row, score in found)
        return [triple for triple in documents if _passes(triple[0], kept)][:k]

    def _index(self) -> Index | None:
        """The version in use, opened again when a newer one was written; None before the first."""
        if self._opened is None or self._opened.fingerprint != current_fingerprint(self.place):
            try:
                self._opened = open_index(self.place, encoder_fingerprint=self._encoder.fingerprint)
            except IndexMissing:
                return None
        return self._opened


def _place(given: Place | str) -> Place:
    if isinstance(given, str):
        return Database(given) if given.startswith(("postgresql://", "postgres://")) else Path(given)
    return given


def _text_entry(name: str, text: str) -> tuple[Document, tuple[Passage, ...]]:
    document = Document(doc=name, title="", text=text, blocks=(Block("paragraph", 0, len(text)),))
    return document, (Passage(passage_id=name, doc=name, text=text, start=0, end=len(text)),)


def _as_document(index: Index, passage: Passage, extra: dict[str, Any] | None = None) -> LangChainDocument:
    """A passage with the metadata keys of LangChain's loaders; a text added here with its own metadata alone."""
    info = index.documents[passage.doc]
    if "langchain" in info.metadata:
        own = dict(info.metadata["langchain"]) | (extra or {})
        return LangChainDocument(id=passage.passage_id, page_content=passage.text, metadata=own)
    metadata: dict[str, Any] = {
        "source": info.source or info.url or info.doc,
        "title": info.title,
        "heading": " > ".join(passage.heading),
        "page": None if passage.page is None else passage.page - 1,
        "page_label": passage.page_label,
        "total_pages": info.n_pages or None,
        "start_index": passage.start,
        "nature": info.nature,
        "date": info.date.isoformat() if info.date else None,
        "region": info.region,
        "doc": info.doc,
        "passage_id": passage.passage_id,
    }
    return LangChainDocument(id=passage.passage_id, page_content=passage.text, metadata=metadata | (extra or {}))


def _passes(document: LangChainDocument, kept: Filter | None) -> bool:
    if kept is None:
        return True
    if callable(kept):
        return kept(document)
    return all(document.metadata.get(key) == value for key, value in kept.items())


def _unit(vectors: Sequence[Sequence[float]], dimension: int) -> Matrix:
    matrix = np.asarray(vectors, dtype=np.float32).reshape(len(vectors), dimension)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: Matrix = np.divide(matrix, norms, out=np.zeros_like(matrix), where=norms > 0)
    return unit
