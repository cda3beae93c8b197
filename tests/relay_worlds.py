"""An event of the page as its script sends it, and what comes of it: for tests that are no browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

JOIN = "/gradio_api/queue/join"


def event(client: httpx.Client, text: str, held: str = "", prefix: str = "") -> dict[str, Any]:
    """The body that the page sends for a question: the first event over the box of questions."""
    config = client.get(f"{prefix}/config").json()
    boxes = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
    (asking, *_) = [d for d in config["dependencies"] if d["inputs"][:2] == [boxes["question"], boxes["conversation"]]]
    return {"data": [text, held, "", "", "", ""], "fn_index": asking["id"], "session_hash": "abc", "event_data": None}


def messages(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:")]


def conversation(rows: list[dict[str, Any]]) -> str:
    """The last conversation written: the only output that is neither markup nor an update."""
    texts = [text for row in rows for text in _strings(row.get("output", {}).get("data", []))]
    return next(text for text in reversed(texts) if len(text) > 200 and "<" not in text and " " not in text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
