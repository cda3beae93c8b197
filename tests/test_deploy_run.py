"""The pods of deploy/kubernetes.yaml, run as far as one machine can without a cluster: their commands and environment, by
the same account without any right, over a root that is read-only, on a real PostgreSQL, probed as a kubelet probes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import yaml

from ui.api.server import ANSWERS_S, TOLD_S
from ui.commands.supervising import STOP_S

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
OBJECTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
PODS = {each["kind"]: each["spec"]["template"]["spec"] for each in OBJECTS if each["kind"] in ("Deployment", "Job")}
SETTINGS = next(each["data"] for each in OBJECTS if each["kind"] == "ConfigMap")
WAIT_S = 120.0
HOME, HELD = Path("/srv"), Path("/media")  # folders that are there and may be covered, in a space of the test's own
LINKS = {  # what a cluster puts in for a Service named guichet where it is not told to leave it
    "GUICHET_SERVICE_HOST": "10.96.0.7",
    "GUICHET_SERVICE_PORT": "80",
    "GUICHET_PORT": "tcp://10.96.0.7:80",
    "GUICHET_PORT_80_TCP_ADDR": "10.96.0.7",
}
PROGRAM = """
import sys
import ui.commands.setup, ui.living, ui.service
from worlds import HashingEncoder
from ui.cli import main

for module in (ui.commands.setup, ui.living, ui.service):
    module.open_encoder = lambda settings: HashingEncoder()
ui.commands.setup.install_models = lambda *_, **__: None
sys.exit(main(sys.argv[1:]))
"""
SPACE = f"""
set -e
mount --bind "$DATABASE" {HELD}
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p "$DATABASE" && mount --bind {HELD} "$DATABASE"
mount -t tmpfs -o mode=2777,gid="$GID" tmpfs {HOME}
mkdir {HOME}/models && mount -t tmpfs -o "$MODELS,mode=2777,gid=$GID" tmpfs {HOME}/models
mount -o remount,ro,bind /
if touch /refused 2>/dev/null; then echo "the root can be written" >&2; exit 99; fi
exec setpriv --reuid "$UID_" --regid "$GID" --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""


def covered() -> bool:
    """Whether this machine lets the test have a read-only root of its own."""
    if not (sys.platform == "linux" and os.geteuid() == 0 and HOME.is_dir() and HELD.is_dir()):
        return False
    if any(path.resolve().is_relative_to("/tmp") for path in (ROOT, Path(sys.executable))):  # noqa: S108 - covered too
        return False
    script = "mount --bind / / && mount -t tmpfs tmpfs /srv && mount -o remount,ro,bind / && setpriv --reuid 10001 true"
    tried = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, check=False)
    return tried.returncode == 0


needs_space = pytest.mark.skipif(not covered(), reason="no mount space of its own here: not root, or not allowed to")


class Pod:
    """A container of the file, started."""

    def __init__(self, kind: str, store: str, database: Path) -> None:
        pod = PODS[kind]
        (container,) = pod["containers"]
        volumes = {mount["name"]: mount for mount in container["volumeMounts"]}
        given = ["0" if word == "7860" else word for word in container["args"]]
        user = pod["securityContext"]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GUICHET_HOME": str(HOME),
            "GUICHET_STORE": store,
            "DATABASE": str(database),
            "UID_": str(user["runAsUser"]),
            "GID": str(user["runAsGroup"]),
            "MODELS": "ro" if volumes["models"].get("readOnly") else "rw",
            **SETTINGS,
            **LINKS,
        }
        command = ["unshare", "--mount", "sh", "-c", SPACE, "sh", sys.executable, "-W", "ignore", "-c", PROGRAM, *given]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.said.extend(iter(self.process.stdout.readline, ""))

    def ended(self) -> int:
        status = self.process.wait(WAIT_S)
        self.reader.join(WAIT_S)
        return status

    def port(self) -> int:
        from api_worlds import wait_for

        def found() -> re.Match[str] | None:
            assert self.process.poll() is None, "".join(self.said)
            return re.search(r"http://0\.0\.0\.0:(\d+)", "".join(self.said))

        wait_for(lambda: found() is not None, WAIT_S)
        match = found()
        assert match is not None
        return int(match[1])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def pods(new_database: Callable[[], str], postgres: Callable[[str], str]) -> Iterator[Callable[[str], Pod]]:
    store = new_database()
    found = re.search(r"host=([^&]+)", store)
    assert found is not None
    database = Path(unquote(found[1]))
    for folder in (database, *database.parents):
        if folder != Path(tempfile.gettempdir()) and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o711)  # the account of the pods may reach the socket
    started: list[Pod] = []

    def start(kind: str) -> Pod:
        started.append(Pod(kind, store, database))
        return started[-1]

    yield start
    for pod in started:
        pod.stop()


@needs_space
def test_the_tables_are_made_once_and_two_replicas_answer_and_stop(pods: Callable[[str], Pod]) -> None:
    jobs = [pods("Job") for _ in range(2)]  # a job that is tried again while the first still runs
    assert [job.ended() for job in jobs] == [0, 0], "".join(jobs[0].said + jobs[1].said)
    replicas = [pods("Deployment") for _ in range(2)]  # both at once
    (container,) = PODS["Deployment"]["containers"]
    probes = {container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    for pod in replicas:
        address = f"http://127.0.0.1:{pod.port()}"
        for path in probes:
            # a kubelet names the pod by its own address, and has no key
            answered = httpx.get(address + path, headers={"host": "10.244.1.7:7860"}, timeout=WAIT_S)
            assert answered.status_code == 200, answered.text
        ready: dict[str, Any] = httpx.get(f"{address}/api/v1/health/ready", timeout=WAIT_S).json()
        assert ready["status"] == "ok"
        asked = httpx.post(f"{address}/api/v1/ask", json={"question": "Une aide ?"}, timeout=WAIT_S)
        assert asked.status_code == 401
    for pod in replicas:
        pod.process.send_signal(signal.SIGTERM)
    assert {pod.ended() for pod in replicas} <= {0, -signal.SIGTERM, 128 + signal.SIGTERM}
    assert not any("Traceback" in line for pod in replicas for line in pod.said)


def test_what_is_given_to_end_is_more_than_what_ending_takes() -> None:
    pod = PODS["Deployment"]
    (container,) = pod["containers"]
    left = pod["terminationGracePeriodSeconds"] - container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert left > max(ANSWERS_S + TOLD_S, STOP_S)
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert int(compose["services"]["guichet"]["stop_grace_period"].rstrip("s")) > STOP_S
    unit = (DEPLOY / "guichet.service").read_text(encoding="utf-8")
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert stop is not None
    assert int(stop[1]) > STOP_S
