"""The child process of `EmbeddedServer`: llama.cpp's server on a free loopback port, for as long as its parent lives.

The one file that uses xllamacpp. A line of JSON comes in (see `main`), one goes out, {"address": …} or {"reason": …};
then the end of the input, which is that of the parent however it came, ends this process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

BATCH_TOKENS = 128  # a question that was left is let go between two batches: 2,048 held the next one up 20 s


def served(gguf: Path, *, threads: int | None, context: int, key: str) -> Any:
    """A running server. Raises RuntimeError, ValueError or OSError when the file is no model or memory runs out."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.model_alias = {gguf.stem}
    params.n_ctx = context
    params.n_batch = BATCH_TOKENS
    params.n_ubatch = BATCH_TOKENS
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # chosen free by the system
    params.api_keys = [key]
    params.offline = True
    params.ui = False
    params.use_jinja = True
    params.warmup = False  # a first question warms it as well
    params.verbosity = -1
    if threads is not None:
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
    return xllamacpp.Server(params)


def main() -> int:
    """Reads {"gguf", "threads", "context", "key"}; the key comes this way, where no list of processes shows it."""
    for name in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which lets answers end before it ends this
        signal.signal(name, signal.SIG_IGN)
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints
    asked = json.loads(sys.stdin.buffer.readline())
    ended = threading.Event()
    threading.Thread(target=_end_with, args=(sys.stdin.buffer, ended), daemon=True).start()
    try:
        server = served(Path(asked["gguf"]), threads=asked["threads"], context=asked["context"], key=asked["key"])
    except (RuntimeError, ValueError, OSError) as error:
        _say(said, {"reason": str(error)})
        return 1
    _say(said, {"address": server.listening_address})
    ended.wait()
    return 0


def _end_with(parent: BinaryIO, ended: threading.Event) -> None:
    parent.read()
    ended.set()
    os._exit(0)  # the server, stuck or not, is not waited for


def _say(said: BinaryIO, record: dict[str, str]) -> None:
    said.write(json.dumps(record).encode() + b"\n")
    said.flush()


if __name__ == "__main__":
    sys.exit(main())
