"""Documents made from a grammar of each format, then damaged: every reader keeps its promise (`reading_contract`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outcomes import FORKS
from reading_contract import is_one_line, keeps_the_contract
from strange import SECRET
from strange_office import archives, word_files, workbooks
from strange_pages import html_pages, marked_texts
from strange_pdfs import pdf_files

from ingest.archives import is_archive, members
from ingest.documents import Document
from ingest.errors import UnreadableDocument

pytestmark = FORKS
few = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("etranges")
    (made / "garde.txt").write_text(SECRET)
    return made


def read(folder: Path, name: str, data: bytes) -> Document | UnreadableDocument:
    path = folder / name
    path.write_bytes(data)
    return keeps_the_contract(path)


@few
@given(st.data())
def test_a_word_file_of_any_parts(folder: Path, data: st.DataObject) -> None:
    read(folder, "plan.docx", data.draw(word_files(str(folder / "garde.txt"))))


@few
@given(st.data())
def test_a_workbook_of_any_cells(folder: Path, data: st.DataObject) -> None:
    read(folder, "liste.xlsx", data.draw(workbooks(str(folder / "garde.txt"))))


@few
@given(st.data())
def test_a_page_of_any_tags(folder: Path, data: st.DataObject) -> None:
    read(folder, "page.html", data.draw(html_pages(str(folder / "garde.txt"))))


@few
@given(pdf_files())
def test_a_pdf_of_any_objects(folder: Path, data: bytes) -> None:
    read(folder, "plan.pdf", data)


@few
@given(marked_texts(), st.sampled_from(["note.md", "note.txt", "note.csv"]))
def test_a_text_of_any_marks(folder: Path, data: bytes, name: str) -> None:
    read(folder, name, data)


@few
@given(archives())
def test_an_archive_of_any_names(folder: Path, data: bytes) -> None:
    path = folder / "archive.zip"
    path.write_bytes(data)
    if not is_archive(path):
        return
    before, laid_out, said = sorted(folder.iterdir()), list[Path](), path.name
    try:
        with members(path) as found:
            laid_out = [member.path for member in found if member.path is not None]
            assert all(is_one_line(member.name) for member in found)
            assert all(member.path is not None or member.refusal is not None for member in found)
            assert all(place.is_file() and place.parent.parent.name.startswith("guichet-") for place in laid_out)
            assert len(set(laid_out)) == len(laid_out)
            assert sorted(folder.iterdir()) == before
    except UnreadableDocument as refusal:
        said = str(refusal)
    assert path.name in said
    assert not any(place.exists() for place in laid_out)
