"""Two machines over one real PostgreSQL: two `guichet serve`, each at its own address with a home of its own.

What one is told the other knows: documents, keys, limits, jobs, conversations, sessions, files. One is killed at last.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_worlds import bearer, wait_for
from library_worlds import CHEQUE, PLAN
from relay_worlds import JOIN, conversation, event, messages

from ui.access import add_person
from ui.transfers import COOKIE, new_owner
from ui.words import load_words

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
SECRET = "une phrase assez longue"
ASKED = {"question": "Combien coûte le diagnostic régional ?", "llm": False}
PROXY = "127.0.0.9"
PROGRAM = """
import sys
import ui.commands.ingest, ui.commands.setup, ui.living, ui.service
from worlds import HashingEncoder
from ui.cli import main

for module in (ui.commands.ingest, ui.commands.setup, ui.living, ui.service):
    module.open_encoder = lambda settings: HashingEncoder()
ui.commands.setup.install_models = lambda *_, **__: None
sys.exit(main(sys.argv[1:]))
"""


class Machine:
    """A home and an address of its own; the program runs there as it does anywhere."""

    def __init__(self, folder: Path, store: str, host: str) -> None:
        self.host, self.home = host, folder / "home"
        self.home.mkdir(parents=True)
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        self._environment = os.environ | {
            "PYTHONPATH": path,
            "GUICHET_HOME": str(self.home),
            "GUICHET_STORE": store,
            "GUICHET_API_KEYS": "required",
            "GUICHET_PROXIES": PROXY,
        }
        self.process: subprocess.Popen[str] | None = None
        self.address = ""

    def run(self, *arguments: object) -> str:
        command = [sys.executable, "-W", "ignore", "-c", PROGRAM, *map(str, arguments)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self) -> None:
        command = [sys.executable, "-W", "ignore", "-c", PROGRAM, "serve", "--no-llm", "--port", "0"]
        command += ["--host", self.host]
        self.process = subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True)

    def wait(self) -> None:
        assert self.process is not None
        assert self.process.stderr is not None
        said = ""
        while not (found := re.search(rf"http://{re.escape(self.host)}:\d+", said)):
            line = self.process.stderr.readline()
            assert line, said
            said += line
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.address = found[0]

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return httpx.request(method, self.address + path, timeout=PATIENCE_S, **options)

    def stop(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()
            self.process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, postgres: Callable[[str], str]) -> Iterator[list[Machine]]:
    import psycopg

    with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS two_machines")
        connection.execute("CREATE DATABASE two_machines")
    folder, store = tmp_path_factory.mktemp("machines"), postgres("two_machines")
    made = [Machine(folder / f"m{n}", store, f"127.0.0.{n}") for n in (2, 3)]
    (folder / "plan.pdf").write_bytes(PLAN)
    add_person(made[0].home, "zoe", SECRET, load_words("fr"))
    shutil.copy(made[0].home / "access.json", made[1].home)  # as docs/deployment.md says
    try:
        made[0].run("ingest", folder / "plan.pdf", "--no-catalogue")
        for machine in made:
            machine.serve()
        for machine in made:
            machine.wait()
        yield made
    finally:
        for machine in made:
            machine.stop()


def new_key(machine: Machine, *scopes: str, rate: int = 6000) -> tuple[dict[str, str], str]:
    """The header of a key made by the command on that machine, and the key's identifier."""
    options = [word for scope in scopes for word in ("--scope", scope)]
    made = json.loads(machine.run("keys", "create", "essai", *options, "--per-minute", rate, "--json"))
    return bearer(made["key"]), made["id"]


def test_what_one_ingests_and_removes_the_other_answers_from(machines: list[Machine], tmp_path: Path) -> None:
    one, two = machines
    key, _ = new_key(one, "ask", "documents")
    (tmp_path / "cheque.pdf").write_bytes(CHEQUE)

    def documents(machine: Machine) -> set[str]:
        return {d["doc"] for d in machine.call("GET", "/api/v1/documents", headers=key).json()["documents"]}

    def answers(machine: Machine) -> str:
        asked = {"question": "Que finance le chèque numérique ?", "llm": False}
        return str(machine.call("POST", "/api/v1/ask", headers=key, json=asked).json()["answer"])

    assert documents(one) == documents(two) == {"plan"}
    one.run("ingest", tmp_path / "cheque.pdf", "--no-catalogue")
    for machine in machines:
        wait_for(lambda machine=machine: "1200 euros" in answers(machine), PATIENCE_S)
        passage = machine.call("GET", "/api/v1/documents/cheque/passages", headers=key).json()["passages"][0]
        image = machine.call("GET", passage["page_image"], headers=key)
        assert (image.status_code, image.headers["guichet-quote"]) == (200, "boxed")
    two.run("ingest", "--remove", "cheque", "--no-catalogue")
    for machine in machines:
        wait_for(
            lambda machine=machine: "1200 euros" not in answers(machine) and documents(machine) == {"plan"}, PATIENCE_S
        )


