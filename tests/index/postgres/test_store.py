"""What a reader of the database keeps, what is swept after it, and that its searches find what an exact one does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psycopg
import pytest
from worlds import HashingEncoder, make_entry

from index.build import update_index
from index.postgres import changes, publishing, searching, store
from index.postgres.connection import Database, StoreUnavailable
from index.postgres.snapshot import READERS, Snapshot
from index.retriever import search
from index.store import Index, current_digests, current_fingerprint, last_change, open_index
from index.tokens import tokens
from index.versions import FORMAT, IndexMissing, IndexOutdated


@pytest.fixture
def full(database: Database) -> Database:
    """A database that holds two documents."""
    update_index(database, HashingEncoder(), put=[make_entry("a", "Le riz.", "Le sel."), make_entry("b", "Le blé.")])
    return database


def counted(database: Database, table: str) -> int:
    return int(database.fetch(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608


def test_an_empty_database_says_what_to_run(database: Database) -> None:
    with pytest.raises(IndexMissing, match=r"guichet setup.*guichet ingest"):
        open_index(database)
    assert (current_fingerprint(database), last_change(database)) == (None, None)
    assert current_digests(database) == frozenset()


def test_an_index_of_another_encoder_or_format_is_refused(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    open_index(full, encoder_fingerprint=HashingEncoder().fingerprint).close()
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_index(full, encoder_fingerprint="autre")
    for module in (store, changes, publishing):
        monkeypatch.setattr(module, "FORMAT", FORMAT + 1)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_index(full)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        update_index(full, HashingEncoder(), put=[make_entry("c", "Le sel.")])
    encoder = HashingEncoder()
    report = update_index(full, encoder, put=[make_entry("c", "Le sel.")], rebuild=True)
    assert (report.documents, report.passages) == (3, 4)
    assert encoder.passages_encoded == ["Titre de c\nLe sel."]
    assert [hit.passage.doc for hit in search(open_index(full), encoder, "blé", k=1)] == ["b"]


def test_a_reader_keeps_the_version_it_opened(full: Database) -> None:
    encoder = HashingEncoder()
    reader = open_index(full)
    before = search(reader, encoder, "riz")
    idf = reader.lexical.idf("riz")
    for n in range(4):
        update_index(full, encoder, put=[make_entry(f"c{n}", "Le riz.")], remove=["a"])
    assert search(reader, encoder, "riz") == before
    assert reader.lexical.idf("riz") == idf
    assert reader.lexical.frequency("bl") == open_index(full).lexical.frequency("bl")  # counted after, for both
    assert reader.text_of("a").startswith("Le riz.")
    assert reader.stored("a").document.doc == "a"
    assert current_fingerprint(full) not in (None, reader.fingerprint)


def test_what_nobody_reads_any_more_is_swept(full: Database) -> None:
    encoder = HashingEncoder()
    reader = open_index(full)
    update_index(full, encoder, put=[make_entry("a", "Le maïs.")])
    update_index(full, encoder, remove=["b"])
    assert counted(full, "documents") == 3  # two of them read by the reader alone
    reader.close()
    update_index(full, encoder, put=[make_entry("d", "Le maïs.", title="Titre de a")])
    while counted(full, "versions") > 1:  # the server sees after a moment that the reader left
        update_index(
            full,
            encoder,
            put=[make_entry("d", "Le maïs.", title="Titre de a")],
            metadata={"d": {"n": counted(full, "versions")}},
        )
    index = open_index(full)
    assert [counted(full, table) for table in ("documents", "texts", "passages", "vectors")] == [2, 2, 2, 1]
    assert {token for (token,) in full.fetch("SELECT DISTINCT token FROM postings")} == set(
        tokens("Titre de a\nLe maïs.")
    )
    counts = dict(full.fetch("SELECT token, passages FROM frequencies"))
    assert counts == dict(full.fetch("SELECT token, count(*) FROM postings GROUP BY token"))
    assert index.lexical.frequency("riz") == 0


def test_the_vectors_of_an_encoder_left_are_swept(full: Database) -> None:
    update_index(full, HashingEncoder(32), rebuild=True)
    assert full.fetch("SELECT fingerprint FROM encoders") == [(HashingEncoder(32).fingerprint,)]
    assert counted(full, "vectors") == 3
    assert full.fetch("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'vectors_near_%%'") == [(1,)]


def test_a_version_that_was_lost_is_said(full: Database, database_url: str) -> None:
    """The server was restarted, its locks with it, and another worker wrote meanwhile."""
    reader = open_index(full)
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE classid = %s", (READERS,))
        while other.execute("SELECT FROM pg_locks WHERE classid = %s", (READERS,)).rowcount:
            pass
    update_index(full, HashingEncoder(), put=[make_entry("a", "Le maïs.")])
    reads = [
        lambda: search(reader, HashingEncoder(), "riz"),
        lambda: reader.vectors.search(HashingEncoder().encode_queries(["riz"])[0], 3),
        lambda: reader.text_of("a"),
        lambda: reader.of_document("a"),
        lambda: reader.lexical.idf("sel"),
    ]
    for read in reads:
        with pytest.raises(StoreUnavailable, match="n'y est plus"):
            read()
    reader.close()
    assert search(open_index(full), HashingEncoder(), "maïs")


@pytest.fixture
def thousands(database: Database, tmp_path: Path) -> tuple[Index, Index, np.ndarray]:
    """Some 2,500 passages in the database and in a folder, some replaced, and vectors to ask."""
    draw = np.random.default_rng(7)
    near = draw.standard_normal((40, 32))

    class Drawn(HashingEncoder):
        def _vector(self, text: str) -> np.ndarray:
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
            vector = near[seed % 40] + 0.5 * np.random.default_rng(seed).standard_normal(32)
            return (vector / np.linalg.norm(vector)).astype(np.float32)

    encoder = Drawn(32)
    entries = [make_entry(f"d{n:02}", *(f"Passage {n} {i}." for i in range(50))) for n in range(50)]
    for place in (database, tmp_path / "index"):
        update_index(place, encoder, put=entries)
        update_index(place, encoder, put=[make_entry("d07", *(f"Autre {i}." for i in range(50)))], remove=["d11"])
    return open_index(database), open_index(tmp_path / "index"), encoder._encode([f"Question {n}" for n in range(30)])


def test_the_graph_of_vectors_finds_what_looking_at_all_does(
    thousands: tuple[Index, Index, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, folder, asked = thousands
    used: list[int] = []
    near = searching.StoredVectors._near

    def counting(
        self: searching.StoredVectors, query: np.ndarray, candidates: int | None, *, graph: bool
    ) -> list[tuple[int, int, float]]:
        used.extend([1] * graph)
        return near(self, query, candidates, graph=graph)

    monkeypatch.setattr(searching, "EXACT_UNDER", 0)
    monkeypatch.setattr(searching.StoredVectors, "_near", counting)
    found = share(ours, folder, asked)
    assert used
    assert found >= 0.99
    used.clear()
    monkeypatch.setattr(searching, "EXACT_UNDER", 10_000)
    assert share(ours, folder, asked) == 1
    assert not used


def share(ours: Index, folder: Index, asked: Sequence[np.ndarray], k: int = 20) -> float:
    """Of the passages that the folder finds, those that the database finds; where both do, in the same order."""
    common = 0
    for vector in asked:
        one = [index.passages[row].passage_id for index in (ours,) for row, _ in index.vectors.search(vector, k)]
        other = [index.passages[row].passage_id for index in (folder,) for row, _ in index.vectors.search(vector, k)]
        common += len(set(one) & set(other))
        assert [i for i in one if i in other] == [i for i in other if i in one]
    return common / k / len(asked)


def test_words_have_the_scores_they_have_in_a_folder(thousands: tuple[Index, Index, np.ndarray]) -> None:
    ours, folder, _ = thousands
    for query in ("passage 7 12", "autre", "passage passage 3", "titre de d07", "absent"):
        found = [
            [(index.passages[row].passage_id, pytest.approx(score, rel=1e-5)) for row, score in found]
            for index, found in ((i, i.lexical.search(tokens(query), 60)) for i in (ours, folder))
        ]
        assert [i for i, _ in found[0]] == [i for i, _ in found[1]]
        assert [s.expected for _, s in found[0]] == [s for _, s in found[1]]
    for token in ("passag", "autr", "d11", "7"):
        assert (ours.lexical.frequency(token), ours.lexical.idf(token)) == (
            folder.lexical.frequency(token),
            folder.lexical.idf(token),
        )


def test_candidates_of_other_versions_are_passed_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of an old version, whose passages are few among those that are nearest now."""
    monkeypatch.setattr(searching, "EXACT_UNDER", 0)
    monkeypatch.setattr(searching, "BREADTH", 1)
    encoder = HashingEncoder(16)
    update_index(database, encoder, put=[make_entry("a", *(f"Un {n}." for n in range(40)))])
    reader = open_index(database)
    asked = encoder.encode_queries(["Deux 3."])[0]
    before = reader.vectors.search(asked, 3)
    update_index(database, encoder, put=[make_entry("b", *(f"Deux {n}." for n in range(200)))])
    assert reader.vectors.search(asked, 3) == before
    assert search(open_index(database), encoder, "Deux 3.", k=3)[0].passage.doc == "b"


