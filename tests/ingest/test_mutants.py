"""Damaged and hostile files of every format through the child reader: each gives text or a named reason, in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
from mutants import hostile, mutants

from ingest.errors import Reason, UnreadableDocument
from ingest.readers import read_bounded

TESTS = Path(__file__).resolve().parents[1]
SECONDS, MEMORY_MIB = 20, 1024
HEAVY = ("operations.pdf", "ligne.txt", "dessins-doublants.pdf")  # these take all the time they are given
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")


def outcomes(folder: Path, files: list[tuple[str, bytes]], seconds: float) -> list[dict[str, Any]]:
    """What the reader's own limits and outcome make of each file, all in one process that forks."""
    paths = []
    for name, data in files:
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    command = [
        sys.executable,
        "-X",
        "utf8",
        str(TESTS / "mutant_reader.py"),
        str(seconds),
        str(MEMORY_MIB),
        *map(str, paths),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=TESTS.parent, env=os.environ | {"PYTHONPATH": str(TESTS.parent)}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["file"] for record in found] == [path.name for path in paths]
    return found


def wrong(record: dict[str, Any]) -> bool:
    """Whether an outcome is neither text with letters in it nor a reason of the contract."""
    if record["outcome"] == "text":
        return not record["letters"]
    return record["outcome"] not in get_args(Reason)


@FORKS
def test_three_hundred_damaged_files_give_text_or_a_reason(tmp_path: Path) -> None:
    files = list(mutants(seed=1))
    assert len(files) >= 300
    found = outcomes(tmp_path, files, SECONDS)
    assert [record for record in found if wrong(record)] == []
    assert max(record["seconds"] for record in found) < SECONDS
    counts = Counter(record["outcome"] for record in found)
    assert counts["text"] > 100, "honest parts of damaged files are still read"


@FORKS
def test_files_made_to_exhaust_the_reader_end_with_an_outcome(tmp_path: Path) -> None:
    files = [(name, data) for name, data in hostile() if name not in HEAVY]
    found = outcomes(tmp_path, files, SECONDS)
    assert [record for record in found if wrong(record)] == []
    said = {record["file"]: record["outcome"] for record in found}
    assert said["bombe.zip"] == said["bombe.docx"] == "too_large"
    assert said["zip-de-zips.zip"] == "unsupported"
    assert said["aucune-page.pdf"] == "empty"
    assert said["chiffre.pdf"] in ("protected", "unreadable")  # its encryption is no encryption at all
    assert said["utf16.txt"] == "text"
    assert not (Path("/tmp/plan.md")).exists()  # noqa: S108 - where a name in the archive points


def test_a_file_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    path = tmp_path / "operations.pdf"
    path.write_bytes(dict(hostile())["operations.pdf"])
    with pytest.raises(UnreadableDocument) as caught:
        read_bounded(path, seconds=2)
    assert caught.value.reason == "timeout"
