"""Question records: read from a JSONL or CSV file, checked by pydantic, turned into the assistant's Question."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from assistant.answers import GivenPassage, GivenProfile, Question, Turn
from ingest.errors import GuichetError

FRENCH_TITLES = {
    "identifiant": "id",
    "région": "region",
    "taille": "size",
    "secteur": "sector",
    "besoin": "need",
}
MAX_BYTES = 512 * 1024 * 1024  # a question file is read whole; beyond this it is not one


class QuestionFileError(GuichetError):
    """A question file that cannot be read; the sentence names the line."""


def _text_or_none(value: Any) -> Any:
    """An empty cell or a blank says nothing; a number is what it reads as (a headcount for `size`)."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


Said = Annotated[str | None, BeforeValidator(_text_or_none)]
Id = Annotated[str | None, BeforeValidator(_text_or_none)]


class _Record(BaseModel):
    # What is not named here is dropped before anything sees it: a gold answer in the line is never read.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ProfileRecord(_Record):
    region: Said = None
    size: Said = None
    sector: Said = None
    need: Said = None


class TurnRecord(_Record):
    role: Literal["user", "assistant"]
    content: str


class PassageRecord(_Record):
    doc: str = ""
    text: str


class QuestionRecord(_Record):
    """One question as the outside world writes it."""

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    id: Id = None
    profile: ProfileRecord | None = None
    history: list[TurnRecord] | None = None
    passages: list[str | PassageRecord] | None = None

    def to_question(self, default_id: str) -> Question:
        profile = self.profile or ProfileRecord()
        return Question(
            text=self.question,
            id=self.id if self.id is not None else default_id,
            profile=GivenProfile(profile.region, profile.size, profile.sector, profile.need),
            history=tuple(Turn(turn.role, turn.content) for turn in self.history or ()),
            passages=None if self.passages is None else tuple(_passages(self.passages)),
        )


def read_questions(path: Path) -> tuple[Question, ...]:
    """Every question of a .csv or JSONL file, in order. Raises QuestionFileError naming the file and the line."""
    return questions_in(path, read_text(path))


def questions_in(path: Path, text: str) -> tuple[Question, ...]:
    """Every question of the text of a file of this name, in order. Raises QuestionFileError naming the line."""
    questions: list[Question] = []
    for read in _read_each(path, text):
        if isinstance(read, QuestionFileError):
            raise read
        questions.append(read)
    return tuple(questions)


def readable_questions(path: Path, text: str) -> tuple[tuple[Question, ...], tuple[QuestionFileError, ...]]:
    """The questions of the text of a file of this name, and an error a line that holds none. Raises QuestionFileError for
    a file without any line, or whose heading or quotation marks cannot be read."""
    every = list(_read_each(path, text))
    questions = tuple(read for read in every if isinstance(read, Question))
    return questions, tuple(read for read in every if isinstance(read, QuestionFileError))


def _read_each(path: Path, text: str) -> Iterator[Question | QuestionFileError]:
    """What each line holds, in order: a question, or the error that says why it holds none."""
    empty = True
    for line, record in _csv_records(path, text) if is_csv(path) else _json_lines(text):
        empty = False
        try:
            yield _question(path, line, _parsed(path, line, record) if isinstance(record, str) else record)
        except QuestionFileError as error:
            yield error
    if empty:
        raise QuestionFileError(f"« {path} » ne contient aucune question : écrivez-en une par ligne.")


def is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _passages(given: list[str | PassageRecord]) -> Iterator[GivenPassage]:
    for n, passage in enumerate(given, start=1):
        record = PassageRecord(text=passage) if isinstance(passage, str) else passage
        yield GivenPassage(record.doc or f"passage-{n}", record.text)


def read_text(path: Path) -> str:
    """A whole question file. Raises QuestionFileError naming what is wrong."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise QuestionFileError(f"« {path} » dépasse {MAX_BYTES >> 20} Mo : découpez-le en plusieurs fichiers.")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise QuestionFileError(f"Le fichier de questions « {path} » n'existe pas : vérifiez le chemin.") from error
    except OSError as error:
        raise QuestionFileError(
            f"Le fichier de questions « {path} » ne peut pas être lu : {error.strerror}."
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise QuestionFileError(
            f"« {path} », ligne {line} : le texte n'est pas en UTF-8, enregistrez le fichier dans cet encodage."
        ) from error


def _json_lines(text: str) -> Iterator[tuple[int, str]]:
    return ((line, content) for line, content in enumerate(text.split("\n"), start=1) if content.strip())


def _parsed(path: Path, line: int, content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QuestionFileError(
            f"« {path} », ligne {line} : ce n'est pas un objet JSON, une question s'écrit "
            '{"question": "…"} sur une ligne.'
        ) from error


def _csv_records(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """The rows of a CSV file with a header, in French or as records name it; separator "," or ";" as the header shows."""
    header = text.split("\n", 1)[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        titles = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = [FRENCH_TITLES.get(title, title) for title in titles]
    except csv.Error as error:
        raise QuestionFileError(f"« {path} », ligne 1 : CSV mal écrit, vérifiez les guillemets.") from error
    if "question" not in rows.fieldnames:
        raise QuestionFileError(f"« {path} », ligne 1 : il manque une colonne « question » dans l'en-tête.")
    try:
        for n, row in enumerate(rows, start=1):
            if any(row.values()):
                profile = {name: row.get(name) for name in ("region", "size", "sector", "need")}
                identifier = row.get("id") or str(n)
                yield rows.line_num, {"id": identifier, "question": row["question"], "profile": profile}
    except csv.Error as error:
        raise QuestionFileError(
            f"« {path} », ligne {rows.line_num} : CSV mal écrit, vérifiez les guillemets."
        ) from error


def _question(path: Path, line: int, record: Any) -> Question:
    try:
        return QuestionRecord.model_validate(record).to_question(str(line))
    except ValidationError as error:
        where = [part for part in error.errors()[0]["loc"] if part in _FIELDS]
        field = f"« {where[0]} »" if where else "l'objet"
        raise QuestionFileError(f"« {path} », ligne {line} : {field} manque ou n'a pas la forme attendue.") from error


_FIELDS = frozenset(QuestionRecord.model_fields)
