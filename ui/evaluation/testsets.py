"""A question file with its gold, read line by line: the question and its gold are parsed apart, and meet only to score."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.answers import Question
from assistant.evaluation.gold import Gold, GoldRecord
from assistant.evaluation.proposals import ACCEPTED, EDITED, decision_of, digest, from_row
from assistant.evaluation.ragas import is_sample, question_of
from index.store import Index
from ui.evaluation.problems import Problem
from ui.questions import QuestionFileError, QuestionRecord, is_csv, read_text


@dataclass(frozen=True, slots=True)
class TestSet:
    """Questions in order and their gold, the same number of each; what could not be used is in `problems`."""

    __test__ = False  # no test, whatever pytest thinks of the name

    questions: tuple[Question, ...]
    golds: tuple[Gold, ...]
    problems: tuple[Problem, ...]


def read_testset(path: Path, limit: int | None = None) -> TestSet:
    """The questions of a JSONL or CSV file. Raises QuestionFileError when not one line is a question."""
    questions: list[Question] = []
    golds: list[Gold] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for line, content in _records(path, problems):
        try:
            question = QuestionRecord.model_validate(content).to_question(str(line))
            gold = GoldRecord.model_validate(content).to_gold(question.id, question.text)
        except ValidationError as error:
            problems.append(Problem("bad_line", f"{path.name}, ligne {line}", _field(error)))
            continue
        if question.id in seen:
            problems.append(Problem("duplicate_id", f"{path.name}, ligne {line}", question.id))
            continue
        seen.add(question.id)
        questions.append(question)
        golds.append(gold)
        if limit is not None and len(questions) == limit:
            break
    if not questions:
        raise QuestionFileError(f"« {path} » ne contient aucune question : écrivez-en une par ligne.")
    return TestSet(tuple(questions), tuple(golds), tuple(problems))


def checked_against(index: Index, testset: TestSet) -> TestSet:
    """The same questions; gold documents that the index does not hold are named and left out of what is measured by
    document, and questions whose passage has changed are named and left out.

    A question of which nothing else is known than documents that are absent is no longer one that can be answered.
    """
    problems = list(testset.problems)
    questions, golds = [], []
    for question, gold in zip(testset.questions, testset.golds, strict=True):
        if stale(index, gold):
            problems.append(Problem("stale", gold.id, ", ".join(item.doc for item in gold.evidence)))
            continue
        absent = [] if question.passages is not None else [doc for doc in gold.docs if doc not in index.documents]
        problems += [Problem("unknown_document", gold.id, doc) for doc in absent]
        questions.append(question)
        golds.append(_without(gold, absent))
    return TestSet(tuple(questions), tuple(golds), tuple(problems))


def stale(index: Index, gold: Gold) -> bool:
    """Whether a passage that a question was made from is no longer in its document as it was."""
    return any(
        item.digest not in {digest(passage.text) for passage in index.of_document(item.doc)}
        for item in gold.evidence
        if item.digest and item.doc in index.documents
    )


def _without(gold: Gold, absent: list[str]) -> Gold:
    if not absent:
        return gold
    docs = tuple(doc for doc in gold.docs if doc not in absent)
    told = docs or gold.answers or gold.key_facts or gold.kind
    return replace(
        gold,
        answerable=gold.answerable if told else None,
        docs=docs,
        evidence=tuple(item for item in gold.evidence if item.doc not in absent),
    )


def _records(path: Path, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    text = read_text(path)
    return _csv_records(path, text, problems) if is_csv(path) else _json_records(path, text, problems)


def _json_records(path: Path, text: str, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip():
            try:
                record = json.loads(content)
            except (ValueError, RecursionError):
                problems.append(Problem("bad_line", f"{path.name}, ligne {line}", "JSON"))
                continue
            yield line, question_of(record) if is_sample(record) else record


def _csv_records(path: Path, text: str, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    """The rows of a CSV: those of proposed questions that a person accepted, or any file with a column `question`."""
    header = text.split("\n", 1)[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    if "question" not in rows.fieldnames:
        raise QuestionFileError(f"« {path} », ligne 1 : il manque une colonne « question » dans l'en-tête.")
    try:
        for n, row in enumerate(rows, start=1):
            cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
            if not any(cells.values()):
                continue
            if "decision" in cells and not _taken(cells, f"{path.name}, ligne {rows.line_num}", problems):
                continue
            yield rows.line_num, {"id": str(n), **from_row(cells)}
    except csv.Error:
        problems.append(Problem("bad_line", f"{path.name}, ligne {rows.line_num}", "CSV"))


def _taken(cells: Mapping[str, str], where: str, problems: list[Problem]) -> bool:
    decision = decision_of(cells["decision"])
    if decision is None:
        problems.append(Problem("undecided", where, cells["decision"]))
    return decision in (ACCEPTED, EDITED)


def _field(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.errors()[0]["loc"]) or "objet"
