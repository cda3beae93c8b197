"""What went wrong, said to a person: one sentence with what, where and what to do."""

from __future__ import annotations

from typing import Literal

Reason = Literal["scanned", "protected", "unreadable", "empty", "unsupported", "too_large", "timeout"]


class GuichetError(Exception):
    """An expected failure. Its text is shown as it is, in French; anything else keeps its traceback."""


class UnreadableDocument(GuichetError):
    """A file that gives no text; `reason` is the word of the public contract."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class CatalogueError(GuichetError):
    """A catalogue file that breaks its schema."""
