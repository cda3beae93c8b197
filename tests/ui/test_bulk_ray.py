"""`guichet ingest` and `guichet batch` over a real Ray cluster whose workers and machines are killed: nothing lost,
nothing twice, the same as on one machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pdf_worlds import column, make_pdf
from ray_worlds import (
    POISON,
    Cluster,
    RayWorld,
    alive,
    descendants,
    ended_well,
    free_port,
    kill,
    listening_addresses,
    until,
)

import ui.bulk.cluster
from index.postgres.connection import Database
from index.store import Place, open_index
from ui.bulk.spreading import TRIES
from ui.cli import main

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="l'extra « ray » n'est pas installé")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
FILES = 12
QUESTIONS = 16
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> RayWorld:
    """Documents and questions, and what this machine alone makes of them: the index of HOME, answers.jsonl."""
    made = RayWorld(tmp_path_factory.mktemp("ray"))
    docs = made.home / "docs"
    docs.mkdir()
    for n in range(FILES - 2):
        parts = "".join(
            f"\n## Mesure {n}.{i}\n\nLa mesure {i} du plan {n} coûte {n * 100 + i} euros.\n" for i in range(9)
        )
        (docs / f"plan-{n}.md").write_text(f"# Plan {n}\n{parts}", encoding="utf-8")
    (docs / "rapport.pdf").write_bytes(make_pdf([column(["Le diagnostic Boussole coute 900 euros par entreprise."])]))
    (docs / "vide.txt").write_text("")
    asked = [
        {"id": f"q{n}", "question": f"Combien coûte la mesure {n % 9} du plan {n % 10} ?"} for n in range(QUESTIONS)
    ]
    (made.home / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in asked), encoding="utf-8")
    rows, _ = ended_well(made.guichet("ingest", docs, "--json", "--no-catalogue"))
    (made.home / "rows.jsonl").write_text(rows)
    ended_well(made.guichet("batch", "questions.jsonl", "answers.jsonl", "--no-llm"))
    return made


@pytest.fixture(scope="module")
def cluster(world: RayWorld) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="guichet-ray-"))  # short: the path of a socket has 107 bytes at most
    made = Cluster(world, folder)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def machines(cluster: Cluster) -> Cluster:
    cluster.world.forget()
    cluster.grow(1)
    return cluster


@linux
def test_files_are_read_and_embedded_once_though_workers_die(machines: Cluster, world: RayWorld) -> None:
    machines.grow(2)
    world.hold("read", after=3)
    world.hold("embed")
    index = world.home / "spread"
    command = world.guichet(
        "ingest", world.home / "docs", "--json", "--no-catalogue", "--index", index, GUICHET_RAY=machines.address
    )
    for job in ("read", "embed"):
        until(lambda job=job: len(world.busy(job)) == 2, command)
        kill(world.busy(job)[0].worker)
        world.release(job)
    rows, _ = ended_well(command)
    assert rows == (world.home / "rows.jsonl").read_text()
    assert content(index) == content(world.home / "index")
    for job in ("read", "embed"):
        begun, ended = (Counter(u.digest for u in world.units(what, job)) for what in ("begun", "ended"))
        assert set(ended.values()) == {1}
        assert begun.total() == ended.total() + 1
    assert sorted(u.name for u in world.units("ended", "read")) == sorted(
        p.name for p in (world.home / "docs").iterdir()
    )


@linux
def test_questions_are_answered_once_though_machines_die(machines: Cluster, world: RayWorld) -> None:
    """One machine of two dies, the other goes on; it dies too, and what was answered is kept; with another, the rest."""
    machines.grow(2)
    asked = ("batch", "questions.jsonl", "spread.jsonl", "--no-llm")
    world.hold("answer", after=3)
    command = world.guichet(*asked, GUICHET_RAY=machines.address)
    until(lambda: len({unit.machine for unit in world.busy("answer")}) == 2, command)
    machines.die(world.busy("answer")[0].machine)
    world.hold("answer", after=8)
    until(lambda: len(world.units("ended", "answer")) >= 8 and world.busy("answer"), command)
    machines.die(world.busy("answer")[0].machine)
    world.release("answer")
    _, said = ended_well(command, 1)
    assert "Plus aucune machine du cluster ne travaille" in said
    kept = answers(world, "spread.jsonl")
    assert 0 < len(kept) < QUESTIONS
    world.forget()
    machines.grow(1)
    ended_well(world.guichet(*asked, GUICHET_RAY=machines.address))
    assert answers(world, "spread.jsonl") == answers(world, "answers.jsonl")
    assert [record["id"] for record in answers(world, "spread.jsonl")] == [f"q{n}" for n in range(QUESTIONS)]


@linux
def test_what_kills_its_worker_each_time_is_named_and_stops_nothing_else(machines: Cluster, world: RayWorld) -> None:
    docs = world.home / "poison"
    docs.mkdir()
    (docs / "bon.md").write_text("# Bon\n\nLe diagnostic dure cinq jours.\n", encoding="utf-8")
    (docs / "tueur.md").write_text(f"# Tueur\n\nUn {POISON}.\n", encoding="utf-8")
    command = world.guichet(
        "ingest", docs, "--json", "--no-catalogue", "--index", world.home / "other", GUICHET_RAY=machines.address
    )
    out, _ = ended_well(command)
    good, bad = (json.loads(line) for line in out.splitlines())
    assert (good["doc"], good["status"]) == ("bon", "added")
    assert (bad["doc"], bad["status"], bad["reason"]) == ("tueur", "failed", "unreadable")
    assert "« tueur.md » n'a pas pu être lu : 3 processus du cluster" in bad["message"]
    assert [u.name for u in world.units("begun", "read")].count("tueur.md") == TRIES
    asked = [f"Un {POISON} ?", "Combien coûte la mesure 1 du plan 1 ?"]
    (world.home / "two.jsonl").write_text("".join(json.dumps({"question": text}) + "\n" for text in asked))
    ended_well(world.guichet("batch", "two.jsonl", "poison.jsonl", "--no-llm", GUICHET_RAY=machines.address))
    first, second = answers(world, "poison.jsonl")
    assert (first["status"], first["reason"]) == ("error", "failed")
    assert "processus du cluster sont morts" in first["answer"]
    assert second["status"] == "answered"


def test_texts_that_nobody_can_embed_leave_the_index_as_it_was(machines: Cluster, world: RayWorld) -> None:
    (world.home / "docs2").mkdir()
    path = world.home / "docs2" / "entites.html"
    path.write_text("<h1>Plan</h1><p>Un poison&#32;mortel.</p>", encoding="utf-8")  # only once it is read
    command = world.guichet("ingest", path, "--index", world.home / "spread2", GUICHET_RAY=machines.address)
    _, said = ended_well(command, 1)
    assert "Des passages n'ont pas pu être vectorisés" in said
    assert not (world.home / "spread2" / "CURRENT").exists()


def test_the_shared_store_gets_what_a_folder_does(machines: Cluster, world: RayWorld, database_url: str) -> None:
    address = {"GUICHET_RAY": machines.address, "GUICHET_STORE": database_url}
    ended_well(world.guichet("ingest", world.home / "docs", "--no-catalogue", **address))
    assert content(Database(database_url)) == content(world.home / "index")


def test_a_machine_that_has_other_schemes_is_refused_by_name(machines: Cluster, world: RayWorld) -> None:
    own = world.home / "fiches"
    own.mkdir()
    command = world.guichet(
        "batch",
        "questions.jsonl",
        "none.jsonl",
        "--no-llm",
        GUICHET_RAY=machines.address,
        GUICHET_CATALOGUE=str(own),
        GUICHET_LANG="en",
    )
    _, said = ended_well(command, 1)
    assert "On the cluster, machine" in said
    assert "GUICHET_CATALOGUE" in said


@linux
def test_workers_of_this_machine_listen_to_it_alone_and_end_with_the_command(world: RayWorld) -> None:
    world.forget()
    asked = ("batch", "questions.jsonl", "own.jsonl", "--no-llm")
    world.hold("answer", after=2)
    command = world.guichet(*asked, GUICHET_RAY="local:2")
    until(lambda: len(world.busy("answer")) == 2, command)
    started = descendants(command.pid)
    assert listening_addresses(started)
    assert listening_addresses(started) <= LOOPBACK
    command.send_signal(signal.SIGINT)
    _, said = ended_well(command, 1)
    assert "own.jsonl" in said
    until(lambda: not any(map(alive, started)))
    ended_well(world.guichet(*asked))
    assert answers(world, "own.jsonl") == answers(world, "answers.jsonl")


def test_no_cluster_at_the_address_is_said(world: RayWorld) -> None:
    address = f"127.0.0.1:{free_port()}"
    _, said = ended_well(world.guichet("ingest", "docs", GUICHET_RAY=address), 1)
    assert "Le cluster de GUICHET_RAY ne se laisse pas joindre" in said
    _, said = ended_well(world.guichet("ingest", "docs", GUICHET_RAY=address, GUICHET_LANG="en"), 1)
    assert "The cluster of GUICHET_RAY cannot be reached" in said


def test_without_the_extra_the_command_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ui.bulk.cluster, "find_spec", lambda name: None)
    monkeypatch.setenv("GUICHET_RAY", "auto")
    (tmp_path / "plan.md").write_text("# Plan\n\nUne aide.\n")
    assert main(["ingest", str(tmp_path / "plan.md"), "--index", str(tmp_path / "index")]) == 1
    assert "pip install 'guichet-ia[ray]'" in capsys.readouterr().err


def test_without_the_setting_ray_is_never_imported(world: RayWorld) -> None:
    (world.home.parent / "none").mkdir()
    (world.home.parent / "none" / "ray.py").write_text("raise AssertionError")
    path = f"{world.home.parent / 'none'}{os.pathsep}{world.environ['PYTHONPATH']}"
    ended_well(world.guichet("ingest", "docs", "--index", world.home / "third", PYTHONPATH=path))
    ended_well(world.guichet("batch", "questions.jsonl", "third.jsonl", "--no-llm", PYTHONPATH=path))


def answers(world: RayWorld, name: str) -> list[dict[str, Any]]:
    """The records of a file of answers, but for the times they took."""
    records = [json.loads(line) for line in (world.home / name).read_text(encoding="utf-8").splitlines()]
    return [{key: value for key, value in record.items() if key != "timings_ms"} for record in records]


def content(place: Place) -> tuple[Any, ...]:
    """All that an index holds: its fingerprint, its documents as they were put, its vectors to the bit."""
    index = open_index(place)
    try:
        documents = [index.stored(doc) for doc in index.documents]
        return index.fingerprint, documents, index.vectors.rows().tobytes()
    finally:
        index.close()
