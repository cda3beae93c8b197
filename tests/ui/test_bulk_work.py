"""What a worker of the cluster does with a unit, in this process: plain data in, plain data out, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import HashingEncoder, make_entry

import ui.bulk.work
from assistant.answers import GivenPassage, GivenProfile, Question, Turn
from index.build import update_index
from index.store import open_index
from ingest.readers.exchange import from_line
from ui import service
from ui.bulk.parcels import packed, unpacked
from ui.bulk.work import code_digest, opened, question_of, told, work

said = st.none() | st.text(max_size=8)
questions = st.builds(
    Question,
    text=st.text(min_size=1, max_size=20),
    id=st.text(max_size=5),
    profile=st.builds(GivenProfile, said, said, said, said),
    history=st.lists(st.builds(Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=9)), max_size=2).map(
        tuple
    ),
    passages=st.none()
    | st.lists(st.builds(GivenPassage, st.text(max_size=3), st.text(max_size=9)), max_size=2).map(tuple),
)


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A worker's machine, with an index of one document."""
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    for name in ("GUICHET_CATALOGUE", "GUICHET_LLM_URL", "GUICHET_LLM_MODEL", "GUICHET_GGUF", "GUICHET_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(service, "open_encoder", lambda settings: HashingEncoder())
    update_index(tmp_path / "index", HashingEncoder(), put=[make_entry("plan", "Le diagnostic coûte 800 euros.")])
    opened.cache_clear()
    return tmp_path


def order(machine: Path, **changed: Any) -> bytes:
    index = open_index(machine / "index")
    whole = {
        "code": code_digest(),
        "threads": 1,
        "folder": None,
        "encoder": HashingEncoder().fingerprint,
        "index": index.fingerprint,
        "llm": False,
        "model": None,
        "schemes": "",
    }
    index.close()
    return json.dumps(whole | changed).encode()


ASK = packed({"job": "answer", "today": "2024-06-28"}, told(Question("Combien coûte le diagnostic ?", id="a")))


@given(questions)
def test_a_question_arrives_as_it_was_sent(question: Question) -> None:
    assert question_of(json.loads(told(question))) == question


def test_a_file_is_read_under_its_name(machine: Path) -> None:
    unit = packed({"job": "read", "name": "plan é.md", "ocr": False}, b"# Plan\n\nUne aide.\n")
    head, body = unpacked(work(order(machine), unit))
    assert head == {"ok": True}
    assert from_line(body, "plan é.md").doc == "plan é"


def test_a_question_is_answered_on_the_day_that_was_sent(machine: Path) -> None:
    head, body = unpacked(work(order(machine), ASK))
    assert head == {"ok": True}
    said = json.loads(body)
    assert (said["record"]["id"], said["log"]) == ("a", [])
    assert opened(order(machine)).today.isoformat() == "2024-06-28"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"code": "autre"}, "la même version du guichet"),
        ({"index": "autre"}, "le même index"),
        ({"schemes": "autre"}, "les mêmes fiches"),
        ({"llm": True, "model": ["autre", None, None]}, "le même modèle de rédaction"),
    ],
)
def test_a_machine_that_has_something_else_does_not_answer(machine: Path, changed: dict[str, Any], why: str) -> None:
    head, body = unpacked(work(order(machine, **changed), ASK))
    assert why in head["refused"]
    assert body == b""


def test_a_machine_with_another_encoder_embeds_nothing(machine: Path) -> None:
    head, _ = unpacked(work(order(machine, encoder="autre"), packed({"job": "embed"}, b'[["texte"]]')))
    assert "le même modèle de vecteurs" in head["refused"]


def test_a_machine_without_an_index_says_what_it_lacks(machine: Path) -> None:
    head, _ = unpacked(work(order(machine, folder=str(machine / "nowhere")), ASK))
    assert head["refused"].startswith("ne peut pas travailler : ")
    assert head["host"]


def test_a_bug_is_told_with_its_traceback(machine: Path) -> None:
    head, _ = unpacked(work(order(machine), packed({"job": "embed"}, b"not json")))
    assert "JSONDecodeError" in head["trace"]


def test_what_the_log_should_say_comes_back_with_the_answer(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("inattendu")

    monkeypatch.setattr(ui.bulk.work.Worker, "assistant", type("Broken", (), {"answer": broken})())
    _, body = unpacked(work(order(machine), ASK))
    said = json.loads(body)
    assert (said["record"]["status"], said["record"]["reason"]) == ("error", "internal")
    assert "ZeroDivisionError: inattendu" in said["log"][0]
