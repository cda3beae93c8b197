"""llama.cpp's server in a child process: its crash or its hang costs the draft under way, and never the desk."""

from __future__ import annotations

import json
import logging
import secrets
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assistant.breaker import State
from ingest.errors import GuichetError

log = logging.getLogger("guichet.generator")

CONTEXT_TOKENS = 4096  # evidence and answer take under 2,000; the cache of 4,096 costs 115 MB
START_S = 180.0  # to load the model: 2 s here, and a slow disk has 1.1 GB to read
BEAT_S = 3.0  # between two looks at a running server; one a second would keep it from seeing that a question was left
HUNG_S = (
    8.0  # without an answer to a look: it answers in 0.05 s, also while it writes, and a busy machine is no fault of it
)
DOUBTED = 0.4  # of that time, after which nobody else is made to wait for it
STUCK_S = (
    45.0  # at the same token: 128 take 2.6 s at the 50 a second of two cores, 19 s were seen under six other loads
)
ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-X", "utf8", "-m", "assistant.model_child")


class GeneratorError(GuichetError):
    """The language model is missing, unreachable, too slow, or answered what cannot be used."""


@dataclass(frozen=True, slots=True)
class _Child:
    """A server that said where it listens."""

    process: subprocess.Popen[bytes]
    address: str
    ended: threading.Event = field(default_factory=threading.Event)  # by us


class EmbeddedServer:
    """The server of a GGUF file, started at its first use, and again when it has died or hung. Thread-safe.

    It listens on 127.0.0.1 alone, behind a key of its own, and ends with this process. While it runs, a thread looks at
    it every `beat_s`: one that says nothing for `hung_s`, or that it has been at the same token for `stuck_s`, is killed,
    which ends the answer it was writing, and replaced.
    """

    def __init__(
        self,
        gguf: Path,
        *,
        threads: int | None = None,
        context: int = CONTEXT_TOKENS,
        command: Sequence[str] = COMMAND,
        hung_s: float = HUNG_S,
        beat_s: float = BEAT_S,
        stuck_s: float = STUCK_S,
    ) -> None:
        self.gguf = gguf
        self.key: Final = secrets.token_urlsafe(32)
        self.restarts = 0  # since the start
        self._threads, self._context, self._command = threads, context, tuple(command)
        self._hung_s, self._beat_s, self._stuck_s = hung_s, beat_s, stuck_s
        self._lock = threading.Lock()  # held while it starts and while it is looked at
        self._process: subprocess.Popen[bytes] | None = None  # also one that is still starting
        self._child: _Child | None = None
        self._failed = False  # the last start
        self._asked_at: float | None = None  # when it was asked for the sign that it has not given yet

    @property
    def state(self) -> State:
        """As a Breaker: open while it gives no sign, half open after a start that failed, tried by the next question."""
        asked_at = self._asked_at
        if asked_at is not None and time.monotonic() - asked_at >= DOUBTED * self._hung_s:
            return "open"
        return "half_open" if self._failed else "closed"

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
            if self._child is None or _sign(self._child.address, self.key, self._hung_s) is not None:
                return
            self._again_or_later("hung" if self._child.process.poll() is None else "died")

    def _watch(self, child: _Child) -> None:
        seen, since = "", time.monotonic()
        while not child.ended.wait(self._beat_s):
            self._asked_at = time.monotonic()
            sign = _sign(child.address, self.key, self._hung_s)
            if sign is not None and sign != seen:
                seen, since = sign, time.monotonic()
            if sign is None or (sign and time.monotonic() - since >= self._stuck_s):
                self._replace(child)
                self._asked_at = None
                return
            self._asked_at = None

    def _replace(self, hung: _Child) -> None:
        """Starts another in its place; one that has died is started again by whoever asks next."""
        with self._lock:
            if self._child is hung and hung.process.poll() is None:
                self._again_or_later("hung")

    def _again_or_later(self, fault: str) -> None:
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
        if self._child is not None:
            self._child.ended.set()
        self._child = None
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _start(self) -> _Child:
        try:
            child = self._started()
        except GeneratorError:
            self._failed = True
            raise
        self._failed = False
        threading.Thread(target=self._watch, args=(child,), name="guichet-generator-watch", daemon=True).start()
        return child

    def _started(self) -> _Child:
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


def _sign(address: str, key: str, patience_s: float) -> str | None:
    """How far the answer being written is, "" where none is; None when the server does not say."""
    import httpx

    try:
        slots = httpx.get(
            f"{address}/slots",
            headers={"authorization": f"Bearer {key}"},
            timeout=patience_s,
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # of no use to http; certificates cost 15 ms a look
        )
        busy = [slot for slot in slots.raise_for_status().json() if slot["is_processing"]]
        return " ".join(f"{s['id_task']}:{s['n_prompt_tokens']}:{s['next_token'][0]['n_decoded']}" for s in busy)
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return None
