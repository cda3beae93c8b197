"""Who may manage the documents: names and password hashes in GUICHET_HOME/access.json, read by its owner alone."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from ingest.errors import GuichetError
from ui.passwords import hashed, matches
from ui.words import Words

FILE = "access.json"
MIN_PASSWORD = 12  # characters, as the CNIL recommends where attempts are throttled
MAX_PASSWORD = 256  # hashing a novel would hold up the others
_NAME = re.compile(r"[\w.@ +-]{1,64}")
LOCK_S = 10.0


class AccessError(GuichetError):
    """A name, a password or a file of access that cannot be used."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `name` is folded: "Zoé" and "zoé" are one."""

    name: str
    hash: str
    added: str  # ISO 8601


class _PersonRecord(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    hash: Annotated[str, StringConstraints(pattern=r"^\$argon2id\$")]
    added: str


class _FileRecord(BaseModel):
    model_config = ConfigDict(extra="forbid")
    people: list[_PersonRecord]


def folded_name(name: str) -> str:
    """The name as it is compared and kept."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_people(home: Path, words: Words) -> dict[str, Person]:
    """Those who may sign in, by name; nobody where nobody was added. Raises AccessError for a damaged file."""
    path = home / FILE
    try:
        record = _FileRecord.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise AccessError(words.say("access.damaged", file=path)) from error
    return {person.name: Person(**dict(person)) for person in record.people}


def add_person(home: Path, name: str, password: str, words: Words) -> bool:
    """Lets somebody in, or gives them a new password; whether they are new. Raises AccessError."""
    folded = checked_name(name, words)
    check_password(folded, password, words)
    person = Person(folded, hashed(password), datetime.now(UTC).isoformat(timespec="seconds"))
    with _writing(home, words):
        people = read_people(home, words)
        new = folded not in people
        _write(home, people | {folded: person})
    return new


def remove_person(home: Path, name: str, words: Words) -> None:
    """Lets somebody in no more; their open session ends with their next request. Raises AccessError."""
    folded = folded_name(name)
    with _writing(home, words):
        people = read_people(home, words)
        if folded not in people:
            raise AccessError(words.say("access.unknown", name=name))
        _write(home, {known: person for known, person in people.items() if known != folded})


def checked_name(name: str, words: Words) -> str:
    """The name folded. Raises AccessError for one that cannot be typed at a login page."""
    folded = folded_name(name)
    if not _NAME.fullmatch(folded):
        raise AccessError(words.say("access.bad_name", name=name))
    return folded


def check_password(folded: str, password: str, words: Words) -> None:
    """Raises AccessError for a password that is too short, too long or little more than the name."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise AccessError(words.say("access.bad_length", least=MIN_PASSWORD, most=MAX_PASSWORD))
    if len(folded_name(password).replace(folded, "")) < MIN_PASSWORD // 2 or len(set(password)) < 5:
        raise AccessError(words.say("access.weak"))


def signed_in(people: Mapping[str, Person], name: str, password: str) -> Person | None:
    """The person of this name and password; None, after the same time, whichever is wrong."""
    person = people.get(folded_name(name[:MAX_PASSWORD]))
    right = matches(person.hash if person else None, password[:MAX_PASSWORD])
    return person if right else None


@contextmanager
def _writing(home: Path, words: Words) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / f".{FILE}.lock", timeout=LOCK_S):
            yield
    except Timeout as error:
        raise AccessError(words.say("access.busy")) from error


def _write(home: Path, people: Mapping[str, Person]) -> None:
    """By one atomic rename, never readable by others, not even for a moment."""
    draft = home / f".{FILE}.part"
    draft.unlink(missing_ok=True)
    content = json.dumps({"people": [asdict(p) for _, p in sorted(people.items())]}, ensure_ascii=False, indent=1)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home / FILE)
