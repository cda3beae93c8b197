"""`guichet ingest` on tiny folders, with the stand-in for the encoder and the real readers."""

import json
from pathlib import Path

import pytest
from worlds import HashingEncoder

import ui.commands.ingest
from index.store import open_index
from ui.cli import main

Captured = pytest.CaptureFixture[str]
PLAN = "# Plan régional\n\n## Diagnostic\n\nLe diagnostic dure cinq jours et coûte 800 euros.\n"


class World:
    """A folder of documents, an index beside it, and what the command said."""

    def __init__(self, folder: Path, capsys: Captured) -> None:
        self.docs, self.folder, self.capsys = folder / "docs", folder / "index", capsys
        self.docs.mkdir()
        self.errors = ""

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, *arguments: str, status: int = 0) -> list[dict[str, object]]:
        assert main(["ingest", *arguments, "--json", "--index", str(self.folder)]) == status
        out, self.errors = self.capsys.readouterr()
        return [json.loads(line) for line in out.splitlines()]

    def documents(self) -> set[str]:
        index = open_index(self.folder)
        try:
            return set(index.documents)
        finally:
            index.close()


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> HashingEncoder:
    stand_in = HashingEncoder()
    monkeypatch.setattr(ui.commands.ingest, "open_encoder", lambda settings: stand_in)
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    return stand_in


@pytest.fixture
def world(tmp_path: Path, capsys: Captured, encoder: HashingEncoder) -> World:
    return World(tmp_path, capsys)


def test_a_new_file_is_added_with_the_catalogue(world: World) -> None:
    path = world.write("plan.md", PLAN)
    (row,) = world.ingest(str(path))
    assert row == {
        "file": str(path),
        "doc": "plan",
        "pages": None,
        "passages": row["passages"],
        "status": "added",
        "reason": None,
        "message": None,
    }
    assert row["passages"]
    assert "plan" in world.documents()
    assert any(doc.startswith("fiche-") for doc in world.documents())


def test_unchanged_files_are_neither_read_nor_encoded_again(
    world: World, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("plan.md", PLAN)
    world.ingest(str(world.docs))
    version, encoded = (world.folder / "CURRENT").read_bytes(), len(encoder.passages_encoded)

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ui.commands.ingest, "read_bounded", never)
    assert [row["status"] for row in world.ingest(str(world.docs))] == ["unchanged"]
    assert (world.folder / "CURRENT").read_bytes() == version
    assert len(encoder.passages_encoded) == encoded


def test_a_changed_file_replaces_its_document(world: World) -> None:
    path = world.write("plan.md", PLAN)
    world.ingest(str(path))
    world.write("plan.md", PLAN.replace("800", "900"))
    assert [row["status"] for row in world.ingest(str(path))] == ["replaced"]
    index = open_index(world.folder)
    assert "900 euros" in index.text_of("plan")
    index.close()


def test_a_file_that_cannot_be_read_stops_nothing(world: World) -> None:
    world.write("bon.md", PLAN)
    world.write("vide.txt", "")
    world.write("photo.xyz", b"\x00\x01\x02")
    rows = {row["doc"]: row for row in world.ingest(str(world.docs))}
    assert (rows["bon"]["status"], rows["bon"]["reason"]) == ("added", None)
    assert (rows["vide"]["status"], rows["vide"]["reason"]) == ("failed", "empty")
    assert (rows["photo"]["status"], rows["photo"]["reason"]) == ("failed", "unsupported")
    assert rows["photo"]["message"]


def test_when_nothing_can_be_read_the_index_is_as_it_was(world: World) -> None:
    world.ingest(str(world.write("plan.md", PLAN)))
    version = (world.folder / "CURRENT").read_bytes()
    rows = world.ingest(str(world.write("vide.txt", "")), status=1)
    assert [row["status"] for row in rows] == ["failed"]
    assert "Aucun des fichiers" in world.errors
    assert (world.folder / "CURRENT").read_bytes() == version


def test_an_absent_path_or_an_empty_folder_is_said(world: World) -> None:
    assert world.ingest(str(world.docs / "absent.pdf"), status=1) == []
    assert "absent.pdf" in world.errors
    assert world.ingest(str(world.docs), status=1) == []
    assert "Aucun fichier" in world.errors


def test_two_files_of_the_same_name_are_never_merged_in_silence(world: World) -> None:
    first, second = world.write("a/plan.md", PLAN), world.write("b/plan.md", PLAN.replace("800", "900"))
    rows = world.ingest(str(world.docs))
    assert [row["status"] for row in rows] == ["added", "failed"]
    assert str(first) in str(rows[1]["message"])
    assert rows[1]["file"] == str(second)


def test_a_file_cannot_pass_for_a_fiche_of_the_catalogue(world: World) -> None:
    (row,) = world.ingest(str(world.write("fiche-diva.md", PLAN)), status=1)
    assert row["status"] == "failed"
    assert "catalogue" in str(row["message"])


def test_a_document_is_removed_by_name(world: World) -> None:
    path = world.write("plan.md", PLAN)
    world.ingest(str(path))
    (row,) = world.ingest("--remove", "plan")
    assert (row["doc"], row["status"], row["file"]) == ("plan", "removed", str(path))
    assert "plan" not in world.documents()
    world.ingest("--remove", "plan", status=1)
    assert "« plan »" in world.errors


def test_an_index_without_the_catalogue_stays_without_it(world: World) -> None:
    world.ingest(str(world.write("plan.md", PLAN)), "--no-catalogue")
    assert world.documents() == {"plan"}
    world.ingest(str(world.write("avis.md", PLAN)))
    assert world.documents() == {"plan", "avis"}


def test_the_catalogue_can_be_left_out_afterwards(world: World) -> None:
    path = world.write("plan.md", PLAN)
    world.ingest(str(path))
    world.ingest(str(path), "--no-catalogue")
    assert world.documents() == {"plan"}


def test_an_index_of_another_encoder_is_refused_then_rebuilt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ingest(str(world.write("plan.md", PLAN)), "--no-catalogue")
    monkeypatch.setattr(ui.commands.ingest, "open_encoder", lambda settings: HashingEncoder(seed="autre"))
    path = world.write("avis.md", PLAN)
    world.ingest(str(path), status=1)
    assert "--rebuild" in world.errors
    world.ingest(str(path), "--rebuild")
    assert world.documents() == {"plan", "avis"}


def test_a_table_is_printed_for_people(world: World) -> None:
    path = world.write("plan.md", PLAN)
    assert main(["ingest", str(path), "--index", str(world.folder)]) == 0
    out, err = world.capsys.readouterr()
    assert "ajouté" in out
    assert err == ""
