"""Batches: every question answered once, in order, whatever interrupts the work."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import Answer, Citation, Question, Sentence
from ingest.errors import GuichetError
from ui.batch import AnswerFileError, answer_all


class PowerCut(BaseException):
    """What no handler of the program may swallow."""


class ScriptedAssistant:
    """Answers every question with its own text; counts them; fails where it is told to."""

    def __init__(self, fails: dict[str, BaseException] | None = None) -> None:
        self.fails, self.asked = fails or {}, [""][:0]

    def answer(self, question: Question) -> Answer:
        self.asked.append(question.id)
        if question.id in self.fails:
            raise self.fails[question.id]
        quote = Citation(1, "doc", "Titre", question.text, "p1", page=3)
        text = f"« {question.text} »\nsur deux lignes [1]."
        return Answer(
            question.id, question.text, "answered", None, text, (Sentence(text, (1,)),), (quote,), generator="script"
        )


def make_questions(*texts: str) -> list[Question]:
    return [Question(text, id=str(n)) for n, text in enumerate(texts, start=1)]


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_answers_follow_the_order_of_the_questions(tmp_path: Path) -> None:
    output = tmp_path / "deep" / "a.jsonl"
    report = answer_all(make_questions("a", "b", "c"), ScriptedAssistant().answer, output)
    assert ids(output) == ["1", "2", "3"]
    assert (report.asked, report.kept, report.answered, report.errors) == (3, 0, 3, 0)


def test_answers_already_written_are_kept_and_not_asked_again(tmp_path: Path) -> None:
    questions, output = make_questions("a", "b", "c"), tmp_path / "a.jsonl"
    answer_all(questions[:2], ScriptedAssistant().answer, output)
    before, again = output.read_bytes(), ScriptedAssistant()
    report = answer_all(questions, again.answer, output)
    assert again.asked == ["3"]
    assert output.read_bytes().startswith(before)
    assert (report.kept, report.answered) == (2, 1)


def test_a_finished_batch_changes_nothing(tmp_path: Path) -> None:
    questions, output = make_questions("a", "b"), tmp_path / "a.jsonl"
    answer_all(questions, ScriptedAssistant().answer, output)
    before = output.read_bytes()
    answer_all(questions, ScriptedAssistant({"1": AssertionError(), "2": AssertionError()}).answer, output)
    assert output.read_bytes() == before


@settings(deadline=None)  # each record waits for the disk
@given(
    texts=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6),
    as_csv=st.booleans(),
    data=st.data(),
)
def test_cut_anywhere_and_started_again_the_file_is_the_same(
    texts: list[str], as_csv: bool, data: st.DataObject
) -> None:
    questions = make_questions(*texts)
    with TemporaryDirectory() as folder:
        whole, cut = Path(folder, "whole"), Path(folder, "cut")
        answer_all(questions, ScriptedAssistant().answer, whole, as_csv=as_csv)
        content = whole.read_bytes()
        cut.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        again = ScriptedAssistant()
        report = answer_all(questions, again.answer, cut, as_csv=as_csv)
        assert cut.read_bytes() == content
        assert again.asked == [q.id for q in questions[report.kept :]]


@pytest.mark.parametrize("as_csv", [False, True])
def test_killed_between_two_questions_it_goes_on_where_it_stopped(tmp_path: Path, as_csv: bool) -> None:
    questions, output = make_questions("a", "b", "c"), tmp_path / "out"
    with pytest.raises(PowerCut):
        answer_all(questions, ScriptedAssistant({"2": PowerCut()}).answer, output, as_csv=as_csv)
    again = ScriptedAssistant()
    answer_all(questions, again.answer, output, as_csv=as_csv)
    assert again.asked == ["2", "3"]


def test_one_failing_question_is_recorded_and_the_others_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fails = {"1": GuichetError("Le service ne répond pas."), "2": ZeroDivisionError("inattendu")}
    output = tmp_path / "a.jsonl"
    report = answer_all(make_questions("a", "b", "c"), ScriptedAssistant(fails).answer, output)
    expected, bug, fine = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    assert (expected["status"], expected["reason"], expected["answer"]) == (
        "error",
        "failed",
        "Le service ne répond pas.",
    )
    assert (bug["status"], bug["reason"]) == ("error", "internal")
    assert "inattendu" not in bug["answer"]
    assert "ZeroDivisionError: inattendu" in caplog.text
    assert fine["status"] == "answered"
    assert report.errors == 2


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_file_that_answers_other_questions_is_left_alone(tmp_path: Path, as_csv: bool) -> None:
    output = tmp_path / "out"
    answer_all(make_questions("a", "b"), ScriptedAssistant().answer, output, as_csv=as_csv)
    before = output.read_bytes()
    with pytest.raises(AnswerFileError, match="enregistrement 2"):
        answer_all(make_questions("a", "autre"), ScriptedAssistant().answer, output, as_csv=as_csv)
    assert output.read_bytes() == before


@pytest.mark.parametrize(("as_csv", "content"), [(False, "bonjour\n"), (False, "[1]\n"), (True, "nom,age\r\nA,1\r\n")])
def test_a_file_that_holds_no_answers_is_left_alone(tmp_path: Path, as_csv: bool, content: str) -> None:
    output = tmp_path / "out"
    output.write_bytes(content.encode())
    with pytest.raises(AnswerFileError):
        answer_all(make_questions("a"), ScriptedAssistant().answer, output, as_csv=as_csv)
    assert output.read_bytes() == content.encode()


def rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_spreadsheet_row_says_the_answer_and_its_sources(tmp_path: Path) -> None:
    output = tmp_path / "a.csv"
    answer_all(make_questions("Quel montant ?"), ScriptedAssistant().answer, output, as_csv=True)
    (row,) = rows(output)
    assert (row["id"], row["question"], row["status"]) == ("1", "Quel montant ?", "answered")
    assert row["sources"] == "[1] Titre, p. 3 : « Quel montant ? »"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+33", "-2+3", "\u00a0=1+1", "＝1+1", "- 2+3", "－2+3"])
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    output = tmp_path / "a.csv"
    answer_all(make_questions(text), ScriptedAssistant().answer, output, as_csv=True)
    assert rows(output)[0]["question"] == f"'{text}"


def test_a_list_is_no_formula(tmp_path: Path) -> None:
    output = tmp_path / "a.csv"
    answer_all(make_questions("- une aide\n- deux aides"), ScriptedAssistant().answer, output, as_csv=True)
    assert rows(output)[0]["question"] == "- une aide\n- deux aides"


def test_progress_is_told_before_each_question_and_at_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    answer_all(
        make_questions("a", "b"),
        ScriptedAssistant().answer,
        tmp_path / "a.jsonl",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(0, 2), (1, 2), (2, 2)]
