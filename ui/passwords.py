"""Passwords as argon2id hashes; the one file that knows argon2.

Parameters are those of RFC 9106 for little memory (64 MiB, 3 passes): about 0.1 s and no shortcut for who steals the file.
"""

from __future__ import annotations

import threading

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2  # verifications: each takes 64 MiB and a core
_HASHER = argon2.PasswordHasher()
_slots = threading.Semaphore(AT_ONCE)
# what an unknown name is checked against, so that it takes as long as a known one
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Z3VpY2hldC1wZXJzb25uZQ$dCa1LzX7ZkZ7cW5d3mYfQ1mQ2v9bq0u1Yf3oR9T5xkE"


def hashed(password: str) -> str:
    """The hash to keep, with its own salt and parameters."""
    with _slots:
        return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is that of the hash; None stands for a name that nobody has, and takes as long."""
    with _slots:
        try:
            return _HASHER.verify(kept if kept is not None else NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
