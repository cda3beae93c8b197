"""A real Ray cluster of two machines, as `ray start` makes them, and the command line as a program over it.

Workers and commands have the stand-in for the encoder. Each unit that a worker begins and ends is noted in HOME; while
HOME/hold-JOB is there the workers of that job stay at their unit, once as many were ended as it says; a unit with POISON
in it kills its worker.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAIT_S = 180.0  # a machine busy with other work starts a process in ten seconds
POISON = "poison mortel"
STORE_BYTES = 80 << 20  # the least that Ray takes

SITE = """
import os, signal, sys, time
from pathlib import Path

def install():
    import ui.bulk.cluster, ui.bulk.work as work, ui.service
    from worlds import HashingEncoder

    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    home = Path(os.environ["GUICHET_HOME"])
    ui.service.open_encoder = lambda settings: HashingEncoder()
    ui.bulk.cluster.LOST_S = 5.0

    def note(what, job, head, body):
        with (home / what).open("a") as file:
            file.write(f"{job} {os.getpid()} {os.getppid()} {head.get('name', '')} {hash_of(body)}\\n")

    def hash_of(body):
        import hashlib
        return hashlib.sha256(body).hexdigest()[:16]

    def ended(job):
        path = home / "ended"
        return sum(line.startswith(job) for line in path.read_text().splitlines()) if path.exists() else 0

    def held(job):
        try:
            return ended(job) >= int((home / f"hold-{job}").read_text())
        except (FileNotFoundError, ValueError):
            return False

    def staged(job, do):
        def done(worker, head, body):
            note("begun", job, head, body)
            if b"@POISON@" in body:
                os.kill(os.getpid(), signal.SIGKILL)
            until = time.monotonic() + 120
            while held(job) and time.monotonic() < until:
                time.sleep(0.02)
            result = do(worker, head, body)
            note("ended", job, head, body)
            return result
        return done

    for job, do in list(work.JOBS.items()):
        work.JOBS[job] = staged(job, do)

if any("default_worker" in part or part == "ui.cli" for part in sys.orig_argv):
    install()
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a worker began or ended; `machine` is the raylet that started the worker."""

    job: str
    worker: int
    machine: int
    name: str
    digest: str


class RayWorld:
    """A home, and what runs over it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(SITE.replace("@POISON@", POISON))
        path = os.pathsep.join(map(str, (site, ROOT, ROOT / "tests")))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUICHET_", "RAY_"))}
        self.environ = kept | {"PYTHONPATH": path, "GUICHET_HOME": str(self.home), "RAY_USAGE_STATS_ENABLED": "0"}
        self.environ |= {"RAY_memory_monitor_refresh_ms": "0"}  # whoever else fills the memory kills no worker of ours
        self.environ |= {"PYTHONWARNINGS": "ignore"}

    def guichet(self, *arguments: object, **environ: str) -> subprocess.Popen[str]:
        """The command line as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ | environ,
            cwd=self.home,
        )

    def hold(self, job: str, after: int = 0) -> None:
        (self.home / f"hold-{job}").write_text(str(after))

    def release(self, job: str) -> None:
        (self.home / f"hold-{job}").unlink()

    def units(self, what: str, job: str) -> list[Unit]:
        """What was begun or ended, in the order of the notes."""
        path = self.home / what
        lines = path.read_text().splitlines() if path.exists() else []
        parts = [line.split(" ") for line in lines]
        return [Unit(p[0], int(p[1]), int(p[2]), p[3], p[4]) for p in parts if p[0] == job]

    def busy(self, job: str) -> list[Unit]:
        """The units begun and not ended, by workers alive."""
        ended = {(unit.worker, unit.digest) for unit in self.units("ended", job)}
        return [u for u in self.units("begun", job) if (u.worker, u.digest) not in ended and alive(u.worker)]

    def forget(self) -> None:
        for name in ("begun", "ended", "hold-read", "hold-embed", "hold-answer"):
            (self.home / name).unlink(missing_ok=True)


class Cluster:
    """A head that does no work, and machines of one core each."""

    def __init__(self, world: RayWorld, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.port = free_port()
        world.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        self.machines: list[subprocess.Popen[bytes]] = []
        self.starts = 0
        quick = json.dumps({"health_check_period_ms": 500})  # a machine that died is known to be in 3 s, not in 15
        self.head = self._start(
            f"--system-config={quick}",
            "--head",
            f"--port={self.port}",
            "--num-cpus=0",
            "--include-dashboard=false",
            f"--temp-dir={folder / 'ray'}",
        )

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def grow(self, n: int) -> None:
        """Starts machines until there are so many: one after the other, two at once wait for each other for ever."""
        self.machines = [machine for machine in self.machines if machine.poll() is None]
        while len(self.machines) < n:
            self.machines.append(self._start(f"--address={self.address}", "--num-cpus=1"))

    def die(self, raylet: int) -> None:
        """Kills a machine at once, all that runs on it."""
        (machine,) = (m for m in self.machines if raylet in descendants(m.pid))
        kill(*descendants(machine.pid))
        machine.wait(WAIT_S)

    def stop(self) -> None:
        kill(*(pid for process in (*self.machines, self.head) for pid in descendants(process.pid)))
        for process in (*self.machines, self.head):
            process.wait(WAIT_S)

    def _start(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", *options, "--block", "--disable-usage-stats"]
        self.starts += 1
        said = self.folder / f"said-{self.starts}.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                [*command, f"--object-store-memory={STORE_BYTES}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.world.environ,
                cwd=self.world.home,
                start_new_session=True,
            )
        until(lambda: "Ray runtime started" in said.read_text(errors="replace"))
        return process


def kill(*processes: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether a process runs: one killed and not yet buried by its parent does not (Linux)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def until(true: Callable[[], object], command: subprocess.Popen[str] | None = None) -> None:
    """Waits for what a command is to bring about."""
    end = time.monotonic() + WAIT_S
    while not true():
        assert command is None or command.poll() is None, command.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


def ended_well(process: subprocess.Popen[str], status: int = 0) -> tuple[str, str]:
    out, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == status, err
    return out, err


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def listening_addresses(pids: Mapping[int, object]) -> set[str]:
    """Where processes listen, as the system's tables of TCP say it (Linux)."""
    sockets = set()
    for pid in pids:
        with suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    sockets.add(os.readlink(descriptor))
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1].split(":")[0])
    return found


def descendants(pid: int) -> dict[int, int]:
    """The processes started by a process and by those, each with its parent (Linux)."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = {pid: parents.get(pid, 0)}
    while more := {child: parent for child, parent in parents.items() if parent in found and child not in found}:
        found |= more
    return found
