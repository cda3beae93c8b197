"""Errors said in English where the reader speaks English: every sentence of the modules that such a reader meets."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from page_worlds import TinyAssistant

from ingest.errors import GuichetError
from ui.cli import main
from ui.pages.context import make_context
from ui.pages.exporting import failed
from ui.translation import HOLE, english, in_language

ROOT = Path(__file__).resolve().parents[2]
MET = (  # by those who ask, send a file, or start the program
    "ui/questions.py", "ui/batch.py", "ui/house.py", "ui/settings.py", "ui/api/keys.py", "ui/exports/excel.py",
    "assistant/generator.py", "index/encoder.py", "index/store.py", "index/versions.py", "index/models.py",
    "ui/bulk/cluster.py",
    "ingest/archives.py", "ingest/page_image.py", "ingest/readers/dispatch.py", "ingest/readers/pdf.py",
    "ingest/readers/docx.py", "ingest/readers/html.py",
)  # fmt: skip


def sentence(node: ast.expr) -> str:
    """What an expression would say, with "12" for each of its variables."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(sentence(part) if isinstance(part, ast.Constant) else "12" for part in node.values)
    if isinstance(node, ast.BinOp):
        return sentence(node.left) + sentence(node.right)
    return ""


def sentences(path: str) -> list[str]:
    raised = [
        node.exc.args[0]
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
    ]
    return [text for text in map(sentence, raised) if " " in text and text.endswith(".")]


@pytest.mark.parametrize("path", MET)
def test_every_sentence_has_its_english(path: str) -> None:
    assert [text for text in sentences(path) if english(text) is None] == []


def test_why_a_file_was_not_read_has_its_english() -> None:
    """Also where a sentence is not raised on the spot, or is not the first argument."""
    said = {
        sentence(node)
        for path in (ROOT / "ingest" / "readers").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
    }
    files = [text for text in said if text.startswith("« 12 » ") and text.endswith(".") and "12." not in text]
    assert len(files) > 10
    assert [text for text in files if english(text) is None] == []


def test_both_languages_hold_the_same_variables() -> None:
    rows = yaml.safe_load((files("ui") / "messages" / "errors.yaml").read_text(encoding="utf-8"))
    assert [row for row in rows if set(HOLE.findall(row["fr"])) != set(HOLE.findall(row["en"]))] == []


def test_the_variables_are_those_that_were_said() -> None:
    error = GuichetError("« q.csv », ligne 1 : il manque une colonne « question » dans l'en-tête.")
    assert in_language(error, "en") == "“q.csv”, line 1: the heading lacks a “question” column."
    assert in_language(error, "fr") == str(error)
    other = GuichetError("« {x} » pèse 12,5 Mo, plus que les 10 Mo acceptés : découpez-le.")
    assert in_language(other, "en") == "“{x}” weighs 12,5 MB, more than the 10 MB accepted: split it."
    unknown = GuichetError("Une phrase que le fichier ne connaît pas.")
    assert in_language(unknown, "en") == str(unknown)


def test_the_command_line_says_an_error_in_its_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "questions.csv"
    assert main(["--lang", "en", "batch", str(missing), str(tmp_path / "answers.jsonl")]) == 1
    assert f"The file of questions “{missing}” does not exist: check its path." in " ".join(
        capsys.readouterr().err.split()
    )


def test_the_english_page_says_an_error_in_english() -> None:
    error = GuichetError("« q.csv » ne contient aucune question : écrivez-en une par ligne.")
    assert "contains no question: write one per line." in failed(make_context(TinyAssistant(), "en"), error)
