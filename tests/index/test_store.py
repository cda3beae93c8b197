"""An index on disk: what comes back, what is refused, what a reader keeps."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from worlds import HashingEncoder, make_document, make_entry, make_pages, make_passages

from index import versions
from index.build import update_index
from index.retriever import search
from index.store import Place, current_digests, current_fingerprint, last_change, open_index
from index.versions import IndexBusy, IndexDamaged, IndexMissing, IndexNotWritten, IndexOutdated, current_version
from ingest.errors import GuichetError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of two documents, in a folder whose name is no plain word."""
    folder = tmp_path / "un dossier accentué #1"
    update_index(folder, HashingEncoder(), put=[make_entry("a", "Le riz.", "Le sel."), make_entry("b", "Le blé.")])
    return folder


def files_of(folder: Path) -> list[Path]:
    version = current_version(folder)
    assert version is not None
    return sorted(path for path in version.path.rglob("*") if path.is_file())


def test_documents_and_passages_come_back_as_they_were_put(place: Place) -> None:
    plain = make_document("plan", "Un avant-propos.", "L'aide « été » 🌞 : 3 000 €.")
    document = make_document(
        "plan",
        "Un avant-propos.",
        "L'aide « été » 🌞 : 3 000 €.",
        pages=make_pages(plain, "i", "1"),
        nature="plan",
        date=date(2024, 6, 28),
        region="REG-93",
        publisher="Région",
        url="https://exemple.fr",
        digest="ab",
    )
    passages = make_passages(document, heading=("Aides", "Été"))
    update_index(place, HashingEncoder(), put=[(document, passages)], metadata={"plan": {"source": "/d/plan.pdf"}})

    index = open_index(place)

    stored = index.stored("plan")
    assert (stored.document, stored.passages) == (document, passages)
    assert index.passages == passages
    assert index.text_of("plan") == document.text
    assert index.pages("plan") == document.pages
    assert (index.documents["plan"].n_pages, index.documents["plan"].source) == (2, "/d/plan.pdf")
    assert current_digests(place) == {"ab"}
    assert last_change(place) is not None
    index.close()


def test_the_rows_searched_of_each_document_are_those_with_a_vector(place: Place) -> None:
    contents = make_document("b", "Un ..... 1", "Deux ..... 2")
    entries = [make_entry("a", "Le riz.", "Le sel."), (contents, make_passages(contents, kind="toc"))]
    update_index(place, HashingEncoder(), put=[*entries, make_entry("c", "Le blé.", "Le thé.", "Le pain.")])
    index = open_index(place)
    assert [len(index.searched_rows(doc)) for doc in ("a", "b", "c", "inconnu")] == [2, 0, 3, 0]
    encoder = HashingEncoder()
    for row, text in zip(index.searched_rows("c"), ("Le blé.", "Le thé.", "Le pain."), strict=True):
        [found] = [passage for passage in index.passages if index.rows[passage.passage_id] == row]
        assert found.text == text
    assert index.vectors.some(index.searched_rows("c")).shape == (3, encoder.dimension)
    index.close()


def test_neighbours_and_passages_by_name(place: Place) -> None:
    update_index(place, HashingEncoder(), put=[make_entry("a", "A.", "B.", "C.", "D."), make_entry("b", "E.")])
    index = open_index(place)
    second, alone = index.passage("a#2"), index.passage("b#1")
    assert second is not None
    assert alone is not None
    assert [p.text for p in index.neighbours(second)] == ["A.", "C."]
    assert index.neighbours(alone, 3) == ()
    assert (index.passage("inconnu"), index.of_document("inconnu"), index.pages("inconnu")) == (None, (), ())
    with pytest.raises(KeyError):
        index.text_of("inconnu")
    with pytest.raises(IndexError):
        index.passages.at([1 << 40])
    index.close()


def test_tables_of_contents_are_kept_and_not_searched(place: Place) -> None:
    contents = make_document("b", "Sommaire du riz")
    update_index(
        place, HashingEncoder(), put=[make_entry("a", "Le riz."), (contents, make_passages(contents, kind="toc"))]
    )
    index = open_index(place)
    assert [hit.passage.doc for hit in search(index, HashingEncoder(), "riz")] == ["a"]
    assert [index.rows[passage.passage_id] in index.vectors for passage in index.passages] == [True, False]
    assert (len(index.passages), len(index.vectors), len(index.lexical)) == (2, 1, 1)
    assert index.passages == (*index.of_document("a"), *index.of_document("b"))
    index.close()


def test_no_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"guichet setup.*guichet ingest"):
        open_index(tmp_path / "rien")
    assert current_fingerprint(tmp_path / "rien") is None


def test_an_index_of_another_encoder_is_refused(folder: Path) -> None:
    open_index(folder, encoder_fingerprint=HashingEncoder().fingerprint)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_index(folder, encoder_fingerprint="autre")


def test_an_index_of_another_format_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "FORMAT", versions.FORMAT + 1)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_index(folder)


def test_one_byte_changed_anywhere_is_refused(folder: Path) -> None:
    for path in [*files_of(folder), folder / "CURRENT"]:
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(IndexDamaged, match="--rebuild"):
                open_index(folder)
        path.write_bytes(content)
    open_index(folder)


def test_a_file_cut_short_or_gone_is_refused(folder: Path) -> None:
    for path in files_of(folder):
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        with pytest.raises(IndexDamaged):
            open_index(folder)
        path.unlink()
        with pytest.raises(IndexDamaged, match=path.name):
            open_index(folder)
        path.write_bytes(content)
    shutil.rmtree(folder / "versions")
    with pytest.raises(IndexDamaged):
        open_index(folder)


