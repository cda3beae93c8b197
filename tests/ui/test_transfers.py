"""Files sent and fetched: limits, content, ownership, expiry."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from index.postgres.connection import Database as Store
from ui.api.database import open_database
from ui.security import Shield
from ui.transfer_routes import add_routes
from ui.transfers import COOKIE, FILES, Inlet, Refused, Transfers, kind_of, new_owner, plain_name
from ui.words import load_page_words

FR = load_page_words("fr")
CSV = Inlet("tableau", 1000, (".csv",))
PAUL, ZOE = new_owner(), new_owner()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def transfers(clock: Clock) -> Transfers:
    held = Transfers(keep_s=60, room=5000, clock=clock)
    held.open_inlet(CSV)
    held.open_inlet(Inlet("ferme", 1000, (".csv",), allows=lambda cookies: False))
    return held


@pytest.fixture
def app(transfers: Transfers) -> FastAPI:
    made = FastAPI()
    add_routes(made, transfers)
    made.add_middleware(Shield)
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, cookies={COOKIE: PAUL}) as opened:
        yield opened


def send(client: TestClient, content: bytes, name: str = "questions.csv", inlet: str = "tableau") -> tuple[int, str]:
    answer = client.post(f"/envoi/{inlet}", content=content, headers={"x-file-name": name})
    return answer.status_code, answer.json().get("error") or answer.json()["token"]


def test_a_file_sent_is_taken_by_its_owner_alone(client: TestClient, transfers: Transfers) -> None:
    status, token = send(client, b"question\nPourquoi ?\n")
    assert status == 200
    taken = transfers.take(PAUL, token, "tableau")
    assert taken is not None
    assert taken.content == b"question\nPourquoi ?\n"
    assert taken.name == "questions.csv"
    assert transfers.take(ZOE, token, "tableau") is None
    assert transfers.take(PAUL, token, "ferme") is None


def test_a_file_offered_is_fetched_by_its_owner_alone(app: FastAPI, client: TestClient, transfers: Transfers) -> None:
    address = transfers.offer(PAUL, b"a;b", "réponses à lire.csv", "text/csv; charset=utf-8", FR)
    answer = client.get(address)
    assert answer.content == b"a;b"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''r%C3%A9ponses%20%C3%A0%20lire.csv"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    with TestClient(app, cookies={COOKIE: ZOE}) as other:
        refused = other.get(address)
    assert refused.status_code == 404
    assert "gardé une demi-heure" in refused.text
    with TestClient(app) as nobody:
        assert nobody.get(address).status_code == 404


def test_another_process_gives_the_file_and_the_database_tells_nothing_of_it(tmp_path: Path) -> None:
    one, other = open_database(tmp_path), open_database(tmp_path)
    address = Transfers(one).offer(PAUL, b"Cabinet Durand", "durand.csv", "text/csv", FR)
    token = address.split("/")[2]
    file = Transfers(other).fetch(PAUL, token)
    assert file is not None
    assert (file.name, file.content) == ("durand.csv", b"Cabinet Durand")
    one.close()
    other.close()
    for path in tmp_path.iterdir():
        kept = path.read_bytes().lower()
        assert b"durand" not in kept
        assert PAUL.encode() not in kept


def test_another_machine_gives_the_file(database_url: str, tmp_path: Path) -> None:
    one, other = open_database(tmp_path, Store(database_url)), open_database(tmp_path, Store(database_url))
    token = Transfers(one).offer(PAUL, b"a;b", "a.csv", "text/csv", FR).split("/")[2]
    there = Transfers(other)
    assert there.fetch(ZOE, token) is None
    file = there.fetch(PAUL, token)
    assert file is not None
    assert file.content == b"a;b"
    assert there.held == 3
    there.drop(PAUL, token)
    assert Transfers(one).fetch(PAUL, token) is None
    one.close()
    other.close()


def test_what_was_sent_in_is_never_given_out(client: TestClient) -> None:
    _, token = send(client, b"question\n")
    assert client.get(f"/fichier/{token}/questions.csv").status_code == 404


def test_a_file_is_gone_after_its_time(client: TestClient, transfers: Transfers, clock: Clock) -> None:
    address = transfers.offer(PAUL, b"x", "a.csv", "text/csv", FR)
    clock.now = 59
    assert client.get(address).status_code == 200
    clock.now = 61
    assert client.get(address).status_code == 404
    assert transfers.held == 0


def test_a_file_is_deleted_in_its_time_though_nobody_comes() -> None:
    transfers = Transfers(keep_s=0.05)
    transfers.offer(PAUL, b"x", "a.csv", "text/csv", FR)
    gone = threading.Event()
    for _ in range(60):
        if transfers.held == 0:
            gone.set()
            break
        gone.wait(0.05)
    assert gone.is_set()


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("questions.csv", b"x" * 1001, 413, "dépasse"),
        ("questions.exe", b"question\n", 415, "choisissez un fichier .csv"),
        ("questions.csv", b"%PDF-1.7\n", 415, "n'est pas celui d'un fichier .csv"),
        ("questions.csv", b"PK\x03\x04\x00\x00xl/workbook.xml", 415, "n'est pas celui"),
        ("questions.csv", b"\x7fELF\x02\x01\x01\x00", 415, "n'est pas celui"),
        ("questions.csv", b"  \n ", 422, "est vide"),
    ],
)
def test_what_is_not_taken_is_said_in_a_sentence(
    client: TestClient, transfers: Transfers, name: str, content: bytes, status: int, said: str
) -> None:
    got, sentence = send(client, content, name)
    assert (got, said in sentence) == (status, True), sentence
    assert sentence.count(".") >= 1
    assert transfers.held == 0


def test_the_english_pages_get_english_sentences(client: TestClient) -> None:
    answer = client.post("/en/envoi/tableau", content=b"x", headers={"x-file-name": "a.exe"})
    assert "choose a .csv file" in answer.json()["error"]


def test_an_inlet_may_be_closed_and_an_unknown_one_is(client: TestClient) -> None:
    assert send(client, b"a", inlet="ferme")[0] == 403
    assert send(client, b"a", inlet="inconnu")[0] == 403


def test_nothing_is_taken_without_a_visit_or_from_the_form_of_another_site(app: FastAPI, client: TestClient) -> None:
    with TestClient(app) as nobody:
        assert send(nobody, b"a")[0] == 403
    assert client.post("/envoi/tableau", content=b"a").status_code == 403
    assert client.post("/envoi/tableau", files={"f": ("a.csv", b"a")}).status_code == 403


def test_a_body_longer_than_announced_stops(client: TestClient, transfers: Transfers) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * 100

    headers = {"x-file-name": "a.csv", "content-length": "10"}
    answer = client.post("/envoi/tableau", content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert client.post("/envoi/tableau", content=pieces(), headers={"x-file-name": "a.csv"}).status_code == 411
    assert transfers.held == 0


def test_there_is_room_for_so_much_and_no_more(transfers: Transfers) -> None:
    for _ in range(4):
        transfers.offer(ZOE, b"x" * 1200, "a.csv", "text/csv", FR)
    with pytest.raises(Refused, match="Trop de fichiers") as refusal:
        transfers.offer(PAUL, b"x" * 1200, "a.csv", "text/csv", FR)
    assert refusal.value.status == 503
    with pytest.raises(Refused, match="Trop de fichiers"), transfers.reserved(500, FR):
        pass


def test_who_finds_no_room_is_told_when_to_come_back(client: TestClient, transfers: Transfers) -> None:
    for _ in range(4):
        transfers.offer(ZOE, b"x" * 1200, "a.csv", "text/csv", FR)
    headers = {"x-file-name": "a.csv"}
    refused = client.post("/envoi/tableau", content=b"question\nx\n" * 90, headers=headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")


def test_room_kept_for_a_body_is_given_back(transfers: Transfers) -> None:
    with transfers.reserved(4900, FR):
        assert transfers.held == 4900
    assert transfers.held == 0


def test_the_oldest_file_of_a_visitor_makes_room_for_the_newest(
    client: TestClient, transfers: Transfers, clock: Clock
) -> None:
    addresses = []
    for n in range(FILES + 1):
        clock.now += 0.01
        addresses.append(transfers.offer(PAUL, b"x", f"{n}.csv", "text/csv", FR))
    assert client.get(addresses[0]).status_code == 404
    assert client.get(addresses[1]).status_code == 200


def test_a_page_gives_a_visit_once() -> None:
    async def html(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"<html><head></head></html>"})  # type: ignore[operator]

    visitor = TestClient(Shield(html))  # type: ignore[arg-type]
    given_once = visitor.get("/").headers["set-cookie"]
    assert "HttpOnly" in given_once
    assert "SameSite=Lax" in given_once
    assert "set-cookie" not in visitor.get("/").headers
    other = TestClient(Shield(html), base_url="https://guichet.test", cookies={COOKIE: "court"})  # type: ignore[arg-type]
    assert "Secure" in other.get("/").headers["set-cookie"]


@given(st.text(max_size=300))
def test_a_name_is_never_a_path_nor_steers_a_page(name: str) -> None:
    made = plain_name(name)
    assert 0 < len(made) <= 120
    assert not set(made) & set('/\\<>"\n\r\x00')
    assert made not in (".", "..")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"nom;ville\n\xe9t\xe9;Foix\n", "text"),
        ("\ufeffnom\n".encode("utf-16"), "text"),
        (b"\xef\xbb\xbf{}", "text"),
        (b"PK\x03\x04....word/document.xml", "docx"),
        (b"PK\x03\x04....", "zip"),
        (b"\n%PDF-1.4", "pdf"),
        (b"\x00\x01\x02", "binary"),
    ],
)
def test_content_is_told_by_its_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind
