"""A file of companies compared with the catalogue for a page: read, run with its progress, taken away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Final

from assistant.portfolio import Company, Fits, match_companies
from ingest.errors import GuichetError
from ingest.readers.encoding import decode
from ui.companies import SUITS, Choice, companies_in
from ui.exports.advice import fits_rows
from ui.exports.formats import MEDIA, TABLES, table_bytes
from ui.fragments.advisor import companies_table, files_line, folded, progress
from ui.fragments.markup import el, joined
from ui.pages.context import Context
from ui.pages.exporting import failed
from ui.service import today
from ui.transfers import MIB, Inlet
from ui.words import Words, load_words

INLET: Final = Inlet("entreprises", 3 * MIB, (".csv",))
MOST = 2000  # lines: five seconds of one core with the files written; beyond, the command line
SHOW_S = 0.3  # how often the page is told how far the comparison has come


def checked(context: Context, owner: str | None, token: str) -> str:
    """What was read in the file just sent, or the sentence that says what is wrong with it."""
    if not token:
        return ""
    words = context.words
    try:
        name, known, wrong = _read(context, owner, token)
    except GuichetError as error:
        return failed(context, error)
    line = el("p", words.count("advisor.companies.read", len(known), name=name), class_="understood", role="status")
    return str(joined((line, folded(words, words.count("advisor.companies.wrong", len(wrong)), wrong))))


def run(
    context: Context, owner: str | None, token: str, scheme: str | None, gone: threading.Event
) -> Iterator[tuple[str, str]]:
    """(how far, results) as companies are compared; `scheme` names the one they are compared with, `gone` stops it."""
    words, fits, shown = context.words, list[Fits](), 0.0
    choice = Choice(scheme=scheme if any(s.id == scheme for s in context.schemes) else None)
    try:
        _, known, _ = _read(context, owner, token)
        for fit in match_companies(known, context.schemes, context.vocabulary, today=today()):
            if time.monotonic() - shown > SHOW_S:
                shown = time.monotonic()
                said = words.say("advisor.companies.now", n=len(fits) + 1, total=len(known))
                bar = progress(said, words.say("advisor.companies.progress"), len(fits), len(known))
                yield str(bar), ""
            fits.append(fit)
            if gone.is_set():
                stopped = el("p", words.say("advisor.companies.stopped"), class_="notice", role="status")
                yield "", str(stopped)
                return
        writing = words.say("advisor.companies.writing")
        yield str(progress(writing, words.say("advisor.companies.progress"), len(fits), len(fits))), ""
        yield "", _finished(context, owner or "", fits, choice)
    except GuichetError as error:
        yield "", failed(context, error)


def _read(context: Context, owner: str | None, token: str) -> tuple[str, list[Company], list[str]]:
    """The name of the file sent, its companies, and a sentence a line that is none. Raises GuichetError."""
    words = context.words
    if owner is None:
        raise GuichetError(words.say("transfers.no_session"))
    if not token:
        raise GuichetError(words.say("advisor.companies.none"))
    file = context.transfers.take(owner, token, INLET.name)
    if file is None:
        raise GuichetError(words.say("advisor.gone"))
    known, wrong = companies_in(file.name, decode(file.content, file.name), _doors(words), MOST + 1)
    if not known:
        raise GuichetError(words.say("advisor.companies.empty", name=file.name))
    return file.name, known, wrong


def _finished(context: Context, owner: str, fits: list[Fits], choice: Choice) -> str:
    """What came of it, the files, the first companies. Raises GuichetError without room."""
    words, doors = context.words, _doors(context.words)
    suited = sum(any(m.verdict in SUITS and (choice.scheme in (None, m.id)) for m in fit.matches) for fit in fits)
    line = f"{words.count('advisor.companies.done', len(fits))} {words.count('advisor.companies.with_fit', suited)}"
    lost = [
        doors.say(
            "companies.lost",
            line=fit.company.line,
            part=doors.say(f"criterion.{part}"),
            value=getattr(fit.company.given, part),
        )
        for fit in fits
        for part in fit.not_understood
    ]
    stem = words.say("exports.file.companies", day=today().isoformat())
    rows = list(fits_rows(words, doors, fits, choice))
    files = []
    for form in TABLES:
        content = table_bytes(rows, form, words.say("advisor.companies.sheet"), wrapped=False)
        files.append((context.transfers.offer(owner, content, f"{stem}.{form}", MEDIA[form], words), form.upper()))
    return str(
        joined(
            (
                el("p", line, class_="count", role="status"),
                files_line(words, files, words.say("advisor.companies.caption")),
                folded(words, words.count("advisor.companies.lost", len(lost)), lost),
                companies_table(words, fits, choice, context.vocabulary),
            )
        )
    )


def _doors(words: Words) -> Words:
    """The words of the command line in the language of the page: they say what is wrong with a file, and verdicts in short."""
    return load_words(words.language)
