"""deploy/nginx.conf before two real servers: TLS, events passed on at once, the visitor's own address, one stopped."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from api_worlds import Library, bearer, make_key, make_world, serving

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
PATIENCE_S = 60.0
ASK = "/api/v1/ask"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")


class Site:
    """The address of the proxy, the assistants behind it, and what stops the first of their servers."""

    def __init__(self, address: str, key: str, assistants: list[Library], first: ExitStack) -> None:
        self.address, self.key, self.assistants, self.first = address, key, assistants, first

    def client(self, key: str | None = None) -> httpx.Client:
        headers = bearer(key or self.key)
        return httpx.Client(base_url=self.address, headers=headers, verify=False, timeout=PATIENCE_S)  # noqa: S501 - its own certificate


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def certify(folder: Path) -> None:
    """A certificate for 127.0.0.1, signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "guichet")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    (folder / "tls.crt").write_bytes(
        made.add_extension(names, critical=False).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    pem = serialization.PrivateFormat.PKCS8
    (folder / "tls.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, serialization.NoEncryption()))


def configured(folder: Path, port: int, servers: list[str]) -> Path:
    """What is shipped, with the addresses of this test."""
    shipped = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    lines = "".join(f"server {server.removeprefix('http://')} max_fails=3 fail_timeout=5s;" for server in servers)
    for there, here in (
        ("server guichet:7860 max_fails=3 fail_timeout=5s;", lines),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/run/secrets/tls_certificate", str(folder / "tls.crt")),
        ("/run/secrets/tls_key", str(folder / "tls.key")),
    ):
        assert there in shipped
        shipped = shipped.replace(there, here)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    path.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{shipped}\n}}",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    certify(tmp_path)
    port, assistants, first = free_port(), [Library(), Library()], ExitStack()
    with ExitStack() as stack:
        stack.enter_context(first)
        desks = [make_world(tmp_path / "home", assistant, keys="required") for assistant in assistants]
        for desk in desks:
            stack.callback(desk.database.close)
        addresses = [first.enter_context(serving(desks[0])), stack.enter_context(serving(desks[1]))]
        command = [str(NGINX), "-e", str(tmp_path / "error.log"), "-c", str(configured(tmp_path, port, addresses))]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        process = subprocess.Popen(command)
        try:
            found = Site(f"https://127.0.0.1:{port}", make_key(desks[0].database, "ask"), assistants, first)
            until = time.monotonic() + PATIENCE_S
            while True:
                try:
                    with found.client() as client:
                        client.get("/api/v1/health/live").raise_for_status()
                    break
                except httpx.TransportError:
                    assert time.monotonic() < until, (tmp_path / "error.log").read_text()
                    time.sleep(0.1)
            yield found
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def test_both_answer_over_tls_and_one_that_stops_is_not_noticed(site: Site) -> None:
    with site.client() as client:
        origin = {"origin": site.address}  # a page of the site itself
        for _ in range(6):
            assert client.post(ASK, json={"question": "Quel budget ?"}, headers=origin).status_code == 200
        assert all(assistant.asked for assistant in site.assistants)
        site.first.close()
        statuses = [client.post(ASK, json={"question": f"Quel budget {n} ?"}).status_code for n in range(12)]
        assert statuses == [200] * 12


def test_events_come_one_by_one_before_the_answer_is_written(site: Site) -> None:
    seen: list[str] = []
    quoted = threading.Event()

    def ask() -> None:
        asked = {"question": "Une question retenue ?"}
        with (
            site.client() as client,
            client.stream("POST", ASK, json=asked, headers={"accept": "text/event-stream"}) as answer,
        ):
            for line in answer.iter_lines():
                if line.startswith("event:"):
                    seen.append(line.removeprefix("event:").strip())
                    if seen[-1] == "quotes":
                        quoted.set()

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    assert quoted.wait(PATIENCE_S)  # while the answer is held back
    assert "final" not in seen
    for assistant in site.assistants:
        assistant.release()
    asking.join(PATIENCE_S)
    assert seen[-1] == "final"


def test_a_visitor_cannot_pretend_to_another_address(site: Site) -> None:
    with site.client("fausse") as client:

        def tried(n: int) -> int:
            headers = {"x-forwarded-for": f"198.51.100.{n}"}
            return client.post(ASK, json={"question": "Quel budget ?"}, headers=headers).status_code

        statuses = [tried(n) for n in range(1, 80)]
    assert (statuses[0], statuses[-1]) == (401, 429)
