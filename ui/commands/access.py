"""`guichet access`: who may manage the documents on the web page. The server need not be stopped."""

from __future__ import annotations

import getpass
import sys

from ui import console
from ui.access import AccessError, add_person, check_password, checked_name, read_people, remove_person
from ui.settings import Settings
from ui.words import Words


def run_add(settings: Settings, words: Words, name: str) -> None:
    """Asks the password twice without showing it; from a program, it is the first line of stdin. Raises AccessError."""
    folded = checked_name(name, words)
    password = asked(folded, words) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    new = add_person(settings.home, name, password, words)
    console.err().print(words.say("access.added" if new else "access.changed", name=folded), soft_wrap=True)


def asked(folded: str, words: Words) -> str:
    """A password typed twice the same. Raises AccessError."""
    password = getpass.getpass(words.say("access.password"))
    check_password(folded, password, words)  # before it is typed again
    if getpass.getpass(words.say("access.again")) != password:
        raise AccessError(words.say("access.differ"))
    return password


def run_list(settings: Settings, words: Words, *, as_json: bool) -> None:
    people = read_people(settings.home, words)
    if as_json:
        for person in people.values():
            console.print_json({"name": person.name, "added": person.added})
        return
    lines = [words.say("access.line", name=p.name, date=p.added[:10]) for p in people.values()]
    console.out().print("\n".join(map(console.plain, lines)) or words.say("access.nobody"), soft_wrap=True)


def run_remove(settings: Settings, words: Words, name: str) -> None:
    """Raises AccessError for somebody who is not there."""
    remove_person(settings.home, name, words)
    console.err().print(words.say("access.removed", name=console.plain(name)), soft_wrap=True)
