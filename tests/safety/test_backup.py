"""A backup taken as docs/deployment.md says, and put back: the same answers, the same keys. The systemd unit is valid."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from answer_worlds import SCHEMES, TODAY, open_world
from worlds import HashingEncoder, make_entry

from assistant.answers import Question
from assistant.assistant import Assistant
from index.build import update_index
from index.store import open_index
from ingest.catalogue import load_vocabulary
from ui.api.database import open_database
from ui.api.keys import create_key, key_of

ROOT = Path(__file__).resolve().parents[2]
ASKED = Question("Quelle est l'enveloppe des ateliers ?")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def answer_from(folder: Path) -> str:
    encoder = HashingEncoder(256)
    with closing(Assistant(open_index(folder), encoder, SCHEMES, load_vocabulary(), today=TODAY)) as assistant:
        return assistant.answer(ASKED).answer


def test_an_index_copied_while_it_is_open_answers_the_same_elsewhere(tmp_path: Path) -> None:
    with closing(open_world(tmp_path / "home" / "index")) as serving:
        shutil.copytree(tmp_path / "home" / "index", tmp_path / "restored")
        assert answer_from(tmp_path / "restored") == serving.answer(ASKED).answer


def test_a_restored_index_takes_new_documents(tmp_path: Path) -> None:
    open_world(tmp_path / "index").close()
    shutil.copytree(tmp_path / "index", tmp_path / "restored")
    built = update_index(tmp_path / "restored", HashingEncoder(256), put=[make_entry("note", "Une note de plus.")])
    assert built.documents == len(open_index(tmp_path / "index").documents) + 1


def test_a_backup_that_lost_a_file_is_told_and_not_served(tmp_path: Path) -> None:
    from ingest.errors import GuichetError

    open_world(tmp_path / "index").close()
    largest = max((p for p in (tmp_path / "index").rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    largest.unlink()
    with pytest.raises(GuichetError):
        open_index(tmp_path / "index")


def test_the_keys_survive_a_backup_taken_while_the_service_writes(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "home")) as serving:
        _, text = create_key(serving, "Chambre", ("ask",), now=NOW)
        (tmp_path / "restored").mkdir()
        with (
            closing(sqlite3.connect(tmp_path / "home" / "service.sqlite")) as source,
            closing(sqlite3.connect(tmp_path / "restored" / "service.sqlite")) as copy,
        ):
            source.backup(copy)
    with closing(open_database(tmp_path / "restored")) as restored:
        key = key_of(restored, text, now=NOW)
        assert key is not None
        assert key.name == "Chambre"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_systemd_unit_is_valid(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "guichet.service").read_text(encoding="utf-8")
    checked = tmp_path / "guichet.service"
    checked.write_text(unit.replace("/opt/guichet/.venv/bin/guichet serve", "/bin/true serve"), encoding="utf-8")
    seen = subprocess.run(["systemd-analyze", "verify", str(checked)], capture_output=True, text=True)
    assert (seen.returncode, seen.stderr) == (0, "")


def test_the_guide_shows_the_unit_that_is_shipped() -> None:
    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert "deploy/guichet.service" in guide
    unit = (ROOT / "deploy" / "guichet.service").read_text(encoding="utf-8")
    assert "guichet serve --host 127.0.0.1" in unit
