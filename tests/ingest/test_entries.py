"""Lists of aids: CSV and XLSX files, one entry a row."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import UnreadableDocument
from ingest.passages import cut
from ingest.readers import delimited, entries, read, read_bounded
from ingest.readers.encoding import decode

HEADER = ["id", "Nom de l'aide", "Montant", "Contact"]
ROWS = [["1", "Chèque numérique", "3 000 €", "a@exemple.fr"], ["2", "Prêt à l'essai", "50 000 €", "b@exemple.fr"]]


def as_csv(*rows: list[str], separator: str = ";", end: str = "\r\n") -> str:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=separator, lineterminator=end).writerows(rows)
    return held.getvalue()


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def book(folder: Path, *rows: list[object], name: str = "aides.xlsx") -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(folder / name)
    return folder / name


def reason(path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(path)
    assert path.name in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_each_row_is_an_entry_whatever_its_encoding_and_separator(
    tmp_path: Path, separator: str, encoding: str, end: str
) -> None:
    path = write(tmp_path, "aides-2024.csv", as_csv(HEADER, *ROWS, separator=separator, end=end).encode(encoding))
    first, second = cut(read(path))
    assert first.heading == ("Chèque numérique",)
    assert first.text[first.body :] == "id : 1\nMontant : 3 000 €\nContact : a@exemple.fr"
    assert second.heading == ("Prêt à l'essai",)


def test_the_file_gives_the_title_not_its_first_aid(tmp_path: Path) -> None:
    assert read(write(tmp_path, "aides-2024.csv", as_csv(HEADER, *ROWS))).title == "Aides 2024"


def test_a_declared_separator_is_believed(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.csv", "sep=,\nNom,Note\nAide A,un;deux\nAide B,trois;quatre\n"))
    assert "Note : un;deux" in document.text


def test_a_quoted_cell_keeps_its_separators_and_its_line_breaks_and_loses_its_marks(tmp_path: Path) -> None:
    cell = "<p>Une aide ; deux&nbsp;temps</p>\n<ul><li>un</li></ul>"
    document = read(write(tmp_path, "a.csv", as_csv(["Titre", "Texte"], ["Aide A", cell], ["Aide B", "Autre"])))
    assert "Texte : Une aide ; deux temps - un" in document.text


def test_a_formula_is_never_evaluated(tmp_path: Path) -> None:
    assert "Calcul : =1+1" in read(write(tmp_path, "a.csv", "Nom;Calcul\nAide A;=1+1\nAide B;=2\n")).text
    assert "=1+1" not in read(book(tmp_path, ["Nom", "Calcul", "Note"], ["Aide A", "=1+1", "x"])).text


def test_a_table_without_names_of_columns_is_read_all_the_same() -> None:
    document = entries.document(
        [entries.Sheet("", [["Aide A", "3000"], ["Aide B", "4000"]])], name="a", doc="a", title="T", digest=""
    )
    assert [p.heading for p in cut(document)] == [("Aide A",), ("Aide B",)]
    assert "Colonne 2 : 4000" in document.text


def test_one_column_is_a_list(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.csv", "Aides\nChèque numérique\nPrêt à l'essai\n"))
    assert [b.kind for b in document.blocks] == ["list"]


def test_values_of_a_spreadsheet_read_as_a_person_sees_them(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        ["Aides de la région"],
        [],
        ["Dispositif", "Taux", "Montant", "Jusqu'au", "Ouvert"],
        ["Diagnostic", 0.5, 8000, datetime.date(2024, 6, 28), True],
        ["Accompagnement", 0.125, 1234.5, datetime.datetime(2024, 6, 28, 17, 30), False],
    )
    made = openpyxl.load_workbook(path)
    for row in (4, 5):
        made.active.cell(row, 2).number_format = "0.0%"
        made.active.cell(row, 3).number_format = '#,##0.00 "€"'
    made.save(path)
    opening, first, second = cut(read(path))
    assert opening.text == "Aides de la région"
    assert first.text[first.body :] == "Taux : 50 %\nMontant : 8000 €\nJusqu'au : 28/06/2024\nOuvert : oui"
    assert second.text[second.body :] == "Taux : 12,5 %\nMontant : 1234,5 €\nJusqu'au : 28/06/2024 17:30\nOuvert : non"


def test_each_sheet_is_a_section_and_a_hidden_one_stays_hidden(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Ouvertes"
    made.active.append(["Nom", "Montant"])
    made.active.append(["Aide A", "1 €"])
    for name, state in (("Closes", "visible"), ("Brouillon", "hidden")):
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["Nom", "Montant"])
        sheet.append([f"Aide {name}", "2 €"])
    made.save(tmp_path / "a.xlsx")
    assert [p.heading for p in cut(read(tmp_path / "a.xlsx"))] == [("Ouvertes", "Aide A"), ("Closes", "Aide Closes")]


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    path = book(tmp_path, HEADER, *ROWS)
    assert "3 000 €" in read_bounded(path.rename(tmp_path / "aides.dat")).text


def test_a_list_longer_than_any_list_of_aids_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MAX_ROWS", 3)
    assert reason(write(tmp_path, "a.csv", as_csv(HEADER, *ROWS, *ROWS))) == "too_large"
    assert reason(book(tmp_path, HEADER, *ROWS, *ROWS)) == "too_large"


def test_a_table_wider_than_any_list_of_aids_is_refused(tmp_path: Path) -> None:
    wide = ["x"] * (entries.MAX_COLUMNS + 1)
    assert reason(write(tmp_path, "a.csv", as_csv(wide, wide))) == "too_large"


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    assert reason(tmp_path / "a.xlsx") == "too_large"


def test_entities_that_grow_take_nothing_down(tmp_path: Path) -> None:
    path = book(tmp_path, HEADER, *ROWS)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><worksheet>&l9;</worksheet>'
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as after:
        for item in before.infolist():
            after.writestr(item, bomb if "sheet1" in item.filename else before.read(item))
    with pytest.raises(UnreadableDocument) as caught:
        read_bounded(tmp_path / "b.xlsx")
    assert caught.value.reason in ("unreadable", "empty", "timeout")


def changed(path: Path, part: str, change: tuple[str, str]) -> Path:
    """A copy of a workbook, one of its parts changed."""
    other = path.with_name("b.xlsx")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for item in before.infolist():
            data = before.read(item)
            after.writestr(
                item, data.replace(change[0].encode(), change[1].encode()) if part in item.filename else data
            )
    return other


def test_a_number_that_is_none_costs_its_cell_alone(tmp_path: Path) -> None:
    path = book(tmp_path, ["Nom", "Montant", "Note"], ["Aide A", 1234.5, "x"], ["Aide B", 2, "y"])
    text = read(changed(path, "sheet1", ("1234.5", "1e999"))).text
    assert "Aide A" in text
    assert "Note : x" in text
    assert "inf" not in text


def test_a_row_numbered_beyond_any_sheet_holds_nobody_up(tmp_path: Path) -> None:
    path = book(tmp_path, ["Nom", "Montant"], ["Aide A", "1 €"], ["Aide B", "2 €"])
    assert "Aide A" in read_bounded(changed(path, "sheet1", ('r="3"', f'r="{"9" * 20}"'))).text


def test_a_workbook_in_an_encoding_that_nobody_knows_is_unreadable(tmp_path: Path) -> None:
    path = book(tmp_path, HEADER, *ROWS)
    with zipfile.ZipFile(path) as held:
        start = held.read("xl/worksheets/sheet1.xml")[:20].decode()
    said = "<?xml version='1.0' encoding='martien'?>" + start
    assert reason(changed(path, "sheet1", (start, said))) == "unreadable"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_workbook_cut_short_says_so(tmp_path: Path, keep: float) -> None:
    data = book(tmp_path, HEADER, *ROWS).read_bytes()
    assert reason(write(tmp_path, "b.xlsx", data[: int(len(data) * keep)])) == "unreadable"


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    assert (
        reason(write(tmp_path, "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")))
        == "protected"
    )


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), min_size=1, max_size=6))
def test_no_cell_is_lost_and_every_block_is_in_the_text(rows: list[list[str]]) -> None:
    header = ["Nom", "Note", "Lieu", "Texte", "Suite"]
    document = entries.document([entries.Sheet("", [header, *rows])], name="a", doc="a", title="T", digest="")
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()
    for row in rows:
        for cell in row:
            assert "".join(entries._clean(cell).split()) in "".join(document.text.split())
    cut(document)


def outcome(data: bytes) -> str:
    try:
        cut(delimited.document(decode(data, "a.csv"), name="a.csv", doc="a", digest=""))
    except UnreadableDocument as error:
        return error.reason
    return "read"


@given(st.binary(max_size=300))
def test_any_bytes_named_csv_give_a_document_or_a_reason(data: bytes) -> None:
    assert outcome(data) in ("read", "unreadable", "too_large", "empty")
