"""Search over 1 thousand to 1 million passages: latency, recall against exact search, memory, opening, adding.

The index is made by `update_index`, as `guichet ingest` would, PART passages at a time; an encoder that hands out the
vectors of `benchmarks.corpus` stands for the model while it is made, and the real one encodes the questions. Peers, in
the same run on the same vectors: the FAISS store of LangChain (flat, exact) up to PEERS_TO passages, its Documents in
memory; beyond, the FAISS index it keeps, alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import Base, Grown, base
from benchmarks.harness import memory, milliseconds, seconds, spent
from index import segments
from index.build import update_index
from index.encoder import SentenceEncoder
from index.retriever import DEPTH, search
from index.store import Index, open_index
from index.texts import context_of
from index.tokens import tokens
from index.vectors import Matrix
from ingest.documents import Document, Passage

PART = 250_000
ASKED = 200
ADDED = 100  # documents
PEERS_TO = 100_000


class Handing:
    """An encoder that hands out vectors in order: the index is made of them, not of their texts."""

    def __init__(self, fingerprint: str, vectors: Matrix) -> None:
        self.fingerprint, self.dimension, self._vectors = fingerprint, vectors.shape[1], vectors

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Matrix:
        return self._vectors[: len(texts)]


def built(work: Path, grown: Grown, fingerprint: str, n: int) -> Path:
    """The index of n passages in `work`, made now unless it was before; `made.json` says how long it took.

    Interrupted, it goes on after the last PART put.
    """
    folder = work / f"index-{n}-{len(grown.base.vectors)}"
    part = work / f"{folder.name}.part"
    if not (folder / "made.json").exists():
        clock, processor, reached = json.loads(part.read_text()) if part.exists() else (0.0, 0.0, 0)
        if not reached:
            shutil.rmtree(folder, ignore_errors=True)
        for first in range(reached, n, PART):
            last = min(n, first + PART)
            encoder = Handing(fingerprint, grown.vectors(last, first))
            put = grown.documents(last, first)
            with tokens_cut_once(grown, last, first):
                took = spent(lambda e=encoder, p=put: update_index(folder, e, put=p))  # type: ignore[misc]
            clock, processor = clock + took[0], processor + took[1]
            part.write_text(json.dumps((clock, processor, last)))
            print(
                f"{last} passages indexed, {clock:.0f} s, {processor:.0f} s of processor", file=sys.stderr, flush=True
            )
        size = sum(path.stat().st_size for path in (folder / "versions").glob("*/[0-9]*/**/*") if path.is_file())
        kept = {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        (folder / "made.json").write_text(
            json.dumps({"s": clock, "cpu_s": processor, "bytes": min(size, sum(kept.values()))})
        )
    return folder


@contextmanager
def tokens_cut_once(grown: Grown, n: int, first: int) -> Iterator[None]:
    """The grown texts repeat their sentences: their tokens are taken from `grown`, equal and made once."""
    known = {}
    for row, found in enumerate(grown.tokens(n)):
        if row >= first:
            known[f"doc-{row // 20:07}#{row % 20}"] = found
    cut = segments.searched_tokens

    def searched_tokens(document: Document, passage: Passage) -> list[str]:
        found = known.get(passage.passage_id)
        return cut(document, passage) if found is None else tokens("\n".join(context_of(document, passage))) + found

    segments.searched_tokens = searched_tokens
    try:
        yield
    finally:
        segments.searched_tokens = cut


def measured(work: Path, model: Path, n: int) -> dict[str, Any]:
    """One size, in this process."""
    encoder = SentenceEncoder(model)
    of = base(work, encoder)
    folder = work / f"index-{n}-{len(of.vectors)}"
    opened: list[Index] = []
    opening = seconds(lambda: opened.append(open_index(folder)))
    [index] = opened
    asked = list(range(min(ASKED, len(of.questions))))
    weights = {"plan": 1.2, "press": 0.9}

    def whole(i: int, vector: bool = False) -> object:
        return search(
            index,
            encoder,
            of.questions[i],
            k=20,
            boost=lambda _, info: weights.get(info.nature or "", 1.0),
            query_vector=of.asked[i] if vector else None,
        )

    encoding = milliseconds(lambda i: encoder.encode_queries([of.questions[i]]), asked[:60])
    with_encoding = milliseconds(whole, asked)
    own, mapped = memory()
    return {
        "open_s": opening,
        "segments": len(index.segments),
        "encode": encoding,
        "whole": with_encoding,
        "search": milliseconds(lambda i: whole(i, vector=True), asked, warm=0),
        "dense": milliseconds(lambda i: index.vectors.search(of.asked[i], 60), asked),
        "lexical": milliseconds(lambda i: index.lexical.search(tokens(of.questions[i]), 60), asked),
        "memory": (own, mapped),
        "recall": recall(index, of, asked),
        **json.loads((folder / "made.json").read_text()),
    }


def recall(index: Index, of: Base, asked: Sequence[int], k: int = 20) -> tuple[float, float]:
    """Share of the k nearest of an exact search among the k first that the index finds: when asked for k, and as a search
    asks it, for DEPTH."""
    best = np.full((len(asked), k), -2.0, np.float32)
    rows = np.zeros((len(asked), k), np.int64)
    first = 0
    for segment in index.segments:
        scores = of.asked[asked] @ segment.vectors.rows().T
        near = np.argpartition(scores, -k, axis=1)[:, -k:] if scores.shape[1] > k else np.arange(scores.shape[1])[None]
        both = np.concatenate([best, np.take_along_axis(scores, near, axis=1)], axis=1)
        places = np.concatenate([rows, near + first], axis=1)
        kept = np.argsort(-both, axis=1)[:, :k]
        best, rows = np.take_along_axis(both, kept, axis=1), np.take_along_axis(places, kept, axis=1)
        first += len(segment.vectors)
    exact = [set(found.tolist()) for found in rows]

    def share(depth: int) -> float:
        found = [{row for row, _ in index.vectors.search(of.asked[i], depth)[:k]} for i in asked]
        return float(np.mean([len(a & b) / k for a, b in zip(found, exact, strict=True)]))

    return share(k), share(DEPTH)


def added(work: Path, model: Path, n: int) -> dict[str, Any]:
    """ADDED documents put in the index of n passages, one replaced, all removed again; the model left out."""
    encoder = SentenceEncoder(model)
    of = base(work, encoder)
    grown = Grown(of)
    folder = work / f"index-{n}-{len(of.vectors)}"
    put = grown.documents(20 * ADDED, prefix="ajout")
    handing = Handing(encoder.fingerprint, grown.vectors(20 * ADDED))
    put_s = seconds(lambda: update_index(folder, handing, put=put))
    one = [(d, p[:-1]) for d, p in put[:1]]
    replaced_s = seconds(lambda: update_index(folder, handing, put=one))
    removed_s = seconds(lambda: update_index(folder, handing, remove=[d.doc for d, _ in put]))
    return {"add_s": put_s, "replace_s": replaced_s, "remove_s": removed_s, "memory": memory()}


def peers(work: Path, model: Path, n: int) -> dict[str, Any]:
    """LangChain's FAISS store on the same vectors, or beyond PEERS_TO the FAISS index it keeps."""
    import faiss

    of = base(work, SentenceEncoder(model))
    grown = Grown(of)
    vectors = grown.vectors(n)
    before = memory()[0] - vectors.nbytes / 2**20
    asked = range(min(ASKED, len(of.questions)))
    if n > PEERS_TO:
        index: Any = faiss.IndexFlatL2(vectors.shape[1])
        index.add(vectors)
        del vectors
        return {"dense": milliseconds(lambda i: index.search(of.asked[i][None], 60), asked), "mb": memory()[0] - before}
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import DeterministicFakeEmbedding

    pairs = list(zip(grown.texts(n), vectors.tolist(), strict=True))
    store = FAISS.from_embeddings(pairs, DeterministicFakeEmbedding(size=vectors.shape[1]))
    del pairs, vectors
    by_vector = milliseconds(lambda i: store.similarity_search_by_vector(of.asked[i].tolist(), k=60), asked)
    return {"dense": by_vector, "mb": memory()[0] - before}


def pair(times: Sequence[float]) -> str:
    """Median and 95th percentile, then in brackets those of processor time."""
    return f"{times[0]:.3g} / {times[1]:.3g} ({times[2]:.3g} / {times[3]:.3g})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("built", "measured", "added", "peers"))
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("n", type=int)
    chosen = parser.parse_args()
    if chosen.what == "built":
        encoder = SentenceEncoder(chosen.model)
        print(json.dumps(str(built(chosen.work, Grown(base(chosen.work, encoder)), encoder.fingerprint, chosen.n))))
        return
    known: dict[str, Callable[[Path, Path, int], dict[str, Any]]] = {
        "measured": measured,
        "added": added,
        "peers": peers,
    }
    print(json.dumps(known[chosen.what](chosen.work, chosen.model, chosen.n)))


if __name__ == "__main__":
    main()
