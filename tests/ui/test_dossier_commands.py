"""Dossiers from the command line: `guichet ask --export`, `guichet catalogue export`."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

import ui.service
from assistant.answers import Answer, Citation, Question
from ui.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    for name in ("GUICHET_LANG", "GUICHET_CATALOGUE"):
        monkeypatch.delenv(name, raising=False)


class Scripted:
    """Answers any question from one quote."""

    def answer(self, question: Question) -> Answer:
        quote = Citation(1, "plan", "Le Plan", "Le plan dispose de 60 M€", "p1", 19)
        return Answer(question.id, question.text, "answered", None, "Il a 60 M€ [1].", citations=(quote,))

    def close(self) -> None:
        pass


@pytest.fixture
def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.service, "open_assistant", lambda settings, llm=True: Scripted())


def said(file: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(file).pages).split())


@pytest.mark.usefixtures("_scripted")
def test_an_answer_is_written_as_a_dossier(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "neuf" / "réponse.pdf"
    assert main(["ask", "Quel budget ?", "--json", "--export", str(file)]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("{")  # JSON and nothing else
    assert "Dossier écrit" in shown.err
    for text in ("Quel budget ?", "Il a 60 M€ [1].", "Le plan dispose de 60 M€", "ce n'est pas une décision"):
        assert text in said(file), text


@pytest.mark.usefixtures("_scripted")
def test_an_answer_in_english_is_framed_in_english(tmp_path: Path) -> None:
    file = tmp_path / "answer.docx"
    assert main(["--lang", "en", "ask", "Which budget?", "--json", "--export", str(file)]) == 0
    texts = [paragraph.text for paragraph in docx.Document(str(file)).paragraphs]
    assert texts[0] == "Record of a conversation"
    assert "Question asked" in texts


def test_an_export_of_another_kind_is_wrong_usage_before_any_work(tmp_path: Path, capsys: Captured) -> None:
    assert main(["ask", "Quel budget ?", "--export", str(tmp_path / "a.txt")]) == 2
    assert "--export" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_chosen_schemes_are_written_to_be_read(form: str, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / f"aides.{form}"
    assert main(["catalogue", "export", str(file), "--scheme", "diva", "--scheme", "IA Booster"]) == 0
    assert "2 dispositifs écrits" in capsys.readouterr().out
    if form == "pdf":
        assert "DIVA" in said(file)
    elif form == "docx":
        names = [
            p.text for p in docx.Document(str(file)).paragraphs if p.style is not None and p.style.name == "Heading 1"
        ]
        assert names == ["DIVA", "IA Booster", "Sources"]
    else:
        sheet = openpyxl.load_workbook(file).worksheets[0]
        assert [sheet.cell(n, 1).value for n in (2, 3)] == ["diva", "ia-booster"]


def test_chosen_schemes_go_to_the_national_schema_too(capsys: Captured) -> None:
    assert main(["catalogue", "export", "--scheme", "diva"]) == 0
    assert len(capsys.readouterr().out.strip().splitlines()) == 2


def test_what_no_terminal_reads_asks_for_a_file(capsys: Captured) -> None:
    assert main(["catalogue", "export", "--format", "pdf"]) == 2
    assert "FILE" in capsys.readouterr().err


def test_an_unknown_scheme_is_one_sentence(tmp_path: Path, capsys: Captured) -> None:
    assert main(["catalogue", "export", str(tmp_path / "a.pdf"), "--scheme", "narnia"]) == 1
    assert "« narnia »" in capsys.readouterr().err
