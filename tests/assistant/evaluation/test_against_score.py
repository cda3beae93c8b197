"""Our figures against those of the scoring script beside the repository, on random answers."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from evaluation_worlds import make_case, make_citation, make_gold, make_record
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.matching import normal, says_any
from assistant.evaluation.scoring import score
from assistant.figures import bare_numbers

SCRIPT = Path(__file__).resolve().parents[4] / "shared" / "evaluation" / "score.py"
NAMES: Mapping[str, str] = {  # of the script → ours
    "right": "right",
    "right_answerable": "right_answerable",
    "right_and_cited": "right_and_cited",
    "key_facts_cited": "key_facts_cited",
    "too_long": "too_long",
    "abstention_recall": "abstention_recall",
    "false_abstention": "false_abstention",
    "answers_with_unsupported_number": "answers_with_unsupported_number",
    "uncited_sentence_share": "uncited_sentence_share",
    "fact_recall_at_5": "fact_recall@5",
    "fact_recall_at_10": "fact_recall@10",
    "scheme_recall": "scheme_recall",
    "scheme_wrong": "scheme_wrong",
    "retrieval_ms_p50": "retrieval_ms_p50",
    "retrieval_ms_p95": "retrieval_ms_p95",
    "total_ms_p50": "total_ms_p50",
    "total_ms_p95": "total_ms_p95",
}
PIECES = (
    *("3 000 €", "3000", "3\u202f000 euros", "12,5 %", "1.", "[1]", "[2, 3]", "2028", "en 2028", "10", "l’agence"),
    *("**Phare**", "chèque", "Phare", "Mesure 4", "1er juin", "\n2) deux", "\n- un", "SUD", "1.500", "0,50"),
)
KINDS = ("fact", "scheme_match", "multi", "list", "false_premise", "unanswerable", "off_topic", "injection")
STATUSES = ("answered", "partial", "clarify", "abstained", "refused", "error")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    if not SCRIPT.is_file():
        pytest.skip("the scoring script is not beside this repository")
    spec = importlib.util.spec_from_file_location("score_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(rng: random.Random, most: int = 8) -> str:
    return " ".join(rng.choices(PIECES, k=rng.randint(1, most)))


def make_question(rng: random.Random, identifier: str) -> dict[str, Any]:
    kind = rng.choice(KINDS)
    return {
        "id": identifier,
        "question": words(rng),
        "kind": kind,
        "key_facts": [rng.choices(PIECES[:10], k=rng.randint(1, 2)) for _ in range(rng.randint(1, 3))],
        "forbidden": rng.choices(PIECES, k=rng.randint(0, 2)),
        "schemes": rng.choices(("Phare", "Chèque Phare", "Lanterne"), k=rng.randint(0, 2)),
        "schemes_wrong": rng.choices(("Gabare", "Phare"), k=rng.randint(0, 1)),
    }


def make_answer(rng: random.Random, question: Mapping[str, Any]) -> dict[str, Any]:
    facts = " ".join(rng.choice(fact) for fact in question["key_facts"] if rng.random() < 0.8)
    answer = f"{facts} {words(rng)}" + rng.choice(("", " mot" * 120))
    return make_record(
        question["id"],
        answer,
        question=question["question"],
        status=rng.choices(STATUSES, weights=(8, 1, 1, 3, 1, 1))[0],
        sentences=[{"text": words(rng), "citations": rng.choice(([], [1]))} for _ in range(rng.randint(0, 3))],
        citations=[make_citation(f"{facts} {words(rng)}", n, heading=[words(rng, 2)]) for n in (1, 2)],
        schemes=[
            {"id": "x", "name": name, "verdict": rng.choice(("eligible", "to_confirm", "not_eligible", "closed"))}
            for name in rng.choices(("Phare", "Gabare", "Lanterne", "Autre"), k=rng.randint(0, 6))
        ],
        retrieved=[
            {"doc": "d", "passage_id": str(n), "page": None, "score": 0.1, "text": words(rng)} for n in range(12)
        ],
        timings_ms={"retrieval": rng.uniform(0, 50), "total": rng.uniform(50, 500)},
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_figures_are_those_of_the_script(script: ModuleType, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    questions = [make_question(rng, f"q{n}") for n in range(60)]
    answers = {q["id"]: make_answer(rng, q) for q in questions if rng.random() < 0.95}
    rows, theirs = script.score(questions, answers)
    cases = [make_case(make_gold(**q), answers.get(q["id"])) for q in questions]
    ours = score(cases)
    for name, own in NAMES.items():
        figure = ours.figures.get(own)
        assert (figure.value if figure else None) == pytest.approx(theirs[name]), name
    assert {row["id"]: float(row["right"]) for row in rows} == ours.values["right"]
    by_kind = {kind: figures["right"].value for kind, figures in ours.by_kind.items()}
    assert by_kind == pytest.approx(theirs["by_kind"], abs=0.0006)


@given(st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_numbers_and_normal_texts_are_those_of_the_script(script: ModuleType, text: str) -> None:
    assert normal(text) == script.norm(text)
    assert bare_numbers(text) == script.numbers(text)


@given(
    st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=2),
)
def test_a_fact_is_said_where_the_script_hears_it(script: ModuleType, text: str, fact: list[str]) -> None:
    assert says_any(normal(text), fact) == script.has_any(script.norm(text), fact)