def test_documents_of_any_number_are_found(full: Database) -> None:
    """Numbers grow for as long as the database lives: 2^31 passages come after 2,048 documents."""
    with full.transaction() as connection:
        connection.execute("UPDATE versions SET last_document = 5000000000")
    before = open_index(full)
    update_index(full, HashingEncoder(), put=[make_entry("c", "Le sorgho."), make_entry("d", "Le sorgho doux.")])
    update_index(full, HashingEncoder(), remove=["d"])
    index = open_index(full)
    assert [passage.passage_id for passage in index.passages] == ["a#1", "a#2", "b#1", "c#1"]
    for word, doc in (("sorgho", "c"), ("blé", "b")):
        assert [index.passages[row].doc for row, _ in index.lexical.search(tokens(word), 5)] == [doc]
        assert search(index, HashingEncoder(), word, k=1)[0].passage.doc == doc
    assert before.lexical.search(tokens("sorgho"), 5) == []
    assert [before.passages[row].doc for row, _ in before.lexical.search(tokens("blé"), 5)] == ["b"]


def test_a_row_tells_its_document_and_place() -> None:
    snapshot = Snapshot(1, "", 1, "", 2, 0, 0, 9, documents=[9, 2, 5])
    rows = [snapshot.row(9, 3), snapshot.row(2, 0), snapshot.row(5, 1), snapshot.row(9, 2, searched=False)]
    assert rows == sorted(rows)
    assert [snapshot.key(row) for row in rows] == [(9, 3), (2, 0), (5, 1), (9, 2)]
