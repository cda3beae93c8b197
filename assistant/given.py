"""Passages that come with the question: the answer is drawn from them alone, nothing is retrieved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.adapter import adapted
from assistant.answers import GivenPassage
from assistant.evidence import Embed
from assistant.judging import answer_odds
from assistant.understanding import Understanding
from index.retriever import Hit, QueryEncoder
from index.store import DocumentInfo, Index
from ingest.documents import Passage

# Best cosine with a passage of the index: of 248 general questions 99.6 % lie under, of 165 on the corpus 97.6 % above.
OF_THE_DESK = 0.86


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer may draw on: passages best first, what is known of their documents; the vectors of the question
    and of its parts, (1 + parts, dim), as the encoder gives them and towards what answers them; the log-odds that
    passages given answer, where they are judged."""

    hits: Sequence[Hit]
    documents: Mapping[str, DocumentInfo]
    vectors: NDArray[np.float32]
    towards: NDArray[np.float32]
    odds: float | None = None


def asked_texts(understanding: Understanding) -> list[str]:
    """The whole question, then its parts where it has several."""
    return [understanding.text, *(part.text for part in understanding.parts if len(understanding.parts) > 1)]


def from_passages(
    passages: Sequence[GivenPassage], understanding: Understanding, encoder: QueryEncoder, embed: Embed, index: Index
) -> Found:
    """The passages given, nearest in meaning first; each is a document of its own name, without nature or date.

    Whether they answer is judged for questions that the index itself is far from: those it is near are of the kind
    the checks of sufficiency were made for, and the judge was not.
    """
    vectors = encoder.encode_queries(asked_texts(understanding))
    towards = adapted(vectors, encoder.fingerprint)
    if not passages:
        return Found((), {}, vectors, towards)
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
    odds = None
    if nearest(vectors[0], index) < OF_THE_DESK:
        texts, docs = [passage.text for passage in passages], [passage.doc for passage in passages]
        odds = answer_odds(understanding.text, texts, docs, cosines, encoder.fingerprint)
    return Found(hits, documents, vectors, towards, odds)


def nearest(vector: NDArray[np.float32], index: Index) -> float:
    """The best cosine of a question, (dim,), with a passage of the index; 0 for an empty one."""
    return max((score for _, score in index.vectors.search(vector, 1)), default=0.0)
