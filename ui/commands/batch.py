"""`guichet batch`: a file of questions answered into a file of answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ingest.errors import GuichetError
from ui import console
from ui.batch import BatchReport, Replies, one_by_one, write_all
from ui.bulk.crew import crew_at
from ui.questions import is_csv, read_questions
from ui.service import assistant_at
from ui.settings import Settings
from ui.words import Words


class Interrupted(GuichetError):
    """Stopped from the keyboard: what was answered is kept."""


def run(settings: Settings, words: Words, source: Path, output: Path, *, llm: bool, limit: int | None) -> None:
    """Answers what the output does not hold yet. Raises GuichetError when the work failed."""
    questions = read_questions(source)[:limit]
    check_output(source, output, words)
    try:
        with (
            answering(settings, llm=llm) as replies,
            log_to(settings.log),
            console.bar(words.say("batch.bar")) as advance,
        ):
            report = write_all(questions, replies, output, as_csv=is_csv(source), progress=advance)
    except KeyboardInterrupt as stop:
        raise Interrupted(words.say("batch.interrupted", output=output)) from stop
    console.err().print(summary(report, output, settings.log, words), soft_wrap=True)


@contextmanager
def answering(settings: Settings, *, llm: bool) -> Iterator[Replies]:
    """Who answers: the assistant of this machine, or the machines of GUICHET_RAY."""
    with crew_at(settings, writes=llm and settings.llm_url is None) as crew:
        if crew is not None:
            yield partial(crew.answers, llm=llm)
            return
        with assistant_at(settings, llm=llm) as assistant:
            yield one_by_one(assistant.answer)


def check_output(source: Path, output: Path, words: Words) -> None:
    """Refuses before any model is loaded what could only fail after the first answer."""
    if output.is_dir():
        raise GuichetError(words.say("disk.folder", file=output))
    if output.exists() and output.samefile(source):
        raise GuichetError(words.say("batch.same_file", file=output))
    output.parent.mkdir(parents=True, exist_ok=True)
    existed = output.exists()
    with output.open("ab"):  # a folder or a file that cannot be written says so now
        pass
    if not existed:
        output.unlink()


def summary(report: BatchReport, output: Path, log: Path, words: Words) -> str:
    text = words.say("batch.done", answered=report.answered, kept=report.kept, output=output)
    return text + (words.say("batch.errors", errors=report.errors, log=log) if report.errors else "")


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Unexpected errors of single questions go to this file with their traceback."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("guichet")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
