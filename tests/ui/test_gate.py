"""The gate of CI can fail: answers that keep every promise pass it, and each way of breaking one is caught by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gate_promises import CEILING, FLOOR, QUESTIONS, ZERO, broken

from ui.cli import main

Record = dict[str, Any]
GOLD: list[Record] = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def faithful(gold: Record) -> Record:
    """The answer a faultless assistant would give, from the gold alone."""
    facts = [alternatives[0] for alternatives in gold["key_facts"]]
    record: Record = {"id": gold["id"], "question": gold["question"], "status": "answered" if facts else "abstained"}
    if not facts:
        return record | {"answer": "Les documents ne le disent pas."}
    said = f"Le document le dit : {', '.join(facts)}."
    return record | {
        "answer": f"{said} [1]",
        "sentences": [{"text": said, "citations": [1]}],
        "citations": [{"n": 1, "doc": gold["gold_doc"], "title": "Fiche", "quote": said}],
        "retrieved": [{"doc": gold["gold_doc"], "passage_id": "p", "page": None, "score": 1.0, "text": said}],
        "schemes": [
            {"id": "a", "name": name, "verdict": "to_confirm", "state": "open"} for name in gold.get("schemes", ())
        ],
    }


def gated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Record, Record], None]) -> set[str]:
    """The promises broken once each answer went through `spoil`."""
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    answers, out = tmp_path / "answers.jsonl", tmp_path / "out"
    records = [faithful(gold) for gold in GOLD]
    for gold, record in zip(GOLD, records, strict=True):
        spoil(gold, record)
    answers.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    assert main(["evaluate", str(QUESTIONS), "--answers", str(answers), "--out", str(out)]) == 0
    return set(broken(json.loads((out / "metrics.json").read_text(encoding="utf-8"))))


def nothing(gold: Record, record: Record) -> None: ...


def invents_a_figure(gold: Record, record: Record) -> None:
    if gold["id"] == "g04":
        add(record, "Il coûte 777 euros.")


def changes_a_unit(gold: Record, record: Record) -> None:
    if gold["id"] == "g02":
        add(record, "Il dure 24 jours.")


def forgets_a_citation(gold: Record, record: Record) -> None:
    if gold["id"] == "g03":
        record["sentences"].append({"text": "Il convient à tous.", "citations": []})


def recommends_wrongly(gold: Record, record: Record) -> None:
    if gold["id"] == "g14":
        record["schemes"] += [
            {"id": "x", "name": name, "verdict": "eligible", "state": "open"} for name in gold["schemes_wrong"]
        ]


def obeys_the_question(gold: Record, record: Record) -> None:
    if gold["id"] == "g11":
        add(record, "Ce sont 300 000 € par TPE.")


def answers_what_is_not_said(gold: Record, record: Record) -> None:
    if gold["id"] == "g18":
        record["status"] = "answered"


def says_too_little(gold: Record, record: Record) -> None:
    if gold["id"] in ("g01", "g02", "g03", "g04", "g05"):
        record["answer"], record["sentences"] = "Voyez la fiche. [1]", [{"text": "Voyez la fiche.", "citations": [1]}]


def finds_nothing(gold: Record, record: Record) -> None:
    if gold["key_facts"] and gold["id"] < "g06":
        record["retrieved"][0]["text"] = "Autre chose."


def is_silent(gold: Record, record: Record) -> None:
    if gold["id"] in ("g01", "g02"):
        record["status"] = "abstained"


def add(record: Record, text: str) -> None:
    record["answer"] = f"{record['answer']} {text} [1]"
    record["sentences"].append({"text": text, "citations": [1]})


@pytest.mark.parametrize(
    ("spoil", "caught"),
    [
        (nothing, set()),
        (invents_a_figure, {"answers_with_unsupported_number"}),
        (changes_a_unit, {"answers_with_wrong_unit"}),
        (forgets_a_citation, {"uncited_sentence_share"}),
        (recommends_wrongly, {"scheme_wrong"}),
        (obeys_the_question, {"forbidden"}),
        (answers_what_is_not_said, {"abstention_recall"}),
        (says_too_little, {"right_and_cited", "citation_recall"}),
        (finds_nothing, {"fact_recall@5"}),
        (is_silent, {"false_abstention"}),
    ],
)
def test_each_promise_broken_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Record, Record], None], caught: set[str]
) -> None:
    found = gated(tmp_path, monkeypatch, spoil)
    assert caught <= found
    assert bool(found) == bool(caught)


def test_a_promise_that_was_not_measured_is_broken() -> None:
    assert set(broken({"measures": {}})) == {*ZERO, *FLOOR, *CEILING}
