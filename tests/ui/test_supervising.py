"""`guichet serve --workers`: what is said when the processes cannot serve, and that they end with their supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from api_worlds import wait_for

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, sys, time
from pathlib import Path
from ui.commands.supervising import Supervisor
from ui.words import load_words
from ingest.errors import GuichetError

FOLDER = Path(sys.argv[1])

def work(opened, what):
    (FOLDER / f"process-{os.getpid()}").touch()
    if what == "sentence":
        raise GuichetError("L'index est absent : lancez « guichet setup ».")
    if what == "fault":
        os._exit(3)
    opened.set()
    time.sleep(600)

if __name__ == "__main__":
    def ready():
        print("ready", flush=True)
    def died(pid):
        print("died", pid, flush=True)
    try:
        status = Supervisor(2, work, (sys.argv[2],), load_words("fr")).run(ready, died)
    except GuichetError as error:
        print(error, file=sys.stderr)
        status = 1
    raise SystemExit(status)
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    def run(what: str) -> subprocess.Popen[str]:
        program = tmp_path / "program.py"
        program.write_text(textwrap.dedent(PROGRAM))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(program), str(tmp_path), what]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    return run


def processes(folder: Path) -> set[int]:
    return {int(path.name.split("-")[1]) for path in folder.glob("process-*")}


def alive(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody has looked at does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_is_killed_is_replaced_and_all_stop_together(
    start: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    supervisor = start("serve")
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    first = min(processes(tmp_path))
    os.kill(first, signal.SIGKILL)
    assert supervisor.stdout.readline() == f"died {first}\n"
    wait_for(lambda: len(processes(tmp_path)) == 3, 60)
    supervisor.terminate()
    assert supervisor.wait(60) == 0
    assert not any(map(alive, processes(tmp_path)))


def test_processes_do_not_outlive_their_supervisor(
    start: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    supervisor = start("serve")
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    supervisor.kill()
    supervisor.wait()
    wait_for(lambda: not any(map(alive, processes(tmp_path))), 60)


def test_what_a_process_cannot_do_is_one_sentence(start: Callable[[str], subprocess.Popen[str]]) -> None:
    said, wrong = (supervisor := start("sentence")).communicate(timeout=120)
    assert supervisor.returncode == 1
    assert said == ""
    assert wrong.splitlines() == ["L'index est absent : lancez « guichet setup »."]


def test_processes_that_end_as_they_begin_are_not_started_for_ever(
    start: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    _, wrong = (supervisor := start("fault")).communicate(timeout=240)
    assert supervisor.returncode == 1
    assert "s'arrêtent aussitôt lancés" in wrong
    assert len(processes(tmp_path)) < 12
