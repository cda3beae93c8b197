"""`guichet match --companies`: a file of companies in, companies × schemes out."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from assistant.answers import GivenProfile
from ingest.errors import GuichetError
from ui.cli import main
from ui.companies import MAX_LINES, read_companies
from ui.exports.cells import safe_answer
from ui.words import load_words

WORDS = load_words("fr")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    for name in ("GUICHET_LANG", "GUICHET_CATALOGUE"):
        monkeypatch.delenv(name, raising=False)


def make_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "entreprises.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "nom,siret,région,effectif,secteur,besoin\nMenuiserie,123,Toulon,12,BTP,diagnostic\n",
        "Raison sociale;SIRET;Ville;Effectifs;Secteur d'activité;Besoins\r\nMenuiserie;123;Toulon;12;BTP;diagnostic\r\n",
        "\ufeffname\tsiret\ttown\theadcount\tsector\tneed\nMenuiserie\t123\tToulon\t12\tBTP\tdiagnostic\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_headers_and_separators_are_understood(tmp_path: Path, text: str, encoding: str) -> None:
    text = text.lstrip("\ufeff") if encoding != "utf-8" else text
    ((company,), wrong) = read_companies(make_file(tmp_path, text, encoding), WORDS)
    assert (company.name, company.siret, wrong) == ("Menuiserie", "123", [])
    assert company.given == GivenProfile("Toulon", "12", "BTP", "diagnostic")


@pytest.mark.parametrize(
    ("line", "region"),
    [
        ("A,44000,Saint-Denis,", "44000"),
        ("A,6000,,", "06000"),
        ("A,,Nantes,Bretagne", "Nantes"),
        ("A,,NANTES CEDEX 9,", "NANTES"),
        ("A,44985,NANTES CEDEX 9,", "44985"),
        ("A,1201,Genève,", "Genève"),
        ("A,10115,Berlin,", "Berlin"),
        ("A,99999,,Occitanie", "Occitanie"),
        ("A,,Atlantide,", "Atlantide"),
        ("A,,,", None),
    ],
)
def test_a_postcode_wins_over_a_town_over_a_region(tmp_path: Path, line: str, region: str | None) -> None:
    ((company,), _) = read_companies(make_file(tmp_path, f"nom,code postal,ville,région\n{line}\n"), WORDS)
    assert company.given.region == region


def test_a_bad_line_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    text = "nom,région\n,Nantes\nBonne,Nantes\n\nTrop,Nantes,de,cellules\nCourte\n"
    companies, wrong = read_companies(make_file(tmp_path, text), WORDS)
    assert [(c.name, c.line) for c in companies] == [("Bonne", 3), ("Courte", 6)]
    assert [sentence.split(" : ")[0] for sentence in wrong] == [f"entreprises.csv, ligne {n}" for n in (2, 5)]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "région\nNantes\n"])
def test_a_file_without_names_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(GuichetError, match="colonne de noms"):
        read_companies(make_file(tmp_path, text), WORDS)


def test_a_file_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuichetError, match="découpez-le"):
        read_companies(make_file(tmp_path, "nom\n" + "x\n" * (MAX_LINES + 1)), WORDS)


TWO = "nom,ville,effectif,naf,besoin\n=Alpha(),Saumur,30,28.22Z,données\nBêta,Toulon,4,96.02A,communication\n"


def test_csv_on_stdout_gives_each_company_its_first_schemes(tmp_path: Path, capsys: Captured) -> None:
    assert main(["match", "--companies", str(make_file(tmp_path, TWO))]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    rows = list(csv.DictReader(io.StringIO(out)))
    by_name = {name: [row for row in rows if row["nom"] == name] for name in ("'=Alpha()", "Bêta")}
    assert all(0 < len(found) <= 5 for found in by_name.values())
    assert "diva" in {row["id_dispositif"] for row in by_name["'=Alpha()"]}
    assert "mon-assistant-ia" in {row["id_dispositif"] for row in by_name["Bêta"]}
    assert {row["verdict"] for row in rows} <= {"convient", "à confirmer"}
    assert all(row["raisons"] for row in rows)


def test_all_gives_every_scheme(tmp_path: Path, capsys: Captured) -> None:
    main(["match", "--companies", str(make_file(tmp_path, TWO)), "--all"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 2 * 73
    assert {row["verdict"] for row in rows} >= {"ne convient pas"}


def test_a_scheme_lists_the_companies_it_suits(tmp_path: Path, capsys: Captured) -> None:
    assert main(["match", "--companies", str(make_file(tmp_path, TWO)), "--scheme", "DIVA"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["nom"], row["id_dispositif"]) for row in rows] == [("'=Alpha()", "diva")]


def test_an_unknown_scheme_is_one_sentence(tmp_path: Path, capsys: Captured) -> None:
    assert main(["match", "--companies", str(make_file(tmp_path, TWO)), "--scheme", "inconnue"]) == 1
    assert capsys.readouterr().err.startswith("Aucun dispositif « inconnue »")


def test_xlsx_holds_the_rows_of_the_csv_and_no_formula(tmp_path: Path, capsys: Captured) -> None:
    source, out = make_file(tmp_path, TWO), tmp_path / "sortie" / "aides.xlsx"
    assert main(["match", "--companies", str(source), "--out", str(out)]) == 0
    assert "2 entreprises comparées" in capsys.readouterr().out
    sheet = openpyxl.load_workbook(out).worksheets[0]
    main(["match", "--companies", str(source), "--out", str(tmp_path / "aides.csv")])
    written = list(csv.reader(io.StringIO((tmp_path / "aides.csv").read_text(encoding="utf-8-sig"))))
    assert [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)] == written
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_json_lines_hold_codes(tmp_path: Path, capsys: Captured) -> None:
    main(["match", "--companies", str(make_file(tmp_path, TWO)), "--scheme", "diva", "--json"])
    (line,) = capsys.readouterr().out.splitlines()
    record = json.loads(line)
    assert (record["line"], record["scheme"]["id"]) == (2, "diva")
    assert record["scheme"]["verdict"] in ("eligible", "to_confirm")


def test_what_is_not_understood_is_said_with_its_line(tmp_path: Path, capsys: Captured) -> None:
    text = "nom,ville,effectif\nA,Atlantide,douze mille cinq\nB,Nantes,5\n"
    assert main(["match", "--companies", str(make_file(tmp_path, text))]) == 0
    assert "Ligne 2, région : « Atlantide » n'est pas reconnu" in capsys.readouterr().err


def test_the_same_word_not_understood_is_said_once_then_counted(tmp_path: Path, capsys: Captured) -> None:
    text = "nom,ville,effectif\n" + "".join(f"{name},Atlantide,5\n" for name in "ABC")
    assert main(["match", "--companies", str(make_file(tmp_path, text))]) == 0
    said = capsys.readouterr().err
    assert said.count("n'est pas reconnu, et") == 1
    assert "« Atlantide » n'est pas reconnu à 2 autre(s) ligne(s) non plus." in said


def test_a_column_of_turnover_counts_in_the_class(tmp_path: Path, capsys: Captured) -> None:
    text = "nom;ville;effectif;CA\nA;Nantes;5;12 000 000\nB;Nantes;5;700 k€\n"
    assert main(["match", "--companies", str(make_file(tmp_path, text)), "--scheme", "pdl-conseil", "--json"]) == 0
    rows = [json.loads(line)["scheme"]["criteria"] for line in capsys.readouterr().out.splitlines()]
    assert [next(c["company"] for c in row if c["name"] == "size") for row in rows] == ["PME", "TPE"]


def test_the_file_of_companies_is_never_written_over(tmp_path: Path, capsys: Captured) -> None:
    source = make_file(tmp_path, TWO)
    assert main(["match", "--companies", str(source), "--out", str(source)]) == 1
    assert source.read_text(encoding="utf-8") == TWO
    assert "--out" in capsys.readouterr().err


def test_options_of_a_file_want_a_file(capsys: Captured) -> None:
    assert main(["match", "--region", "Nantes", "--scheme", "diva"]) == 2
    assert "--companies" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@x"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert safe_answer(text) == f"'{text}"
    assert safe_answer("- liste") == "- liste"
