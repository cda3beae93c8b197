"""The HTTP API as a program meets it: records, events, problems in two languages, doors closed by default."""

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from api_worlds import Library, bearer, make_key, make_world, serving, visiting, wait_for
from fastapi.testclient import TestClient
from page_worlds import TEXT

from assistant.answers import Answer, Event, Question, Quotes, Step, to_record
from assistant.deadline import QuestionLeft
from ui.api import bodies
from ui.api.desk import Desk
from ui.api.journal import JournalHandler
from ui.api.keys import revoke_key
from ui.api.openapi import described
from ui.api.problems import STATUS, Problem, language_asked
from ui.pacing import Paced
from ui.words import load_page_words

ASK = "/api/v1/ask"
RECORD = to_record(Answer("1", "", "answered", None, "")).keys()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_world(tmp_path)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with visiting(desk, raise_server_exceptions=False) as opened:
        yield opened


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = re.findall(r"event: (\w+)\ndata: (.+)\n\n", text)
    return [(name, json.loads(data)) for name, data in found]


def asked(desk: Desk) -> list[Question]:
    return desk.answering.asked  # type: ignore[attr-defined, no-any-return]


def test_an_answer_is_the_record_of_the_contract(client: TestClient) -> None:
    answer = client.post(ASK, json={"question": "Quel budget ?", "id": "q7"})
    assert answer.status_code == 200
    assert answer.json().keys() == RECORD
    assert answer.json()["status"] == "answered"


def test_the_whole_question_reaches_the_assistant(client: TestClient, desk: Desk) -> None:
    body = {
        "question": "  Et la durée ? ",
        "id": "q2",
        "profile": {"region": "Nantes", "size": 45},
        "history": [{"role": "user", "content": "Quel budget ?"}, {"role": "assistant", "content": "60 M€"}],
        "passages": [{"doc": "note", "text": "Deux ans."}, {"text": "Trois ans."}],
    }
    assert client.post(ASK, json=body).status_code == 200
    (question,) = asked(desk)
    assert (question.text, question.id) == ("Et la durée ?", "q2")
    assert (question.profile.region, question.profile.size) == ("Nantes", "45")
    assert [turn.content for turn in question.history] == ["Quel budget ?", "60 M€"]
    assert [p.doc for p in question.passages or ()] == ["note", "passage-2"]


@pytest.mark.parametrize("path", ["/api/v1/health/live", "/api/v1/health/ready"])
def test_a_watcher_may_ask_for_the_head_alone(client: TestClient, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "l'un de ces mots : user, assistant"), ("en", "one of these words: user, assistant")]
)
def test_the_words_that_a_field_takes_are_told_in_the_language_asked(
    client: TestClient, language: str, said: str
) -> None:
    body = {"question": "x", "history": [{"role": "system", "content": "x"}]}
    answer = client.post(ASK, json=body, headers={"accept-language": language})
    assert [said in error["detail"] for error in answer.json()["errors"]] == [True]


