"""Damaged and hostile files of every format through the child reader: each gives text or a named reason, in time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from mutants import hostile, mutants, tireless
from outcomes import FORKS, SECONDS, outcomes, wrong

from ingest.errors import UnreadableDocument
from ingest.readers import read_bounded


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
    found = outcomes(tmp_path, list(hostile()), SECONDS)
    assert [record for record in found if wrong(record)] == []
    said = {record["file"]: record["outcome"] for record in found}
    assert said["bombe.zip"] == said["bombe.docx"] == "too_large"
    assert said["zip-de-zips.zip"] == "unsupported"
    assert said["aucune-page.pdf"] == "empty"
    assert said["chiffre.pdf"] in ("protected", "unreadable")  # its encryption is no encryption at all
    assert said["utf16.txt"] == said["operations.pdf"] == said["ligne.txt"] == "text"
    assert "timeout" not in said.values()
    assert not (Path("/tmp/plan.md")).exists()  # noqa: S108 - where a name in the archive points


def test_a_file_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    path = tmp_path / "sans-fin.pdf"
    path.write_bytes(tireless())
    with pytest.raises(UnreadableDocument) as caught:
        read_bounded(path, seconds=2)
    assert caught.value.reason == "timeout"