def test_nothing_on_disk_is_a_pickle(folder: Path) -> None:
    assert {path.suffix for path in files_of(folder)} == {".faiss", ".npy", ".json", ".sqlite"}


def test_a_reader_keeps_the_version_it_opened(folder: Path) -> None:
    encoder = HashingEncoder()
    reader = open_index(folder)
    before = search(reader, encoder, "riz")
    for n in range(4):
        update_index(folder, encoder, put=[make_entry(f"c{n}", "Le riz.")], remove=["a"])
    assert search(reader, encoder, "riz") == before
    assert reader.text_of("a").startswith("Le riz.")
    assert reader.stored("a").document.doc == "a"
    assert current_fingerprint(folder) not in (None, reader.fingerprint)


def test_a_version_removed_while_it_was_opened_gives_way_to_the_new_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[int] = []

    def check_then_write(folder: Path, version: versions.Version) -> None:
        checked.append(version.number)
        if len(checked) == 1:
            for n in range(2):
                update_index(folder, HashingEncoder(), put=[make_entry(f"c{n}", "Le maïs.")])
        versions.check_files(folder, version)

    # the writer opens the index too: only the first check is that of our reader
    monkeypatch.setattr("index.folder.check_files", check_then_write)
    assert set(open_index(folder).documents) == {"a", "b", "c0", "c1"}
    assert (checked[0], checked[-1]) == (1, 3)


def test_only_the_last_two_versions_stay(folder: Path) -> None:
    for n in range(3):
        update_index(folder, HashingEncoder(), put=[make_entry(f"c{n}", "Le riz.")])
    assert sorted(path.name for path in (folder / "versions").iterdir()) == ["3", "4"]


def test_what_a_stopped_writer_left_is_swept(folder: Path) -> None:
    (folder / "versions" / "2.partial").mkdir()
    (folder / "versions" / "2.partial" / "vectors.faiss").write_bytes(b"half")
    shutil.copytree(folder / "versions" / "1", folder / "versions" / "7")  # complete, never switched to
    update_index(folder, HashingEncoder(), put=[make_entry("c", "Le sel.")])
    assert sorted(path.name for path in (folder / "versions").iterdir()) == ["1", "2"]
    assert set(open_index(folder).documents) == {"a", "b", "c"}


def test_a_second_writer_is_told_to_wait(folder: Path) -> None:
    with FileLock(folder / "write.lock"), pytest.raises(IndexBusy, match="attendez"):
        update_index(folder, HashingEncoder(), put=[make_entry("c", "Le sel.")])
    assert set(open_index(folder).documents) == {"a", "b"}


def test_readers_do_not_wait_for_a_writer(folder: Path) -> None:
    with FileLock(folder / "write.lock"):
        assert set(open_index(folder).documents) == {"a", "b"}


def test_a_full_disk_is_said_and_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(versions, "_sync", full)
    with pytest.raises(IndexNotWritten, match="disque est plein"):
        update_index(folder, HashingEncoder(), put=[make_entry("c", "Le sel.")])
    monkeypatch.undo()
    assert [path.name for path in (folder / "versions").iterdir()] == ["1"], "its room is given back at once"
    assert set(open_index(folder).documents) == {"a", "b"}


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("pas un dossier")
    with pytest.raises(IndexNotWritten, match="fichier"):
        update_index(tmp_path / "fichier", HashingEncoder(), put=[make_entry("c", "Le sel.")])


KILLED_AT = """
import os, random, sys
from pathlib import Path
from worlds import HashingEncoder, make_entry
from index.build import update_index
import index.versions, index.folder, index.build, index.vectors, index.lexical

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
files = {module.__file__ for module in (index.versions, index.folder, index.build, index.vectors, index.lexical)}

def write(folder, extra):
    put = [make_entry("a", f"Le riz {extra}."), make_entry("c", "Le maïs.")]
    update_index(folder, HashingEncoder(), put=put, remove=["b"])

def lines(limit):
    seen = [0]
    def trace(frame, event, _):
        if frame.f_code.co_filename not in files:
            return None
        seen[0] += event == "line"
        if seen[0] == limit:
            os._exit(9)
        return trace
    return seen, trace

import shutil
rehearsal = folder.with_name("rehearsal")
shutil.copytree(folder, rehearsal)
seen, trace = lines(-1)
sys.settrace(trace); write(rehearsal, 0); sys.settrace(None)
total, generator = seen[0], random.Random(seed)
results = []
for n in range(70):
    child = os.fork()
    if child == 0:
        _, trace = lines(generator.randrange(1, total + 1) if n else total)
        sys.settrace(trace); write(folder, n); os._exit(0)
    results.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    generator.random()
    from index.store import open_index
    found = open_index(folder)
    assert set(found.documents) in ({"a", "b"}, {"a", "c"}), found.documents
    assert [found.stored(doc) for doc in found.documents] and len(found.vectors) == len(found.passages)
    assert found.lexical.search(["riz"], 3), "no words"
    found.close()
print(results.count(9))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_writer_killed_anywhere_leaves_a_good_index(folder: Path) -> None:
    """Seventy writers, each killed at a line drawn by a seed; each leaves the version before or the one after."""
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")]), "OMP_NUM_THREADS": "1"}
    run = [sys.executable, "-W", "ignore", "-c", KILLED_AT, str(folder), "20240628"]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 50
    update_index(folder, HashingEncoder(), put=[make_entry("d", "Le sel.")])
    assert "d" in open_index(folder).documents
    assert len(list((folder / "versions").iterdir())) == 2


def test_every_refusal_is_one_french_sentence_for_a_person() -> None:
    for refusal in (IndexBusy, IndexDamaged, IndexMissing, IndexNotWritten, IndexOutdated):
        assert issubclass(refusal, GuichetError)
