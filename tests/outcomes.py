"""What the reader's own limits and outcome make of many files, in one process that forks for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from ingest.errors import Reason

TESTS = Path(__file__).resolve().parent
SECONDS, MEMORY_MIB = 20, 1024
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")


def outcomes(folder: Path, files: list[tuple[str, bytes]], seconds: float) -> list[dict[str, Any]]:
    """The record of each file, in order; see mutant_reader."""
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
