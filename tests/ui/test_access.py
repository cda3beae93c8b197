"""Who may manage the documents: a private file of hashes, and a command that never shows a password."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

import ui.access
from ui.access import AccessError, add_person, read_people, remove_person, signed_in
from ui.cli import main
from ui.words import load_words

WORDS = load_words("fr")
SECRET = "une phrase assez longue"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    return tmp_path / "home"


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_only_the_owner_reads_the_file_and_no_password_is_in_it(home: Path) -> None:
    add_person(home, "Zoé", SECRET, WORDS)
    path = home / "access.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in path.read_text()
    assert "$argon2id$" in path.read_text()
    assert sorted(p.name for p in home.iterdir()) == [".access.json.lock", "access.json"]


def test_two_people_with_one_password_have_two_hashes(home: Path) -> None:
    add_person(home, "a", SECRET, WORDS)
    add_person(home, "b", SECRET, WORDS)
    assert len({person.hash for person in read_people(home, WORDS).values()}) == 2


def test_a_name_is_the_same_however_it_is_written(home: Path) -> None:
    assert add_person(home, "Zoé", SECRET, WORDS)
    assert not add_person(home, "  ZOE\u0301 ", "une autre phrase longue", WORDS)
    people = read_people(home, WORDS)
    assert signed_in(people, "zoé", "une autre phrase longue") is not None
    assert signed_in(people, "zoé", SECRET) is None


def test_an_unknown_name_costs_the_same_check_and_never_opens(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import argon2

    add_person(home, "zoe", SECRET, WORDS)
    checked: list[str] = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher, "verify", lambda self, kept, word: (checked.append(kept), verify(self, kept, word))[1]
    )
    people = read_people(home, WORDS)
    assert signed_in(people, "personne", SECRET) is None
    assert signed_in(people, "zoe", "tout autre chose ici") is None
    assert [kept.split("$")[3] for kept in checked] == ["m=65536,t=3,p=4"] * 2


@pytest.mark.parametrize("password", ["", "court", "x" * 300, "aaaaaaaaaaaaaaaa", "zoe zoe zoe zoe zoe"])
def test_a_weak_password_is_refused(home: Path, password: str) -> None:
    with pytest.raises(AccessError):
        add_person(home, "zoe", password, WORDS)
    assert not (home / "access.json").exists()


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "zoe\n", "<b>", "../x", "a\x00"])
def test_a_name_that_could_not_be_typed_is_refused(home: Path, name: str) -> None:
    if name.strip() == "zoe":
        add_person(home, name, SECRET, WORDS)
        assert list(read_people(home, WORDS)) == ["zoe"]
        return
    with pytest.raises(AccessError, match="nom de connexion"):
        add_person(home, name, SECRET, WORDS)


def test_somebody_removed_is_nobody(home: Path) -> None:
    add_person(home, "zoe", SECRET, WORDS)
    remove_person(home, "ZOE", WORDS)
    assert signed_in(read_people(home, WORDS), "zoe", SECRET) is None
    with pytest.raises(AccessError, match="guichet access list"):
        remove_person(home, "zoe", WORDS)


@pytest.mark.parametrize("content", ["{", "[]", '{"people": [{"name": "a", "hash": "plain", "added": "x"}]}'])
def test_a_damaged_file_lets_nobody_in(home: Path, content: str) -> None:
    home.mkdir()
    (home / "access.json").write_text(content)
    with pytest.raises(AccessError, match="abîmé"):
        read_people(home, WORDS)


def test_a_crash_while_writing_leaves_the_file_as_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_person(home, "zoe", SECRET, WORDS)
    before = (home / "access.json").read_bytes()

    def fail(descriptor: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(ui.access.os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        add_person(home, "ana", SECRET, WORDS)
    assert (home / "access.json").read_bytes() == before


def test_the_command_adds_lists_and_removes(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, f"{SECRET}\n")
    assert main(["access", "add", "Zoé"]) == 0
    assert main(["access", "list", "--json"]) == 0
    assert main(["access", "remove", "zoé"]) == 0
    assert main(["access", "list"]) == 0
    said = capsys.readouterr()
    first, *rest = said.out.splitlines()
    assert json.loads(first)["name"] == "zoé"
    assert "hash" not in json.loads(first)
    assert "Personne ne peut gérer" in " ".join(rest)
    assert SECRET not in said.out + said.err


def test_a_password_is_typed_twice_without_echo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([SECRET, SECRET, SECRET, "une autre, différente"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert main(["access", "add", "zoe"]) == 0
    assert main(["access", "add", "ana"]) == 1
    assert list(read_people(home, WORDS)) == ["zoe"]