def test_events_come_in_their_order_and_end_with_the_record(client: TestClient) -> None:
    answer = client.post(ASK, json={"question": "Quel budget ?"}, headers={"accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    named = events(answer.text)
    assert [name for name, _ in named] == ["step", "sources", "quotes", "step", "final"]
    assert named[-1][1].keys() == RECORD


def test_without_the_model_there_is_no_draft(client: TestClient) -> None:
    body = {"question": "Quel budget ?", "llm": False}
    answer = client.post(ASK, json=body, headers={"accept": "text/event-stream"})
    assert [name for name, _ in events(answer.text)] == ["step", "sources", "quotes", "final"]


def test_a_failure_in_a_stream_is_a_problem_event(client: TestClient) -> None:
    answer = client.post(ASK, json={"question": "une panne"}, headers={"accept": "text/event-stream"})
    name, problem = events(answer.text)[-1]
    assert name == "problem"
    assert problem["status"] == 503
    assert "setup" not in str(problem)


def test_personal_data_is_noticed(client: TestClient) -> None:
    answer = client.post(ASK, json={"question": "Rappelez-moi au 06 12 34 56 78, moi@exemple.fr"})
    assert answer.headers["guichet-personal-data"] == "email, phone"
    assert "guichet-personal-data" not in client.post(ASK, json={"question": "Quel budget ?"}).headers


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/question"),
        ({"question": "   "}, "#/question"),
        ({"question": "x" * (bodies.MAX_QUESTION + 1)}, "#/question"),
        ({"question": "x", "questio": "y"}, "#/questio"),
        ({"question": 3}, "#/question"),
        ({"question": "x", "llm": "oui"}, "#/llm"),
        ({"question": "x", "history": [{"role": "system", "content": "y"}]}, "#/history/0/role"),
        ({"question": "x", "profile": {"region": "y" * 101}}, "#/profile/region"),
        ({"question": "\ud800"}, "#/question"),
    ],
)
def test_a_fault_in_a_body_is_pointed_at(client: TestClient, body: dict[str, object], pointer: str) -> None:
    answer = client.post(ASK, content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_a_problem_does_not_repeat_what_was_sent(client: TestClient) -> None:
    answer = client.post(ASK, json={"question": "x", "secret-a": "valeur-secrete"})
    assert "valeur-secrete" not in answer.text


@pytest.mark.parametrize(
    ("accept", "language"),
    [("en", "en"), ("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB, fr;q=0.5", "en"), ("de", "fr"), ("", "fr"), ("*", "fr")],
)
def test_a_problem_speaks_the_language_asked(client: TestClient, accept: str, language: str) -> None:
    answer = client.get("/api/v1/nulle-part", headers={"accept-language": accept})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"fr": "Introuvable", "en": "Not found"}[language]
    assert language_asked(accept, "fr") == language


def test_every_problem_has_its_words() -> None:
    for language in ("fr", "en"):
        words = load_page_words(language)
        for name in STATUS:
            assert words.say(f"api.problem.{name}.title")
            assert words.say(
                f"api.problem.{name}.detail", scope="ask", what="x", n=1, page=2, pages=1, model="x", known="y"
            )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nulle-part", 404),
        ("GET", "/api/v1/ask", 405),
        ("GET", "/api/v1/documents/inconnu", 404),
        ("GET", "/api/v1/documents/inconnu/passages", 404),
        ("GET", "/api/v1/passages/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/api/v1/schemes/inconnu", 404),
        ("GET", "/api/v1/schemes?limit=0", 422),
        ("GET", "/api/v1/jobs/inconnu", 404),
        ("GET", "/api/v1/docs", 404),
    ],
)
def test_every_refusal_is_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["request"] == answer.headers["guichet-request"]


