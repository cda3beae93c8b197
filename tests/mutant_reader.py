"""usage: python tests/mutant_reader.py SECONDS MEMORY_MIB FILE...

Reads each file in a fork of its own under the limits of the child reader and prints one JSON object a file: {"file",
"outcome": "text", a reason, "crash" or "hang", "seconds", "letters", "noise", "said", "text": its beginning}; seconds are of
processor. A fork spares the second that a new interpreter takes to start.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from ingest.archives import is_archive, members
from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers import delimited, docx, html, markdown, pdf, spreadsheet, text  # noqa: F401 - opened before the forks
from ingest.readers.child import limit, outcome
from ingest.readers.legible import is_noise, letters

PATIENCE = 6.0  # wall clock against processor: other tests share the machine


def read_one(path: Path) -> dict[str, Any]:
    if is_archive(path):
        try:
            with members(path) as found:
                read = [outcome(member.path) if member.path else member.refusal for member in found]
        except UnreadableDocument as error:
            return {"outcome": error.reason}
        texts = [item.text for item in read if isinstance(item, Document)]
        reasons = [item.reason for item in read if isinstance(item, UnreadableDocument)]
        if not texts:
            return {"outcome": reasons[0]}
        return {"outcome": "text", "letters": min(map(letters, texts)), "noise": any(map(is_noise, texts))}
    said = outcome(path)
    if isinstance(said, UnreadableDocument):
        return {"outcome": said.reason, "said": str(said)}
    return {
        "outcome": "text",
        "letters": letters(said.text),
        "noise": is_noise(said.text),
        "said": said.notice,
        "text": said.text[:20_000],
    }


def _say(pipe: int, line: bytes) -> None:
    while line:
        line = line[os.write(pipe, line) :]


def main(arguments: list[str]) -> int:
    seconds, memory = float(arguments[0]), int(arguments[1])
    for name in arguments[2:]:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            limit(memory, seconds)
            signal.alarm(int(PATIENCE * seconds))
            try:
                record = read_one(Path(name))
            except BaseException:  # noqa: BLE001 - a fault of ours, to be seen
                record = {"outcome": "crash", "said": traceback.format_exc()[-1500:]}
            _say(writing, json.dumps(record).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            line = pipe.read()
        _, status, used = os.wait4(pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGKILL, signal.SIGXCPU)
        record = (
            json.loads(line) if line else {"outcome": "timeout" if killed else "unreadable", "said": f"status {status}"}
        )
        print(
            json.dumps({"file": Path(name).name, "seconds": round(used.ru_utime + used.ru_stime, 2)} | record),
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
