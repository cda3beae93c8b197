"""A Ray cluster: its workers, and its refusals said in a sentence. The one file that knows ray.

Only bytes go to a worker and come back, which Ray carries as they are. Whoever reaches the ports of a cluster runs what
they like on its machines: see docs/security.md.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, redirect_stdout
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ingest.errors import GuichetError
from ui.bulk.spreading import WorkerLost

REACH_S = 5.0  # for the port of a cluster to answer: Ray itself would try for two minutes, then end the program
LOST_S = 30.0  # without any machine that could work; one that restarts, or is added, is there by then
SEEN_S = 2.0  # the machines are counted again
STORE_BYTES = 512 << 20  # of shared memory for a cluster of this machine's own: twice what is held at once
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # tells nobody anything
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # and leaves the accelerators' variables alone
}


class ClusterUnavailable(GuichetError):
    """The cluster of GUICHET_RAY cannot be reached, started or used."""


class Cluster:
    """A cluster this process is connected to; `threads` are the cores that a unit of work takes.

    Units are done by `work(order, unit)`, which the workers import themselves.
    """

    def __init__(self, ray: Any, work: Callable[[bytes, bytes], bytes], threads: int) -> None:
        self._ray, self._seen, self._width = ray, 0.0, 0
        self._alone_since: float | None = None
        largest = max(self._cores(), default=threads)
        self.threads = min(threads, largest)  # a unit that asks for more than any machine has would wait for ever
        self._work = ray.remote(num_cpus=self.threads, max_retries=0, retry_exceptions=False)(work)

    @property
    def width(self) -> int:
        """How many units can be under way at once; never under one."""
        if time.monotonic() > self._seen + SEEN_S:
            self._width = sum(cores // self.threads for cores in self._cores())
            self._seen = time.monotonic()
        return max(1, self._width)

    def start(self, order: bytes, unit: bytes) -> Future[bytes]:
        """Sends a unit to whoever is free first. Raises ClusterUnavailable where it cannot be sent."""
        result: Future[bytes] = Future()
        try:
            sent = self._work.remote(order, unit)
        except self._ray.exceptions.RayError as error:  # no room for it in memory, nor on the disk
            raise ClusterUnavailable(_sentence("refuse le travail", error)) from error
        sent.future().add_done_callback(partial(self._settle, result))
        return result

    def check(self) -> None:
        """Raises ClusterUnavailable once no machine has been there to work for LOST_S."""
        if any(cores >= self.threads for cores in self._cores()):
            self._alone_since = None
            return
        self._alone_since = self._alone_since if self._alone_since is not None else time.monotonic()
        if time.monotonic() - self._alone_since > LOST_S:
            raise ClusterUnavailable(
                "Plus aucune machine du cluster ne travaille : relancez-les, puis la même commande."
            )

    def _cores(self) -> list[int]:
        """The cores of each machine alive that lends some."""
        nodes = self._ray.nodes()
        return [cores for node in nodes if node["Alive"] and (cores := int(node["Resources"].get("CPU", 0))) > 0]

    def _settle(self, result: Future[bytes], done: Future[Any]) -> None:
        errors = self._ray.exceptions
        error = done.exception()
        if error is None:
            result.set_result(done.result())
        elif isinstance(error, errors.RayTaskError):  # our function answers always: it could not be imported there
            result.set_exception(ClusterUnavailable(_sentence("refuse le travail", error)))
        elif isinstance(error, errors.LocalRayletDiedError):
            result.set_exception(ClusterUnavailable(_sentence("s'est arrêté sur cette machine", error)))
        elif isinstance(error, errors.RayError):
            result.set_exception(WorkerLost(str(error)))
        else:
            result.set_exception(error)


@contextmanager
def connected(address: str, work: Callable[[bytes, bytes], bytes], *, threads: int) -> Iterator[Cluster]:
    """The cluster of GUICHET_RAY: "auto", host:port, or "local", "local:4" for workers of this machine alone, which end
    with the block. Raises ClusterUnavailable."""
    if find_spec("ray") is None:
        raise ClusterUnavailable(
            "GUICHET_RAY demande la bibliothèque ray, qui n'est pas installée : "
            "lancez « pip install 'guichet-ia[ray]' »."
        )
    os.environ.update(QUIET)
    with ExitStack() as stack:
        options = _own(address, stack) if address.partition(":")[0] == "local" else _reached(address)
        import ray
        import ray._private.worker

        ray._private.worker._worker_logs_enabled = False  # a page of English at each death
        stack.enter_context(redirect_stdout(sys.stderr))  # where Ray would tell it, in the midst of our results
        stack.callback(ray.shutdown)
        try:
            ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
        except (Exception, SystemExit) as error:  # Ray ends the program where it cannot reach a cluster
            raise ClusterUnavailable(_sentence("ne se laisse pas joindre", error)) from error
        yield Cluster(ray, work, threads)


def _own(address: str, stack: ExitStack) -> dict[str, Any]:
    """What starts workers of this machine: on 127.0.0.1 alone, behind a secret of this run, nothing left on the disk."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guichet-", ignore_cleanup_errors=True)))
    os.environ.update(
        RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0",  # as there, on any system: no address but that of the machine itself
        RAY_AUTH_MODE="token",
        RAY_AUTH_TOKEN=secrets.token_hex(32),
    )
    return {
        "address": "local",
        "num_cpus": int(address.partition(":")[2] or os.cpu_count() or 1),
        "include_dashboard": False,
        "object_store_memory": STORE_BYTES,
        "_temp_dir": str(folder / "ray"),  # inside: Ray opens the folder it is given to everyone
    }


def _reached(address: str) -> dict[str, Any]:
    """What joins a cluster there is. Raises ClusterUnavailable where nothing listens."""
    if address != "auto":
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_S).close()
        except (OSError, ValueError, OverflowError) as error:
            raise ClusterUnavailable(_sentence("ne se laisse pas joindre", error)) from error
    return {"address": address}


def _sentence(what: str, error: BaseException) -> str:
    said = next((line.strip(" .") for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return (
        f"Le cluster de GUICHET_RAY {what} (« {said} ») : vérifiez l'adresse, et que « ray start » tourne ici et là-bas "
        "avec la même version."
    )
