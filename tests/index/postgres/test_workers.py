"""Several workers put documents at once, in processes of their own, and die at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import HashingEncoder, make_entry

from index.build import update_index
from index.postgres.connection import Database
from index.retriever import search
from index.store import open_index

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), "OMP_NUM_THREADS": "1"}
WAIT_S = 120

WORKER = """
import sys, time
from pathlib import Path
from worlds import HashingEncoder, make_entry
import index.postgres.embedding
from index.build import update_index
from index.postgres.connection import Database

url, log, first, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
index.postgres.embedding.BATCH = 4

class Slow(HashingEncoder):
    def encode_passages(self, texts, progress=None):
        with log.open("a") as file:
            file.writelines(text.replace("\\n", " ") + "\\n" for text in texts)
        time.sleep(0.02)
        return super().encode_passages(texts)

print("ready", flush=True)
sys.stdin.readline()
put = [make_entry(f"d{n:02}", *(f"Le texte {n} {i}." for i in range(4))) for n in range(first, last)]
print(update_index(Database(url), Slow(), put=put).encoded)
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()


def test_workers_at_once_lose_nothing_and_embed_nothing_twice(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    workers = [
        start(WORKER, database_url, tmp_path / f"{n}.log", *documents)
        for n, documents in enumerate([(0, 20), (10, 30), (5, 25)])
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        go(worker)
    said = [worker.communicate(timeout=WAIT_S)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    texts = [line for n in range(3) for line in (tmp_path / f"{n}.log").read_text().splitlines()]
    assert len(texts) == len(set(texts)) == 120
    assert sum(map(int, said)) == 120
    index = open_index(database)
    assert list(index.documents) == [f"d{n:02}" for n in range(30)]
    assert (len(index.passages), len(index.vectors), len(index.lexical)) == (120, 120, 120)
    assert index.lexical.frequency("text") == 120
    for n in range(30):
        assert search(index, HashingEncoder(), f"Titre de d{n:02} Le texte {n} 2.", k=1)[0].passage.doc == f"d{n:02}"


def test_a_worker_killed_while_it_embeds_leaves_its_work_to_the_next(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    update_index(database, HashingEncoder(), put=[make_entry("avant", "Le riz.")])
    before = open_index(database).fingerprint
    log = tmp_path / "killed.log"
    worker = start(WORKER, database_url, log, 0, 30)
    go(worker)
    until(lambda: log.exists() and len(log.read_text().splitlines()) >= 12)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    embedded = set(log.read_text().splitlines())
    index = open_index(database)
    assert (index.fingerprint, set(index.documents)) == (before, {"avant"})

    next_log = tmp_path / "next.log"
    worker = start(WORKER, database_url, next_log, 0, 30)
    go(worker)
    worker.communicate(timeout=WAIT_S)
    assert worker.returncode == 0
    again = embedded & set(next_log.read_text().splitlines())
    assert len(again) <= 4  # of the batch under way when it was killed
    assert len(open_index(database).documents) == 31


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


KILLED_AT = """
import os, random, sys
from pathlib import Path
from worlds import HashingEncoder, make_entry
import index.postgres.writing, index.postgres.publishing, index.postgres.embedding, index.postgres.connection
from index.build import update_index
from index.postgres.connection import Database
from index.store import open_index

url, generator = sys.argv[1], random.Random(int(sys.argv[2]))
modules = (index.postgres.writing, index.postgres.publishing, index.postgres.embedding, index.postgres.connection)
files = {module.__file__ for module in modules}

def write(n):
    put = [make_entry("a", f"Le riz {n}."), make_entry("c", "Le maïs.")]
    update_index(Database(url), HashingEncoder(), put=put, remove=["b"])

def lines(limit):
    seen = [0]
    def trace(frame, event, _):
        if frame.f_code.co_filename not in files:
            return None
        seen[0] += event == "line"
        if seen[0] == limit:
            os._exit(9)
        return trace
    return seen, trace

seen, trace = lines(-1)
sys.settrace(trace); write(0); sys.settrace(None)
total, database, killed, last, switched = seen[0], Database(url), 0, 0, 0
for n in range(1, 41):
    database.close()  # a child has connections of its own
    limit = generator.randrange(1, total + 1)
    child = os.fork()
    if child == 0:
        _, trace = lines(limit)
        sys.settrace(trace); write(n); os._exit(0)
    killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    found = open_index(database)
    assert set(found.documents) == {"a", "c"}, found.documents
    now = int(found.text_of("a").split()[-1].rstrip("."))
    assert now in (last, n), (last, n, now)
    switched, last = switched + (now != last), now
    assert len(found.vectors) == len(found.passages) == 2 and len(found.vectors.rows()) == 2
    assert [row for row, _ in found.lexical.search(["riz"], 3)] == [0] and found.lexical.frequency("riz") == 1
    assert [found.stored(doc) for doc in found.documents]
    found.close()
print(killed, switched)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_worker_killed_anywhere_leaves_the_last_version_or_the_next(database: Database, database_url: str) -> None:
    """Forty workers, each killed at a line drawn by a seed."""
    update_index(database, HashingEncoder(), put=[make_entry("b", "Le blé.")])
    run = [sys.executable, "-W", "ignore", "-c", KILLED_AT, database_url, "20240628"]
    done = subprocess.run(run, capture_output=True, text=True, env=ENVIRONMENT, timeout=2 * WAIT_S)
    assert done.returncode == 0, done.stderr
    killed, switched = map(int, done.stdout.split())
    assert killed >= 25
    assert 1 <= switched < 40
    update_index(database, HashingEncoder(), put=[make_entry("d", "Le sel.")])
    assert set(open_index(database).documents) == {"a", "c", "d"}
