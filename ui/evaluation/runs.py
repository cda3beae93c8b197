"""A system asked every question into a folder, resumable; what each answer cost is noted beside it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.answers import Answer, Question
from assistant.evaluation.cases import Case, Entails
from assistant.evaluation.gold import Gold
from assistant.evaluation.ragas import answer_of, is_sample
from assistant.evaluation.replies import Reply, ReplyRecord
from ingest.errors import GuichetError
from ui.batch import BatchReport, answer_all
from ui.evaluation.problems import Problem

ANSWERS, NOTES, STATE, METRICS = "answers.jsonl", "notes.jsonl", "run.json", "metrics.json"


@dataclass(frozen=True, slots=True)
class Run:
    """The replies of one system, by question id, and what was wrong with them."""

    name: str
    replies: Mapping[str, Reply]
    problems: tuple[Problem, ...]


def ask_all(
    questions: Sequence[Question],
    answer: Callable[[Question], Answer],
    folder: Path,
    *,
    state: Mapping[str, Any],
    intent: Callable[[Question], str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BatchReport:
    """Answers into `folder`/answers.jsonl. An interrupted run goes on; a finished one begins again.

    Raises GuichetError when the interrupted run was one of another system, index or question file, and when the
    folder holds answers that no evaluation wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / ANSWERS).exists() and not (folder / STATE).exists():
        raise GuichetError(
            f"« {folder / ANSWERS} » n'est pas d'une évaluation : choisissez un autre dossier avec --out, ou mesurez ces "
            "réponses avec --answers."
        )
    if (folder / METRICS).exists():
        for name in (METRICS, STATE, ANSWERS, NOTES):
            (folder / name).unlink(missing_ok=True)
    _same_run(folder / STATE, state)
    with (folder / NOTES).open("a", encoding="utf-8") as notes:
        return answer_all(questions, _noting(answer, notes, intent), folder / ANSWERS, progress=progress)


def read_run(
    path: Path, name: str, questions: Sequence[Question], notes: Path | None = None, *, partial: bool = False
) -> Run:
    """The answers of a file for these questions. Lines that are no record, answers to other questions and questions
    without an answer are named; `partial` leaves out what was not asked for (a limit). Raises GuichetError when no
    line answers a question."""
    problems: list[Problem] = []
    asked = {question.id: question for question in questions}
    replies: dict[str, Reply] = {}
    noted = _notes(notes)
    for line, content in _lines(path):
        try:
            record = json.loads(content)
            record = answer_of(record, line) if is_sample(record) else record
            reply = ReplyRecord.model_validate({**record, **noted.get(str(record.get("id")), {})}).to_reply()
        except (ValueError, ValidationError, TypeError, AttributeError, RecursionError):
            problems.append(Problem("bad_answer", f"{path.name}, ligne {line}"))
            continue
        question = asked.get(reply.id)
        if question is None or (reply.question is not None and not _same(reply.question, question.text)):
            if question is not None or not partial:
                problems.append(Problem("other_question", reply.id))
            continue
        replies[reply.id] = reply
    if not replies:
        raise GuichetError(
            f"« {path} » ne répond à aucune de ces questions : donnez le fichier de réponses qui va avec elles."
        )
    problems += [Problem("missing_answer", identifier) for identifier in asked if identifier not in replies]
    problems += [Problem("error", i, reply.answer[:200]) for i, reply in replies.items() if reply.status == "error"]
    return Run(name, replies, tuple(problems))


def cases_of(run: Run, golds: Sequence[Gold], entails: Entails) -> list[Case]:
    """Each gold beside its reply. A system that never shows a passage is not measured on its retrieval, nor one that never
    says anything of a company on what it understood of it."""
    searches = any(reply.retrieved for reply in run.replies.values())
    replies = run.replies
    if not any(_profiled(reply) for reply in replies.values()):
        replies = {identifier: replace(reply, profile=None) for identifier, reply in replies.items()}
    return [Case(gold, replies.get(gold.id), entails, searches=searches) for gold in golds]


def _profiled(reply: Reply) -> bool:
    profile = reply.profile
    return profile is not None and any((profile.region, profile.size, profile.sector, profile.need))


def _same_run(path: Path, state: Mapping[str, Any]) -> None:
    written = json.dumps(dict(state), ensure_ascii=False, sort_keys=True)
    if path.exists():
        if path.read_text(encoding="utf-8") != written:
            raise GuichetError(
                f"« {path.parent} » tient une évaluation interrompue d'autres questions, d'un autre index ou d'un "
                "autre système : choisissez un autre dossier avec --out, ou supprimez celui-ci."
            )
        return
    path.write_text(written, encoding="utf-8")


def _noting(
    answer: Callable[[Question], Answer], notes: Any, intent: Callable[[Question], str] | None
) -> Callable[[Question], Answer]:
    """The same answers; each one's processor time, the memory so far and the intent understood go to the notes."""

    def noted(question: Question) -> Answer:
        started = time.process_time()
        try:
            return answer(question)
        finally:
            note: dict[str, Any] = {"id": question.id, "cpu_s": round(time.process_time() - started, 4)}
            note["peak_mib"] = peak_mib()
            if intent is not None:
                note["intent"] = intent(question)
            notes.write(json.dumps(note, ensure_ascii=False) + "\n")
            notes.flush()

    return noted


def peak_mib() -> float | None:
    """The highest resident set of this process so far, in MiB; None where the system does not tell."""
    if os.name != "posix":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def _notes(path: Path | None) -> dict[str, dict[str, Any]]:
    """The notes by question id; the last one of a question counts, a half-written line does not."""
    found: dict[str, dict[str, Any]] = {}
    for _, content in _lines(path) if path is not None and path.exists() else ():
        try:
            note = json.loads(content)
            found[str(note["id"])] = {name: note[name] for name in ("cpu_s", "peak_mib", "intent") if name in note}
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except FileNotFoundError as error:
        raise GuichetError(f"Le fichier de réponses « {path} » n'existe pas : vérifiez le chemin.") from error
    except OSError as error:
        raise GuichetError(f"Le fichier de réponses « {path} » ne peut pas être lu : {error.strerror}.") from error
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


def _same(a: str, b: str) -> bool:
    return " ".join(a.split()) == " ".join(b.encode("utf-8", "replace").decode().split())