def test_malformed_json_is_400_and_no_json_is_415(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert client.post(ASK, content="{", headers=headers).status_code == 400
    assert client.post(ASK, content='{"question": "x"}', headers={"content-type": "text/plain"}).status_code == 415
    assert client.post(ASK, data={"question": "x"}).status_code == 415


def test_a_long_body_is_refused_announced_or_not(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert client.post(ASK, content=b"x" * 300_000, headers=headers).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 10_000

    assert client.post(ASK, content=pieces(), headers=headers).status_code == 413


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/api/v1/health/live", "/api/v1/nulle-part", "/v1/models", "/v1/nulle-part"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_bug_is_a_problem_without_its_details(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(desk.answering), "stream", lambda *_, **__: 1 / 0)
    answer = client.post(ASK, json={"question": "x"})
    assert answer.status_code == 500
    assert "division" not in answer.text


# ---- who may come in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "address", "host", "status"),
    [
        ({}, "127.0.0.1", "localhost:7860", 200),
        ({}, "::1", "[::1]:7860", 200),
        ({}, "203.0.113.7", "localhost", 401),  # through a proxy of this machine
        ({}, "127.0.0.1", "attaque.example", 401),  # a page whose name was made to point here
        ({"open_to_network": True}, "127.0.0.1", "localhost", 401),
        ({"keys": "required"}, "127.0.0.1", "localhost", 401),
        ({"keys": "optional", "open_to_network": True}, "203.0.113.7", "aides.example", 200),
    ],
)
def test_who_needs_a_key(tmp_path: Path, access: dict[str, object], address: str, host: str, status: int) -> None:
    with visiting(make_world(tmp_path, **access), address=address, host=host) as client:
        assert client.post(ASK, json={"question": "x"}).status_code == status
        assert client.get("/api/v1/health/live").status_code == 200


def test_a_key_opens_its_uses_and_no_other(tmp_path: Path) -> None:
    desk = make_world(tmp_path, keys="required")
    key = make_key(desk.database, "ask")
    with visiting(desk, address="203.0.113.7") as client:
        assert client.post(ASK, json={"question": "x"}, headers=bearer(key)).status_code == 200
        for path in ("/api/v1/documents", "/api/v1/schemes", "/api/v1/jobs", "/api/v1/metrics"):
            refused = client.get(path, headers=bearer(key))
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:guichet:probleme:scope_missing")
        unknown = client.post(ASK, json={"question": "x"}, headers=bearer(key[:-2] + "aa"))
        assert (unknown.status_code, unknown.json()["type"]) == (401, "urn:guichet:probleme:key_invalid")
        assert unknown.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("access", [{}, {"keys": "optional"}])
def test_a_key_of_ours_that_opens_nothing_is_refused_where_none_is_needed(
    tmp_path: Path, access: dict[str, object]
) -> None:
    desk = make_world(tmp_path, **access)
    key, narrow = make_key(desk.database, "ask"), make_key(desk.database, "match")
    shown = {"revoked": key, "wrong": narrow[:-2] + "__", "unknown": f"guichet_{'0' * 12}_{'a' * 43}", "cut": key[:20]}
    with visiting(desk) as client:
        assert client.post(ASK, json={"question": "x"}, headers=bearer(key)).status_code == 200
        revoke_key(desk.database, key.split("_")[1], now=datetime.now(UTC))
        for kind, text in shown.items():
            refused = client.post(ASK, json={"question": "x"}, headers=bearer(text))
            assert (refused.status_code, refused.json()["type"]) == (401, "urn:guichet:probleme:key_invalid"), kind
        assert client.post(ASK, json={"question": "x"}, headers=bearer(narrow)).status_code == 403
        for text in ("none", "sk-xyz", "sans-clef"):  # what OpenAI clients have to send
            assert client.post(ASK, json={"question": "x"}, headers=bearer(text)).status_code == 200
        assert client.post(ASK, json={"question": "x"}).status_code == 200


def test_an_open_api_keeps_work_and_counters_for_keys(tmp_path: Path) -> None:
    with visiting(make_world(tmp_path, keys="optional"), address="203.0.113.7") as client:
        assert client.get("/api/v1/documents").status_code == 200
        assert client.get("/api/v1/jobs").status_code == 401
        assert client.get("/api/v1/metrics").status_code == 401


def test_an_address_is_limited(tmp_path: Path) -> None:
    with visiting(make_world(tmp_path, keys="optional", per_minute=10), address="203.0.113.7", host="a.fr") as client:
        statuses = [client.post(ASK, json={"question": "x"}).status_code for _ in range(8)]
        assert statuses == [200] * 5 + [429] * 3
        refused = client.post(ASK, json={"question": "x"})
        assert 1 <= int(refused.headers["retry-after"]) <= 6


def test_a_key_is_limited_by_its_own_rate(tmp_path: Path) -> None:
    desk = make_world(tmp_path, keys="required")
    slow, fast = (make_key(desk.database, "ask", per_minute=rate) for rate in (10, 1000))
    with visiting(desk, address="203.0.113.7") as client:
        for key, allowed in ((slow, 5), (fast, 8)):
            codes = [client.post(ASK, json={"question": "x"}, headers=bearer(key)).status_code for _ in range(8)]
            assert codes.count(200) == allowed


def test_trying_keys_is_limited(tmp_path: Path) -> None:
    with visiting(make_world(tmp_path, keys="required"), address="203.0.113.7") as client:
        wrong = bearer("guichet_000000000000_" + "a" * 43)
        statuses = [client.post(ASK, json={"question": "x"}, headers=wrong).status_code for _ in range(22)]
        assert statuses == [401] * 20 + [429] * 2


# ---- other sites ----------------------------------------------------------------------------------------------


def test_pages_of_other_sites_are_refused_by_default(client: TestClient) -> None:
    for origin in ("https://attaque.example", "null"):
        answer = client.post(ASK, json={"question": "x"}, headers={"origin": origin})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_of_our_own_address_may_call(client: TestClient) -> None:
    assert client.post(ASK, json={"question": "x"}, headers={"origin": "http://localhost"}).status_code == 200


def test_a_listed_site_may_call(tmp_path: Path) -> None:
    site = "https://www.chambre.example"
    with visiting(make_world(tmp_path, origins=(site,))) as client:
        asking = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
        before = client.options(ASK, headers={"origin": site, **asking})
        assert before.status_code == 200
        answer = client.post(ASK, json={"question": "x"}, headers={"origin": site})
        assert answer.headers["access-control-allow-origin"] == site
        assert client.options(ASK, headers={"origin": site + ".evil.example", **asking}).status_code == 403


# ---- what it reads ---------------------------------------------------------------------------------------------


def test_documents_and_their_passages_are_listed_by_parts(client: TestClient) -> None:
    first = client.get("/api/v1/documents?limit=1").json()
    assert (first["total"], [d["doc"] for d in first["documents"]]) == (2, ["plan"])
    passages = client.get("/api/v1/documents/plan/passages").json()["passages"]
    assert [p["text"] for p in passages] == [TEXT]
    assert client.get("/api/v1/passages/p1").json() == passages[0]
    assert passages[0]["page_image"] is None  # no file is kept in this tiny world


def test_aid_for_a_company(client: TestClient) -> None:
    found = client.post("/api/v1/match", json={"profile": {"region": "Nantes", "size": 45, "sector": "zzz"}}).json()
    assert found["profile"]["region"] == "Pays de la Loire"
    assert found["not_understood"] == ["sector"]
    assert {scheme["verdict"] for scheme in found["schemes"]} <= {"eligible", "to_confirm"}
    every = client.post("/api/v1/match", json={"text": "PME à Nantes", "every": True, "limit": 500}).json()
    assert len(every["schemes"]) == every["total"] > found["total"]


def test_schemes_are_filtered_and_read_whole(client: TestClient) -> None:
    everything = client.get("/api/v1/schemes").json()
    some = client.get("/api/v1/schemes", params={"region": "Toulouse", "text": "formation"}).json()
    assert 0 < some["total"] < everything["total"]
    assert all("REG-76" in scheme["regions"] for scheme in some["schemes"])
    assert client.get("/api/v1/schemes", params={"region": "Narnia"}).json()["total"] == 0
    fiche = client.get(f"/api/v1/schemes/{some['schemes'][0]['id']}").json()
    assert all(fact["source"]["doc"] for fact in fiche["facts"])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_operation_is_described_in_both_languages(client: TestClient, language: str) -> None:
    for prefix in ("/api/v1", "/v1"):
        page = client.get(f"{prefix}/openapi.json", params={"lang": language}).json()
        said = [op for path in page["paths"].values() for op in path.values()]
        assert all(operation["summary"] and operation["description"] for operation in said)
        assert page["servers"] == [{"url": prefix}]


def test_the_two_descriptions_differ_by_their_words_alone(desk: Desk) -> None:
    from ui.api.app import make_rooms

    app = make_rooms(desk)["/api/v1"].app
    french, english = (described(app, "/api/v1", "about", load_page_words(code)) for code in ("fr", "en"))
    assert french["paths"].keys() == english["paths"].keys()
    assert french["paths"]["/ask"]["post"]["summary"] != english["paths"]["/ask"]["post"]["summary"]


def test_counters_hold_no_question(client: TestClient) -> None:
    client.post(ASK, json={"question": "Où habite Zébulon ? zebulon@exemple.fr"})
    text = client.get("/api/v1/metrics").text
    assert 'guichet_answers_total{generator="extractive",reason="",status="answered"} 1.0' in text
    assert 'guichet_personal_data_total{kind="email"} 1.0' in text
    assert "ebulon" not in text


def test_an_index_without_documents_is_not_ready(client: TestClient, desk: Desk) -> None:
    assert client.get("/api/v1/health/ready").status_code == 200
    desk.answering.index.documents.clear()  # type: ignore[attr-defined]
    assert client.get("/api/v1/health/ready").status_code == 503
    assert client.get("/api/v1/health/live").status_code == 200


def test_the_journal_holds_a_line_a_request_and_nothing_of_a_person(client: TestClient, tmp_path: Path) -> None:
    logger = logging.getLogger("guichet.access")
    handler = JournalHandler(tmp_path / "serve.log")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        client.post(ASK, json={"question": "Où habite Zébulon ?"}, headers={"user-agent": "Navigateur-de-Paul"})
        client.get("/api/v1/documents/Zebulon")
    finally:
        logger.removeHandler(handler)
    lines = [json.loads(line) for line in (tmp_path / "serve.log").read_text().splitlines()]
    assert [(line["route"], line["status"]) for line in lines] == [(ASK, 200), ("/api/v1/documents/{doc}", 404)]
    written = (tmp_path / "serve.log").read_text()
    assert not re.search(r"bulon|Paul|127\.0\.0\.1", written)


def test_a_failure_is_in_the_journal_by_its_kind_and_place(tmp_path: Path) -> None:
    handler = JournalHandler(tmp_path / "serve.log", max_bytes=2000)
    record = logging.LogRecord("guichet", logging.ERROR, "x.py", 1, "question %s", ("Où habite Zébulon ?",), None)
    try:
        raise ValueError("Où habite Zébulon ?")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    for _ in range(60):
        handler.emit(record)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["serve.log", "serve.log.1", "serve.log.2", "serve.log.3"]
    line = json.loads((tmp_path / "serve.log").read_text().splitlines()[0])
    assert line["error"] == "ValueError"
    assert "test_api.py" in line["traceback"][0]
    assert "bulon" not in "".join((tmp_path / name).read_text() for name in files)


# ---- under load, and left ---------------------------------------------------------------------------------------


class Slow(Library):
    """Takes its time after the quotes, and tells when it was made to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.stopped, self.go_on = threading.Event(), threading.Event(), threading.Event()

    def stream(self, question: Question) -> Iterator[Event]:
        try:
            for event in super().stream(question):
                yield event
                if isinstance(event, Quotes | Step):
                    self.begun.set()
                    while not self.go_on.wait(0.05):
                        yield Step("match")
        except (GeneratorExit, QuestionLeft):
            self.stopped.set()
            raise


def test_a_full_service_says_when_to_come_back(tmp_path: Path) -> None:
    assistant = Slow()
    desk = make_world(tmp_path, Paced(assistant, at_once=1, waiting=0))
    with serving(desk) as address, httpx.Client(base_url=address, trust_env=False) as client:
        first = threading.Thread(target=lambda: client.post(ASK, json={"question": "lente"}, timeout=20))
        first.start()
        assert assistant.begun.wait(5)
        refused = client.post(ASK, json={"question": "autre"})
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:guichet:probleme:busy")
        assert int(refused.headers["retry-after"]) >= 1
        streamed = client.post(ASK, json={"question": "autre"}, headers={"accept": "text/event-stream"})
        assert "urn:guichet:probleme:busy" in streamed.text
        said = {"model": "guichet", "messages": [{"role": "user", "content": "autre"}]}
        told = client.post("/v1/chat/completions", json=said)
        assert (told.status_code, told.json()["error"]["code"]) == (503, "busy")
        assert int(told.headers["retry-after"]) >= 1
        assert "busy" in client.post("/v1/chat/completions", json={**said, "stream": True}).text
        assert 'guichet_refused_total{reason="busy"} 4.0' in client.get("/api/v1/metrics").text
        assistant.go_on.set()
        first.join()
        assert client.post(ASK, json={"question": "autre"}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [("text/event-stream", True), ("*/*, Text/Event-Stream;q=0.5", True), ("text/event-stream; q=0", False),
     ("text/event-stream;q=0.000, application/json", False), ("application/json", False)],
)  # fmt: skip
def test_events_are_sent_to_who_accepts_them(tmp_path: Path, accept: str, streamed: bool) -> None:
    with visiting(make_world(tmp_path)) as client:
        answer = client.post(ASK, json={"question": "Quel budget ?"}, headers={"accept": accept})
    assert answer.headers["content-type"].startswith("text/event-stream" if streamed else "application/json")


def test_no_address_leads_to_another(tmp_path: Path) -> None:
    """A redirection would be built on the name that the caller gives itself."""
    with visiting(make_world(tmp_path)) as client:
        for path in (f"{ASK}/", "/api/v1/schemes/", "/v1/models/", "/api/v1/"):
            answer = client.get(path, headers={"x-forwarded-host": "ailleurs.example"}, follow_redirects=False)
            assert answer.status_code == 404
            assert "location" not in answer.headers


def test_whatever_is_refused_for_now_says_when_to_come_back() -> None:
    later = [name for name, status in STATUS.items() if status in (429, 503)]
    assert {"busy", "failed", "not_ready", "stopping", "too_many", "too_many_jobs"} <= set(later)
    assert all(int(Problem(name).headers["retry-after"]) >= 1 for name in later)
    assert Problem("busy", wait_s=2.1).headers["retry-after"] == "3"
    assert "retry-after" not in Problem("not_found").headers


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_work_stops_when_the_client_goes(tmp_path: Path, accept: str) -> None:
    assistant = Slow()
    desk = make_world(tmp_path, assistant)
    with serving(desk) as address:
        host, port = address.removeprefix("http://").split(":")
        body = json.dumps({"question": "lente"}).encode()
        head = f"POST {ASK} HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\ncontent-type: application/json\r\n"
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
            assert assistant.begun.wait(5)
        assert assistant.stopped.wait(5)
        wait_for(lambda: len(desk.running) == 0)


def test_a_body_that_does_not_come_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.api.door.BODY_S", 0.3)
    with serving(make_world(tmp_path)) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            head = f"POST {ASK} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n"
            connection.sendall(head.encode() + b'{"que')
            connection.settimeout(5)
            assert connection.recv(200).startswith(b"HTTP/1.1 408")


def test_a_hundred_and_sixty_at_once_are_answered_or_told(tmp_path: Path) -> None:
    desk = make_world(tmp_path)
    with serving(desk) as address:
        statuses: list[int] = []

        def ask() -> None:
            with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
                statuses.append(client.post(ASK, json={"question": "Quel budget ?", "llm": False}).status_code)

        threads = [threading.Thread(target=ask) for _ in range(160)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert time.monotonic() - started < 25
    assert len(statuses) == 160
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= 120
