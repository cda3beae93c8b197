"""`guichet evaluate` from end to end on the tiny world: what it writes, what it names, what it never does."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from answer_worlds import ScriptedModel, open_world

import ui.service
from assistant.answers import Answer, Question
from assistant.assistant import Assistant
from assistant.evaluation.ablation import STAGES
from assistant.evaluation.proposals import ACCEPTED
from assistant.steps import Steps
from ui.cli import main

Captured = pytest.CaptureFixture[str]
SECRET = "Xanadu"
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "a",
        "question": "Combien de temps dure l'accompagnement de Lanterne IA ?",
        "kind": "fact",
        "key_facts": [["6 mois"]],
        "answer": f"Six mois, et {SECRET}.",
        "evidence": [{"doc": "fiche-lanterne-ia", "quote": "L'accompagnement de Lanterne IA dure 6 mois."}],
    },
    {
        "id": "b",
        "question": "Quelle est l'enveloppe des ateliers du Plan Lumière ?",
        "kind": "fact",
        "key_facts": [["2,5 millions"]],
        "forbidden": [SECRET],
        "gold_doc": "plan-lumiere",
    },
    {"id": "c", "question": "Quelle est la recette de la bouillabaisse ?", "kind": "unanswerable", "key_facts": []},
]


class World:
    """The tiny assistant behind the command line; what it was asked, and a failure to raise at a question."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant, self.index = assistant, assistant.index
        self.asked: list[Question] = []
        self.fails: dict[str, BaseException] = {}

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.id in self.fails:
            raise self.fails[question.id]
        return self.assistant.answer(question)

    def taking(self, steps: Steps) -> Assistant:
        return self.assistant.taking(steps)

    def close(self) -> None: ...


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    opened = World(open_world(tmp_path / "home" / "index"))
    monkeypatch.setattr(ui.service, "open_assistant", lambda settings, llm=True: opened)
    yield opened
    opened.assistant.close()


Writes = Callable[..., Path]


@pytest.fixture
def questions(tmp_path: Path) -> Writes:
    def write(*lines: dict[str, Any] | str, name: str = "q.jsonl") -> Path:
        path = tmp_path / name
        text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(text), encoding="utf-8")
        return path

    return write


def evaluate(*arguments: object) -> int:
    return main(["evaluate", *map(str, arguments)])


