"""Tiny worlds: makers of the nouns and a stand-in for the encoder. No weights, no network, no chance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np

from index.tokens import tokens
from ingest.documents import Block, Document, Kind, Page, Passage
from ingest.schemes import Criterion, Fact, Scheme, Source


class HashingEncoder:
    """A bag of hashed stems, unit norm: texts that share words are near. Counts the texts it was given."""

    def __init__(self, dimension: int = 64, seed: str = "") -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing-{dimension}{seed and '-'}{seed}"
        self.passages_encoded: list[str] = []
        self.queries_encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        self.queries_encoded += texts
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        self.passages_encoded += texts
        if progress is not None:
            progress(len(texts), len(texts))
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def _vector(self, text: str) -> np.ndarray:
        """A sum of one seeded normal vector a token, so that two texts with no word in common are nearly orthogonal."""
        total = np.zeros(self.dimension)
        for token in tokens(text) or [text]:
            seed = int.from_bytes(hashlib.sha256(f"{self.fingerprint}:{token}".encode()).digest()[:8], "big")
            total += np.random.default_rng(seed).standard_normal(self.dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)


def make_document(doc: str = "doc", *paragraphs: str, title: str | None = None, **fields: Any) -> Document:
    """A document of one block a paragraph, parted by blank lines."""
    blocks, pieces, position = [], [], 0
    for paragraph in paragraphs or (f"Texte de {doc}.",):
        blocks.append(Block("paragraph", position, position + len(paragraph)))
        pieces.append(paragraph)
        position += len(paragraph) + 2
    title = f"Titre de {doc}" if title is None else title
    return Document(doc=doc, title=title, text="\n\n".join(pieces), blocks=tuple(blocks), **fields)


def make_passages(
    document: Document, *, heading: tuple[str, ...] = (), kind: Kind = "paragraph"
) -> tuple[Passage, ...]:
    """One passage a block of the document."""
    return tuple(
        Passage(
            passage_id=f"{document.doc}#{n}",
            doc=document.doc,
            text=document.text[block.start : block.end],
            start=block.start,
            end=block.end,
            heading=heading,
            kind=kind,
            page=next((page.number for page in document.pages if page.start <= block.start < page.end), None),
            page_label=next((page.label for page in document.pages if page.start <= block.start < page.end), None),
        )
        for n, block in enumerate(document.blocks, start=1)
    )


def make_passage(text: str = "Un texte.", *, doc: str = "doc", passage_id: str | None = None, **fields: Any) -> Passage:
    """A passage alone, at the beginning of its document."""
    fields = {"start": 0, "end": len(text)} | fields
    return Passage(passage_id=passage_id or f"{doc}#1", doc=doc, text=text, **fields)


def make_entry(doc: str, *paragraphs: str, **fields: Any) -> tuple[Document, tuple[Passage, ...]]:
    """A document and its passages, as an index takes them."""
    document = make_document(doc, *paragraphs, **fields)
    return document, make_passages(document)


def make_pages(document: Document, *labels: str) -> tuple[Page, ...]:
    """One page a block, with these labels; physical numbers from 1."""
    return tuple(
        Page(n, label, block.start, block.end)
        for n, (label, block) in enumerate(zip(labels, document.blocks, strict=True), start=1)
    )


def make_source(doc: str = "plan", section: str = "Section", **fields: Any) -> Source:
    return Source(doc=doc, section=section, **fields)


def make_scheme(
    id: str = "aide", *, facts: Sequence[Fact] = (), criteria: Sequence[Criterion] = (), **fields: Any
) -> Scheme:
    """A regional scheme, open, that asks nothing."""
    defaults: dict[str, Any] = {
        "name": id.replace("-", " ").capitalize(),
        "aliases": (),
        "kind": "accompagnement",
        "regions": ("REG-93",),
        "state": "open",
        "as_of": date(2024, 6, 28),
        "summary": "Une aide pour les entreprises.",
        "silent_on": (),
    }
    return Scheme(id=id, facts=tuple(facts), criteria=tuple(criteria), **(defaults | fields))
