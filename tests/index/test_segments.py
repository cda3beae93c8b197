"""An index of several segments answers as one segment would; what stays is linked, not written again."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import HashingEncoder, make_document, make_entry, make_passages

from index import build, segments, versions
from index.build import update_index
from index.retriever import search, search_dense, search_lexical
from index.segments import written_again
from index.store import Index, open_index
from index.versions import IndexDamaged, current_version

WORDS = ["riz", "sel", "aide", "région", "diagnostic", "entreprise", "IA"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
UPDATES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcdefgh"), st.lists(TEXTS, min_size=1, max_size=3)),
        st.sets(st.sampled_from("abcdefgh")),
    ),
    min_size=2,
    max_size=5,
)


@pytest.fixture
def never_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every update makes a segment of its own and leaves the others, however little of them is alive."""
    monkeypatch.setattr(build, "written_again", lambda sizes, _: {i for i, (live, _) in enumerate(sizes) if not live})


def files_by_inode(folder: Path) -> dict[int, str]:
    version = current_version(folder)
    assert version is not None
    return {p.stat().st_ino: p.name for p in version.path.rglob("*") if p.is_file() and p.name != "manifest.json"}


def answers(index: Index) -> object:
    """What a search says, whatever the numbers of rows: ids with scores, equals in order of id."""
    found = []
    for word in WORDS:
        for hits in (search_dense(index, HashingEncoder(), word, k=100), search_lexical(index, word, k=100)):
            found.append(sorted((round(hit.score, 5), hit.passage.passage_id) for hit in hits))
        found.append([(index.lexical.frequency(word), round(index.lexical.idf(word), 9))])
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(UPDATES)
def test_segments_answer_as_one_would(
    never_merged: None,
    tmp_path_factory: pytest.TempPathFactory,
    updates: list[tuple[dict[str, list[str]], set[str]]],
) -> None:
    step_by_step, at_once = tmp_path_factory.mktemp("steps"), tmp_path_factory.mktemp("once")
    world: dict[str, list[str]] = {}
    for put, removed in updates:
        world = {doc: texts for doc, texts in world.items() if doc not in removed} | put
        entries = [make_entry(doc, *texts) for doc, texts in put.items()]
        update_index(step_by_step, HashingEncoder(), put=entries, remove=sorted(removed))
    update_index(at_once, HashingEncoder(), put=[make_entry(doc, *texts) for doc, texts in world.items()])
    many, one = open_index(step_by_step), open_index(at_once)
    assert len(one.segments) <= 1
    assert many.fingerprint == one.fingerprint
    assert sorted(p.passage_id for p in many.passages) == sorted(p.passage_id for p in one.passages)
    assert len(many.passages) == len(one.passages)
    assert answers(many) == answers(one)
    assert all(many.stored(doc) == one.stored(doc) for doc in world)
    assert all(many.passages[many.rows[p.passage_id]] == p for p in one.passages)
    vectors = many.vectors.some([many.rows[p.passage_id] for p in one.passages])
    assert np.array_equal(vectors, one.vectors.rows())


def test_what_is_not_touched_is_linked_and_not_encoded(never_merged: None, tmp_path: Path) -> None:
    encoder = HashingEncoder()
    update_index(tmp_path, encoder, put=[make_entry("a", "Le riz."), make_entry("b", "Le sel.")])
    before = files_by_inode(tmp_path)
    report = update_index(tmp_path, encoder, put=[make_entry("c", "Le blé.")])
    after = files_by_inode(tmp_path)
    assert before.items() <= after.items()
    assert (report.encoded, report.reused, report.documents, report.passages) == (1, 2, 3, 3)
    assert len(open_index(tmp_path).segments) == 2


