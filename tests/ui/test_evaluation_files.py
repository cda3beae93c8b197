"""Question files and answer files written by anyone: whatever a line holds, it is read or named, and nothing breaks."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import Question
from assistant.evaluation.entailment import by_verification
from assistant.evaluation.metrics import measured, to_text
from assistant.evaluation.scoring import score
from ingest.errors import GuichetError
from ui.evaluation.runs import cases_of, read_run
from ui.evaluation.testsets import read_testset
from ui.questions import QuestionFileError

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
GOLD = (
    "question",
    "id",
    "kind",
    "key_facts",
    "forbidden",
    "evidence",
    "gold_doc",
    "answers",
    "gold_profile",
    "verdicts",
)
REPLY = ("id", "question", "status", "answer", "sentences", "citations", "schemes", "retrieved", "timings_ms", "tokens")


def lines(names: tuple[str, ...], fixed: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    record = st.dictionaries(st.sampled_from(names), VALUES, max_size=6).map(lambda found: fixed | found)
    return st.lists(record, min_size=1, max_size=4)


def written(folder: str, name: str, records: list[Any]) -> Path:
    path = Path(folder) / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8", errors="replace")
    return path


@settings(max_examples=60, deadline=None)
@given(lines(GOLD, {"question": "Combien ?"}))
def test_any_line_of_questions_is_read_or_named(records: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        path = written(folder, "q.jsonl", records)
        try:
            found = read_testset(path)
        except QuestionFileError:
            return
        assert len(found.questions) == len(found.golds)
        assert len(found.questions) + len(found.problems) == len(records)


@settings(max_examples=60, deadline=None)
@given(lines(REPLY, {"id": "q", "answer": "Dix [1]."}))
def test_any_line_of_answers_is_measured_or_named(records: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        questions = written(
            folder, "q.jsonl", [{"id": "q", "question": "Combien ?", "kind": "fact", "key_facts": ["dix"]}]
        )
        testset = read_testset(questions)
        try:
            run = read_run(written(folder, "a.jsonl", records), "a", testset.questions)
        except GuichetError:  # no line is a record of an answer to the question
            return
        cases = cases_of(run, testset.golds, by_verification)
        assert "NaN" not in to_text(measured(cases, score(cases), system={}, problems={}))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"\n\n", b'{"question": ""}\n', b"[1]\n", b"question\n", b"id,answer\n1,2\n"]
)
def test_a_file_without_a_question_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    for name in ("q.jsonl", "q.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(QuestionFileError, match="q\\."):
            read_testset(path)


def test_a_csv_without_decisions_is_a_question_file_too(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    rows = ["question;key_facts;doc;region", 'Combien ?;"10 | dix ; 2028";plan;Nantes', ";;;", ""]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = read_testset(path)
    assert found.golds[0].key_facts == (("10", "dix"), ("2028",))
    assert found.golds[0].docs == ("plan",)
    assert found.questions[0].profile.region == "Nantes"


def test_blank_facts_and_blank_forbidden_words_are_none(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "?!", "key_facts": [[""], ["dix", " "]], "forbidden": [""]}\n', encoding="utf-8")
    (gold,) = read_testset(path).golds
    assert (gold.key_facts, gold.forbidden) == ((("dix",),), ())


def test_a_limit_leaves_the_answers_to_the_others_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "answer": "a"}\n{"id": "2", "answer": "b"}\n', encoding="utf-8")
    run = read_run(path, "a", [Question("Combien ?", id="1")], partial=True)
    assert (list(run.replies), run.problems) == (["1"], ())
