"""guichet questions: what the register holds, taken out and emptied from the command line."""

from __future__ import annotations

import io
import json
import stat
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from page_worlds import make_answer

from assistant.answers import Question
from ui.api.database import open_database
from ui.api.register import DAY_S, write
from ui.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("RECORD_QUESTIONS", "RECORD_DAYS", "STORE", "LANG"):
        monkeypatch.delenv(f"GUICHET_{name}", raising=False)
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def three(home: Path) -> Path:
    """Questions of ten, of five days ago and of now."""
    with closing(open_database(home)) as database:
        for ago in (10, 5, 0):
            asked = Question(f"Il y a {ago} jours, à zoe@atelier.fr ?")
            write(database, "api", make_answer(asked), days=30, now=time.time() - ago * DAY_S)
    return home


def day(ago: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M", time.localtime(time.time() - ago * DAY_S))


def exported(capsys: Captured, *options: str) -> list[str]:
    assert main(["questions", "export", *options]) == 0
    return [json.loads(line)["question"] for line in capsys.readouterr().out.splitlines()]


def test_the_state_says_whether_it_is_open_and_what_it_holds(
    three: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert main(["questions", "status"]) == 0
    said = capsys.readouterr().out
    assert "aucune question n'est gardée" in said
    assert "Il en contient 3." in said
    monkeypatch.setenv("GUICHET_RECORD_QUESTIONS", "yes")
    monkeypatch.setenv("GUICHET_RECORD_DAYS", "7")
    assert main(["questions", "status"]) == 0
    said = capsys.readouterr().out
    assert "gardées 7 jours" in said
    assert "Il en contient 2." in said, "the one of ten days ago is no longer shown"
    assert main(["questions", "status", "--json"]) == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["on"], state["days"], state["kept"], state["oldest"][:4]) == (True, 7, 2, day(5)[:4])


def test_an_empty_register_is_said_so_in_english(capsys: Captured) -> None:
    assert main(["--lang", "en", "questions", "status"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The register is closed: no question is kept (GUICHET_RECORD_QUESTIONS).",
        "It holds none.",
    ]


def test_an_export_is_a_line_a_question(three: Path, capsys: Captured) -> None:
    masked = [f"Il y a {ago} jours, à [adresse e-mail] ?" for ago in (10, 5, 0)]
    assert exported(capsys) == masked
    assert exported(capsys, "--since", day(6)) == masked[1:]
    assert main(["questions", "export", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["question"] for row in rows] == masked
    assert rows[0]["sources"] == [{"doc": "plan", "page": 19}]
    assert list(rows[0]) == (
        ["at", "until", "door", "status", "reason", "question", "answer", "sources", "ms", "index"]
    )


def test_an_export_to_a_file_is_for_its_owner_and_overwrites_nothing(
    three: Path, tmp_path: Path, capsys: Captured
) -> None:
    target = tmp_path / "questions.jsonl"
    assert main(["questions", "export", str(target)]) == 0
    assert "c'est à vous" in capsys.readouterr().err
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert len(target.read_text("utf-8").splitlines()) == 3
    assert main(["questions", "export", str(target)]) == 1
    assert "existe déjà" in capsys.readouterr().err


def test_a_purge_takes_what_came_before_a_date_then_all(three: Path, capsys: Captured) -> None:
    assert main(["questions", "purge", "--before", day(6), "--yes"]) == 0
    said = capsys.readouterr()
    assert said.out == "1 question effacée, avec sa réponse.\n"
    assert "guichet backup" in said.err
    assert len(exported(capsys)) == 2
    assert main(["questions", "purge", "--all", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": 2}
    assert exported(capsys) == []
    assert b"Il y a" not in b"".join(path.read_bytes() for path in three.iterdir())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("said", "left"), [("oui\n", 0), ("o\n", 0), ("non\n", 3), ("\n", 3), ("", 3)])
def test_a_purge_asks_first(
    three: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: str, left: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(said))
    assert main(["questions", "purge", "--all"]) == (1 if left else 0)
    assert "Effacer toutes les questions gardées ?" in capsys.readouterr().err
    assert len(exported(capsys)) == left


@pytest.mark.parametrize(
    "line",
    [
        ["purge"],
        ["purge", "--all"],  # nobody is there to confirm
        ["purge", "--all", "--before", "2026-01-01", "--yes"],
        ["purge", "--before", "hier", "--yes"],
        ["export", "--since", "2026-13-01"],
        ["export", "--since", "0001-01-01T00:00+23:59"],
    ],
)
def test_a_command_that_means_nothing_is_one_sentence_and_deletes_nothing(
    three: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, line: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert main(["questions", *line]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert len(exported(capsys)) == 3


def test_a_purge_of_a_shared_register_says_where_copies_may_be(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("GUICHET_STORE", database_url)
    assert main(["questions", "purge", "--all", "--yes"]) == 0
    assert "pg_dump" in capsys.readouterr().err
