"""`guichet questions`: the register of questions looked at, taken out, emptied. The service need not be stopped."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.errors import GuichetError
from ui import console
from ui.api.database import open_database
from ui.api.register import Kept, count, purge, read
from ui.help import UsageProblem
from ui.settings import Settings
from ui.words import Words

YES = ("o", "oui", "y", "yes")


class NotPurged(GuichetError):
    """The person changed their mind."""


class AlreadyThere(GuichetError):
    """A file that an export would overwrite."""


def run_status(settings: Settings, words: Words, *, as_json: bool) -> None:
    """Whether the register is on, for how long questions are kept, how many are there, and since when."""
    days = settings.kept_days
    with closing(open_database(settings.home, settings.shared)) as database:
        n, oldest = count(database, days=days, now=time.time())
    if as_json:
        since = None if oldest is None else _moment(oldest)
        console.print_json({"on": days is not None, "days": settings.record_days, "kept": n, "oldest": since})
        return
    lines = [words.say("questions.off") if days is None else words.count("questions.on", days)]
    lines.append(words.count("questions.kept", n))
    if oldest is not None:
        lines.append(words.say("questions.oldest", moment=_moment(oldest)))
    console.out().print("\n".join(lines), soft_wrap=True)


def run_export(settings: Settings, words: Words, target: Path | None, since: float | None, *, as_json: bool) -> None:
    """The questions kept, the oldest first, a line of JSON each, or all in one: on stdout, or in a new file for its owner.
    Raises AlreadyThere."""
    after = -math.inf if since is None else since
    with closing(open_database(settings.home, settings.shared)) as database:
        found = read(database, days=settings.kept_days, now=time.time(), since=after)
        records = (json.dumps(_record(kept), ensure_ascii=False) for kept in found)
        lines = iter([f"[{', '.join(records)}]"]) if as_json else records
        if target is None:
            for line in lines:
                sys.stdout.write(f"{line}\n")
            return
        try:
            opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise AlreadyThere(words.say("questions.there", file=target)) from error
        with open(opened, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    console.err().print(words.say("questions.exported", file=target), soft_wrap=True)


def run_purge(settings: Settings, words: Words, before: float | None, *, yes: bool, as_json: bool) -> None:
    """Deletes all, or what was asked before a moment, once the person has agreed. Raises NotPurged or UsageProblem."""
    if not yes:
        _agreed(words, before)
    with closing(open_database(settings.home, settings.shared)) as database:
        removed = purge(database, before=math.inf if before is None else before)
    if as_json:
        console.print_json({"removed": removed})
        return
    console.out().print(words.count("questions.removed", removed), soft_wrap=True)
    copies = "questions.copies" if settings.shared is None else "questions.copies_shared"
    console.err().print(words.say(copies), soft_wrap=True)


def moment_of(text: str, words: Words, option: str) -> float:
    """A day, or a day and an hour, of this machine's clock unless it says another. Raises UsageProblem."""
    try:
        return datetime.fromisoformat(text).astimezone().timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageProblem(words.say("questions.bad_date", name=option)) from error


def _agreed(words: Words, before: float | None) -> None:
    if not sys.stdin.isatty():
        raise UsageProblem(words.say("questions.say_yes"))
    asked = (
        words.say("questions.sure") if before is None else words.say("questions.sure_before", moment=_moment(before))
    )
    console.err().print(asked, end=" ", soft_wrap=True)
    if sys.stdin.readline().strip().lower() not in YES:
        raise NotPurged(words.say("questions.not_purged"))


def _record(kept: Kept) -> dict[str, Any]:
    return {
        "at": _moment(kept.at),
        "until": _moment(kept.until),
        "door": kept.door,
        "status": kept.status,
        "reason": kept.reason,
        "question": kept.question,
        "answer": kept.answer,
        "sources": list(kept.sources),
        "ms": kept.ms,
        "index": kept.index,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
