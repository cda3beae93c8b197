"""Downloads from a server on this machine that misbehaves in every way it can."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest.addresses import is_public
from ingest.fetching import ATTEMPTS, Fetcher
from ingest.manifest import STATE, Fetched, SourceEntry, read_states

PDF = b"%PDF-1.4\nUn plan.\n%%EOF\n"
NOW = "2024-06-28T12:00:00+00:00"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each path with what the test scripted, the last answer for ever; remembers what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
                scripted = server.answers.get(self.path)
                if not scripted:
                    give(404)(self)
                    return
                self.close_connection = True
                (scripted.pop(0) if len(scripted) > 1 else scripted[0])(self)

            do_HEAD = do_GET  # noqa: N815  # the name http.server asks for

            def log_message(self, *_: object) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def script(self, path: str, *answers: Answer) -> SourceEntry:
        self.answers[path] = list(answers)
        return SourceEntry("plan", "Plan", url=self.origin + path)


def give(code: int = 200, body: bytes = PDF, length: int | None = None, **headers: str) -> Answer:
    """An answer; `length` is what it announces instead of the truth."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        named = {"content-type": "application/pdf"} | {key.replace("_", "-"): value for key, value in headers.items()}
        for name, value in named.items():
            handler.send_header(name, value)
        if code != 304:
            handler.send_header("content-length", str(len(body) if length is None else length))
        handler.end_headers()
        if handler.command == "GET" and code != 304:
            handler.wfile.write(body)

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "application/pdf")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"%PDF-" + b"0" * 65_536)
    except OSError:
        pass


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.0)


def conditional(handler: BaseHTTPRequestHandler) -> None:
    code = 304 if handler.headers.get("If-None-Match") == '"v1"' else 200
    give(code, etag='"v1"', last_modified="Fri, 28 Jun 2024 00:00:00 GMT")(handler)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


