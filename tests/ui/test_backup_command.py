"""`guichet backup` and `guichet restore`: a home saved while it serves, destroyed, and put back; a bad backup refused."""

from __future__ import annotations

import io
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from library_worlds import CHEQUE, PLAN, Shelf

from assistant.answers import Question
from index.store import open_index
from index.versions import writing
from ui.access import add_person, read_people, signed_in
from ui.api.database import open_database
from ui.api.keys import create_key, key_of
from ui.cli import main
from ui.words import load_words

Captured = pytest.CaptureFixture[str]
ASKED = Question("Combien coute le diagnostic regional ?")
SECRET = "une phrase assez longue"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    for name in ("GUICHET_STORE", "GUICHET_LANG"):
        monkeypatch.delenv(name, raising=False)
    made = Shelf(tmp_path / "home")
    yield made
    made.close()


def restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copy: Path) -> int:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "other"))
    return main(["restore", str(copy)])


def test_a_home_saved_while_it_serves_and_destroyed_is_put_back(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, copy = shelf.settings.home, tmp_path / "copie.tar"
    answer = shelf.living.answer(ASKED).answer
    assert "800 euros" in answer
    add_person(home, "zoe", SECRET, load_words("fr"))
    (home / "models").mkdir()
    (home / "models" / "weights.bin").write_bytes(b"x" * 1000)
    (home / "serve.log").write_text("a line", encoding="utf-8")
    with closing(open_database(home)) as database:
        _, key = create_key(database, "Chambre", ("ask",), now=NOW)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                create_key(database, "une autre", ("ask",), now=NOW)
                shelf.living.answer(ASKED)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            assert main(["backup", str(copy)]) == 0
        finally:
            over.set()
            serving.join()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.partial"))
    shelf.close()
    shutil.rmtree(home)

    assert restored(tmp_path, monkeypatch, copy) == 0
    other = tmp_path / "other"
    assert not (other / "models").exists()
    assert not (other / "serve.log").exists()
    assert (other / "service.sqlite").stat().st_mode & 0o777 == 0o600
    with closing(open_database(other)) as database:
        found = key_of(database, key, now=NOW)
        assert found is not None
        assert found.name == "Chambre"
    with closing(sqlite3.connect(other / "service.sqlite")) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert signed_in(read_people(other, load_words("fr")), "zoe", SECRET) is not None
    with closing(open_index(other / "index")) as index:
        assert set(index.documents) == {"plan"}
    shutil.rmtree(other / "files")
    again = Shelf(other)  # takes documents as any index
    again.ingest(("cheque.pdf", CHEQUE))
    again.living.refresh()
    assert again.living.answer(ASKED).answer == answer
    path = again.library.views.file("plan")
    assert path is not None
    assert path.read_bytes() == PLAN
    again.close()


def tampered(copy: Path, change: Callable[[str, bytes], tuple[str, bytes] | None], extra: str | None = None) -> Path:
    """The backup with each member as `change` makes it, and one more."""
    wrong = copy.with_name("wrong.tar")
    with tarfile.open(copy) as tar, tarfile.open(wrong, "w") as out:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            kept = change(member.name, file.read())
            if kept is not None:
                info = tarfile.TarInfo(kept[0])
                info.size = len(kept[1])
                out.addfile(info, io.BytesIO(kept[1]))
        if extra is not None:
            out.addfile(tarfile.TarInfo(extra))
    return wrong


@pytest.mark.parametrize(
    "wrong",
    [
        lambda copy: tampered(copy, lambda n, c: (n, c[:-1] + b"!" if n.endswith("vectors.faiss") else c)),
        lambda copy: tampered(copy, lambda n, c: None if n.endswith("passages.sqlite") else (n, c)),
        lambda copy: tampered(copy, lambda n, c: None if n == "backup.json" else (n, c)),
        lambda copy: tampered(copy, lambda n, c: (n, b"[]") if n == "backup.json" else (n, c)),
        lambda copy: tampered(copy, lambda n, c: (f"../{n}", c)),
        lambda copy: tampered(copy, lambda n, c: (f"/{n}", c)),
        lambda copy: tampered(copy, lambda n, c: (n, c), extra="later"),
        lambda copy: shutil.copy(__file__, copy.with_name("wrong.tar")),
    ],
)
def test_a_backup_that_was_changed_is_refused_and_nothing_is_put_back(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, wrong: Callable[[Path], Path]
) -> None:
    assert main(["backup", str(tmp_path / "copie.tar")]) == 0
    copy = wrong(tmp_path / "copie.tar")
    assert restored(tmp_path, monkeypatch, copy) == 1
    assert "rien n'a été remis" in capsys.readouterr().err
    assert not list((tmp_path / "other").iterdir())


def test_a_backup_cut_short_is_refused(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    copy = tmp_path / "copie.tar"
    assert main(["backup", str(copy)]) == 0
    for size in (copy.stat().st_size // 2, 700, 0):
        with copy.open("r+b") as file:
            file.truncate(size)
        assert restored(tmp_path, monkeypatch, copy) == 1
        assert "abîmée" in capsys.readouterr().err


def test_a_backup_is_not_put_over_what_is_there(shelf: Shelf, tmp_path: Path, capsys: Captured) -> None:
    copy = tmp_path / "copie.tar"
    assert main(["backup", str(copy)]) == 0
    assert main(["restore", str(copy)]) == 1
    assert "existe déjà" in capsys.readouterr().err
    assert "800 euros" in shelf.living.answer(ASKED).answer


def test_nothing_is_saved_while_documents_are_added(shelf: Shelf, tmp_path: Path, capsys: Captured) -> None:
    with writing(shelf.settings.index):
        assert main(["backup", str(tmp_path / "copie.tar")]) == 1
    assert "écrit déjà dans l'index" in capsys.readouterr().err
    assert not (tmp_path / "copie.tar").exists()


def test_an_empty_home_has_nothing_to_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "vide"))
    assert main(["backup", str(tmp_path / "copie.tar")]) == 1
    assert "rien à sauvegarder" in capsys.readouterr().err
    assert not list(tmp_path.glob("copie*"))


def test_a_backup_said_in_english(shelf: Shelf, tmp_path: Path, capsys: Captured) -> None:
    assert main(["--lang", "en", "backup", str(tmp_path / "copy.tar")]) == 0
    assert capsys.readouterr().out.startswith("Backup written to")
