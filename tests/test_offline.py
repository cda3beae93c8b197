"""After setup nothing connects anywhere: the real parts run where a connection beyond this machine is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

GUARD = """
import ipaddress, sys

def loopback(host):
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False

def guard(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not loopback(address[0]):
            raise PermissionError(f"connection to {address}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not loopback(arguments[0]):
        raise PermissionError(f"name looked up: {arguments[0]}")

sys.addaudithook(guard)
"""

PARTS = """
from pathlib import Path
from assistant.generator import open_model
from index.encoder import SentenceEncoder
from index.models import embedder_folder, generator_file

home = Path(sys.argv[1])
encoder = SentenceEncoder(embedder_folder(home))
assert encoder.encode_passages(["Une aide au conseil.", "Un chat."]).shape == (2, 384)
assert encoder.encode_queries(["Quelle aide ?"]).shape == (1, 384)
model = open_model(gguf=generator_file(home))
assert model.complete([("user", "Dis bonjour.")], max_tokens=4, timeout_s=180).text
model.close()
print("fini")
"""

DOORS = """
from ui.cli import main

sys.argv = ["guichet", *sys.argv[1:]]
main()
"""


def installed_home() -> Path:
    from index.models import installed
    from ui.settings import read_settings

    home = Path(os.environ["GUICHET_HOME"]) if os.environ.get("GUICHET_HOME") else read_settings().home
    if not installed(home).complete:
        pytest.skip("les modèles ne sont pas installés (guichet setup)")
    return home


def run_guarded(script: str, *arguments: str, home: Path, at: Path) -> subprocess.CompletedProcess[str]:
    """The script in a process of its own, nothing of the caller's switches that keep libraries offline."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_", "GUICHET_"))
    }
    environ = kept | {"GUICHET_HOME": str(home), "HF_HOME": str(at / "hf"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", GUARD + script, *arguments]
    return subprocess.run(command, cwd=at, env=environ, capture_output=True, text=True, timeout=600)


def test_the_guard_stops_a_connection_and_lets_loopback_through(tmp_path: Path) -> None:
    reach = "import socket\nsocket.create_connection((sys.argv[1], 9), timeout=1)"
    assert "PermissionError" in run_guarded(reach, "192.0.2.1", home=tmp_path, at=tmp_path).stderr
    assert "PermissionError" in run_guarded(reach, "exemple.fr", home=tmp_path, at=tmp_path).stderr
    assert "ConnectionRefusedError" in run_guarded(reach, "127.0.0.1", home=tmp_path, at=tmp_path).stderr


@pytest.mark.real
def test_the_models_connect_nowhere(tmp_path: Path) -> None:
    home = installed_home()
    done = run_guarded(PARTS, str(home), home=home, at=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("fini")


@pytest.mark.real
def test_ingesting_and_asking_connect_nowhere(tmp_path: Path) -> None:
    home = installed_home()
    pytest.importorskip("ui.cli")
    note = tmp_path / "note.md"
    note.write_text("# Aide au conseil\n\nLe dispositif Boussole rembourse 4 000 € de conseil aux PME de Bretagne.\n")
    index = str(tmp_path / "index")
    put = run_guarded(DOORS, "ingest", "--no-catalogue", "--index", index, str(note), home=home, at=tmp_path)
    assert put.returncode == 0, put.stderr
    asked = "Combien rembourse le dispositif Boussole ?"
    done = run_guarded(DOORS, "ask", "--json", "--index", index, asked, home=home, at=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "4 000" in done.stdout.replace("\u202f", " ").replace("\u00a0", " ")
