"""llama.cpp's server in a child process: its crash or its hang costs the draft under way, and never the desk."""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.errors import GuichetError

log = logging.getLogger("guichet.generator")

CONTEXT_TOKENS = 4096  # evidence and answer take under 2,000; the cache of 4,096 costs 115 MB
START_S = 180.0  # to load the model: 2 s here, and a slow disk has 1.1 GB to read
HUNG_S = 20.0  # the server answers between two batches of 128 tokens: 3 s, and a busy machine is no fault of it
ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-X", "utf8", "-m", "assistant.model_child")


class GeneratorError(GuichetError):
    """The language model is missing, unreachable, too slow, or answered what cannot be used."""


@dataclass(frozen=True, slots=True)
class _Child:
    """A server that said where it listens."""

    process: subprocess.Popen[bytes]
    address: str


class EmbeddedServer:
    """The server of a GGUF file, started at its first use, and again when it has died or hung. Thread-safe.

    It listens on 127.0.0.1 alone, behind a key of its own, and ends with this process.
    """

    def __init__(
        self,
        gguf: Path,
        *,
        threads: int | None = None,
        context: int = CONTEXT_TOKENS,
        command: Sequence[str] = COMMAND,
        hung_s: float = HUNG_S,
    ) -> None:
        self.gguf = gguf
        self.key: Final = secrets.token_urlsafe(32)
        self.restarts = 0  # since the start
        self._threads, self._context, self._command, self._hung_s = threads, context, tuple(command), hung_s
        self._lock = threading.Lock()  # held while it starts and while it is looked at
        self._process: subprocess.Popen[bytes] | None = None  # also one that is still starting
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """The child process; None while there is none."""
        return None if self._process is None else self._process.pid

    def url(self) -> str:
        """The base address of the running server, http://127.0.0.1:<port>/v1. Raises GeneratorError if it cannot run."""
        with self._lock:
            child = self._child
            if child is None:
                child = self._child = self._start()
            elif child.process.poll() is not None:
                child = self._again("died")
            return f"{child.address}/v1"

    def recover(self) -> None:
        """After a failure: looks, in a thread of its own, whether the server still works, and starts it again if not."""
        threading.Thread(target=self._recover, name="guichet-generator-recovery", daemon=True).start()

    def close(self) -> None:
        """Ends the server and frees its memory."""
        process = self._process
        if process is not None:
            process.kill()  # now, even while it starts under the lock
        with self._lock:
            self._end()

    def _recover(self) -> None:
        with self._lock:
            if self._child is None or _works(self._child.address, self.key, self._hung_s):
                return
            fault = "hung" if self._child.process.poll() is None else "died"
            try:
                self._again(fault)
            except GeneratorError as failure:  # said to the next question, which tries once more
                log.warning("generator not restarted", extra={"fields": {"failure": type(failure).__name__}})

    def _again(self, fault: str) -> _Child:
        self._end()
        self.restarts += 1
        log.warning("generator restarted", extra={"fields": {"fault": fault, "restarts": self.restarts}})
        self._child = self._start()
        return self._child

    def _end(self) -> None:
        self._child = None
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _start(self) -> _Child:
        if not self.gguf.is_file():
            raise GeneratorError(f"Le modèle de langue est absent de {self.gguf} : lancez « guichet setup ».")
        self._end()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                start_new_session=True,
            )
        except OSError as error:
            raise self._unloaded() from error
        self._process = process
        address = self._address_of(process)
        if address is None:
            self._end()
            raise self._unloaded()
        return _Child(process, address)

    def _address_of(self, process: subprocess.Popen[bytes]) -> str | None:
        """Where the server says it listens; None when it ended, failed or took too long."""
        asked = {
            "gguf": str(self.gguf.absolute()),
            "threads": self._threads,
            "context": self._context,
            "key": self.key,
        }
        limit = threading.Timer(START_S, process.kill)
        limit.daemon = True
        limit.start()
        try:
            if process.stdin is None or process.stdout is None:
                raise AssertionError("both are pipes")
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            said = json.loads(process.stdout.readline())
        except (OSError, ValueError):  # it died: nothing, or half a line
            return None
        finally:
            limit.cancel()
        address = said.get("address")
        return address if isinstance(address, str) else None

    def _unloaded(self) -> GeneratorError:
        return GeneratorError(
            f"Le modèle de langue {self.gguf} n'a pas pu être chargé : vérifiez que c'est un fichier GGUF entier "
            "et que la mémoire suffit, ou relancez « guichet setup »."
        )


def _works(address: str, key: str, patience_s: float) -> bool:
    """Whether the loop that writes answers still turns: it is what tells of its slots."""
    import httpx

    try:
        slots = httpx.get(
            f"{address}/slots", headers={"authorization": f"Bearer {key}"}, timeout=patience_s, trust_env=False
        )
    except httpx.HTTPError:
        return False
    return slots.is_success
