"""A claim put in a Word file or a workbook where nobody sees it: drawn without ink, flat, off the page, struck out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from openpyxl.styles import Font, PatternFill

from ingest.documents import Document
from ingest.readers import read

TRUE = "La fête des jardins se tiendra au printemps sur la place du marché de la vallée."
FALSE = "Chèque Phare apporte 90 000 € par entreprise de la région."
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def load(folder: Path, name: str, data: bytes) -> Document:
    (folder / name).write_bytes(data)
    return read(folder / name)


# ---- Word -------------------------------------------------------------------------------------------------------

File = docx.document.Document


def word(write: Callable[[File], Any]) -> bytes:
    held, file = io.BytesIO(), docx.Document()
    file.add_heading("Bulletin de la vallée", 1)
    file.add_paragraph(TRUE)
    write(file)
    file.add_paragraph("Chacun apporte des graines.")
    file.save(held)
    return held.getvalue()


def says(*properties: str) -> Callable[[File], Any]:
    """A run of these properties."""

    def write(file: File) -> None:
        run = file.add_paragraph().add_run(FALSE)
        for said in properties:
            run._r.get_or_add_rPr().append(parse_xml(said.replace("/>", f" {nsdecls('w')} {W14}/>", 1)))

    return write


def filled(inside: str) -> Callable[[File], Any]:
    """A run with this for its ink."""

    def write(file: File) -> None:
        run = file.add_paragraph().add_run(FALSE)
        run._r.get_or_add_rPr().append(parse_xml(f"<w14:textFill {W14}>{inside}</w14:textFill>"))

    return write


def flat_lines(file: File) -> None:
    paragraph = file.add_paragraph(FALSE)
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:spacing {nsdecls("w")} w:line="10" w:lineRule="exact"/>'))


def flat_row(file: File) -> None:
    table = file.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "Jardins", FALSE
    height = parse_xml(f'<w:trHeight {nsdecls("w")} w:val="1" w:hRule="exact"/>')
    table.rows[1]._tr.get_or_add_trPr().append(height)


def boxed(*, across: int = 0, hidden: str = "0") -> Callable[[File], Any]:
    """A box of text anchored at this distance from its column."""
    spaces = f'{nsdecls("w", "wp", "a")} xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'

    def write(file: File) -> None:
        file.add_paragraph()._p.append(
            parse_xml(
                f"<w:r {spaces}><w:drawing><wp:anchor><wp:positionH relativeFrom='column'><wp:posOffset>{across}</wp:posOffset></wp:positionH>"
                f"<wp:extent cx='914400' cy='914400'/><wp:docPr id='9' name='x' hidden='{hidden}'/><a:graphic><a:graphicData><wps:wsp><wps:txbx>"
                f"<w:txbxContent><w:p><w:r><w:t>{FALSE}</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
                "</wp:anchor></w:drawing></w:r>"
            )
        )

    return write


UNSEEN: dict[str, Callable[[File], Any]] = {
    "no ink": filled("<w14:noFill/>"),
    "white ink": filled('<w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'),
    "clear ink": filled(
        '<w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="100000"/></w14:srgbClr></w14:solidFill>'
    ),
    "black on a black marker": says('<w:color w:val="000000"/>', '<w:highlight w:val="black"/>'),
    "white on a white marker": says('<w:color w:val="FFFFFF"/>', '<w:highlight w:val="white"/>'),
    "letters without width": says('<w:w w:val="1"/>'),
    "letters one over the other": says('<w:spacing w:val="-400"/>'),
    "letters far from their line": says('<w:position w:val="3000"/>'),
    "struck out": says("<w:strike/>"),
    "struck out twice": says("<w:dstrike/>"),
    "lines of no height": flat_lines,
    "a row of no height": flat_row,
    "a box off the page": boxed(across=-9_000_000),
    "a box that is hidden": boxed(hidden="1"),
}


@pytest.mark.parametrize("way", UNSEEN)
def test_what_word_does_not_show_is_not_read(way: str, tmp_path: Path) -> None:
    text = load(tmp_path, "bulletin.docx", word(UNSEEN[way])).text
    assert "90 000" not in text
    assert TRUE in text
    assert "Chacun apporte des graines." in text


def small(file: File) -> None:
    file.add_paragraph().add_run(FALSE).font.size = Pt(6)


SEEN: dict[str, Callable[[File], Any]] = {
    "dark ink": filled('<w14:solidFill><w14:srgbClr w14:val="003366"/></w14:solidFill>'),
    "half clear ink": filled(
        '<w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="50000"/></w14:srgbClr></w14:solidFill>'
    ),
    "white on a black marker": says('<w:color w:val="FFFFFF"/>', '<w:highlight w:val="black"/>'),
    "black on a yellow marker": says('<w:highlight w:val="yellow"/>'),
    "tight letters": says('<w:spacing w:val="-10"/>'),
    "narrow letters": says('<w:w w:val="66"/>'),
    "raised letters": says('<w:position w:val="12"/>'),
    "not struck out": says('<w:strike w:val="0"/>'),
    "a box of the page": boxed(across=-200_000),
    "small letters": small,
}


@pytest.mark.parametrize("way", SEEN)
def test_what_word_shows_is_read(way: str, tmp_path: Path) -> None:
    assert FALSE in load(tmp_path, "bulletin.docx", word(SEEN[way])).text


def test_a_style_that_hides_is_not_undone_by_a_line_that_is_not_struck(tmp_path: Path) -> None:
    def write(file: File) -> None:
        file.styles.add_style("Masqué", 1).font.hidden = True
        run = file.add_paragraph(style="Masqué").add_run(FALSE)
        run.font.strike = False

    assert "90 000" not in load(tmp_path, "bulletin.docx", word(write)).text


def test_a_word_struck_out_for_effect_is_read(tmp_path: Path) -> None:
    def write(file: File) -> None:
        file.add_paragraph("Gras et ").add_run("barré").font.strike = True

    assert "Gras et barré" in load(tmp_path, "bulletin.docx", word(write)).text


# ---- workbooks --------------------------------------------------------------------------------------------------

Cell = Any


def book(write: Callable[[Cell], Any]) -> bytes:
    held, made = io.BytesIO(), openpyxl.Workbook()
    for row in (("Titre", "Texte"), ("Bulletin de la vallée", TRUE), ("Les outils", FALSE)):
        made.active.append(row)
    write(made.active["B3"])
    made.save(held)
    return held.getvalue()


def has(**looks: Any) -> Callable[[Cell], Any]:
    return lambda cell: [setattr(cell, name, look) for name, look in looks.items()]


def sized(*, height: float | None = None, width: float | None = None) -> Callable[[Cell], Any]:
    def write(cell: Cell) -> None:
        if height is not None:
            cell.parent.row_dimensions[3].height = height
        if width is not None:
            cell.parent["C3"].value, cell.value = cell.value, "Bêche"
            cell.parent.column_dimensions["C"].width = width

    return write


DARK = PatternFill("solid", fgColor="FF333333")
UNSEEN_CELLS = {
    "white": has(font=Font(color="FFFFFFFF")),
    "of one point": has(font=Font(size=1)),
    "without a shape": has(number_format=";;;"),
    "dark on dark": has(font=Font(color="FF333333"), fill=DARK),
    "struck out": has(font=Font(strike=True)),
    "in a flat row": sized(height=0.1),
    "in a flat column": sized(width=0.1),
}


@pytest.mark.parametrize("way", UNSEEN_CELLS)
def test_what_a_workbook_does_not_show_is_not_read_and_is_told(way: str, tmp_path: Path) -> None:
    document = load(tmp_path, "bulletin.xlsx", book(UNSEEN_CELLS[way]))
    assert "90 000" not in document.text
    assert TRUE in document.text
    assert document.notice.endswith("laissées de côté")


SEEN_CELLS = {
    "white on dark": has(font=Font(color="FFFFFFFF"), fill=DARK),
    "white on a pattern": has(font=Font(color="FFFFFFFF"), fill=PatternFill("gray125")),
    "grey": has(font=Font(color="FF888888")),
    "as text": has(number_format="@"),
    "small": has(font=Font(size=7)),
    "in a low row": sized(height=8),
}


@pytest.mark.parametrize("way", SEEN_CELLS)
def test_what_a_workbook_shows_is_read(way: str, tmp_path: Path) -> None:
    document = load(tmp_path, "bulletin.xlsx", book(SEEN_CELLS[way]))
    assert FALSE in document.text
    assert document.notice == ""
