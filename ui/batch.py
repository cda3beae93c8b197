"""A file of questions answered one by one into a file of answers that survives any interruption."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answers import Answer, Question, to_record
from ingest.errors import GuichetError
from ui.exports.cells import safe_answer

log = logging.getLogger("guichet.batch")

CSV_COLUMNS = ("id", "question", "status", "reason", "answer", "sources", "schemes", "generator", "total_ms", "index")


class AnswerFileError(GuichetError):
    """An answer file that cannot be continued."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How many questions were asked for, found already answered, answered now, and ended in an error now."""

    asked: int
    kept: int
    answered: int
    errors: int


Replies = Callable[[Sequence[Question]], Iterator[dict[str, Any]]]  # the record of each answer, in order


def answer_all(
    questions: Sequence[Question],
    answer: Callable[[Question], Answer],
    output: Path,
    *,
    as_csv: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> BatchReport:
    """As `write_all`, one question after the other: each record is on the disk before the next question is asked."""
    return write_all(questions, one_by_one(answer), output, as_csv=as_csv, progress=progress)


def one_by_one(answer: Callable[[Question], Answer]) -> Replies:
    """Each question asked when the answer to the one before was taken."""
    return lambda questions: (to_record(answer_or_error(answer, question)) for question in questions)


def write_all(
    questions: Sequence[Question],
    replies: Replies,
    output: Path,
    *,
    as_csv: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> BatchReport:
    """Appends to `output` the answer of each question it does not hold yet, in the order of the questions.

    Complete records already there are kept as they are, a half-written last one is discarded. Each record is on the
    disk before the next one is taken. Raises AnswerFileError when the file answers other questions.
    """
    kept = _resume(questions, output, as_csv=as_csv)
    errors = 0
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as file:
        if as_csv and file.tell() == 0:
            _append(file, _csv_line(CSV_COLUMNS, bom=True))
        records = replies(questions[kept:])
        for n in range(kept, len(questions)):
            if progress:
                progress(n, len(questions))
            record = next(records)
            errors += record["status"] == "error"
            _append(file, _csv_line(csv_row(record)) if as_csv else _json_line(record))
    if progress:
        progress(len(questions), len(questions))
    return BatchReport(asked=len(questions), kept=kept, answered=len(questions) - kept, errors=errors)


def answer_or_error(answer: Callable[[Question], Answer], question: Question) -> Answer:
    """The answer, or a record that says what went wrong: one question never stops the others."""
    try:
        return answer(question)
    except GuichetError as error:
        return Answer(id=question.id, question=question.text, status="error", reason="failed", answer=str(error))
    except Exception:  # the traceback goes to the log, the record says so
        log.exception("question %s", question.id)
        sentence = "Une erreur imprévue a empêché de répondre à cette question : voyez le journal."
        return Answer(id=question.id, question=question.text, status="error", reason="internal", answer=sentence)


def csv_row(record: dict[str, Any]) -> tuple[str, ...]:
    """An answer record as the cells of CSV_COLUMNS."""
    sources = "\n".join(
        f"[{c['n']}] {c['title']}" + (f", p. {c['page']}" if c["page"] else "") + f" : « {c['quote']} »"
        for c in record["citations"]
    )
    schemes = "\n".join(f"{m['name']} ({m['verdict']})" for m in record["schemes"])
    total = record["timings_ms"].get("total", "")
    cells = (*(record[name] for name in CSV_COLUMNS[:5]), sources, schemes, record["generator"], total, record["index"])
    return tuple(_cell(cell) for cell in cells)


def _cell(value: object) -> str:
    """A cell no spreadsheet takes for a formula."""
    return safe_answer("" if value is None else str(value))


def _append(file: Any, line: bytes) -> None:
    file.write(line)
    file.flush()
    os.fsync(file.fileno())


def _json_line(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def _csv_line(cells: Sequence[str], *, bom: bool = False) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace")


def _resume(questions: Sequence[Question], output: Path, *, as_csv: bool) -> int:
    """Cuts off a half-written end and returns how many questions the file has answered."""
    if not output.exists():
        return 0
    data = output.read_bytes()
    size, records = _csv_kept(data, output) if as_csv else _json_kept(data, output)
    done = list(records)
    for n, (record_id, text) in enumerate(done):
        if n < len(questions) and (record_id, text) != _identity(questions[n], as_csv=as_csv):
            raise AnswerFileError(
                f"« {output} » répond à d'autres questions (enregistrement {n + 1}) : "
                "choisissez un autre fichier de réponses ou supprimez celui-ci."
            )
    if size < len(data):
        os.truncate(output, size)
    return min(len(done), len(questions))


def _identity(question: Question, *, as_csv: bool) -> tuple[str, str]:
    """The id and text of a question as they read in its record."""
    if as_csv:
        return _cell(question.id), _cell(question.text)
    return _as_written(question.id), _as_written(question.text)


def _as_written(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _json_kept(data: bytes, output: Path) -> tuple[int, Iterator[tuple[str, str]]]:
    size = data.rfind(b"\n") + 1

    def records() -> Iterator[tuple[str, str]]:
        for line, content in enumerate(data[:size].split(b"\n")[:-1], start=1):
            try:
                record = json.loads(content)
                yield record["id"], record["question"]
            except (ValueError, KeyError, TypeError) as error:
                raise AnswerFileError(
                    f"« {output} », ligne {line} : ce n'est pas un enregistrement de réponse, "
                    "choisissez un autre fichier de réponses."
                ) from error

    return size, records()


def _csv_kept(data: bytes, output: Path) -> tuple[int, Iterator[tuple[str, str]]]:
    """A CSV record ends at a line end outside quotes: there the count of quotes so far is even."""
    size = start = quotes = 0
    while (end := data.find(b"\n", start) + 1) > 0:
        quotes += data.count(b'"', start, end)
        size, start = (end if quotes % 2 == 0 else size), end
    rows = csv.reader(io.StringIO(data[:size].decode("utf-8-sig", "replace"), newline=""))
    if size and tuple(next(rows)) != CSV_COLUMNS:
        raise AnswerFileError(f"« {output} » n'est pas un fichier de réponses : choisissez-en un autre.")
    return size, ((row[0], row[1]) for row in rows)
