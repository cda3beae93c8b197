"""Our figures against those of the two other scripts beside the repository: retrieval by document, and abstention."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from evaluation_worlds import make_case, make_gold, make_record

from assistant.evaluation.scoring import score

SCRIPTS = Path(__file__).resolve().parents[4] / "shared" / "evaluation"


def theirs(
    name: str, folder: Path, questions: list[dict[str, Any]], answers: list[dict[str, Any]]
) -> Mapping[str, float]:
    """What a script prints for these questions and answers."""
    if not (SCRIPTS / name).is_file():
        pytest.skip(f"{name} is not beside this repository")
    files = []
    for kind, records in (("questions", questions), ("answers", answers)):
        path = folder / f"{kind}.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        files.append(str(path))
    done = subprocess.run([sys.executable, str(SCRIPTS / name), *files], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_retrieval_by_document_is_that_of_the_script(tmp_path: Path) -> None:
    rng = random.Random(5)  # noqa: S311
    docs = [f"F{n}" for n in range(12)]
    questions = [{"id": f"q{n}", "question": "Quoi ?", "gold_doc": rng.choice(docs)} for n in range(80)]
    answers = [
        make_record(
            q["id"],
            question="Quoi ?",
            retrieved=[{"doc": d, "passage_id": d, "score": 1.0, "text": ""} for d in rng.choices(docs, k=10)],
        )
        for q in questions
    ]
    by_id = {a["id"]: a for a in answers}
    ours = score([make_case(make_gold(**q), by_id[q["id"]]) for q in questions]).figures
    expected = theirs("retrieval.py", tmp_path, questions, answers)
    for name in ("recall@1", "recall@5", "recall@10", "mrr@10"):
        assert ours[name].value == pytest.approx(expected[name], abs=0.00006), name


def test_abstention_is_that_of_the_script(tmp_path: Path) -> None:
    rng = random.Random(6)  # noqa: S311
    questions = [{"id": f"q{n}", "question": "Quoi ?", "answerable": rng.random() < 0.5} for n in range(80)]
    answers = [make_record(q["id"], question="Quoi ?", status=rng.choice(("answered", "abstained"))) for q in questions]
    by_id = {a["id"]: a for a in answers}
    ours = score([make_case(make_gold(**q), by_id[q["id"]]) for q in questions]).figures
    expected = theirs("nomiracl.py", tmp_path, questions, answers)
    assert 1 - ours["abstention_recall"].value == pytest.approx(expected["hallucination_rate"], abs=0.00006)
    assert ours["false_abstention"].value == pytest.approx(expected["error_rate"], abs=0.00006)