class World:
    """A fetcher that may talk to the server alone, its folder, and the waits it made."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.waits: list[float] = []
        self.folder = folder / "sources"
        self.fetcher = Fetcher(
            trusted=frozenset({server.origin}),
            sleep=self.waits.append,
            max_bytes=1_000_000,
            timeout=httpx.Timeout(0.3),
            use_proxies=False,
        )

    def fetch(self, entry: SourceEntry) -> tuple[str, str]:
        result = self.fetcher.fetch(entry, self.folder, read_states(self.folder).get(entry.doc), now=NOW)
        assert (result.message is not None) == (result.status == "failed")
        return result.status, result.message or ""

    def check(self, entry: SourceEntry) -> tuple[str, str]:
        result = self.fetcher.check(entry, self.folder, read_states(self.folder).get(entry.doc))
        return result.status, result.message or ""

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
def world(server: Server, tmp_path: Path) -> Iterator[World]:
    made = World(server, tmp_path)
    yield made
    made.fetcher.close()


def test_a_document_is_downloaded_and_remembered(server: Server, world: World) -> None:
    entry = server.script("/plan", give(etag='"v1"'))
    assert world.fetch(entry)[0] == "added"
    assert world.files() == [STATE, "plan.pdf"]
    assert (world.folder / "plan.pdf").read_bytes() == PDF
    state = read_states(world.folder)["plan"]
    assert (state.url, state.file, state.size, state.fetched_at, state.etag) == (
        entry.url,
        "plan.pdf",
        len(PDF),
        NOW,
        '"v1"',
    )


def test_an_unchanged_document_is_not_downloaded_again(server: Server, world: World) -> None:
    entry = server.script("/plan", conditional)
    assert [world.fetch(entry)[0] for _ in range(2)] == ["added", "unchanged"]
    _, _, headers = server.asked[-1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"v1"', "Fri, 28 Jun 2024 00:00:00 GMT")


def test_a_file_gone_or_altered_on_the_disk_is_downloaded_whole(server: Server, world: World) -> None:
    entry = server.script("/plan", conditional)
    world.fetch(entry)
    (world.folder / "plan.pdf").write_bytes(b"autre")
    assert world.fetch(entry)[0] == "changed"
    assert "if-none-match" not in server.asked[-1][2]
    assert (world.folder / "plan.pdf").read_bytes() == PDF


def test_a_changed_document_replaces_the_one_before(server: Server, world: World) -> None:
    page = b"<!doctype html><p>Le plan</p>"
    entry = server.script("/plan", give(), give(body=PDF + b"2"), give(body=page, content_type="text/html"))
    assert [world.fetch(entry)[0] for _ in range(3)] == ["added", "changed", "changed"]
    assert world.files() == [STATE, "plan.html"]
    assert world.fetch(entry)[0] == "unchanged"


def test_a_passing_fault_is_tried_again_with_longer_and_longer_waits(server: Server, world: World) -> None:
    entry = server.script("/plan", give(500), give(503), give())
    assert world.fetch(entry)[0] == "added"
    assert world.waits == [1.0, 2.0]


def test_the_wait_a_server_asks_for_is_kept(server: Server, world: World) -> None:
    assert world.fetch(server.script("/plan", give(429, retry_after="7"), give()))[0] == "added"
    assert world.waits == [7.0]


def test_a_wait_that_is_no_number_is_none(server: Server, world: World) -> None:
    assert world.fetch(server.script("/plan", give(429, retry_after="²"), give()))[0] == "added"
    assert world.waits == [1.0]


def test_a_server_that_asks_to_wait_for_ever_is_not_waited_for(server: Server, world: World) -> None:
    assert world.fetch(server.script("/plan", give(429, retry_after="99999"), give()))[0] == "failed"
    assert world.waits == []


@pytest.mark.parametrize("fault", [give(500), slow, give(length=len(PDF) + 9)], ids=["500", "slow", "cut short"])
def test_a_fault_that_lasts_fails_and_leaves_the_file_before(server: Server, world: World, fault: Answer) -> None:
    entry = server.script("/plan", give(), fault)
    world.fetch(entry)
    server.asked.clear()
    status, message = world.fetch(entry)
    assert status == "failed"
    assert "réessayez" in message
    assert len(server.asked) == ATTEMPTS
    assert world.files() == [STATE, "plan.pdf"]
    assert (world.folder / "plan.pdf").read_bytes() == PDF


def test_an_endless_document_is_given_up(server: Server, world: World) -> None:
    status, message = world.fetch(server.script("/plan", endless))
    assert status == "failed"
    assert "1 Mo" in message
    assert world.files() == []


def test_a_document_announced_too_large_is_not_begun(server: Server, world: World) -> None:
    assert world.fetch(server.script("/plan", give(length=2_000_000)))[0] == "failed"
    assert world.waits == []


def test_a_body_packed_to_explode_is_given_up(server: Server, world: World) -> None:
    import gzip

    packed = gzip.compress(b"%PDF-" + b"0" * 5_000_000)
    assert world.fetch(server.script("/plan", give(body=packed, content_encoding="gzip")))[0] == "failed"


def test_time_is_bounded_whatever_the_server_sends(server: Server, tmp_path: Path) -> None:
    ticks = iter(range(0, 10**9, 100))
    fetcher = Fetcher(
        trusted=frozenset({server.origin}), clock=lambda: float(next(ticks)), sleep=lambda _: None, use_proxies=False
    )
    result = fetcher.fetch(server.script("/plan", endless), tmp_path, None, now=NOW)
    fetcher.close()
    assert result.status == "failed"
    assert "lentement" in str(result.message)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/x",
        "https://127.0.0.1/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:192.168.0.1]/x",
        "http://exemple.fr/x",
        "file:///etc/passwd",
        "https://user:secret@exemple.fr/x",
        "https://[",
        "//0.0.0.0/x",
    ],
)
def test_a_redirect_to_a_private_or_plain_address_is_refused(server: Server, world: World, target: str) -> None:
    status, message = world.fetch(server.script("/plan", give(302, location=target)))
    assert status == "failed"
    assert "\n" not in message
    assert "secret" not in message
    assert world.waits == []


def test_a_redirect_on_the_same_server_is_followed_and_a_loop_is_not(server: Server, world: World) -> None:
    server.script("/vrai", give())
    assert world.fetch(server.script("/plan", give(301, location="/vrai")))[0] == "added"
    assert world.fetch(server.script("/tourne", give(302, location="/tourne")))[0] == "failed"


def test_a_name_that_leads_to_a_private_address_is_refused(tmp_path: Path) -> None:
    for found in (["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], []):
        fetcher = Fetcher(resolve=lambda *_, found=found: found, use_proxies=False)  # type: ignore[misc]
        result = fetcher.fetch(SourceEntry("plan", url="https://exemple.fr/p.pdf"), tmp_path, None, now=NOW)
        fetcher.close()
        assert result.status == "failed"
        assert "privé" in str(result.message)


def test_the_address_connected_to_is_the_one_that_was_checked(tmp_path: Path) -> None:
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["93.184.216.34"]

    fetcher = Fetcher(resolve=resolve, use_proxies=False)
    request = fetcher._request("GET", "https://exemple.fr/p.pdf", {})
    fetcher.close()
    assert looked_up == ["exemple.fr"]
    assert (request.url.host, request.headers["Host"]) == ("93.184.216.34", "exemple.fr")
    assert request.extensions["sni_hostname"] == "exemple.fr"


def certificate(folder: Path, host: str) -> Path:
    """A key and a certificate for `host`, signed by itself, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("asked", "status"), [("exemple.fr", "added"), ("autre.fr", "failed")])
