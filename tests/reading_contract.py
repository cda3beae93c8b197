"""What every reader promises of any file: a document that can be cut, shown and stored, or one reason in one sentence; in
time, and without a file written, an address called or a program started."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

from endless import within
from strange import SECRET

from ingest.documents import Document
from ingest.errors import Reason, UnreadableDocument
from ingest.passages import cut
from ingest.readers.child import outcome
from ingest.readers.exchange import from_line, to_line

SECONDS = 10.0  # of processor, half of what the child reader has: these files are small
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
LARGEST = 2_000_000  # characters: the files made here unpack to far less
ACTS = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.mkdir", "os.rename", "os.remove", "shutil.")  # fmt: skip
_watched: list[str] | None = None


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is None:
        return
    if event.startswith(ACTS):
        _watched.append(f"{event} {arguments[:2]}")
    elif event == "open":
        path, mode, flags = arguments
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (mode is None and flags & (os.O_WRONLY | os.O_RDWR)):
            _watched.append(f"open {path!r} {mode}")


sys.addaudithook(_heard)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is written, called or started meanwhile; raises Endless after SECONDS of processor."""
    global _watched  # noqa: PLW0603 - a hook of the interpreter can be given, never taken back
    _watched = found = []
    try:
        with within(SECONDS):
            yield found
    finally:
        _watched = None


def keeps_the_contract(path: Path) -> Document | UnreadableDocument:
    """What reading `path` gives; fails where the promise is broken."""
    with watched() as acts:
        said = outcome(path)
    assert acts == []
    if isinstance(said, UnreadableDocument):
        assert said.reason in get_args(Reason)
        assert path.name in str(said)
        assert is_one_line(str(said))
        return said
    _is_sound(said)
    assert from_line(to_line(said), path.name) == said
    return said


def is_one_line(text: str) -> bool:
    return not re.search(r"[\n\r\f]", text) and not CONTROLS.search(text)


def _is_sound(document: Document) -> None:
    text = document.text
    assert text.strip()
    assert len(text) < LARGEST
    assert not CONTROLS.search(text), CONTROLS.findall(text)
    assert SECRET not in text + document.title + str(document.url)
    assert document.title.strip()
    assert len(document.title) <= 250
    for said in (document.title, document.notice, document.url or "", *(page.label or "" for page in document.pages)):
        assert is_one_line(said), said
    assert all(0 <= block.start < block.end <= len(text) and 0 <= block.level <= 6 for block in document.blocks)
    assert all(left.end <= right.start for left, right in zip(document.blocks, document.blocks[1:], strict=False))
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert all(left.end == right.start for left, right in zip(document.pages, document.pages[1:], strict=False))
    passages = cut(document)
    assert passages
    assert all(p.text == text[p.start : p.end] and p.text.strip() for p in passages)
    covered = {i for p in passages for i in range(p.start, p.end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
    assert len({p.passage_id for p in passages}) == len(passages)
    assert all(is_one_line(title) for p in passages for title in p.heading)
