"""In place of the child process of the embedded model: the same two lines, then an endpoint that behaves as its file says.

The file given as the model holds a mode of endpoint_worlds.Endpoint, or "unloadable", "dead", "mute".
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from endpoint_worlds import Endpoint

COMMAND = (sys.executable, str(Path(__file__).absolute()))


class Told(list[dict[str, Any]]):
    """Leaves a file when the first question has come."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def append(self, asked: dict[str, Any]) -> None:
        super().append(asked)
        self._path.touch()


def main() -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    asked = json.loads(sys.stdin.buffer.readline())
    mode = Path(asked["gguf"]).read_text()
    if mode == "unloadable":
        print(json.dumps({"reason": "no model"}), flush=True)
    if mode in ("unloadable", "dead"):
        sys.exit(1)
    if mode == "mute":
        sys.stdin.buffer.read()
        os._exit(0)
    server = Endpoint(mode, key=asked["key"])
    server.asked = Told(Path(asked["gguf"]).with_suffix(".asked"))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    print(json.dumps({"address": server.url.removesuffix("/v1")}), flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