def test_a_disk_without_links_gets_copies(never_merged: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    update_index(tmp_path, HashingEncoder(), put=[make_entry("a", "Le riz.")])
    monkeypatch.setattr(os, "link", refused)
    update_index(tmp_path, HashingEncoder(), put=[make_entry("b", "Le sel.")])
    assert set(open_index(tmp_path).documents) == {"a", "b"}


def test_a_document_removed_is_found_nowhere(never_merged: None, tmp_path: Path) -> None:
    encoder = HashingEncoder()
    update_index(tmp_path, encoder, put=[make_entry("a", "Le riz.", "Le sel."), make_entry("b", "Le riz.")])
    gone = open_index(tmp_path).of_document("a")
    update_index(tmp_path, encoder, remove=["a"])
    index = open_index(tmp_path)
    assert set(index.documents) == {"b"}
    assert {h.passage.doc for h in search(index, encoder, "riz", k=50)} == {"b"}
    assert search_lexical(index, "sel") == []
    assert [index.passage(passage.passage_id) for passage in gone] == [None, None]
    assert index.of_document("a") == ()
    assert list(index.rows) == [p.passage_id for p in index.of_document("b")]
    with pytest.raises(KeyError):
        index.stored("a")


def test_a_document_that_comes_back_keeps_its_vectors(never_merged: None, tmp_path: Path) -> None:
    encoder = HashingEncoder()
    update_index(tmp_path, encoder, put=[make_entry("a", "Le riz."), make_entry("b", "Le sel.")])
    update_index(tmp_path, encoder, remove=["a"])
    report = update_index(tmp_path, encoder, put=[make_entry("a", "Le riz.")])
    assert (report.added, report.encoded) == (("a",), 0)
    assert search(open_index(tmp_path), encoder, "riz")[0].passage.doc == "a"


def test_tables_of_contents_of_every_segment_are_kept_and_never_found(never_merged: None, tmp_path: Path) -> None:
    encoder = HashingEncoder()
    for n in "12":
        contents = make_document(f"sommaire{n}", "Diagnostic, page 12.")
        update_index(
            tmp_path, encoder, put=[(contents, make_passages(contents, kind="toc")), make_entry(f"d{n}", "Diagnostic.")]
        )
    index = open_index(tmp_path)
    assert (len(index.vectors), len(index.passages)) == (2, 4)
    assert [index.of_document(f"sommaire{n}")[0].kind for n in "12"] == ["toc", "toc"]
    assert {h.passage.doc for h in search(index, encoder, "diagnostic", k=50)} == {"d1", "d2"}
    assert all(index.rows[index.of_document(f"sommaire{n}")[0].passage_id] >= len(index.vectors) for n in "12")


def test_an_index_larger_than_a_segment_is_cut_between_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "LARGE", 3)
    update_index(tmp_path, HashingEncoder(), put=[make_entry(doc, "Un.", "Deux.") for doc in "abc"])
    index = open_index(tmp_path)
    assert [sorted(s.documents) for s in index.segments] == [["a"], ["b"], ["c"]]
    assert [p.doc for p in index.neighbours(index.of_document("b")[0])] == ["b"]


@pytest.mark.parametrize(
    ("sizes", "coming", "chosen"),
    [
        ([(100_000, 100_000)], 2_000, set()),  # a large segment is left as it is
        ([(100_000, 100_000), (3_000, 3_000)], 2_000, {1}),  # the small one grows
        ([(100_000, 100_000), (8_000, 8_000)], 9_000, {1}),  # as large as what comes: together
        ([(200_000, 200_000), (100_000, 100_000)], 120_000, {1}),  # no segment beyond LARGE
        ([(40_000, 100_000)], 0, {0}),  # mostly dead
        ([(0, 100_000)], 0, {0}),
        ([], 10, set()),
    ],
)
def test_segments_written_again(sizes: list[tuple[int, int]], coming: int, chosen: set[int]) -> None:
    assert written_again(sizes, coming) == chosen


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=60))
def test_segments_stay_few(arrivals: list[int]) -> None:
    sizes: list[tuple[int, int]] = []
    for coming in arrivals:
        again = written_again(sizes, coming)
        total = coming + sum(sizes[i][0] for i in again)
        sizes = [s for i, s in enumerate(sizes) if i not in again] + [(total, total)]
    assert sum(size for size, _ in sizes) == sum(arrivals)
    assert len(sizes) <= 3 + sum(arrivals) // 100_000 + 8


