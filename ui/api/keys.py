"""API keys: shown once, kept as a digest, limited to some uses, revocable."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from ingest.errors import GuichetError
from ui.api.database import Database

Scope = Literal["ask", "match", "batch", "evaluate", "documents", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PER_MINUTE = 120  # questions a minute of a key that says nothing else
PREFIX = "guichet_"
_FORM = re.compile(rf"{PREFIX}([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")


class KeyProblem(GuichetError):
    """A key that cannot be made or revoked."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. Times are ISO 8601 in UTC."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    per_minute: int
    created: str
    expires: str | None = None
    revoked: str | None = None

    def usable(self, now: datetime) -> bool:
        """Whether it was neither revoked nor is past its last day."""
        return self.revoked is None and (self.expires is None or now < datetime.fromisoformat(self.expires))


def create_key(
    database: Database,
    name: str,
    scopes: Collection[Scope],
    *,
    now: datetime,
    per_minute: int = PER_MINUTE,
    days: int | None = None,
) -> tuple[Key, str]:
    """A new key and its text, which is written nowhere. Raises KeyProblem for a name, scopes or rate that means nothing."""
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise KeyProblem("Le nom d'une clef tient en 1 à 100 caractères : dites à qui ou à quoi elle sert.")
    if not scopes or set(scopes) - set(SCOPES):
        raise KeyProblem(f"Une clef a au moins un usage parmi {', '.join(SCOPES)} : donnez-le avec --scope.")
    if not 1 <= per_minute <= 100_000 or (days is not None and not 1 <= days <= 3650):
        raise KeyProblem("Une clef permet 1 à 100 000 questions par minute, pendant 1 à 3 650 jours.")
    key = Key(
        id=secrets.token_hex(6),
        name=name,
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        per_minute=per_minute,
        created=now.isoformat(timespec="seconds"),
        expires=None if days is None else (now + timedelta(days=days)).isoformat(timespec="seconds"),
    )
    secret = secrets.token_urlsafe(32)
    row = (key.id, key.name, _digest(secret), " ".join(key.scopes), key.per_minute, key.created, key.expires)
    with database.writing() as connection:
        connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
    return key, f"{PREFIX}{key.id}_{secret}"


def list_keys(database: Database) -> tuple[Key, ...]:
    """Every key ever made, the oldest first."""
    rows = database.rows(
        "SELECT id, name, scopes, per_minute, created, expires, revoked FROM keys ORDER BY created, id"
    )
    return tuple(_key(row) for row in rows)


def revoke_key(database: Database, id: str, *, now: datetime) -> Key:
    """The key, which opens nothing from now on. Raises KeyProblem for one that is not there."""
    with database.writing() as connection:
        moment = now.isoformat(timespec="seconds")
        connection.execute("UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?", (moment, id))
    found = next((key for key in list_keys(database) if key.id == id), None)
    if found is None:
        raise KeyProblem(f"Aucune clef « {id} » : voyez leurs identifiants avec « guichet keys list ».")
    return found


def ours(text: str) -> bool:
    """Whether a text is meant as one of our keys, rather than what clients send where no key is needed ("none")."""
    return text.strip().lower().startswith(PREFIX)


def key_of(database: Database, text: str, *, now: datetime) -> Key | None:
    """The key that a caller shows; None for one that is malformed, unknown, revoked or past."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    rows = database.rows(
        "SELECT id, name, scopes, per_minute, created, expires, revoked, digest FROM keys WHERE id = ?", found[1]
    )
    if not rows or not hmac.compare_digest(str(rows[0][7]), _digest(found[2])):
        return None
    key = _key(rows[0][:7])
    return key if key.usable(now) else None


def _digest(secret: str) -> str:
    """SHA-256: the secret has 256 random bits, which no slower digest would make harder to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: tuple[object, ...]) -> Key:
    number, name, scopes, per_minute, created, expires, revoked = row
    return Key(
        id=str(number),
        name=str(name),
        scopes=tuple(cast(Scope, scope) for scope in str(scopes).split()),
        per_minute=int(str(per_minute)),
        created=str(created),
        expires=None if expires is None else str(expires),
        revoked=None if revoked is None else str(revoked),
    )
