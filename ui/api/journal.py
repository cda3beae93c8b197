"""The journal of the service: a line of JSON an event, without question text, addresses or names of persons."""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

MAX_BYTES = 10 * 1024 * 1024
KEPT = 3  # files before the current one


class JournalHandler(logging.Handler):
    """Appends to a file that several processes share: one write a line, the file turned over when it is large."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        super().__init__()
        self._path, self._max_bytes, self._turning = path, max_bytes, Lock()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = json.dumps(_fields(record), ensure_ascii=False, default=str) + "\n"
            with self._turning:
                self._turn()
                file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                try:
                    os.write(file, line.encode("utf-8", "replace"))
                finally:
                    os.close(file)
        except OSError:
            self.handleError(record)  # a full disk stops no answer

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — logging's own name
        """Nothing: a journal that cannot be written stops no answer, and standard error may be a terminal."""

    def _turn(self) -> None:
        if not self._path.exists() or self._path.stat().st_size < self._max_bytes:
            return
        for n in range(KEPT, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{n}")
            newer = self._path.with_name(f"{self._path.name}.{n - 1}") if n > 1 else self._path
            if newer.exists():
                os.replace(newer, older)


def open_journal(path: Path) -> JournalHandler:
    """Sends what the service and its server say to `path`, and nowhere else."""
    handler = JournalHandler(path)
    for name in ("guichet", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
    logging.getLogger("guichet").setLevel(logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return handler


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """When, what, and the fields of the event. Of a failure its kind and its place: its text may quote a question."""
    fields: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": str(record.msg),  # without its arguments
        **getattr(record, "fields", {}),
    }
    if record.exc_info and record.exc_info[0] is not None:
        frames = traceback.extract_tb(record.exc_info[2])
        fields["error"] = record.exc_info[0].__name__
        fields["traceback"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]]
    return fields
