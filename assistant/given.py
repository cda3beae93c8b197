"""Passages that come with the question: the answer is drawn from them alone, nothing is retrieved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers import GivenPassage
from assistant.evidence import Embed
from assistant.judging import answer_odds
from assistant.understanding import Understanding
from index.retriever import Hit, QueryEncoder
from index.store import DocumentInfo
from ingest.documents import Passage


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer may draw on: passages best first, what is known of their documents, the vectors of the question
    and of its parts, (1 + parts, dim)."""

    hits: Sequence[Hit]
    documents: Mapping[str, DocumentInfo]
    vectors: NDArray[np.float32]
    odds: float | None = None


def asked_texts(understanding: Understanding) -> list[str]:
    """The whole question, then its parts where it has several."""
    return [understanding.text, *(part.text for part in understanding.parts if len(understanding.parts) > 1)]


def from_passages(
    passages: Sequence[GivenPassage],
    understanding: Understanding,
    encoder: QueryEncoder,
    embed: Embed,
    fingerprint: str,
) -> Found:
    """The passages given, nearest in meaning first; each is a document of its own name, without nature or date.
    `fingerprint` is that of the encoder, since a judge reads the cosines of one alone."""
    vectors = encoder.encode_queries(asked_texts(understanding))
    if not passages:
        return Found((), {}, vectors)
    cosines = embed([passage.text for passage in passages]) @ vectors[0]
    order = sorted(range(len(passages)), key=lambda i: (-float(cosines[i]), i))
    hits = [
        Hit(
            Passage(f"given-{i + 1}", passages[i].doc, passages[i].text, 0, len(passages[i].text)),
            max(0.0, min(1.0, float(cosines[i]))),
            rank,
            None,
        )
        for rank, i in enumerate(order, start=1)
    ]
    documents = {p.doc: DocumentInfo(p.doc, p.doc, None, None, None, None, None, "", 0, 1, {}) for p in passages}
    texts, docs = [passage.text for passage in passages], [passage.doc for passage in passages]
    return Found(hits, documents, vectors, answer_odds(understanding.text, texts, docs, cosines, fingerprint))
