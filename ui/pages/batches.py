"""A file of questions answered one by one for a page: read, run in turn with the other visitors, stopped, taken away."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from assistant.answers import Answer, Question, to_record
from assistant.answers import Final as Kept
from ingest.errors import GuichetError
from ingest.readers.encoding import decode
from ui.exports.advice import answers_rows
from ui.exports.dossier import clean
from ui.exports.formats import MEDIA, TABLES, table_bytes
from ui.fragments.advisor import answers_table, files_line, folded, progress
from ui.fragments.markup import el, joined
from ui.pages.context import Context
from ui.pages.exporting import failed
from ui.questions import readable_questions
from ui.service import today
from ui.transfers import MIB, Inlet
from ui.translation import in_language
from ui.turns import BATCH

log = logging.getLogger("guichet.batch")

INLET: Final = Inlet("questions", MIB, (".csv", ".jsonl"))
MOST_QUOTED, MOST_WRITTEN = 200, 40  # questions: half a minute and five minutes of two cores
PATIENCE_S = 120.0  # in each line: a batch waits longer than a person
LOOK_S = 0.1  # how often it is looked whether the work was stopped
SHOW_S = 0.3  # how often the page is told how far the batch has come
LEAST_SHOWN = 60  # characters of a question in the line of progress


def checked(context: Context, owner: str | None, token: str) -> str:
    """What was read in the file just sent, or the sentence that says what is wrong with it."""
    if not token:
        return ""
    try:
        name, questions, wrong = _read(context, owner, token, MOST_QUOTED)
    except GuichetError as error:
        return failed(context, error)
    words = context.words
    line = el("p", words.count("advisor.questions.read", len(questions), name=name), class_="understood", role="status")
    return str(joined((line, folded(words, words.count("advisor.companies.wrong", len(wrong)), wrong))))


async def run(
    context: Context, owner: str | None, token: str, gone: threading.Event, *, draft: bool
) -> AsyncIterator[tuple[str, str]]:
    """(how far, results) as the answers come; each waits its turn behind the other visitors. `gone` stops the work."""
    answers, shown = list[Answer](), 0.0
    try:
        _, questions, _ = _read(context, owner, token, MOST_WRITTEN if draft else MOST_QUOTED)
        for n, question in enumerate(questions):
            if draft or not n or time.monotonic() - shown > SHOW_S:  # a written answer takes seconds
                shown = time.monotonic()
                yield _going(context, n, len(questions), question), ""
            answer = await _answered(context, question, gone, draft=draft)
            if answer is None:
                break
            answers.append(answer)
        yield "", _finished(context, owner, answers, len(questions))
    except GuichetError as error:
        yield "", failed(context, error)


def answers_table_bytes(context: Context, answers: Sequence[Answer], form: str) -> bytes:
    """A table to read, "csv" or "xlsx", in the language of the page."""
    rows = answers_rows(context.words, answers, context.vocabulary)
    return table_bytes(rows, form, context.words.say("exports.advice.sheet"))


def answers_jsonl(answers: Sequence[Answer]) -> bytes:
    """The answer records of `guichet batch`, one a line."""
    lines = (json.dumps(to_record(answer), ensure_ascii=False, allow_nan=False) for answer in answers)
    return "".join(f"{clean(line)}\n" for line in lines).encode()


async def _answered(context: Context, question: Question, gone: threading.Event, *, draft: bool) -> Answer | None:
    """The answer, or a record of what went wrong: one question never stops the others. None once `gone` is set."""
    stream = partial(context.paced.stream, question, gone=gone, draft=draft, patience_s=PATIENCE_S, client=BATCH)

    def last() -> Answer | None:
        return next((event.answer for event in stream() if isinstance(event, Kept)), None)

    pending = asyncio.get_running_loop().run_in_executor(context.pool, last)
    pending.add_done_callback(_forgotten)
    while not (await asyncio.wait({pending}, timeout=LOOK_S))[0]:
        if gone.is_set():
            return None
    if gone.is_set():
        return None
    answer = None
    try:
        answer = pending.result()
    except GuichetError as error:
        return Answer(question.id, question.text, "error", "failed", in_language(error, context.words.language))
    except Exception:  # the traceback goes to the log, the record says so
        log.exception("question %s", question.id)
    if answer is None:
        return Answer(question.id, question.text, "error", "internal", context.words.say("advisor.questions.failed"))
    return answer


def _forgotten(pending: asyncio.Future[Answer | None]) -> None:
    """Whatever came of a question that was stopped."""
    if not pending.cancelled():
        pending.exception()


def _read(context: Context, owner: str | None, token: str, most: int) -> tuple[str, tuple[Question, ...], list[str]]:
    """The name of the file sent, its questions, and a sentence a line that holds none. Raises GuichetError."""
    words = context.words
    if owner is None:
        raise GuichetError(words.say("transfers.no_session"))
    if not token:
        raise GuichetError(words.say("advisor.questions.none"))
    file = context.transfers.take(owner, token, INLET.name)
    if file is None:
        raise GuichetError(words.say("advisor.gone"))
    questions, wrong = readable_questions(Path(file.name), decode(file.content, file.name).lstrip("\ufeff"))
    if not questions:
        raise wrong[0]
    if len(questions) > most:
        raise GuichetError(words.say("advisor.questions.too_many", name=file.name, n=len(questions), most=most))
    return file.name, questions, [in_language(error, words.language) for error in wrong]


def _going(context: Context, n: int, total: int, question: Question) -> str:
    words, text = context.words, " ".join(question.text.split())
    short = text if len(text) <= LEAST_SHOWN else f"{text[:LEAST_SHOWN].rsplit(' ', 1)[0]}…"
    said = words.say("advisor.questions.now", n=n + 1, total=total, text=short)
    return str(progress(said, words.say("advisor.questions.progress"), n, total))


def _finished(context: Context, owner: str | None, answers: Sequence[Answer], total: int) -> str:
    """The table and the files of the answers to so many questions. Raises GuichetError without room."""
    words, n = context.words, len(answers)
    said = (
        words.count("advisor.questions.done", n)
        if total == n
        else words.count("advisor.questions.stopped", n, total=total)
    )
    line = el("p", said, class_="count", role="status")
    if not answers or owner is None:
        return str(line)
    stem = words.say("exports.file.answers", day=today().isoformat())
    made = {form: answers_table_bytes(context, answers, form) for form in TABLES}
    made["jsonl"] = answers_jsonl(answers)
    files = [
        (context.transfers.offer(owner, content, f"{stem}.{form}", MEDIA[form], words), form.upper())
        for form, content in made.items()
    ]
    return str(
        joined((line, files_line(words, files, words.say("advisor.questions.caption")), answers_table(words, answers)))
    )
