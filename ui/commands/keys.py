"""`guichet keys`: keys for the programs that call the API, made, listed, revoked. The service need not be stopped."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast

from rich.table import Table

from ui import console
from ui.api.database import open_database
from ui.api.keys import Key, Scope, create_key, list_keys, revoke_key
from ui.settings import Settings
from ui.words import Words

USUAL: tuple[Scope, ...] = ("ask", "match", "documents")


def run_create(
    settings: Settings,
    words: Words,
    name: str,
    scopes: Sequence[str],
    per_minute: int,
    days: int | None,
    *,
    as_json: bool,
) -> None:
    """Prints the key on stdout, alone there, so that it can be piped to where it is kept. Raises KeyProblem."""
    wanted = cast(Sequence[Scope], scopes) or USUAL  # checked by create_key
    with closing(open_database(settings.home, settings.shared)) as database:
        key, text = create_key(database, name, wanted, now=_now(), per_minute=per_minute, days=days)
    if as_json:
        console.print_json({**asdict(key), "key": text})
        return
    console.err().print(words.say("keys.secret"), soft_wrap=True)
    console.out().print(text, soft_wrap=True)


def run_list(settings: Settings, words: Words, *, as_json: bool) -> None:
    with closing(open_database(settings.home, settings.shared)) as database:
        found = list_keys(database)
    if as_json:
        console.print_json([asdict(key) for key in found])
        return
    if not found:
        console.out().print(words.say("keys.none"), soft_wrap=True)
        return
    table = Table()
    for name in ("id", "name", "scopes", "per_minute", "created", "state"):
        table.add_column(words.say(f"keys.{name}"), overflow="fold")
    for key in found:
        cells = (key.id, key.name, ", ".join(key.scopes), str(key.per_minute), key.created[:10], _state(key, words))
        table.add_row(*map(console.plain, cells))
    console.out().print(table)


def run_revoke(settings: Settings, words: Words, id: str) -> None:
    """Raises KeyProblem for a key that is not there."""
    with closing(open_database(settings.home, settings.shared)) as database:
        key = revoke_key(database, id, now=_now())
    console.out().print(words.say("keys.done", name=console.plain(key.name), id=key.id), soft_wrap=True)


def _state(key: Key, words: Words) -> str:
    if key.revoked is not None:
        return words.say("keys.revoked")
    if not key.usable(_now()):
        return words.say("keys.expired")
    return words.say("keys.until", date=key.expires[:10]) if key.expires else words.say("keys.usable")


def _now() -> datetime:
    return datetime.now(UTC)
