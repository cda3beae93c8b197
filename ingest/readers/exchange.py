"""A Document, or why there is none, as one JSON object: what the child process says to its parent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from ingest.documents import Block, Document, Page
from ingest.errors import UnreadableDocument


def to_line(outcome: Document | UnreadableDocument) -> bytes:
    """One UTF-8 JSON object."""
    record: dict[str, Any]
    if isinstance(outcome, UnreadableDocument):
        record = {"reason": outcome.reason, "message": str(outcome)}
    else:
        record = asdict(outcome)
        record["date"] = outcome.date.isoformat() if outcome.date else None
    return json.dumps(record, ensure_ascii=True).encode()


def from_line(line: bytes, name: str) -> Document:
    """The Document in `line`; raises what the child could not read, or that it died before it said anything."""
    try:
        record = json.loads(line)
    except ValueError as error:
        raise UnreadableDocument(
            "unreadable", f"« {name} » n'a pas pu être lu : le fichier est abîmé ou demande trop de mémoire."
        ) from error
    if "reason" in record:
        raise UnreadableDocument(record["reason"], record["message"])
    record["blocks"] = tuple(Block(**block) for block in record["blocks"])
    record["pages"] = tuple(Page(**page) for page in record["pages"])
    record["date"] = date.fromisoformat(record["date"]) if record["date"] else None
    return Document(**record)