def test_a_key_is_made_and_revoked_for_both(machines: list[Machine]) -> None:
    one, two = machines
    key, number = new_key(one, "ask")
    assert [m.call("POST", "/api/v1/ask", headers=key, json=ASKED).status_code for m in machines] == [200, 200]
    two.run("keys", "revoke", number)
    assert [m.call("POST", "/api/v1/ask", headers=key, json=ASKED).status_code for m in machines] == [401, 401]


def test_a_limit_counts_what_both_were_asked(machines: list[Machine]) -> None:
    key, _ = new_key(machines[0], "ask", rate=1)
    asked = [m.call("POST", "/api/v1/ask", headers=key, json=ASKED) for m in machines * 4]
    assert [answer.status_code for answer in asked[:5]] == [200] * 5  # the least that may come at once
    assert 429 in {answer.status_code for answer in asked[5:]}


def test_a_visitor_behind_a_proxy_of_another_machine_has_a_limit_of_their_own(machines: list[Machine]) -> None:
    def wrong_key(visitor: str, source: str) -> int:
        transport = httpx.HTTPTransport(local_address=source)
        with httpx.Client(transport=transport, timeout=PATIENCE_S) as client:
            headers = {**bearer("fausse"), "x-forwarded-for": visitor}
            return client.post(f"{machines[0].address}/api/v1/ask", json=ASKED, headers=headers).status_code

    tried = [wrong_key("198.51.100.7", PROXY) for _ in range(40)]
    assert tried[0] == 401
    assert tried[-1] == 429
    assert wrong_key("198.51.100.8", PROXY) == 401
    assert [wrong_key(f"198.51.100.{n}", "127.0.0.8") for n in range(9, 49)][-1] == 429  # no proxy of ours: one visitor


def test_a_job_given_to_one_is_followed_read_and_deleted_at_the_other(machines: list[Machine]) -> None:
    one, two = machines
    key, _ = new_key(one, "batch")
    body = {"questions": [{"question": f"{n}. Combien coûte le diagnostic régional ?"} for n in range(3)]}
    submitted = one.call("POST", "/api/v1/jobs", headers=key, json=body)
    assert submitted.status_code == 202
    path = f"/api/v1/jobs/{submitted.json()['id']}"
    wait_for(lambda: two.call("GET", path, headers=key).json()["state"] == "done", PATIENCE_S)
    assert len(two.call("GET", f"{path}/results", headers=key).text.splitlines()) == 3
    assert two.call("DELETE", path, headers=key).status_code == 204
    assert one.call("GET", path, headers=key).status_code == 404


@contextmanager
def visitor(machine: Machine, owner: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=machine.address, cookies={COOKIE: owner}, timeout=PATIENCE_S) as client:
        yield client


def test_a_conversation_begun_at_one_goes_on_at_the_other(machines: list[Machine]) -> None:
    owner = new_owner()
    with visitor(machines[0], owner) as first, visitor(machines[1], owner) as second:
        held = conversation(messages(first.post(JOIN, json=event(first, "Combien de mesures compte le plan ?")).text))
        said = second.post(JOIN, json=event(second, "Combien coûte le diagnostic régional ?", held)).text
    assert "800 euros" in said
    assert "ne peut pas être relue" not in said
    assert "Combien de mesures compte le plan" in said


def test_who_signs_in_at_one_is_known_at_the_other(machines: list[Machine]) -> None:
    one, two = machines
    with httpx.Client(base_url=one.address, timeout=PATIENCE_S) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get("/gestion").text)
        assert form is not None
        sent = {"form": form[1], "name": "zoe", "password": SECRET}
        assert browser.post("/gestion/connexion", data=sent).status_code == 303
        cookies = dict(browser.cookies)
    assert 'id="add"' in two.call("GET", "/gestion", cookies=cookies).text
    assert 'id="add"' not in two.call("GET", "/gestion").text


def test_the_jobs_of_a_machine_that_is_killed_are_done_by_the_other(machines: list[Machine]) -> None:
    one, two = machines
    key, _ = new_key(one, "batch")
    body = {"questions": [{"question": f"{n}. Combien coûte le diagnostic régional ?"} for n in range(400)]}
    paths = [f"/api/v1/jobs/{one.call('POST', '/api/v1/jobs', headers=key, json=body).json()['id']}" for _ in range(2)]

    def jobs() -> list[dict[str, Any]]:
        return [two.call("GET", path, headers=key).json() for path in paths]

    wait_for(lambda: any(job["answered"] for job in jobs()), PATIENCE_S)
    assert one.process is not None
    one.process.send_signal(signal.SIGKILL)
    one.process.wait(PATIENCE_S)
    assert any(job["state"] != "done" for job in jobs())
    wait_for(lambda: all(job["state"] == "done" for job in jobs()), PATIENCE_S)  # a lease of the dead ends after 30 s
    for path in paths:
        lines = two.call("GET", f"{path}/results", headers=key).text.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [str(n + 1) for n in range(400)]
