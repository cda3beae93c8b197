"""The program as installed, with the real models: documents in, cited answers out. Needs `guichet setup` first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.models import installed
from ui.settings import read_settings

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[2]
PLAN = """# Plan Lumière pour l'intelligence artificielle

## Chèque conseil

Le chèque conseil Lumière finance cinq jours d'accompagnement par un expert. La Région prend en charge 60 % du coût,
dans la limite de 4 500 euros par entreprise. Les demandes sont reçues jusqu'au 30 septembre 2026.
"""


def guichet(index: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui.cli", *arguments, "--index", str(index)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"})


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not installed(read_settings().home).complete:
        pytest.skip("the models are not there: guichet setup")
    folder = tmp_path_factory.mktemp("real")
    (folder / "plan-lumiere.md").write_text(PLAN, encoding="utf-8")
    done = guichet(folder / "index", "ingest", str(folder / "plan-lumiere.md"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "added"
    return folder / "index"


def test_a_figure_is_answered_with_the_quote_that_holds_it(index: Path) -> None:
    done = guichet(index, "ask", "Quel est le montant maximal du chèque conseil Lumière ?", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["status"] in ("answered", "partial"), record["answer"]
    assert "4 500" in record["answer"].replace("\u202f", " ").replace("\xa0", " ")
    assert any(c["doc"] == "plan-lumiere" and "4 500" in c["quote"] for c in record["citations"])
    assert all(sentence["citations"] for sentence in record["sentences"])


def test_what_the_documents_do_not_hold_is_not_answered(index: Path) -> None:
    done = guichet(index, "ask", "Quel est le numéro de SIRET de la boulangerie Dupont à Brest ?", "--json")
    record = json.loads(done.stdout)
    assert record["status"] in ("abstained", "refused")
    assert record["citations"] == []


def test_a_batch_with_given_passages_draws_on_them_alone(index: Path, tmp_path: Path) -> None:
    question = {"question": "De quelle couleur est le phare de Kerzu ?", "passages": ["Le phare de Kerzu est rouge."]}
    questions, answers = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text(json.dumps(question), encoding="utf-8")
    done = guichet(index, "batch", str(questions), str(answers), "--no-llm")
    assert done.returncode == 0, done.stderr
    record = json.loads(answers.read_text(encoding="utf-8"))
    assert [passage["text"] for passage in record["retrieved"]] == question["passages"]
    assert {citation["quote"] for citation in record["citations"]} <= set(question["passages"])


def test_status_names_the_document_and_the_models(index: Path) -> None:
    record = json.loads(guichet(index, "status", "--json").stdout)
    assert "plan-lumiere" in {document["doc"] for document in record["index"]["documents"]}
    assert all(model["sha256"] for model in record["models"].values())
