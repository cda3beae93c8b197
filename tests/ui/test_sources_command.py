"""`guichet sources`, and what the manifest and archives change in `guichet ingest`."""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from worlds import HashingEncoder

import ui.commands.ingest
import ui.commands.sources
from index.store import DocumentInfo, open_index
from ingest.fetching import Result
from ingest.manifest import Fetched, SourceEntry, write_state
from ui.cli import main

Captured = pytest.CaptureFixture[str]
PLAN = "# Une ville\n\n## Diagnostic\n\nLe diagnostic dure cinq jours et coûte 800 euros.\n"
MANIFEST = """sources:
  - doc: plan
    title: Le plan voté
    publisher: Région
    region: REG-93
    nature: plan
    date: 2024-06-28
    licence: null
    url: https://exemple.fr/plan.pdf
"""


class World:
    """A home, a folder of documents, an index, and the command line over them."""

    def __init__(self, folder: Path, capsys: Captured) -> None:
        self.folder, self.home, self.capsys, self.errors = folder, folder / "home", capsys, ""
        self.manifest = self.write("mon-manifeste.yaml", MANIFEST)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def archive(self, files: dict[str, str], name: str = "docs.zip") -> Path:
        with zipfile.ZipFile(self.folder / name, "w") as archive:
            for member, content in files.items():
                archive.writestr(member, content)
        return self.folder / name

    def run(self, *arguments: object, status: int = 0) -> list[dict[str, object]]:
        assert main([*map(str, arguments), "--json"]) == status
        out, self.errors = self.capsys.readouterr()
        return [json.loads(line) for line in out.splitlines()]

    def ingest(self, *arguments: object, status: int = 0) -> dict[str, dict[str, object]]:
        options = ("--no-catalogue", "--index", self.folder / "index")
        return {str(row["file"]): row for row in self.run("ingest", *arguments, *options, status=status)}

    def document(self, doc: str) -> DocumentInfo:
        index = open_index(self.folder / "index")
        try:
            return index.documents[doc]
        finally:
            index.close()


