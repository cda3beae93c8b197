"""The pages and the API as one application: each behind its own door, one life, one line before the assistant."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_worlds import Library, bearer, make_key, make_world, serving, visiting, wait_for
from fastapi.testclient import TestClient

from ui.api.database import open_database
from ui.app import create_app
from ui.pacing import Paced

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    paced = Paced(Library())
    desk = make_world(tmp_path_factory.mktemp("whole"), paced)
    app = create_app(paced, desk)  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50_000)) as opened:
        yield opened
    desk.database.close()


def test_the_page_keeps_its_shield_and_the_api_has_its_own(client: TestClient) -> None:
    assert "nonce-" in client.get("/").headers["content-security-policy"]
    assert client.get("/api/v1/health/live").headers["content-security-policy"].startswith("default-src 'none'; frame")
    assert client.get("/docs").status_code == 404
    assert client.get("/gradio_api/upload").status_code == 404


@pytest.mark.parametrize("path", ["/api", "/api/v2/ask", "/api/v1x/ask", "/v1x", "/v2/models", "/en/api/v1/ask"])
def test_what_only_looks_like_the_api_is_closed(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_jobs_are_worked_on_while_it_serves(client: TestClient) -> None:
    job = client.post("/api/v1/jobs", json={"questions": [{"question": "Quel budget ?"}]}).json()
    wait_for(lambda: client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "done")


def test_two_services_share_keys_limits_and_jobs(tmp_path: Path) -> None:
    first, second = (make_world(tmp_path, keys="required") for _ in range(2))
    key = bearer(make_key(first.database, "ask", "batch", per_minute=10))
    with serving(first) as one, serving(second) as two, httpx.Client(trust_env=False, headers=key) as caller:
        body = {"question": "x", "llm": False}
        statuses = [caller.post(f"{place}/api/v1/ask", json=body).status_code for place in (one, two) * 4]
        assert statuses == [200] * 5 + [429] * 3
        job = caller.post(f"{one}/api/v1/jobs", json={"questions": [{"question": "x"}] * 3}).json()
        wait_for(lambda: caller.get(f"{two}/api/v1/jobs/{job['id']}").json()["state"] == "done")
        lines = caller.get(f"{two}{job['results']}").text.splitlines()
        assert len(lines) == 3
    for desk in (first, second):
        desk.database.close()


def test_a_key_revoked_by_the_command_is_refused_at_once(tmp_path: Path) -> None:
    desk = make_world(tmp_path, keys="required")
    key = make_key(desk.database, "ask")
    with visiting(desk, address="203.0.113.7") as client:
        assert client.get("/v1/models", headers=bearer(key)).status_code == 200
        code = "import sys; from ui.cli import main; sys.exit(main(['keys', 'revoke', sys.argv[1]]))"
        command = [sys.executable, "-c", code, key.split("_")[1]]
        subprocess.run(command, cwd=ROOT, env={"GUICHET_HOME": str(tmp_path), "PATH": ""}, check=True)
        assert client.get("/v1/models", headers=bearer(key)).status_code == 401


def test_the_command_line_stays_light() -> None:
    code = "import sys, ui.cli, ui.commands.keys; print([m for m in ('fastapi', 'starlette', 'gradio') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


def test_the_store_opens_again_with_what_it_held(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    key = make_key(database, "ask")
    database.close()
    with visiting(make_world(tmp_path, keys="required"), address="203.0.113.7") as client:
        assert client.get("/v1/models", headers=bearer(key)).status_code == 200