def test_the_certificate_has_to_be_that_of_the_name_asked_for(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, status: str
) -> None:
    pem = certificate(tmp_path, "exemple.fr")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    server.script("/plan", give())
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr("ingest.fetching.is_public", lambda address: True)
    fetcher = Fetcher(resolve=lambda *_: ["127.0.0.1"], sleep=lambda _: None, use_proxies=False)
    entry = SourceEntry("plan", url=f"https://{asked}:{server.http.server_address[1]}/plan")
    result = fetcher.fetch(entry, tmp_path / "sources", None, now=NOW)
    fetcher.close()
    assert result.status == status
    assert bool(server.asked) == (status == "added")


def test_an_unknown_host_is_said(tmp_path: Path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "inconnu")

    fetcher = Fetcher(resolve=resolve, use_proxies=False)
    entry = SourceEntry("plan", url="https://exemple.fr/p.pdf")
    assert "introuvable" in str(fetcher.fetch(entry, tmp_path, None, now=NOW).message)
    assert fetcher.check(entry, tmp_path, None).status == "unreachable"
    fetcher.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:a00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/plan.pdf", b"<!doctype html><p>Page introuvable</p>", "text/html"),
        ("/plan.pdf", b"rien", "application/octet-stream"),
        ("/plan", b"\x00\x01\x02", "application/octet-stream"),
        ("/plan", b"\x89PNG\r\n", "image/png"),
        ("/plan", b"  \n", "text/html"),
    ],
)
def test_something_else_than_a_document_is_refused(
    server: Server, world: World, path: str, body: bytes, content_type: str
) -> None:
    assert world.fetch(server.script(path, give(body=body, content_type=content_type)))[0] == "failed"
    assert world.files() == []


@pytest.mark.parametrize(
    ("path", "body", "content_type", "file"),
    [
        ("/plan", b"<html><p>Le plan</p></html>", "text/html; charset=utf-8", "plan.html"),
        ("/plan", PDF, "text/html", "plan.pdf"),
        ("/plan.md", b"# Plan", "text/plain", "plan.md"),
        ("/plan", b"Plan", "text/plain", "plan.txt"),
        ("/aides.csv", b"Nom;Montant\nA;1\n", "application/octet-stream", "plan.csv"),
    ],
)
def test_the_extension_is_that_of_the_content(
    server: Server, world: World, path: str, body: bytes, content_type: str, file: str
) -> None:
    assert world.fetch(server.script(path, give(body=body, content_type=content_type)))[0] == "added"
    assert file in world.files()


def test_a_source_without_address_is_left_alone(world: World) -> None:
    assert world.fetch(SourceEntry("plan")) == ("no_address", "")
    assert world.check(SourceEntry("plan")) == ("no_address", "")


def test_check_reads_no_body_and_tells_what_changed(server: Server, world: World) -> None:
    entry = server.script("/plan", give(etag='"v1"'), give(304), give(etag='"v1"'), give(etag='"v2"'))
    assert world.check(SourceEntry("plan", url=server.origin + "/absent"))[0] == "dead"
    world.fetch(entry)
    server.asked.clear()
    assert [world.check(entry)[0] for _ in range(3)] == ["ok", "ok", "changed"]
    assert {method for method, _, _ in server.asked} == {"HEAD"}
    (world.folder / "plan.pdf").unlink()
    assert world.check(entry)[0] == "damaged"


def test_check_tells_a_source_never_fetched_a_dead_one_and_one_that_does_not_answer(
    server: Server, world: World
) -> None:
    assert world.check(server.script("/plan", give()))[0] == "not_fetched"
    assert world.check(server.script("/parti", give(410)))[0] == "dead"
    assert world.check(server.script("/panne", give(503)))[0] == "unreachable"
    assert world.check(server.script("/interdit", give(403)))[0] == "unreachable"


def test_check_asks_again_for_servers_that_refuse_head(server: Server, world: World) -> None:
    assert world.check(server.script("/plan", give(405), give()))[0] == "not_fetched"
    assert [method for method, _, _ in server.asked] == ["HEAD", "GET"]


def test_another_address_for_the_same_source_forgets_what_the_first_said(server: Server, world: World) -> None:
    world.fetch(server.script("/plan", conditional))
    assert world.fetch(server.script("/plan2", conditional))[0] == "unchanged"
    assert "if-none-match" not in server.asked[-1][2]
    assert isinstance(read_states(world.folder)["plan"], Fetched)
    assert read_states(world.folder)["plan"].url.endswith("/plan2")