def test_an_index_of_the_first_format_is_read_and_written_anew_without_encoding(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    folder = tmp_path / "index"
    contents = make_document("sommaire", "Diagnostic, page 12.")
    put = [
        make_entry("a", "Le riz.", "Le sel."),
        make_entry("b", "Le blé."),
        (contents, make_passages(contents, kind="toc")),
    ]
    update_index(folder, encoder, put=put, metadata={"a": {"source": "/d/a.md"}})
    now = open_index(folder)
    expected = (answers(now), [now.stored(doc) for doc in now.documents], dict(now.documents), list(now.passages))
    _as_first_format(folder)

    old = open_index(folder)
    assert (
        answers(old),
        [old.stored(doc) for doc in old.documents],
        dict(old.documents),
        list(old.passages),
    ) == expected
    report = update_index(folder, encoder)
    assert (report.encoded, report.documents, report.fingerprint) == (0, 3, now.fingerprint)
    again = open_index(folder)
    assert again.version.manifest["format"] == versions.FORMAT
    assert answers(again) == expected[0]


def _as_first_format(folder: Path) -> None:
    """Turns an index of one segment into what the first format wrote."""
    version = current_version(folder)
    assert version is not None
    segment = version.path / version.segments[0]["name"]
    shutil.rmtree(segment / "lexical")
    (segment / "vectors.faiss").rename(version.path / "vectors.faiss")
    source, target = sqlite3.connect(segment / "passages.sqlite"), sqlite3.connect(version.path / "passages.sqlite")
    target.executescript(
        "CREATE TABLE documents (doc TEXT PRIMARY KEY, title TEXT, text TEXT, blocks TEXT, pages TEXT, nature TEXT, "
        "date TEXT, region TEXT, publisher TEXT, url TEXT, digest TEXT, metadata TEXT);"
        "CREATE TABLE passages (row INTEGER PRIMARY KEY, passage_id TEXT UNIQUE, doc TEXT, start INTEGER, "
        '"end" INTEGER, body INTEGER, heading TEXT, kind TEXT, page INTEGER, page_label TEXT, embedded TEXT);'
    )
    records = source.execute(
        "SELECT doc, title, text, blocks, pages, nature, date, region, publisher, url, digest, metadata "
        "FROM documents JOIN texts USING (doc)"
    )
    target.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", records.fetchall())
    passages = source.execute("SELECT * FROM passages").fetchall()
    target.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", passages)
    target.commit()
    source.close()
    target.close()
    shutil.rmtree(segment)
    files = {name: versions._digest(version.path / name) for name in ("vectors.faiss", "passages.sqlite")}
    manifest = {k: v for k, v in version.manifest.items() if k != "segments"} | {"format": 1, "files": files}
    manifest["fingerprint"] = "première"
    content = json.dumps(manifest).encode()
    (version.path / "manifest.json").write_bytes(content)
    (folder / "CURRENT").write_text(f"{version.number} {hashlib.sha256(content).hexdigest()}\n")


def test_a_large_file_is_checked_by_its_size_and_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "CHECKED_WHOLE", 100)
    monkeypatch.setattr(versions, "BLOCK", 64)
    update_index(tmp_path, HashingEncoder(), put=[make_entry("a", *(f"Le riz {n}." for n in range(40)))])
    open_index(tmp_path)
    vectors = next(tmp_path.rglob("vectors.faiss"))
    content = vectors.read_bytes()
    assert len(content) > 2 * versions.CHECKED_BLOCKS * versions.BLOCK  # most of it is not looked at
    for changed in (content + b"\0", content[:-1] + bytes([content[-1] ^ 1]), bytes([content[0] ^ 1]) + content[1:]):
        vectors.write_bytes(changed)
        with pytest.raises(IndexDamaged):
            open_index(tmp_path)
