"""metrics.json written, read and compared: no words in it, and a gate that fell is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evaluation_worlds import make_case, make_gold, make_record

from assistant.evaluation.comparison import compare
from assistant.evaluation.metrics import Metrics, MetricsError, measured, read_metrics, to_json, to_text
from assistant.evaluation.scoring import score

SECRET = "Zanzibar"


def run(name: str, wrong: set[int] | None = None, n: int = 8, **keys: Any) -> Metrics:
    """Questions of one fact each; those in `wrong` are answered without it."""
    cases = [
        make_case(
            make_gold(f"q{i}", question=f"{SECRET} ?", kind="fact", key_facts=["dix"], gold_doc="plan"),
            make_record(f"q{i}", "Onze [1]." if i in (wrong or set()) else "Dix [1].", **keys),
        )
        for i in range(n)
    ]
    return measured(cases, score(cases), system={"name": name}, problems={})


def written(metrics: Metrics, path: Path) -> Path:
    path.write_text(to_text(metrics), encoding="utf-8")
    return path


def test_metrics_read_back_are_the_same(tmp_path: Path) -> None:
    metrics = run("a", {1})
    again = read_metrics(written(metrics, tmp_path / "metrics.json"))
    assert to_json(again)["per_question"] == to_json(metrics)["per_question"]
    assert again.figures.keys() == metrics.figures.keys()


def test_the_file_is_the_record_with_a_line_a_question() -> None:
    metrics = run("a", {1})
    text = to_text(metrics)
    assert json.loads(text) == to_json(metrics)
    assert sum(line.startswith(' {"id": "q') for line in text.splitlines()) == 8


def test_a_run_does_not_differ_from_its_own_file_whose_numbers_are_rounded(tmp_path: Path) -> None:
    found = run("a", {1}, n=7, retrieved=[{"doc": d, "passage_id": d, "page": None, "score": 0.5, "text": "Dix."} for d in ("x", "plan")])  # fmt: skip
    compared = compare(found, read_metrics(written(found, tmp_path / "metrics.json")))
    assert {d.measure.name: d.p for d in compared.differences if d.p is not None and d.p < 1} == {}
    assert {d.change for d in compared.differences if d.measure.name == "ndcg@10"} == {0}


def test_metrics_hold_no_word_of_a_question_nor_of_an_answer() -> None:
    text = json.dumps(to_json(run("a")))
    assert SECRET not in text
    assert "Dix" not in text


def test_what_got_better_and_worse_is_named_question_by_question() -> None:
    found = compare(run("now", {1, 2}), run("before", {2, 3}))
    assert {m.id: ("right" in m.better, "right" in m.worse) for m in found.moved} == {
        "q1": (False, True),
        "q3": (True, False),
    }
    (moved,) = (m for m in found.moved if m.id == "q1")
    assert (moved.before, moved.after) == ((), ("not_retrieved",))


def test_a_gated_figure_that_fell_is_named() -> None:
    assert {d.measure.name for d in compare(run("now", {1}), run("before")).fallen} >= {"right_and_cited"}
    assert compare(run("now"), run("before", {1})).fallen == ()
    assert compare(run("now"), run("before")).fallen == ()


def test_another_system_has_no_gate_to_fall_through() -> None:
    assert compare(run("now", {1}), run("other"), gated=False).fallen == ()


def test_a_slower_run_is_no_fallen_gate() -> None:
    slow = run("now", timings_ms={"total": 9000.0, "retrieval": 900.0})
    assert compare(slow, run("before")).fallen == ()


def test_only_common_questions_are_compared() -> None:
    found = compare(run("now", {7}, n=8), run("before", n=5))
    assert found.common == 5
    assert found.fallen == ()


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(MetricsError, match="aucune question en commun"):
        compare(run("now", n=0), run("before"))


@pytest.mark.parametrize(
    "content", ["", "[1]", '{"format": "autre", "measures": {}, "per_question": []}', "\xff", "[" * 9999]
)
def test_a_file_that_is_no_metrics_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "metrics.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(MetricsError, match="metrics"):
        read_metrics(path)
