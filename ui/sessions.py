"""Open sessions and failed attempts, shared by every process of the service: both bounded, both end by themselves."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ui.api.database import Database, memory_database

IDLE_S = 2 * 3600.0  # without a request
LONGEST_S = 12 * 3600.0  # a working day
SEEN_S = 60.0  # a session seen less than this ago is not written again
MAX_SESSIONS = 200
WINDOW_S = 15 * 60.0
PER_ADDRESS = 8  # failures in the window, whatever the names
PER_NAME = 20  # failures in the window, from all addresses: a name cannot be tried by a crowd
MAX_ATTEMPTS = 40_000  # remembered; beyond, the oldest go

Clock = Callable[[], float]  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `stamp` is what their password was then: another one ends the session."""

    name: str
    stamp: str
    form: str  # the token every form and call carries
    opened: float
    seen: float


class Sessions:
    """Sessions by the digest of their secret: whoever reads the database still has no cookie. Thread-safe."""

    def __init__(self, database: Database | None = None, clock: Clock = time.time) -> None:
        self._database, self._clock = database or memory_database(), clock

    def open(self, name: str, stamp: str) -> str:
        """A new session; the secret of its cookie. Beyond the bound, the one not seen for longest ends."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO logins (digest, name, stamp, form, opened, seen) VALUES (?, ?, ?, ?, ?, ?)",
                (_digest(secret), name, stamp, secrets.token_urlsafe(24), now, now),
            )
            connection.execute("DELETE FROM logins WHERE seen < ? OR opened < ?", (now - IDLE_S, now - LONGEST_S))
            connection.execute(
                "DELETE FROM logins WHERE digest NOT IN (SELECT digest FROM logins ORDER BY seen DESC LIMIT ?)",
                (MAX_SESSIONS,),
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """The session of a cookie, seen now; None when there is none, or no longer."""
        digest, now = _digest(secret), self._clock()
        rows = self._database.rows("SELECT name, stamp, form, opened, seen FROM logins WHERE digest = ?", digest)
        if not rows:
            return None
        name, stamp, form, opened, seen = rows[0]
        session = Session(str(name), str(stamp), str(form), float(str(opened)), float(str(seen)))
        if abs(now - session.seen) > IDLE_S or abs(now - session.opened) > LONGEST_S:  # the clock may be set back
            self.close(secret)
            return None
        if abs(now - session.seen) > SEEN_S:
            with self._database.writing() as connection:
                connection.execute("UPDATE logins SET seen = ? WHERE digest = ?", (now, digest))
        return replace(session, seen=now)

    def close(self, secret: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM logins WHERE digest = ?", (_digest(secret),))


class Throttle:
    """Failed attempts by address and by name, in a window that slides. Thread-safe."""

    def __init__(self, database: Database | None = None, clock: Clock = time.time) -> None:
        self._database, self._clock = database or memory_database(), clock

    def begin(self, address: str, name: str) -> float:
        """Counts an attempt as failed until `succeeded` says otherwise: many at once are counted before any is checked.

        Seconds to wait before it may be made; 0 when it may be now.
        """
        now = self._clock()
        with self._database.writing() as connection:
            # an attempt from the future was made before the clock was set back
            connection.execute("DELETE FROM attempts WHERE at <= ? OR at > ?", (now - WINDOW_S, now))
            waits = []
            for who, most in ((_of_address(address), PER_ADDRESS), (_of_name(name), PER_NAME)):
                rows = connection.execute("SELECT at FROM attempts WHERE who = ? ORDER BY at", (who,)).fetchall()
                waits.append(0.0 if len(rows) < most else WINDOW_S - (now - float(rows[-most][0])))
            if max(waits) > 0:
                return max(waits)
            for who in (_of_address(address), _of_name(name)):
                connection.execute("INSERT INTO attempts (who, at) VALUES (?, ?)", (who, now))
            held = connection.execute("SELECT count(*) FROM attempts").fetchone()[0]
            if held > MAX_ATTEMPTS:
                oldest = "SELECT at FROM attempts ORDER BY at DESC LIMIT 1 OFFSET ?"
                connection.execute(f"DELETE FROM attempts WHERE at <= ({oldest})", (MAX_ATTEMPTS,))  # noqa: S608
        return 0.0

    def succeeded(self, address: str, name: str) -> None:
        """Forgets what was counted against this address and this name."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM attempts WHERE who IN (?, ?)", (_of_address(address), _of_name(name)))


def network(address: str) -> str:
    """An address as it is counted: a household has a whole /64 of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network(f"{known}/64", strict=False).network_address)
    return str(known)


def _of_address(address: str) -> str:
    return _digest(f"address {network(address)}")


def _of_name(name: str) -> str:
    return _digest(f"name {name}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