@pytest.fixture
def world(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    stand_in = HashingEncoder()
    monkeypatch.setattr(ui.commands.ingest, "open_encoder", lambda settings: stand_in)
    return World(tmp_path, capsys)


class ScriptedFetcher:
    """Answers what the test says for each source; remembers those it was asked for."""

    def __init__(self, **results: str) -> None:
        self.results, self.asked, self.closed = results, [], False  # type: ignore[var-annotated]

    def fetch(self, entry: SourceEntry, folder: Path, before: Fetched | None, *, now: str) -> Result:
        return self.check(entry, folder, before)

    def check(self, entry: SourceEntry, folder: Path, before: Fetched | None) -> Result:
        self.asked.append(entry.doc)
        status = self.results.get(entry.doc, "no_address")
        return Result(entry.doc, status, "Une phrase." if status in ("failed", "dead") else None)  # type: ignore[arg-type]

    def close(self) -> None:
        self.closed = True


def script(monkeypatch: pytest.MonkeyPatch, **results: str) -> ScriptedFetcher:
    fetcher = ScriptedFetcher(**results)
    monkeypatch.setattr(ui.commands.sources, "open_fetcher", lambda: fetcher)
    return fetcher


def test_sources_are_listed_with_those_of_a_manifest_of_ones_own(world: World) -> None:
    rows = {row["doc"]: row for row in world.run("sources", "list", "--manifest", world.manifest)}
    assert rows["plan"]["date"] == "2024-06-28"
    assert rows["plan"]["status"] == "not_fetched"
    assert rows["plan-sud-ia-2024-2028"]["status"] == "no_address"
    assert rows["plan-sud-ia-2024-2028"]["nature"] == "plan"


def test_sources_are_listed_for_people_in_both_languages(world: World) -> None:
    for language, word in (("fr", "sans adresse"), ("en", "no address")):
        assert main(["sources", "--lang", language]) == 0
        assert word in world.capsys.readouterr().out


def test_the_sources_named_are_fetched_and_the_fetcher_closed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = script(monkeypatch, plan="added")
    (row,) = world.run("sources", "fetch", "plan", "--manifest", world.manifest)
    assert (row["doc"], row["status"]) == ("plan", "added")
    assert (fetcher.asked, fetcher.closed) == (["plan"], True)


def test_one_download_that_fails_is_no_failure_and_all_of_them_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("plan", "edih-diva")
    script(monkeypatch, **{"plan": "failed", "edih-diva": "added"})
    world.run("sources", "fetch", *names, "--manifest", world.manifest)
    script(monkeypatch, **{"plan": "failed", "edih-diva": "failed"})
    world.run("sources", "fetch", *names, "--manifest", world.manifest, status=1)
    assert "plan, edih-diva" in world.errors


def test_a_dead_link_is_told_by_the_exit_status(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    script(monkeypatch, plan="ok")
    world.run("sources", "check", "--manifest", world.manifest)
    script(monkeypatch, **{"plan": "ok", "edih-diva": "dead"})
    world.run("sources", "check", "--manifest", world.manifest, status=1)
    assert "edih-diva" in world.errors


def test_an_unknown_action_or_source_is_said(world: World) -> None:
    world.run("sources", "danse", status=2)
    assert "danse" in world.errors
    world.run("sources", "fetch", "inconnue", status=1)
    assert "« inconnue »" in world.errors


def test_a_manifest_describes_the_file_that_bears_its_name(world: World) -> None:
    path = world.write("plan.md", PLAN)
    world.ingest(path, "--manifest", world.manifest)
    info = world.document("plan")
    assert (info.title, info.nature, info.date) == ("Le plan voté", "plan", date(2024, 6, 28))
    assert (info.region, info.publisher, info.url) == ("REG-93", "Région", "https://exemple.fr/plan.pdf")


def test_a_manifest_given_later_describes_an_unchanged_file(world: World) -> None:
    path = world.write("plan.md", PLAN)
    world.ingest(path)
    assert world.document("plan").title == "Une ville"
    assert world.ingest(path, "--manifest", world.manifest)[str(path)]["status"] == "replaced"
    assert world.document("plan").title == "Le plan voté"
    assert world.ingest(path, "--manifest", world.manifest)[str(path)]["status"] == "unchanged"


def test_a_downloaded_file_is_known_under_another_name(world: World) -> None:
    import hashlib

    path = world.write("copie.md", PLAN)
    digest = hashlib.sha256(PLAN.encode()).hexdigest()
    (world.home / "sources").mkdir(parents=True)
    write_state(world.home / "sources", "plan", Fetched("https://exemple.fr/plan.pdf", "plan.md", digest, 1, "2024"))
    world.ingest(path, "--manifest", world.manifest)
    assert world.document("copie").title == "Le plan voté"


def test_a_broken_manifest_stops_before_anything_is_read(world: World) -> None:
    path = world.write("plan.md", PLAN)
    world.ingest(path, "--manifest", world.write("b.yaml", MANIFEST.replace("https", "http")), status=1)
    assert "b.yaml" in world.errors


def test_an_archive_gives_a_document_a_file(world: World) -> None:
    path = world.archive({"a/plan.md": PLAN, "avis.txt": "Un avis sur le plan.", ".DS_Store": "x"})
    rows = world.ingest(path)
    assert {file: (row["doc"], row["status"]) for file, row in rows.items()} == {
        f"{path}/a/plan.md": ("plan", "added"),
        f"{path}/avis.txt": ("avis", "added"),
    }
    assert world.document("plan").source == f"{path}/a/plan.md"
    assert {row["status"] for row in world.ingest(path).values()} == {"unchanged"}


def test_an_archive_that_cannot_be_read_stops_nothing(world: World) -> None:
    good, bad = world.write("docs/plan.md", PLAN), world.write("docs/b.zip", b"PK\x03\x04")
    rows = world.ingest(world.folder / "docs")
    assert (rows[str(good)]["status"], rows[str(bad)]["status"]) == ("added", "failed")
    assert rows[str(bad)]["reason"] == "unreadable"


def test_a_file_of_an_archive_that_cannot_be_read_stops_no_other(world: World) -> None:
    path = world.archive({"plan.md": PLAN, "photo.xyz": "x", "dedans.zip": "PK", "vide.txt": ""})
    rows = {str(row["doc"]): row["reason"] for row in world.ingest(path).values()}
    assert rows == {"plan": None, "photo": "unsupported", "dedans": "unsupported", "vide": "empty"}


def test_a_name_taken_by_a_file_or_by_another_member_is_refused(world: World) -> None:
    plan = world.write("plan.md", PLAN)
    path = world.archive({"plan.md": PLAN, "x/avis.md": PLAN, "y/avis.md": PLAN, "fiche-diva.md": PLAN}, name="z.zip")
    rows = world.ingest(plan, path)
    assert [row["status"] for row in rows.values()] == ["added", "failed", "added", "failed", "failed"]
    assert str(plan) in str(rows[f"{path}/plan.md"]["message"])


def test_a_list_of_aids_is_ingested_row_by_row(world: World) -> None:
    path = world.write("aides.csv", "Nom;Montant\nChèque numérique;3 000 €\nPrêt;50 000 €\n".encode("cp1252"))
    assert world.ingest(path)[str(path)]["passages"] == 2
