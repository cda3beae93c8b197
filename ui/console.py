"""What is written where: results on stdout, progress on stderr and only when a person watches it."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

Advance = Callable[[int, int], None]  # done, total


PIPED_WIDTH = 160  # columns of a table that goes to a file or another program


def out() -> Console:
    """The console of results. Never guesses markup or highlights in what it is given."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False, width=width)


def err() -> Console:
    return Console(file=sys.stderr, markup=False, highlight=False, emoji=False)


def watched() -> bool:
    return sys.stderr.isatty()


def print_json(record: Any) -> None:
    """One line of JSON on stdout."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def plain(text: str) -> str:
    """Text without what a terminal would obey: control characters and direction overrides, line ends and tabs kept."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c == "\u00ad")


@contextmanager
def bar(label: str) -> Iterator[Advance]:
    """A progress bar on stderr, called with (done, total); silent when stderr is no terminal."""
    if not watched():
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err(), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def downloads() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each thing fetched, called with (what, bytes done, bytes in all); a line each where nobody watches."""
    tasks: dict[str, TaskID] = {}
    if not watched():

        def note(what: str, _done: int, _total: int) -> None:
            if what not in tasks:
                tasks[what] = TaskID(len(tasks))
                print(plain(what), file=sys.stderr, flush=True)  # noqa: T201

        yield note
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=err()) as progress:

        def advance(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(plain(what), total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield advance
