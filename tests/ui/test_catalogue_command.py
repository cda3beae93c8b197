"""`guichet catalogue`: list, show, check, export, import; and a folder of schemes of one's own."""

import csv
import io
import json
from pathlib import Path

import pytest
from page_worlds import make_own

from ingest.catalogue import load_schemes
from ui.cli import main
from ui.commands.ingest import catalogue_changes
from ui.settings import read_settings

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path / "home"))
    for name in ("GUICHET_LANG", "GUICHET_CATALOGUE"):
        monkeypatch.delenv(name, raising=False)


def listed(capsys: Captured, *arguments: str) -> list[str]:
    assert main(["catalogue", "list", "--json", *arguments]) == 0
    return [scheme["id"] for scheme in json.loads(capsys.readouterr().out)]


def test_list_shows_every_scheme(capsys: Captured) -> None:
    assert main(["catalogue", "list"]) == 0
    out = capsys.readouterr().out
    assert "73 dispositifs" in out
    assert "move2digital" in out


def test_filters_combine(capsys: Captured) -> None:
    loire = listed(capsys, "--region", "Nantes")
    assert "diva" in loire
    assert "move2digital" not in loire
    cyber = set(listed(capsys, "--region", "PDL", "--need", "cybersécurité"))
    assert "pdl-cyber-diagnostic" in cyber
    assert cyber < set(loire)
    assert set(listed(capsys, "--region", "44", "--state", "en cours")) < set(loire)
    towns = listed(capsys, "--audience", "commune")
    assert {"occitanie-services-publics"} <= set(towns)
    assert "mon-assistant-ia" not in towns


@pytest.mark.parametrize("filter", ["--region", "--state", "--audience", "--need"])
def test_a_filter_that_means_nothing_is_one_sentence(capsys: Captured, filter: str) -> None:
    assert main(["catalogue", "list", filter, "zzz"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert filter in err
    assert "« zzz »" in err


@pytest.mark.parametrize("name", ["diva", "DIVA", "EDIH Pays de la Loire"])
def test_show_puts_its_source_beside_each_fact(capsys: Captured, name: str) -> None:
    assert main(["catalogue", "show", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    scheme = next(s for s in load_schemes() if s.id == "diva")
    for fact in scheme.facts:
        at = lines.index(f"- {fact.text}")
        assert lines[at + 1].startswith("    source : Saisine régionale")
        assert fact.source.section in lines[at + 1]
    assert "Vérifiée le : 2026-11-29" in lines


def test_show_json_is_the_whole_fiche(capsys: Captured) -> None:
    assert main(["catalogue", "show", "plan-ia-occitanie", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [said["when"] for said in record["contradictions"][0]["statements"]] == ["2024-05", "2024-07-11"]


def test_an_unknown_fiche_is_one_sentence(capsys: Captured) -> None:
    assert main(["catalogue", "show", "zzz"]) == 1
    assert "guichet catalogue list" in capsys.readouterr().err


def test_check_passes_on_the_built_in_catalogue(capsys: Captured) -> None:
    assert main(["catalogue", "check", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["schemes"], report["errors"]) == (73, [])
    assert report["criteria"]["region"] == 73
    assert report["fields"]["purpose"]["said"] == 73


def test_check_names_every_wrong_file(tmp_path: Path, capsys: Captured) -> None:
    make_own(tmp_path / "a", regions=["REG-99"])
    make_own(tmp_path / "a", id="autre", state="ouverte")
    assert main(["catalogue", "check", "--catalogue", str(tmp_path / "a")]) == 1
    out = capsys.readouterr().out
    assert "aide-essai.yaml, champ « regions »" in out
    assert "autre.yaml, champ « state »" in out


def test_check_warns_of_a_fiche_not_checked_for_six_months(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    monkeypatch.setattr("ui.commands.catalogue.today", lambda: date(2026, 12, 1))
    make_own(tmp_path, id="vieille", checked_on=date(2026, 5, 1))
    make_own(tmp_path, id="jamais", name="Jamais vue")
    make_own(tmp_path, id="fraiche", name="Fraîche", checked_on=date(2026, 11, 1))
    assert main(["catalogue", "check", "--catalogue", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stale"] == ["jamais", "vieille"]


def test_export_to_a_file_or_to_stdout(tmp_path: Path, capsys: Captured) -> None:
    assert main(["catalogue", "export"]) == 0
    text = capsys.readouterr().out
    assert len(list(csv.DictReader(io.StringIO(text)))) == 73
    assert main(["catalogue", "export", str(tmp_path / "x" / "aides.json")]) == 0
    assert len(json.loads((tmp_path / "x" / "aides.json").read_text(encoding="utf-8"))) == 73
    assert "73 dispositifs écrits" in capsys.readouterr().out
    assert main(["catalogue", "export", str(tmp_path / "aides.xml")]) == 2


def test_what_is_exported_can_be_imported_and_matched(tmp_path: Path, capsys: Captured) -> None:
    own = make_own(tmp_path / "own")
    main(["catalogue", "export", str(tmp_path / "aides.csv"), "--catalogue", str(own)])
    arguments = ["catalogue", "import", str(tmp_path / "aides.csv"), "--format", "dispositif-aide"]
    assert main([*arguments, "--out", str(tmp_path / "in"), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(json.loads(lines[-1])["files"]) == 74
    assert main(["match", "--region", "Rennes", "--catalogue", str(tmp_path / "in"), "--all", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 73 + 74


def test_a_file_of_nothing_known_is_a_failure(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    arguments = ["catalogue", "import", str(tmp_path / "x.json"), "--out", str(tmp_path / "in")]
    assert main([*arguments, "--format", "occitanie"]) == 1
    assert main([*arguments, "--format", "excel"]) == 1
    assert main(["catalogue", "import", str(tmp_path / "absent.json"), "--format", "occitanie", "--out", "x"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_folder_of_one_s_own_is_matched_and_indexed(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUICHET_CATALOGUE", str(make_own(tmp_path / "own")))
    assert main(["match", "--region", "Rennes", "--size", "12", "--sector", "BTP", "--need", "export", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["id"], first["verdict"]) == ("aide-essai", "eligible")
    put, _ = catalogue_changes(None, wanted=True, folder=read_settings().catalogue)
    assert "fiche-aide-essai" in {document.doc for document, _ in put}


def test_a_folder_that_does_not_exist_is_one_sentence(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUICHET_CATALOGUE", str(tmp_path / "absent"))
    assert main(["catalogue", "list"]) == 1
    assert "n'existe pas" in capsys.readouterr().err


def test_messages_in_english(capsys: Captured) -> None:
    assert main(["--lang", "en", "catalogue", "check"]) == 0
    assert "73 fiches read without error" in capsys.readouterr().out


def test_an_unknown_action_names_the_known_ones(capsys: Captured) -> None:
    assert main(["catalogue", "effacer"]) == 2
    assert "list, show, check, export, import" in capsys.readouterr().err


def test_an_aid_whose_last_day_is_past_is_listed_as_ended(capsys: Captured) -> None:
    assert main(["catalogue", "list", "--state", "terminée", "--json"]) == 0
    (tour,) = [line for line in json.loads(capsys.readouterr().out) if line["id"] == "tour-de-france-ia"]
    assert (tour["state"], tour["as_of"]) == ("ended", tour["closes_on"])
