"""`guichet ingest` killed by the system at any moment, reading and unpacking included: the last good index stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 60

SCRIPT = """
import os, random, signal, sys, tempfile, time, zipfile
from pathlib import Path
import ui.commands.ingest
from worlds import HashingEncoder
from index.store import open_index
from ingest.readers import read
from ui.cli import main

home, seed, kills = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
tempfile.tempdir = str(home / "tmp")
Path(tempfile.tempdir).mkdir()
ui.commands.ingest.open_encoder = lambda settings: HashingEncoder()
ui.commands.ingest.read_bounded = read  # in this process: a round lasts milliseconds
os.environ["GUICHET_HOME"] = str(home)
index, generator = home / "index", random.Random(seed)

def write(n):
    (home / "plan.md").write_text(f"# Plan\\n\\nTour {n}.\\n")
    with zipfile.ZipFile(home / "avis.zip", "w") as archive:
        archive.writestr("avis.md", f"# Avis\\n\\nTour {n}.\\n")
        archive.writestr("aides.csv", f"Nom;Tour\\nAide;{n}\\nPrime;{n}\\n")

def ingest():
    child = os.fork()
    if child == 0:
        sys.stdout = open(os.devnull, "w")
        status = main(["ingest", str(home / "plan.md"), str(home / "avis.zip"), "--no-catalogue", "--index", str(index)])
        os._exit(status)
    return child

def turn():
    # the round that each document of the index is of, the index checked whole
    found = open_index(index)
    assert set(found.documents) == {"plan", "avis", "aides"}, found.documents
    turns = {found.text_of("plan").split()[-1], found.text_of("avis").split()[-1], found.text_of("aides").split()[-1] + "."}
    assert len(turns) == 1, turns
    assert len(found.vectors) == len(found.passages)
    found.close()
    return int(turns.pop().rstrip("."))

write(0)
assert os.waitpid(ingest(), 0)[1] == 0
write(1)
start = time.monotonic()
assert os.waitpid(ingest(), 0)[1] == 0
lasts, killed, last, switched = time.monotonic() - start, 0, turn(), 0
assert last == 1
n = 1
while killed < kills and n < 5 * kills:
    n += 1
    write(n)
    child = ingest()
    time.sleep(generator.random() * lasts)
    os.kill(child, signal.SIGKILL)
    killed += os.waitpid(child, 0)[1] == signal.SIGKILL
    now = turn()
    assert now in (last, n), (now, last, n)
    switched += now == n
    last = now
n += 1
write(n)
assert os.waitpid(ingest(), 0)[1] == 0
assert turn() == n
assert len(list((index / "versions").iterdir())) == 2
print(killed, switched)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_ingestion_killed_at_any_time_leaves_the_index_before_or_after(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "GUICHET_LANG": "fr"}
    run = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path), "20240628", str(KILLS)]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, timeout=240)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= 50