def metrics(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return found


def lines(path: Path) -> Sequence[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_questions_are_asked_scored_and_reported(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "out"
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--out", out) == 0
    found = metrics(out)
    assert found["questions"] == 3
    assert found["measures"]["right_and_cited"]["value"] == 1
    assert found["measures"]["abstention_recall"]["value"] == 1
    assert found["measures"]["cpu_s"]["value"] > 0
    assert found["measures"]["intent_accuracy"]["n"] == 2
    assert found["system"]["name"] == "guichet"
    names = {
        "answers.jsonl",
        "documents.run",
        "documents.qrels",
        "passages.run",
        "passages.qrels",
        "questions.csv",
        "report.html",
    }
    assert names <= {path.name for path in out.iterdir()}
    assert lines(out / "documents.qrels") == ["a 0 fiche-lanterne-ia 1", "b 0 plan-lumiere 1"]
    with (out / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["right"] for row in csv.DictReader(file)] == ["1", "1", "1"]
    printed, said = capsys.readouterr()
    assert "Justes et prouvées" in printed
    assert said == ""


def test_nothing_of_the_gold_reaches_the_assistant(world: World, questions: Writes, tmp_path: Path) -> None:
    evaluate(questions(*QUESTIONS), "--no-llm", "--out", tmp_path / "out")
    bare = [{"id": q["id"], "question": q["question"]} for q in QUESTIONS]
    evaluate(questions(*bare, name="bare.jsonl"), "--no-llm", "--out", tmp_path / "bare")
    assert SECRET not in repr(world.asked)
    assert world.asked[:3] == world.asked[3:]
    with_gold, without = (
        [
            {k: v for k, v in json.loads(line).items() if k != "timings_ms"}
            for line in lines(tmp_path / name / "answers.jsonl")
        ]
        for name in ("out", "bare")
    )
    assert with_gold == without


def test_what_is_wrong_in_the_file_is_named_counted_and_the_rest_done(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    file = questions(
        QUESTIONS[0],
        "{ pas du JSON",
        {"id": "x"},
        {"id": "a", "question": "Encore ?"},
        {"id": "z", "question": "Où ?", "gold_doc": ["nulle-part", "plan-lumiere"]},
    )
    assert evaluate(file, "--no-llm", "--out", tmp_path / "out") == 0
    said = capsys.readouterr().err
    assert "Lignes illisibles, laissées de côté : 2" in said
    assert "ligne 2" in said
    assert "ligne 3" in said
    assert "identifiant déjà pris" in said
    assert "z (nulle-part)" in said
    found = metrics(tmp_path / "out")
    assert found["problems"] == {"bad_line": 2, "duplicate_id": 1, "unknown_document": 1}
    assert found["questions"] == 2
    assert lines(tmp_path / "out" / "documents.qrels") == ["a 0 fiche-lanterne-ia 1", "z 0 plan-lumiere 1"]


def test_a_question_of_which_only_an_absent_document_is_known_is_not_one_to_answer(
    world: World, questions: Writes, tmp_path: Path
) -> None:
    known = {"id": "z", "question": "Quel est le barème de 1998 ?", "gold_doc": "bareme-1998"}
    assert evaluate(questions(*QUESTIONS, known), "--no-llm", "--out", tmp_path / "out") == 0
    found = metrics(tmp_path / "out")
    assert found["problems"]["unknown_document"] == 1
    assert found["measures"]["false_abstention"]["n"] == 2  # those of QUESTIONS that have an answer


def test_an_interrupted_evaluation_goes_on_where_it_stopped(world: World, questions: Writes, tmp_path: Path) -> None:
    file, out = questions(*QUESTIONS), tmp_path / "out"
    world.fails["c"] = KeyboardInterrupt()
    assert evaluate(file, "--no-llm", "--out", out) == 1
    assert not (out / "metrics.json").exists()
    world.fails, world.asked = {}, []
    assert evaluate(file, "--no-llm", "--out", out) == 0
    assert [q.id for q in world.asked] == ["c"]
    assert metrics(out)["measures"]["cpu_s"]["n"] == 3


def test_interrupted_in_its_second_system_it_does_not_ask_the_first_again(
    world: World, questions: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_stopped.py").write_text(
        "stop = True\ndef chain(question):\n    if stop:\n        raise KeyboardInterrupt\n    return 'Six mois.'\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    file, systems = questions(*QUESTIONS), ("--system", "guichet", "--system", "my_stopped:chain")
    assert evaluate(file, *systems, "--no-llm", "--out", tmp_path / "out") == 1
    import my_stopped  # type: ignore[import-not-found]

    my_stopped.stop = False
    assert evaluate(file, *systems, "--no-llm", "--out", tmp_path / "out") == 0
    assert [q.id for q in world.asked] == ["a", "b", "c"]


def test_a_finished_evaluation_asks_again(world: World, questions: Writes, tmp_path: Path) -> None:
    file, out = questions(*QUESTIONS), tmp_path / "out"
    for _ in range(2):
        assert evaluate(file, "--no-llm", "--out", out) == 0
    assert [q.id for q in world.asked] == ["a", "b", "c"] * 2


def test_an_interrupted_evaluation_of_other_questions_is_not_mixed_in(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    world.fails["c"] = KeyboardInterrupt()
    evaluate(questions(*QUESTIONS), "--no-llm", "--out", tmp_path / "out")
    assert evaluate(questions(*QUESTIONS[1:], name="other.jsonl"), "--no-llm", "--out", tmp_path / "out") == 1
    assert "évaluation interrompue" in capsys.readouterr().err


def test_answers_that_no_evaluation_wrote_are_never_touched(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    file, out = questions(*QUESTIONS), tmp_path / "out"
    out.mkdir()
    answers = out / "answers.jsonl"
    answers.write_text('{"id": "a", "answer": "Six mois."}\n', encoding="utf-8")
    before = answers.read_bytes()
    assert evaluate(file, "--answers", answers, "--out", out) == 0  # writes metrics.json beside them
    assert metrics(out)["system"]["name"] == "out"
    assert evaluate(file, "--no-llm", "--out", out) == 1
    assert "--answers" in capsys.readouterr().err
    assert answers.read_bytes() == before


def test_a_question_that_fails_is_an_error_and_the_others_are_scored(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    world.fails["a"] = ZeroDivisionError()
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--out", tmp_path / "out") == 0
    assert metrics(tmp_path / "out")["per_question"][0]["failures"] == ["error"]
    assert "Réponses en erreur, comptées fausses : 1" in capsys.readouterr().err


def test_answers_of_another_program_are_scored(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    answers = questions(
        {"id": "a", "answer": "Six mois, soit 6 mois."},
        {"id": "b", "question": "Une autre question ?", "answer": "Deux."},
        {"id": "ailleurs", "answer": "Trois."},
        "rien",
        name="theirs.jsonl",
    )
    assert evaluate(questions(*QUESTIONS), "--answers", answers, "--out", tmp_path / "out") == 0
    found, said = metrics(tmp_path / "out"), capsys.readouterr().err
    assert world.asked == []
    assert found["system"]["name"] == "theirs"
    assert found["measures"]["right"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["problems"] == {"other_question": 2, "bad_answer": 1, "missing_answer": 2}
    assert "recall@1" not in found["measures"]
    assert "Réponses à d'autres questions, laissées de côté : 2" in said


SAMPLES = (
    {
        "user_input": "Combien de temps dure Lanterne IA ?",
        "response": "Lanterne IA dure 6 mois. Elle coûte 900 euros.",
        "retrieved_contexts": ["L'accompagnement de Lanterne IA dure 6 mois.", "Lanterne IA est portée par Clarté."],
        "reference": "Six mois : l'accompagnement de Lanterne IA dure 6 mois.",
    },
    {
        "question": "Qui porte Lanterne IA ?",
        "answer": "L'agence Clarté.",
        "contexts": ["Lanterne IA est portée par l'agence Clarté."],
        "ground_truth": "L'agence Clarté",
    },
    {"user_input": ["plusieurs tours"], "response": "Oui."},
)


def test_samples_of_ragas_are_questions_and_answers_at_once(world: World, questions: Writes, tmp_path: Path) -> None:
    file = questions(*SAMPLES, name="ragas.jsonl")
    assert evaluate(file, "--answers", file, "--out", tmp_path / "out") == 0
    assert not world.asked
    found = metrics(tmp_path / "out")
    by_id = {row["id"]: row for row in found["per_question"]}
    assert set(by_id) == {"1", "2"}
    assert "unsupported_figure" in by_id["1"]["failures"]  # the 900 euros that no context holds
    assert by_id["2"]["values"]["answer_recall"] == 1
    assert by_id["2"]["values"]["citation_recall"] == 1
    assert found["problems"]["bad_line"] == 1


def test_answers_to_none_of_the_questions_are_refused(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    answers = questions({"id": "1", "answer": "Trois."}, name="theirs.jsonl")
    assert evaluate(questions(*QUESTIONS), "--answers", answers, "--out", tmp_path / "out") == 1
    assert "ne répond à aucune" in capsys.readouterr().err


def test_a_gate_that_fell_exits_with_one(world: World, questions: Writes, tmp_path: Path, capsys: Captured) -> None:
    file, before = questions(*QUESTIONS), tmp_path / "before"
    evaluate(file, "--no-llm", "--out", before)
    worse = questions({"id": "a", "answer": "Dix ans."}, {"id": "b", "answer": "2,5 millions."}, name="worse.jsonl")
    capsys.readouterr()
    assert evaluate(file, "--answers", worse, "--compare", before / "metrics.json", "--out", tmp_path / "now") == 1
    printed = capsys.readouterr().out
    assert "Seuils franchis vers le bas" in printed
    assert "Face à guichet sur 3 questions communes" in printed
    assert "Questions moins bien traitées : 3" in (tmp_path / "now" / "report.html").read_text(encoding="utf-8")


def test_the_same_run_compared_with_itself_exits_with_zero(world: World, questions: Writes, tmp_path: Path) -> None:
    file, out = questions(*QUESTIONS), tmp_path / "out"
    evaluate(file, "--no-llm", "--out", out)
    assert evaluate(file, "--no-llm", "--out", out, "--compare", out / "metrics.json") == 0


def test_json_is_one_line_and_nothing_else(world: World, questions: Writes, tmp_path: Path, capsys: Captured) -> None:
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--json", "--out", tmp_path / "out") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["runs"][0]["measures"]["right"]["value"] == 1


def test_two_systems_stand_side_by_side(
    world: World, questions: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_system.py").write_text("def chain(question):\n    return 'Six mois.'\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    systems = ("--system", "guichet", "--system", "my_system:chain")
    assert evaluate(questions(*QUESTIONS), *systems, "--no-llm", "--out", out) == 0
    assert metrics(out / "my_system-chain")["system"]["name"] == "my_system-chain"
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "guichet face à my_system-chain" in report
    assert "un système à l&#39;autre" in report


def test_what_a_system_never_speaks_of_is_not_measured(
    world: World, questions: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_mute.py").write_text("def chain(question):\n    return 'Six mois.'\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    nobody = {"region": None, "size": None, "sector": None, "need": None}
    asked = questions(*({**q, "gold_profile": nobody} for q in QUESTIONS))
    assert evaluate(asked, "--system", "my_mute:chain", "--out", tmp_path / "out") == 0
    found = metrics(tmp_path / "out")["measures"]
    assert not {"profile_region", "profile_size", "recall@1", "fact_recall@5"} & found.keys()


def test_each_stage_is_left_out_in_turn_and_its_worth_shown(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "out"
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--ablate", "--out", out) == 0
    assert len(world.asked) == 3
    stages = {stage.name for stage in STAGES if not stage.drafts}
    assert {path.name for path in (out / "ablation").iterdir()} == stages
    with (out / "ablation.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["without"], row["measure"]): row for row in csv.DictReader(file)}
    assert (rows["abstention", "abstention_recall"]["value"], rows["abstention", "abstention_recall"]["worth"]) == (
        "0",
        "1",
    )
    printed = capsys.readouterr().out
    assert "rien : toutes les étapes" in printed
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Ce que vaut chaque étape" in report
    assert "l&#39;abstention : +1,000" in report


def test_one_stage_alone_may_be_left_out(world: World, questions: Writes, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "out"
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--without", "lists", "--without", "words", "--out", out) == 0
    assert {path.name for path in (out / "ablation").iterdir()} == {"lists", "words"}


def test_a_stage_that_would_have_a_large_index_made_again_is_left_alone_and_said(
    world: World, questions: Writes, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.evaluation.ablation, "REBUILT", 3)
    out = tmp_path / "out"
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--without", "french", "--without", "lists", "--out", out) == 0
    assert {path.name for path in (out / "ablation").iterdir()} == {"lists"}
    assert "plus de 3 passages" in capsys.readouterr().err


def test_an_interrupted_ablation_goes_on_where_it_stopped(
    world: World, questions: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, arguments = questions(*QUESTIONS), ("--no-llm", "--ablate", "--out", tmp_path / "out")

    def stopped(steps: Steps) -> Assistant:
        raise KeyboardInterrupt

    monkeypatch.setattr(world, "taking", stopped)
    assert evaluate(file, *arguments) == 1
    assert not (tmp_path / "out" / "report.html").exists()
    monkeypatch.undo()
    monkeypatch.setattr(ui.service, "open_assistant", lambda settings, llm=True: world)
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    assert evaluate(file, *arguments) == 0
    assert (tmp_path / "out" / "report.html").exists()


def test_a_judge_replaces_the_verification(
    world: World, questions: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_judge.py").write_text("def no(premise, hypothesis):\n    return 0.1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert evaluate(questions(*QUESTIONS), "--no-llm", "--judge", "my_judge:no", "--out", tmp_path / "out") == 0
    found = metrics(tmp_path / "out")
    assert (found["measures"]["citation_recall"]["value"], found["system"]["judge"]) == (0, "my_judge:no")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "QUESTIONS"),
        (("absent.jsonl",), 1, "n'existe pas"),
        (("Q", "--system", "autre"), 1, "n'est pas un système"),
        (("Q", "--system", "https://hote/v1"), 1, "ne nomme pas de modèle"),
        (("Q", "--system", "baseline", "--no-llm"), 1, "sans --no-llm"),
        (("Q", "--system", "baseline", "--ablate"), 1, "étapes du guichet"),
        (("Q", "--without", "autre"), 1, "n'est pas une étape"),
        (("Q", "--judge", "autre"), 1, "n'est pas un juge"),
        (("Q", "--compare", "absent.json"), 1, "n'existe pas"),
        (("Q", "--answers", "absent.jsonl"), 1, "absent.jsonl"),
    ],
)
def test_what_cannot_work_is_said_in_one_sentence(
    world: World,
    questions: Writes,
    tmp_path: Path,
    capsys: Captured,
    arguments: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    given = [questions(*QUESTIONS) if a == "Q" else a for a in arguments]
    assert evaluate(*given, "--out", tmp_path / "out") == status
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def drafted(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "drafts" / "plan-lumiere-questions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def decide(path: Path, rows: list[dict[str, str]], decisions: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(row | {"decision": decision} for row, decision in zip(rows, decisions, strict=True))
    return path


def test_drafted_questions_once_accepted_are_evaluated(world: World, tmp_path: Path, capsys: Captured) -> None:
    assert evaluate("--draft-questions", "plan-lumiere", "--no-llm", "--out", tmp_path / "drafts") == 0
    rows = drafted(tmp_path)
    assert len(rows) >= 2
    file = decide(tmp_path / "mine.csv", rows, [ACCEPTED, "refusée", *[""] * (len(rows) - 2)])
    assert evaluate(file, "--no-llm", "--out", tmp_path / "out") == 0
    found = metrics(tmp_path / "out")
    assert found["questions"] == 1
    assert found["problems"].get("undecided", 0) == len(rows) - 2
    assert [q.text for q in world.asked] == [rows[0]["question"]]


def test_a_question_whose_passage_changed_is_stale(world: World, tmp_path: Path, capsys: Captured) -> None:
    evaluate("--draft-questions", "plan-lumiere", "--no-llm", "--out", tmp_path / "drafts")
    rows = drafted(tmp_path)
    rows[0]["digest"] = "0" * 16
    file = decide(tmp_path / "mine.csv", rows, [ACCEPTED] * len(rows))
    assert evaluate(file, "--no-llm", "--out", tmp_path / "out") == 0
    assert metrics(tmp_path / "out")["problems"]["stale"] == 1
    assert "périmées" in capsys.readouterr().err
    assert rows[0]["question"] not in [q.text for q in world.asked]


def test_a_table_a_person_is_deciding_in_is_never_overwritten(world: World, tmp_path: Path, capsys: Captured) -> None:
    arguments = ("--draft-questions", "plan-lumiere", "--no-llm", "--out", tmp_path / "drafts")
    assert [evaluate(*arguments), evaluate(*arguments)] == [0, 1]
    assert "existe déjà" in capsys.readouterr().err


def test_questions_are_drafted_from_a_file_and_by_the_model(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = "Combien d'euros la caisse des phares verse-t-elle à chaque gardien ?"
    model = ScriptedModel().enqueue(good)
    monkeypatch.setattr(ui.service, "open_language_model", lambda settings: model)
    file = tmp_path / "phares.md"
    file.write_text(
        "# Phares\n\nLa caisse des phares verse une prime de 4 500 euros à chaque gardien.\n", encoding="utf-8"
    )
    assert evaluate("--draft-questions", file, "--out", tmp_path / "drafts") == 0
    assert good in (tmp_path / "drafts" / "phares-questions.csv").read_text(encoding="utf-8-sig")
    assert model.closed


def test_a_document_that_is_nowhere_is_said(world: World, tmp_path: Path, capsys: Captured) -> None:
    assert evaluate("--draft-questions", "nulle-part", "--out", tmp_path) == 1
    assert "ni un document de l'index ni un fichier" in capsys.readouterr().err
