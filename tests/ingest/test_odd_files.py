"""Odd files of the kinds that the test collections of PDF viewers and of text extractors hold: one right outcome each."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from odd_files import Odd, odd_files
from odder_files import odder_files
from outcomes import FORKS, SECONDS, outcomes, wrong

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "odd_files.json"
ODD = [*odd_files(), *odder_files()]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    files = [(name, data) for name, data, *_ in ODD]
    return {record["file"]: record for record in outcomes(tmp_path_factory.mktemp("odd"), files, SECONDS)}


@FORKS
def test_every_odd_file_ends_with_an_outcome_of_the_contract(read: dict[str, dict[str, Any]]) -> None:
    assert len(read) == len(ODD) >= 380
    assert [record for record in read.values() if wrong(record)] == []


@FORKS
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[0])
def test_the_outcome_is_the_right_one_and_no_noise_is_text(odd: Odd, read: dict[str, dict[str, Any]]) -> None:
    name, _, right, words = odd
    record = read[name]
    assert record["outcome"] in right.split("|"), record
    if record["outcome"] != "text" or "text" not in record:
        return
    assert not record["noise"]
    assert not any(c in record["text"] for c in "\ue000\uf0b7\x00\x01")
    assert "(cid:" not in record["text"]
    for said in words:
        assert (said[1:] not in record["text"]) if said[0] == "-" else (said in record["text"]), record["text"][:300]


@FORKS
def test_the_outcomes_are_those_of_the_table(read: dict[str, dict[str, Any]]) -> None:
    """`REGENERATE_GOLDEN=1` writes the table anew, to be read before it is kept."""
    found = {name: record["outcome"] for name, record in sorted(read.items())}
    if os.environ.get("REGENERATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))
