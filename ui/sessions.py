"""Open sessions and failed attempts, in the memory of the server: both bounded, both end by themselves."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

IDLE_S = 2 * 3600.0  # without a request
LONGEST_S = 12 * 3600.0  # a working day
MAX_SESSIONS = 200
WINDOW_S = 15 * 60.0
PER_ADDRESS = 8  # failures in the window, whatever the names
PER_NAME = 20  # failures in the window, from all addresses: a name cannot be tried by a crowd
MAX_KEYS = 20_000  # addresses and names remembered

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `stamp` is what their password was then: another one ends the session."""

    name: str
    stamp: str
    form: str  # the token every form and call carries
    opened: float
    seen: float


class Sessions:
    """Sessions by the digest of their secret: whoever reads this memory's dump still has no cookie. Thread-safe."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()  # least recently seen first
        self._lock = threading.Lock()

    def open(self, name: str, stamp: str) -> str:
        """A new session; the secret of its cookie. Beyond the bound, the one not seen for longest ends."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open[_digest(secret)] = Session(name, stamp, secrets.token_urlsafe(24), now, now)
            while len(self._open) > MAX_SESSIONS:
                self._open.popitem(last=False)
        return secret

    def find(self, secret: str) -> Session | None:
        """The session of a cookie, seen now; None when there is none, or no longer."""
        key, now = _digest(secret), self._clock()
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            if now - session.seen > IDLE_S or now - session.opened > LONGEST_S:
                del self._open[key]
                return None
            self._open[key] = session = replace(session, seen=now)
            self._open.move_to_end(key)
            return session

    def close(self, secret: str) -> None:
        with self._lock:
            self._open.pop(_digest(secret), None)


class Throttle:
    """Failed attempts by address and by name, in a window that slides. Thread-safe."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, address: str, name: str) -> float:
        """Counts an attempt as failed until `succeeded` says otherwise: many at once are counted before any is checked.

        Seconds to wait before it may be made; 0 when it may be now.
        """
        now = self._clock()
        keys = {f"a:{network(address)}": PER_ADDRESS, f"n:{_digest(name)}": PER_NAME}
        with self._lock:
            waits = [self._wait(key, most, now) for key, most in keys.items()]
            if max(waits) > 0:
                return max(waits)
            for key in keys:
                self._failures.setdefault(key, []).append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > MAX_KEYS:
                self._failures.popitem(last=False)
            return 0.0

    def succeeded(self, address: str, name: str) -> None:
        """Forgets what was counted against this address and this name."""
        with self._lock:
            self._failures.pop(f"a:{network(address)}", None)
            self._failures.pop(f"n:{_digest(name)}", None)

    def _wait(self, key: str, most: int, now: float) -> float:
        recent = [at for at in self._failures.get(key, ()) if now - at < WINDOW_S]
        if key in self._failures:
            self._failures[key] = recent
        return 0.0 if len(recent) < most else WINDOW_S - (now - recent[-most])


def network(address: str) -> str:
    """An address as it is counted: a household has a whole /64 of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network(f"{known}/64", strict=False).network_address)
    return str(known)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
