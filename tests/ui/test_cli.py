"""The command line as a person meets it: what goes to stdout, what to stderr, and the exit status."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import ui.service
from assistant.answers import Answer, Citation, Event, Final, GivenProfile, Question, Quotes, Sentence, Sources, Step
from ingest.errors import GuichetError
from ui.cli import main


class ScriptedAssistant:
    """Answers with the text of the question; remembers what it was asked and whether it was closed."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.closed = False
        self.raises: BaseException | None = None

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.raises is not None:
            raise self.raises
        quote = Citation(1, "plan", "Plan régional", question.text, "p1", 19)
        text = f"{question.text} [1]."
        return Answer(question.id, question.text, "answered", None, text, (Sentence(text, (1,)),), (quote,))

    def stream(self, question: Question) -> Iterator[Event]:
        answer = self.answer(question)
        yield from (Step("understand"), Step("search"), Sources(()), Quotes(answer), Step("draft"), Final(answer))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ScriptedAssistant:
    scripted = ScriptedAssistant()
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    monkeypatch.setattr(ui.service, "open_assistant", lambda settings, llm=True: scripted)
    return scripted


Captured = pytest.CaptureFixture[str]


def test_ask_prints_the_answer_then_its_sources(assistant: ScriptedAssistant, capsys: Captured) -> None:
    assert main(["ask", "Quelle durée ?"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "Quelle durée ? [1]."
    assert "[1] Plan régional, p. 19" in out
    assert err == ""
    assert assistant.closed


def test_ask_json_prints_one_record_and_nothing_else(assistant: ScriptedAssistant, capsys: Captured) -> None:
    assert main(["ask", "--json", "Quelle durée ?"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["citations"][0]["quote"] == "Quelle durée ?"


def test_ask_passes_the_profile_on(assistant: ScriptedAssistant) -> None:
    main(["ask", "Quelle", "aide", "?", "--region", "PACA", "--size", "12", "--sector", "BTP", "--need", "conseil"])
    assert assistant.asked == [Question("Quelle aide ?", profile=GivenProfile("PACA", "12", "BTP", "conseil"))]


def test_a_question_may_begin_with_a_dash_after_two_dashes(assistant: ScriptedAssistant) -> None:
    assert main(["ask", "--", "--lang"]) == 0
    assert assistant.asked[0].text == "--lang"


def test_an_expected_failure_is_one_sentence(assistant: ScriptedAssistant, capsys: Captured) -> None:
    assistant.raises = GuichetError("Il n'y a pas d'index : lancez « guichet setup ».")
    assert main(["ask", "Quelle aide ?"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "Il n'y a pas d'index : lancez « guichet setup ».\n")


def test_a_bug_keeps_its_traceback(assistant: ScriptedAssistant) -> None:
    assistant.raises = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        main(["ask", "Quelle aide ?"])


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disque est plein"), (errno.EROFS, "ne peut pas être écrit")]
)
def test_a_disk_that_refuses_is_one_sentence(
    assistant: ScriptedAssistant, capsys: Captured, number: int, words: str
) -> None:
    assistant.raises = OSError(number, "", "/ailleurs/fichier")
    assert main(["ask", "Quelle aide ?"]) == 1
    err = capsys.readouterr().err
    assert words in err
    assert "/ailleurs/fichier" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["inconnue"],
        ["ask"],
        ["ask", "  "],
        ["ask", "--nope", "q"],
        ["ask", "q", "--region"],
        ["match"],
        ["ingest"],
        ["batch", "q.jsonl"],
        ["batch", "q.jsonl", "a.jsonl", "--limit", "zéro"],
        ["batch", "q.jsonl", "a.jsonl", "--limit", "0"],
        ["status", "--lang", "de"],
        ["status", "--lang"],
    ],
)
def test_wrong_usage_exits_2(line: list[str], capsys: Captured) -> None:
    assert main(line) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err


@pytest.mark.parametrize("command", ["setup", "ingest", "ask", "match", "batch", "status"])
def test_help_is_in_the_language_asked_for(command: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    assert main([command, "--help"]) == 0
    french = capsys.readouterr().out
    assert main([command, "--help", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    monkeypatch.setenv("GUICHET_LANG", "en")
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out == english
    assert "Utilisation : guichet " in french
    assert "Usage: guichet " in english
    assert "Show this message" not in french


def test_messages_turn_to_english(assistant: ScriptedAssistant, capsys: Captured) -> None:
    assert main(["ask", "--zzz", "q", "--lang=en"]) == 2
    assert "There is no option --zzz" in capsys.readouterr().err


def batch_files(folder: Path, n: int = 3) -> tuple[Path, Path]:
    questions, answers = folder / "q.jsonl", folder / "a.jsonl"
    questions.write_text("".join(json.dumps({"question": f"Question {i} ?"}) + "\n" for i in range(1, n + 1)))
    return questions, answers


def test_batch_writes_a_record_a_line(assistant: ScriptedAssistant, tmp_path: Path, capsys: Captured) -> None:
    questions, answers = batch_files(tmp_path)
    assert main(["batch", str(questions), str(answers), "--limit", "2"]) == 0
    assert [json.loads(line)["id"] for line in answers.read_text().splitlines()] == ["1", "2"]
    out, err = capsys.readouterr()
    assert out == ""
    assert "2 réponses écrites, 0 gardées" in err


def test_batch_interrupted_says_how_to_go_on_and_goes_on(
    assistant: ScriptedAssistant, tmp_path: Path, capsys: Captured
) -> None:
    questions, answers = batch_files(tmp_path)
    main(["batch", str(questions), str(answers), "--limit", "1"])
    assistant.raises = KeyboardInterrupt()
    capsys.readouterr()
    assert main(["batch", str(questions), str(answers)]) == 1
    assert "relancez la même commande" in capsys.readouterr().err
    assistant.raises = None
    assert main(["batch", str(questions), str(answers)]) == 0
    assert [json.loads(line)["id"] for line in answers.read_text().splitlines()] == ["1", "2", "3"]


def test_batch_writes_unexpected_errors_to_the_log(
    assistant: ScriptedAssistant, tmp_path: Path, capsys: Captured
) -> None:
    questions, answers = batch_files(tmp_path, 1)
    assistant.raises = ZeroDivisionError("inattendu")
    assert main(["batch", str(questions), str(answers)]) == 0
    assert json.loads(answers.read_text())["status"] == "error"
    log = tmp_path / "home" / "guichet.log"
    assert str(log) in capsys.readouterr().err
    assert "ZeroDivisionError: inattendu" in log.read_text()


def test_batch_refuses_to_write_over_its_questions(
    assistant: ScriptedAssistant, tmp_path: Path, capsys: Captured
) -> None:
    questions, _ = batch_files(tmp_path)
    before = questions.read_bytes()
    assert main(["batch", str(questions), str(questions)]) == 1
    assert questions.read_bytes() == before
    assert "fichier de questions" in capsys.readouterr().err


def test_batch_checks_its_files_before_any_model_is_opened(
    assistant: ScriptedAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ui.service, "open_assistant", never)
    questions, _ = batch_files(tmp_path)
    assert main(["batch", str(questions), str(tmp_path)]) == 1
    assert "est un dossier" in capsys.readouterr().err
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"question": "Une ?"}\n{')
    assert main(["batch", str(bad), str(tmp_path / "a.jsonl")]) == 1
    assert "ligne 2" in capsys.readouterr().err
    assert not (tmp_path / "a.jsonl").exists()


def test_match_needs_neither_model_nor_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured) -> None:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "nothing"))
    assert main(["match", "--region", "Occitanie", "--size", "PME", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found
    assert {scheme["verdict"] for scheme in found} <= {"eligible", "to_confirm"}
    assert {"id", "name", "verdict", "state", "as_of", "criteria", "reasons", "missing"} == found[0].keys()
    assert main(["match", "--region", "Occitanie", "--size", "PME"]) == 0
    assert found[0]["name"].split()[0] in capsys.readouterr().out


def test_match_says_what_it_did_not_understand(capsys: Captured) -> None:
    assert main(["match", "--region", "Narnia", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "Narnia" in err
    assert json.loads(out) is not None
