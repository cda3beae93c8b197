"""The gate of CI: questions of ours on the built-in catalogue, the real models, and figures that may not fall.

What must be zero is zero, with and without the generator; how many are right has a floor under what was measured.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_promises import FLOOR, QUESTIONS, ZERO, broken

from index.build import update_index
from index.models import embedder_folder, installed
from ingest.catalogue import catalogue_documents
from ingest.passages import cut
from ui.cli import main
from ui.settings import read_settings

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = read_settings().home
    if not installed(home).complete:
        pytest.skip("the models are not there: guichet setup")
    from index.encoder import SentenceEncoder

    folder = tmp_path_factory.mktemp("catalogue")
    documents = catalogue_documents()
    update_index(
        folder, SentenceEncoder(embedder_folder(home)), put=[(document, cut(document)) for document in documents]
    )
    return folder


def measured(index: Path, out: Path, *options: str) -> dict[str, Any]:
    arguments = ["evaluate", str(QUESTIONS), "--index", str(index), "--out", str(out), *options]
    assert main(arguments) == 0
    metrics: dict[str, Any] = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["problems"] == {}
    return metrics


def faults(metrics: dict[str, Any]) -> dict[str, list[str]]:
    return {row["id"]: row["failures"] for row in metrics["per_question"] if row["failures"]}


def test_quotes_alone_keep_every_promise(index: Path, tmp_path: Path) -> None:
    metrics = measured(index, tmp_path, "--no-llm")
    assert broken(metrics) == {}, faults(metrics)


def test_what_the_generator_writes_keeps_the_promises_that_must_be_zero(index: Path, tmp_path: Path) -> None:
    metrics = measured(index, tmp_path, "--limit", "11")  # facts: what a draft could bend
    figures = {name: figure["value"] for name, figure in metrics["measures"].items()}
    assert {n: figures[n] for n in ZERO if figures.get(n)} == {}, faults(metrics)
    assert figures["right_and_cited"] >= FLOOR["right_and_cited"], faults(metrics)
