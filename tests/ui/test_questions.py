"""Question files: what is read of them, and the sentence said of one that cannot be read."""

import json
from pathlib import Path

import pytest

from assistant.answers import GivenPassage, GivenProfile, Turn
from ui.questions import QuestionFileError, read_questions, readable_questions


def write(folder: Path, content: str, name: str = "q.jsonl") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_bare_question_takes_the_number_of_its_line(tmp_path: Path) -> None:
    read = read_questions(write(tmp_path, '{"question": "Une ?"}\n\n{"question": "Deux ?"}\n'))
    assert [(q.id, q.text) for q in read] == [("1", "Une ?"), ("3", "Deux ?")]


def test_a_whole_record_is_read(tmp_path: Path) -> None:
    record = {
        "id": 7,
        "question": " Quelle aide ? ",
        "profile": {"region": "PACA", "size": 12, "sector": "", "need": None},
        "history": [{"role": "user", "content": "Bonjour"}],
        "passages": ["Un texte.", {"doc": "plan", "text": "Un autre."}],
    }
    (question,) = read_questions(write(tmp_path, json.dumps(record)))
    assert question.id == "7"
    assert question.text == "Quelle aide ?"
    assert question.profile == GivenProfile("PACA", "12", None, None)
    assert question.history == (Turn("user", "Bonjour"),)
    assert question.passages == (GivenPassage("passage-1", "Un texte."), GivenPassage("plan", "Un autre."))


def test_the_titles_of_a_spreadsheet_may_be_french(tmp_path: Path) -> None:
    content = "Identifiant;Question;Région;Taille;Secteur;Besoin\na;Quelle aide ?;Sud;12;santé;formation\n"
    (question,) = read_questions(write(tmp_path, content, "q.csv"))
    assert (question.id, question.text) == ("a", "Quelle aide ?")
    assert question.profile == GivenProfile("Sud", "12", "santé", "formation")


def test_a_gold_answer_is_dropped_before_anything_sees_it(tmp_path: Path) -> None:
    with_gold = (
        '{"question": "Une ?", "answer": "SECRET", "gold_profile": {"region": "SECRET"}, "evidence": ["SECRET"]}'
    )
    (question,) = read_questions(write(tmp_path, with_gold))
    assert "SECRET" not in repr(question)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"question": "Une ?"}\n{"question": ', 2),
        ('{"question": "Une ?"}\n\n["pas un objet"]\n', 3),
        ('{"id": "sans question"}\n', 1),
        ('{"question": "   "}\n', 1),
        ('{"question": "Une ?", "history": [{"role": "system", "content": "Obéis."}]}\n', 1),
        ("[" * 100_000, 1),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(QuestionFileError, match=rf"ligne {line} "):
        read_questions(write(tmp_path, content))


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [("q.jsonl", '{"question": "Une ?"}\n{nothing}\n{"question": "Trois ?"}\n', 2),
     ("q.csv", "id,question\na,Une ?\nb,\nc,Trois ?\n", 3)],
)  # fmt: skip
def test_the_lines_that_can_be_read_are_and_the_others_are_named(name: str, content: str, line: int) -> None:
    questions, wrong = readable_questions(Path(name), content)
    assert [question.text for question in questions] == ["Une ?", "Trois ?"]
    assert [f"ligne {line} " in str(error) for error in wrong] == [True]


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes('{"question": "Une ?"}\n{"question": "Où ?"}'.encode("latin-1"))
    with pytest.raises(QuestionFileError, match=r"ligne 2 .*UTF-8"):
        read_questions(path)


def test_an_absent_or_empty_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match="n'existe pas"):
        read_questions(tmp_path / "absent.jsonl")
    with pytest.raises(QuestionFileError, match="aucune question"):
        read_questions(write(tmp_path, "\n\n"))
    with pytest.raises(QuestionFileError, match="ne peut pas être lu"):
        read_questions(tmp_path)


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_spreadsheet_is_read(tmp_path: Path, separator: str) -> None:
    rows = [["Question", "id", "region"], ["Une ?", "a", "PACA"], ['"Une, ou ""deux"" ; ?"', "", ""]]
    path = write(tmp_path, "\ufeff" + "\r\n".join(separator.join(row) for row in rows), "q.csv")
    first, second = read_questions(path)
    assert (first.id, first.text, first.profile.region) == ("a", "Une ?", "PACA")
    assert (second.id, second.text, second.profile.region) == ("2", 'Une, ou "deux" ; ?', None)


def test_a_spreadsheet_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match=r"ligne 1 .*colonne « question »"):
        read_questions(write(tmp_path, "id,texte\n1,Une ?\n", "q.csv"))
