"""GUICHET_STORE: every command with an index in a real PostgreSQL, and a server that follows what another one ingests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pdf_worlds import column, make_pdf
from worlds import HashingEncoder

import ui.commands.ingest
import ui.commands.setup
import ui.service
from index.postgres.connection import Database
from index.store import current_fingerprint, open_index
from ui.cli import main
from ui.originals import open_originals
from ui.settings import SettingsError, read_settings

ROOT = Path(__file__).resolve().parents[2]
Captured = pytest.CaptureFixture[str]
PLAN = "# Plan régional\n\n## Diagnostic\n\nLe diagnostic Boussole dure cinq jours et coûte 800 euros.\n"
PDF = make_pdf([column(["Le diagnostic Boussole coute 900 euros par entreprise.", "Il dure cinq jours."])])
ANSWERS_S = 60


class World:
    """Documents, a home, a database, and what the commands said."""

    def __init__(self, folder: Path, database: Database, capsys: Captured) -> None:
        self.folder, self.database, self.capsys = folder, database, capsys
        (folder / "plan.md").write_text(PLAN, encoding="utf-8")
        (folder / "rapport.pdf").write_bytes(PDF)

    def run(self, *arguments: object, status: int = 0) -> str:
        assert main([str(argument) for argument in arguments]) == status
        out, self.errors = self.capsys.readouterr()
        return out

    def records(self, *arguments: object) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]


@pytest.fixture
def world(
    tmp_path: Path, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> World:
    for module in (ui.commands.ingest, ui.commands.setup, ui.service):
        monkeypatch.setattr(module, "open_encoder", lambda settings: HashingEncoder())
    monkeypatch.setattr(ui.commands.setup, "install_models", lambda *_, **__: None)
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GUICHET_STORE", database_url)
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    return World(tmp_path, database, capsys)


def test_every_command_works_with_the_database(world: World) -> None:
    assert (
        "guichet setup" in world.run("status") + world.run("ask", "Une question ?", "--no-llm", status=1) + world.errors
    )
    world.run("setup")
    (row,) = world.records("ingest", world.folder / "plan.md")
    assert (row["status"], row["doc"]) == ("added", "plan")
    (row,) = world.records("ingest", world.folder / "plan.md")
    assert row["status"] == "unchanged"
    (status,) = world.records("status")
    assert status["index"]["folder"] == str(world.database)
    assert status["index"]["fingerprint"] == current_fingerprint(world.database)
    assert "plan" in {document["doc"] for document in status["index"]["documents"]}
    (answer,) = world.records("ask", "Combien de jours dure le diagnostic Boussole ?", "--no-llm")
    assert "plan" in {passage["doc"] for passage in answer["retrieved"]}
    assert answer["index"] == current_fingerprint(world.database)
    assert world.run("match", "--region", "Occitanie", "--size", "pme")
    questions, answers = world.folder / "questions.jsonl", world.folder / "answers.jsonl"
    questions.write_text(
        json.dumps({"id": "a", "question": "Combien coûte le diagnostic Boussole ?"}), encoding="utf-8"
    )
    world.run("batch", questions, answers, "--no-llm")
    assert json.loads(answers.read_text(encoding="utf-8"))["id"] == "a"
    asked = {"id": "a", "question": "Combien coûte le diagnostic Boussole ?", "kind": "fact", "key_facts": [["800"]]}
    questions.write_text(json.dumps(asked), encoding="utf-8")
    world.run("evaluate", questions, "--out", world.folder / "out", "--no-llm")
    assert (world.folder / "out" / "metrics.json").is_file()
    world.records("ingest", "--remove", "plan")
    assert "plan" not in open_index(world.database).documents
    assert not (world.folder / "home" / "index" / "versions").exists()


def test_a_folder_named_goes_before_the_database(world: World) -> None:
    world.records("ingest", world.folder / "plan.md", "--no-catalogue", "--index", world.folder / "index")
    assert set(open_index(world.folder / "index").documents) == {"plan"}
    assert current_fingerprint(world.database) is None


def test_the_pdf_of_a_page_comes_from_the_database_to_any_machine(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.records("ingest", world.folder / "rapport.pdf", "--no-catalogue")
    digest = open_index(world.database).documents["rapport"].digest
    monkeypatch.setenv("GUICHET_HOME", str(world.folder / "other"))  # a machine that never saw the file
    originals = open_originals(read_settings())
    assert originals.has(digest)
    assert originals.sizes() == {digest: len(PDF)}
    path = originals.file(digest)
    assert path is not None
    assert path.read_bytes() == PDF
    assert path.is_relative_to(world.folder / "other")
    world.records("ingest", "--remove", "rapport", "--no-catalogue")
    again = open_originals(read_settings())
    assert not again.has(digest)
    assert not again.sizes()
    assert again.file("0" * 64) is None


def test_no_pdf_is_kept_where_none_is_wanted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.records("ingest", world.folder / "rapport.pdf", "--no-catalogue", "--no-originals")
    assert not open_originals(read_settings()).sizes()


@pytest.mark.parametrize("value", ["mysql://h/b", "une base", "/var/lib"])
def test_an_address_of_something_else_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_STORE", value)
    with pytest.raises(SettingsError, match="GUICHET_STORE"):
        read_settings()


def test_the_password_is_in_no_text(monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path) -> None:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    monkeypatch.setenv("GUICHET_STORE", "postgresql://guichet:Sésame42@127.0.0.1:1/base")
    assert "Sésame42" not in repr(read_settings())
    assert main(["status"]) == 1
    out, err = capsys.readouterr()
    assert "postgresql://127.0.0.1:1/base" in err
    assert "ne répond pas" in err
    assert "Sésame42" not in out + err
    assert len(err.splitlines()) == 1


SERVER = """
import sys
import ui.living
from worlds import HashingEncoder
from ui.cli import main

ui.living.open_encoder = lambda settings: HashingEncoder()
sys.exit(main(["serve", "--no-llm", "--port", "0"]))
"""


@pytest.fixture
def address(world: World, database_url: str) -> Iterator[str]:
    """A real server, in a home of its own, over the database."""
    world.run("setup")
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    own = {"PYTHONPATH": path, "GUICHET_HOME": str(world.folder / "server"), "GUICHET_STORE": database_url}
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVER], stderr=subprocess.PIPE, text=True, env=os.environ | own
    )
    assert server.stderr is not None
    try:
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
            line = server.stderr.readline()
            assert line, said
            said += line
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield found[0]
    finally:
        server.terminate()
        server.wait(ANSWERS_S)


def test_a_server_answers_from_what_another_machine_ingests(world: World, address: str) -> None:
    def retrieved() -> set[str]:
        asked = {"question": "Combien de jours dure le diagnostic Boussole ?"}
        answer = httpx.post(f"{address}/api/v1/ask", json=asked, timeout=ANSWERS_S)
        assert answer.status_code == 200, answer.text
        return {passage["doc"] for passage in answer.json()["retrieved"]}

    assert "plan" not in retrieved()
    world.records("ingest", world.folder / "plan.md")
    end = time.monotonic() + ANSWERS_S
    while "plan" not in (found := retrieved()):  # a question under way keeps the version it began with
        assert time.monotonic() < end, found
    world.records("ingest", "--remove", "plan")
    while "plan" in retrieved():
        assert time.monotonic() < end
