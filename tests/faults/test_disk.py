"""A full disk and two writers: real file systems and real processes. The last good index stays, and answers go on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_service import serving

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "Quel montant le Chèque Phare apporte-t-il par entreprise ?"

INGEST = """
import os, sys, tempfile
from pathlib import Path
import ui.commands.ingest
from worlds import HashingEncoder
from index.store import open_index
from ingest.readers import read
from ui.cli import main

home, limit, *files = sys.argv[1:]
os.environ["GUICHET_HOME"] = home
ui.commands.ingest.open_encoder = lambda settings: HashingEncoder(256)
ui.commands.ingest.read_bounded = read
if int(limit):
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
sys.exit(main(["ingest", *files, "--no-catalogue", "--no-originals"]))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disque"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def ingest(home: Path, *files: Path, limit: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(home, *files, limit=limit), capture_output=True, text=True, env=_environment())


def _command(home: Path, *files: Path, limit: int = 0) -> list[str]:
    return [sys.executable, "-W", "ignore", "-c", INGEST, str(home), str(limit), *map(str, files)]


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "GUICHET_LANG": "fr"}


def written(folder: Path, name: str, paragraphs: int) -> Path:
    path = folder / f"{name}.md"
    said = (f"Le chèque numéro {n} de {name} finance {n} jours de conseil aux ateliers." for n in range(paragraphs))
    path.write_text(f"# {name}\n\n" + "\n\n".join(said), encoding="utf-8")
    return path


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(b"0" * 4096)


def documents(home: Path) -> set[str]:
    from index.store import open_index

    index = open_index(home / "index")
    try:
        assert len(index.vectors) == len(index.passages)
        return set(index.documents)
    finally:
        index.close()


def test_a_disk_that_fills_during_an_ingestion_leaves_the_index_before(small_disk: Path, tmp_path: Path) -> None:
    assert ingest(small_disk, written(tmp_path, "petit", 3)).returncode == 0
    (small_disk / "remplissage").write_bytes(b"0" * 2_600_000)
    done = ingest(small_disk, written(tmp_path, "grand", 8000))
    assert done.returncode == 1
    assert "le disque est plein" in done.stderr
    assert "Traceback" not in done.stderr
    assert documents(small_disk) == {"petit"}
    assert not list(small_disk.rglob("*.partial")), "what was half written is removed at once"
    assert ingest(small_disk, written(tmp_path, "autre", 3)).returncode == 0, (
        "what was half written gave its place back"
    )
    assert documents(small_disk) == {"petit", "autre"}


@pytest.mark.skipif(os.name != "posix", reason="needs the limits of Unix")
def test_a_file_that_may_not_grow_leaves_the_index_before(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert ingest(home, written(tmp_path, "petit", 3)).returncode == 0
    done = ingest(home, written(tmp_path, "grand", 8000), limit=200_000)
    assert done.returncode == 1
    assert "n'a pas pu être écrit" in done.stderr
    assert "Traceback" not in done.stderr
    assert documents(home) == {"petit"}


def test_a_service_on_a_full_disk_goes_on_answering(small_disk: Path) -> None:
    with serving(small_disk) as service:
        assert service.ask(QUESTION).status_code == 200
        with pytest.raises(OSError, match="28"):
            fill(small_disk / "remplissage")
        for _ in range(5):
            answer = service.ask(QUESTION)
            assert (answer.status_code, answer.json()["status"]) == (200, "answered")
        body = {"questions": [{"question": QUESTION}], "llm": False}
        with service.client() as client:
            refused = client.post("/api/v1/jobs", json=body)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "10"), "what must be kept is refused"
            (small_disk / "remplissage").unlink()
            assert client.post("/api/v1/jobs", json=body).status_code == 202


def test_two_writers_at_once_write_one_after_the_other_or_say_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert ingest(home, written(tmp_path, "petit", 3)).returncode == 0
    names = ["a", "b", "c"]
    files = {name: written(tmp_path, name, 400) for name in names}
    writers = {
        name: subprocess.Popen(
            _command(home, file), env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name, file in files.items()
    }
    said = {name: writer.communicate(timeout=240)[1] for name, writer in writers.items()}
    kept = {name for name, writer in writers.items() if writer.returncode == 0}
    assert kept, said
    assert documents(home) == {"petit", *kept}
    for name in set(names) - kept:
        assert writers[name].returncode == 1
        assert "écrit déjà dans l'index" in said[name]
        assert "Traceback" not in said[name]
