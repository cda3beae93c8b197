"""The register of questions in real services: nothing is kept when it is closed; open, what it says and no more.

Two `guichet serve` share one home, whose every file is read byte by byte; the commands are run beside them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_worlds import wait_for
from fault_service import Service, serving
from relay_worlds import JOIN, event

from ui.api.register import DAY_S

ROOT = Path(__file__).resolve().parents[2]


def commanded(home: Path, *arguments: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=ROOT,
        env=kept | {"GUICHET_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked_everywhere(service: Service, text: str) -> None:
    """The question at each door: the API, whole and streamed, the chat, whole and streamed, and the page."""
    talk = {"model": "guichet", "messages": [{"role": "user", "content": text}]}
    with service.client() as client:
        for path, body in (("/api/v1/ask", {"question": text}), ("/v1/chat/completions", talk)):
            assert client.post(path, json=body).status_code == 200
        streamed = client.post("/api/v1/ask", json={"question": text}, headers={"accept": "text/event-stream"})
        assert "event: final" in streamed.text
        assert "[DONE]" in client.post("/v1/chat/completions", json={**talk, "stream": True}).text
        assert "process_completed" in client.post(JOIN, json=event(client, text)).text


def held_by(home: Path, *texts: str) -> list[str]:
    """The files of the home that hold one of the texts."""
    forms = [form for text in texts for form in (text.encode(), text.encode("utf-16-le"))]
    files = [path for path in home.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


def test_closed_no_word_of_a_question_is_left_anywhere(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        asked_everywhere(service, "Quelle aide pour une fraiseuse de Vaucanson ?")
        with service.client() as client:
            client.post("/api/v1/ask", json={"question": "Vaucanson", "inconnu": "fraiseuse"})
        assert (tmp_path / "serve.log").stat().st_size > 0
        assert (tmp_path / "service.sqlite").stat().st_size > 0
        assert held_by(tmp_path, "fraiseuse", "Vaucanson") == []
        assert "Il n'en contient aucune." in commanded(tmp_path, "questions", "status")
    assert held_by(tmp_path, "fraiseuse", "Vaucanson") == []


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Service]]:
    """Two services over one home, the register open for three days."""
    home = tmp_path_factory.mktemp("kept")
    opened: dict[str, Any] = {"GUICHET_RECORD_QUESTIONS": "yes", "GUICHET_RECORD_DAYS": "3"}
    with serving(home, **opened) as one, serving(home, **opened) as other:
        yield one, other


def exported(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in commanded(home, "questions", "export").splitlines()]


def test_open_each_door_is_kept_masked_by_both_processes_and_purged_from_the_disk(
    two: tuple[Service, Service], tmp_path: Path
) -> None:
    home = two[0].home
    text = "Quelle aide pour une fraiseuse ? zoe.martin@atelier.fr, 06 12 34 56 78"
    for service in two:
        asked_everywhere(service, text)
    rows = exported(home)
    assert sorted(row["door"] for row in rows) == ["api"] * 4 + ["chat"] * 4 + ["page"] * 2
    assert {row["question"] for row in rows} == {"Quelle aide pour une fraiseuse ? [adresse e-mail], [téléphone]"}
    assert all(row["index"] and row["ms"] is not None for row in rows)
    assert held_by(home, "zoe.martin", "34 56 78") == []
    assert set(held_by(home, "fraiseuse")) <= {"service.sqlite", "service.sqlite-wal"}
    assert "gardées 3 jours" in (home / "said.txt").read_text("utf-8")

    copy = tmp_path / "copie.tar"
    commanded(home, "backup", str(copy))
    with tarfile.open(copy) as tar:
        assert "service.sqlite" in tar.getnames()
    assert b"fraiseuse" not in copy.read_bytes()

    assert commanded(home, "questions", "purge", "--all", "--yes") == "10 questions effacées, avec leurs réponses.\n"
    assert held_by(home, "fraiseuse") == []
    asked_everywhere(two[1], "Et pour une toupie ?")
    assert len(exported(home)) == 5, "the services go on after a purge"


def test_past_its_days_a_question_leaves_the_disk_by_itself(two: tuple[Service, Service]) -> None:
    one, home = two[0], two[0].home
    assert one.ask("Quelle aide pour une affûteuse ?").status_code == 200
    assert held_by(home, "affûteuse")
    (home / "clock").write_text(str(3.5 * DAY_S))
    try:
        wait_for(lambda: held_by(home, "affûteuse") == [], 60)
    finally:
        (home / "clock").unlink()
