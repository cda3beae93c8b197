"""As many passages as wanted, with their vectors: real ones first, then ones grown from them with seeded noise.

The real texts are the documents beside the repository where there are any (public-service pages, regional plans,
encyclopaedia passages) after the built-in catalogue, cut as `guichet ingest` cuts them, then their sentences.
A grown passage is four real sentences drawn by chance and a reference of its own, so that words keep their frequencies
and the vocabulary grows. A grown vector lies between a real vector and one of its 30 nearest, with noise; it is not
the embedding of the grown text. Grown vectors are nearer to each other than real ones: recall is harder to keep.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.harness import ROOT
from index.encoder import SentenceEncoder
from index.store import open_index
from index.tokens import tokens
from index.vectors import Matrix
from ingest.catalogue import catalogue_documents
from ingest.documents import Block, Document, Passage
from ingest.passages import cut
from ingest.readers import read

NEIGHBOURS = 30
NOISE = 0.008  # by dimension: 0.16 in norm over 384 dimensions
BLOCK = 50_000  # passages made with one seed
PER_DOCUMENT = 20
SENTENCES = 4
PART = 200  # real texts embedded before they are written down
REAL = 2_000  # texts embedded when nothing is kept from a run before: 2 minutes


@dataclass(frozen=True, slots=True)
class Base:
    """Real texts with their vectors, (n, dim), and real questions with theirs."""

    texts: list[str]
    vectors: Matrix
    questions: list[str]
    asked: Matrix


def base(work: Path, encoder: SentenceEncoder, real: int = REAL, index: Path | None = None) -> Base:
    """The base kept in `work`, or one made now; vectors that the index in a folder holds are not made again."""
    kept, arrays = work / "base.json", work / "base.npz"
    if not (kept.exists() and arrays.exists()):
        work.mkdir(parents=True, exist_ok=True)
        texts, questions = real_texts(work)
        vectors = encoded(work / "base-parts", encoder, texts[:real], held(index, encoder, texts[:real]))
        np.savez(arrays, vectors=vectors, questions=encoder.encode_queries(questions))
        kept.write_text(json.dumps({"texts": texts[:real], "questions": questions}), encoding="utf-8")
    words, numbers = json.loads(kept.read_text(encoding="utf-8")), np.load(arrays)
    return Base(words["texts"], numbers["vectors"], words["questions"], numbers["questions"])


def held(index: Path | None, encoder: SentenceEncoder, texts: list[str]) -> dict[str, Matrix]:
    """The vectors, by text, that the index of the guichet holds already."""
    if index is None:
        return {}
    opened = open_index(index, encoder_fingerprint=encoder.fingerprint)
    digests = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
    found = {digests[d]: v for segment in opened.segments for d, v in segment.embedded(list(digests)).items()}
    opened.close()
    return found


def encoded(folder: Path, encoder: SentenceEncoder, texts: list[str], known: dict[str, Matrix]) -> Matrix:
    """The vectors of the texts; those made here are kept PART by PART as they come: interrupted, it goes on."""
    folder.mkdir(exist_ok=True)
    made = dict(known)
    missing = [text for text in texts if text not in made]
    for start in range(0, len(missing), PART):
        kept, given = folder / f"{start:07}.npy", missing[start : start + PART]
        if not kept.exists() or len(np.load(kept)) < len(given):
            np.save(kept, encoder.encode_passages(given), allow_pickle=False)
        made |= zip(given, np.load(kept), strict=False)
    return np.stack([made[text] for text in texts])


def real_texts(work: Path, shared: Path = ROOT.parent / "shared") -> tuple[list[str], list[str]]:
    """Passages, then their sentences in an order drawn by a seed; and questions."""
    from index.texts import embedded_text

    pages = shared / "evaluation" / "service-public"
    documents: list[Document] = list(catalogue_documents())
    questions = [f"Quelle aide : {document.title} ?" for document in documents]
    if (shared / "corpus").is_dir():
        documents += [read(path) for path in sorted((shared / "corpus").iterdir())]
    if pages.is_dir():
        sources = work / "sources"
        sources.mkdir(exist_ok=True)
        questions = []
        for record in _lines(pages / "documents.jsonl"):
            path = sources / f"{record['doc']}.txt"
            path.write_text(record["text"], encoding="utf-8")
            documents.append(read(path))
    passages = [embedded_text(document, passage) for document in documents for passage in cut(document)]
    for name in ("service-public/questions.jsonl", "dev.jsonl", "nomiracl-fr-dev.jsonl"):
        for record in _lines(shared / "evaluation" / name):
            questions.append(record["question"])
            passages += [p if isinstance(p, str) else p["text"] for p in record.get("passages", ())]
    passages = list(dict.fromkeys(passages))
    sentences = list(dict.fromkeys(sentence for text in passages for sentence in sentences_of(text)))
    random.Random(0).shuffle(sentences)  # noqa: S311
    return passages + sentences, questions


def sentences_of(text: str) -> list[str]:
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n", text) if 40 <= len(s.strip()) <= 400]


class Grown:
    """The passages and vectors of a base, as many as wanted; the same for the same base, whatever the number."""

    def __init__(self, of: Base) -> None:
        self.base = of
        self.sentences = list(dict.fromkeys(s for text in of.texts for s in sentences_of(text)))

    @cached_property
    def _nearest(self) -> np.ndarray:
        """The NEIGHBOURS nearest of each real vector, (n, NEIGHBOURS)."""
        return nearest(self.base.vectors)

    def texts(self, n: int) -> Iterator[str]:
        """Passages 0 to n - 1."""
        for row, (chosen, reference) in enumerate(self._drawn(n)):
            yield " ".join([*(self.sentences[i] for i in chosen), f"Référence {reference}-{row}."])

    def tokens(self, n: int) -> Iterator[list[str]]:
        """The tokens of `texts`, each sentence being cut once."""
        cut_once = [tokens(sentence) for sentence in self.sentences]
        for row, (chosen, reference) in enumerate(self._drawn(n)):
            yield [t for i in chosen for t in cut_once[i]] + tokens(f"Référence {reference}-{row}.")

    def vectors(self, n: int, first: int = 0) -> Matrix:
        """Vectors `first` to n - 1, (n - first, dim) unit norm: the real ones, then the grown ones."""
        real, near = self.base.vectors, self._nearest
        blocks = []
        for start in range(first // BLOCK * BLOCK, n, BLOCK):
            draw = np.random.default_rng([1, start])
            i = draw.integers(0, len(real), BLOCK)
            j = near[i, draw.integers(0, near.shape[1], BLOCK)]
            share = draw.uniform(0.1, 0.9, (BLOCK, 1)).astype(np.float32)
            block = real[i] * (1 - share) + real[j] * share
            block += NOISE * draw.standard_normal(block.shape, dtype=np.float32)
            block /= np.linalg.norm(block, axis=1, keepdims=True)
            kept = real[start : start + BLOCK]
            block[: len(kept)] = kept
            blocks.append(block[max(0, first - start) : n - start])
        return np.concatenate(blocks)

    def documents(self, n: int, first: int = 0, prefix: str = "doc") -> list[tuple[Document, tuple[Passage, ...]]]:
        """Passages `first` to n - 1 as documents of PER_DOCUMENT passages."""
        made = []
        group: list[str] = []
        for row, text in islice(enumerate(self.texts(n)), first, None):
            group.append(text)
            if len(group) == PER_DOCUMENT or row == n - 1:
                made.append(_document(f"{prefix}-{row // PER_DOCUMENT:07}", group))
                group = []
        return made

    def _drawn(self, n: int) -> Iterator[tuple[list[int], int]]:
        """By passage, its sentences and a number of a long-tailed law."""
        for start in range(0, n, BLOCK):
            draw = np.random.default_rng([2, start])
            chosen = draw.integers(0, len(self.sentences), (BLOCK, SENTENCES)).tolist()
            references = draw.zipf(1.3, BLOCK).tolist()
            yield from list(zip(chosen, references, strict=True))[: n - start]


def _document(doc: str, texts: list[str]) -> tuple[Document, tuple[Passage, ...]]:
    blocks, passages, position = [], [], 0
    for number, text in enumerate(texts):
        end = position + len(text)
        blocks.append(Block("paragraph", position, end))
        passages.append(Passage(f"{doc}#{number}", doc, text, position, end, heading=("Aides",)))
        position = end + 2
    nature = ("plan", "law", "press")[int(doc[-2:]) % 3]
    return Document(doc, f"Document {doc}", "\n\n".join(texts), tuple(blocks), nature=nature), tuple(passages)


def nearest(vectors: Matrix) -> np.ndarray:
    """The NEIGHBOURS nearest of each vector, (n, NEIGHBOURS)."""
    count = min(NEIGHBOURS, len(vectors) - 1)
    found = []
    for start in range(0, len(vectors), 1000):
        scores = vectors[start : start + 1000] @ vectors.T
        scores[np.arange(len(scores)), np.arange(start, start + len(scores))] = -2
        found.append(np.argpartition(scores, -count, axis=1)[:, -count:].astype(np.int32))
    return np.concatenate(found)


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
