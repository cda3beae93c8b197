"""The whole API against its own OpenAPI pages: requests made by schemathesis, valid and not, every answer checked."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_worlds import bearer, make_app, make_key, make_world
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings

from ui.api.bodies import SAID
from ui.api.keys import SCOPES

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (extra dev)")

EXAMPLES = 12  # of each operation, and the bounds of its schema besides
FOLDER = tempfile.TemporaryDirectory()  # schemathesis reads the pages when this file is collected
DESK = make_world(Path(FOLDER.name), keys="required")
KEY = bearer(make_key(DESK.database, *SCOPES, per_minute=100_000))
APP = make_app(DESK)
API = schemathesis.openapi.from_asgi("/api/v1/openapi.json", APP)
CHAT = schemathesis.openapi.from_asgi("/v1/openapi.json", APP)
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module", autouse=True)
def _working() -> Iterator[None]:
    with TestClient(APP):  # its worker takes the jobs
        yield
    DESK.database.close()


def checked(case: Any) -> None:
    """Calls and checks; a busy machine may answer that it is busy, with when to come back, which is no fault."""
    response = case.call(headers=KEY)
    if response.status_code == 503:
        assert response.headers.get("retry-after")
        return
    case.validate_response(response)


@API.parametrize()
@few
def test_the_api_holds_to_its_page(case: Any) -> None:
    checked(case)


@CHAT.parametrize()
@few
def test_the_openai_compatible_api_holds_to_its_page(case: Any) -> None:
    checked(case)


@pytest.mark.parametrize("blank", ["\u0085", " \u001c\u00a0", "\ufeff", "\u2028\n"])
def test_what_the_page_calls_a_question_is_what_the_api_takes(blank: str) -> None:
    assert re.search(SAID, blank) is None
    assert TestClient(APP).post("/api/v1/ask", json={"question": blank}, headers=KEY).status_code == 422
