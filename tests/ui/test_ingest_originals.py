"""`guichet ingest` keeps the PDFs themselves beside the index, unless told otherwise, and as long as their document."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pdf_worlds import column, make_pdf
from worlds import HashingEncoder

import ui.commands.ingest
from index.store import open_index
from ingest.originals import original
from ui.cli import main

PDF = make_pdf([column(["Le diagnostic coute 800 euros par entreprise.", "Il dure cinq jours."])])


class World:
    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder, folder / "index"

    def ingest(self, *arguments: str) -> None:
        assert main(["ingest", *arguments, "--no-catalogue", "--index", str(self.index)]) == 0

    def kept(self, doc: str = "plan") -> Path | None:
        index = open_index(self.index)
        try:
            return original(self.index, index.documents[doc].digest)
        finally:
            index.close()

    def copies(self) -> int:
        return len(list((self.index / "originals").glob("*.pdf")))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(ui.commands.ingest, "open_encoder", lambda settings: HashingEncoder())
    monkeypatch.delenv("GUICHET_ORIGINALS", raising=False)
    (tmp_path / "plan.pdf").write_bytes(PDF)
    return World(tmp_path)


def test_a_pdf_is_kept(world: World) -> None:
    world.ingest(str(world.folder / "plan.pdf"))
    kept = world.kept()
    assert kept is not None
    assert kept.read_bytes() == PDF


def test_a_pdf_in_an_archive_is_kept(world: World) -> None:
    with zipfile.ZipFile(world.folder / "lot.zip", "w") as archive:
        archive.writestr("dossier/rapport.pdf", PDF)
    world.ingest(str(world.folder / "lot.zip"))
    assert world.kept("rapport") is not None


def test_the_copy_goes_when_the_document_is_removed_or_replaced(world: World) -> None:
    world.ingest(str(world.folder / "plan.pdf"))
    (world.folder / "plan.pdf").write_bytes(PDF.replace(b"800 euros", b"900 euros"))
    world.ingest(str(world.folder / "plan.pdf"))
    assert world.copies() == 1
    world.ingest("--remove", "plan")
    assert world.copies() == 0


def test_nothing_is_kept_where_it_is_not_wanted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ingest(str(world.folder / "plan.pdf"), "--no-originals")
    assert world.kept() is None
    monkeypatch.setenv("GUICHET_ORIGINALS", "no")
    world.ingest(str(world.folder / "plan.pdf"), "--rebuild")
    assert world.kept() is None


def test_a_document_ingested_without_its_file_gets_it_when_given_again(world: World) -> None:
    world.ingest(str(world.folder / "plan.pdf"), "--no-originals")
    world.ingest(str(world.folder / "plan.pdf"))
    assert world.kept() is not None
