"""The national schema: what goes out comes back, as far as the schema can hold it."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import date
from pathlib import Path

import pytest

from ingest.catalogue import load_catalogue, load_schemes
from ingest.errors import CatalogueError
from ingest.exchange.dispositif_aide import COLUMNS, MAX_PROMISE, missing, read, to_csv, to_json, to_row, to_rows
from ingest.exchange.writing import write_drafts
from ingest.schemes import ANY, Scheme

ROWS = to_rows(load_schemes())


def back(data: str, folder: Path) -> dict[str, Scheme]:
    """Imported schemes by name, loaded by the catalogue itself."""
    imported = read(data.encode(), "export")
    assert imported.left_out == ()
    written = write_drafts(imported.drafts, folder)
    assert written.left_out == ()
    names = {path.stem for path in written.files}
    return {scheme.name: scheme for scheme in load_catalogue(folder) if scheme.id in names}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["titre"])
def test_a_row_holds_the_constraints_of_the_schema(row: dict[str, str]) -> None:
    assert list(row) == list(COLUMNS)
    assert uuid.UUID(row["id"])
    assert len(row["promesse"]) <= MAX_PROMISE
    assert 0 < len(row["description"]) <= 5000
    assert re.fullmatch(r"[A-Z]+-\d+(\|[A-Z]+-\d+)*", row["eligibilite_geographique"])
    assert set(row["cibles"].split("|")) <= {"professionnels", "particuliers", "associations", "secteur public"}
    assert set(missing(row)) <= {"porteurs"}, "the sources name no operator for some"
    assert all("nom" in bearer for bearer in json.loads(row["porteurs"] or "[]"))


def test_ids_are_unique_and_stay_the_same() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert [row["id"] for row in to_rows(load_schemes())] == [row["id"] for row in ROWS]


@pytest.mark.parametrize("write", [to_csv, to_json])
def test_the_round_trip_gives_back_what_the_schema_holds(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    found = back(write(ROWS), tmp_path)
    assert found.keys() == {scheme.name for scheme in load_schemes()}
    for scheme in load_schemes():
        again = found[scheme.name]
        assert again.url == scheme.url
        assert again.operators == scheme.operators
        assert again.regions == tuple("PAYS-99100" if r == "UE" else r for r in scheme.regions)
        assert (again.opens_on, again.closes_on) == (scheme.opens_on, scheme.closes_on)
        assert again.as_of == scheme.checked_on
        assert again.state == "unknown", "the schema has no place for the state"
        if len(scheme.summary) <= MAX_PROMISE:
            assert again.summary == scheme.summary
        for field in ("contact", "how_to_apply"):
            texts = [" ".join(f.text for f in s.facts if f.field == field) for s in (scheme, again)]
            assert texts[0] == texts[1], field
        known, sizes = (next(c.allowed for c in s.criteria if c.name == "size") for s in (scheme, again))
        kept = {"tpe", "pme", "eti", "ge", "association", "collectivite", "particulier"}
        if known and ANY not in known and set(known) <= kept and set(known) & {"tpe", "pme", "eti", "ge"}:
            assert set(sizes or ()) == set(known)
        if known is None:
            assert sizes is None


def test_a_second_export_is_the_first(tmp_path: Path) -> None:
    found = back(to_csv(ROWS), tmp_path)
    again = {row["titre"]: row for row in to_rows(list(found.values()))}
    stable = ("id", "titre", "promesse", "description", "eligibilite", "types_aides", "porteurs", "url_source",
              "eligibilite_geographique", "date_ouverture", "date_cloture", "contact_principal", "conditions_activation")  # fmt: skip
    for row in ROWS:
        assert {name: again[row["titre"]][name] for name in stable} == {name: row[name] for name in stable}


def one(**cells: str) -> str:
    row = dict.fromkeys(COLUMNS, "") | {
        "id": "0b2f8a52-5d1e-4f4e-9f3c-1f5b3f6f7b85",
        "titre": "Chèque d'essai",
        "description": "Un chèque pour essayer.",
        "eligibilite": "Être une entreprise.",
        "types_aides": "financement|conseil",
        "cibles": "professionnels",
        "eligibilite_geographique": "REG-52",
        "date_mise_a_jour": "2026-02-01T10:00:00Z",
    }
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row | cells)
    return out.getvalue()


def drafted(folder: Path, **cells: str) -> Scheme:
    (scheme,) = back(one(**cells), folder).values()
    return scheme


def test_what_a_row_does_not_say_stays_unknown(tmp_path: Path) -> None:
    scheme = drafted(tmp_path)
    assert {c.name: c.allowed for c in scheme.criteria} == {
        "region": ("REG-52",),
        "size": None,
        "sector": None,
        "need": ("financement", "conseil"),
    }
    assert (scheme.state, scheme.as_of) == ("unknown", date(2026, 2, 1))
    assert scheme.provenance is not None
    assert scheme.provenance.id == "0b2f8a52-5d1e-4f4e-9f3c-1f5b3f6f7b85"


def test_naf_codes_become_sectors_and_one_without_leaves_them_unknown(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert drafted(tmp_path / "a", secteurs_activite="62.01Z|70.22Z").criteria[2].allowed == ("conseil", "numerique")
    assert drafted(tmp_path / "b", secteurs_activite="62.01Z|71.12B").criteria[2].allowed is None


def test_a_territory_smaller_than_a_region_or_with_exclusions_is_text_not_a_yes(tmp_path: Path) -> None:
    town = drafted(tmp_path / "a", eligibilite_geographique="COM-83137")
    assert (town.regions, town.criteria[0].allowed, town.criteria[0].text) == ((), None, "Territoire : COM-83137.")
    partly = drafted(tmp_path / "b", eligibilite_geographique_exclusions="DEP-44")
    assert (partly.regions, partly.criteria[0].allowed) == (("REG-52",), None)


def test_a_limit_on_staff_is_said_and_the_size_left_to_confirm(tmp_path: Path) -> None:
    scheme = drafted(tmp_path, taille_entreprise="pme", effectifs_minimum="20")
    assert (scheme.criteria[1].allowed, scheme.criteria[1].text) == (None, "Effectif minimal : 20.")


def test_bearers_in_the_loose_notation_of_the_schema_are_read(tmp_path: Path) -> None:
    loose = "[{ nom: 'Agence de l'Ouest', siren: '000000000', roles: [ 'instructeur' ]}, { nom: 'Banque', roles: []}]"
    assert drafted(tmp_path, porteurs=loose).operators == ("Agence de l'Ouest", "Banque")


def test_a_row_without_a_name_is_named_and_the_rest_is_read() -> None:
    text = one() + one(titre="").splitlines()[1] + "\n"
    imported = read(text.encode(), "aides.csv")
    assert [d.name for d in imported.drafts] == ["Chèque d'essai"]
    assert imported.left_out == ("aides.csv, fiche n° 2 : elle n'a pas de nom, elle est laissée de côté.",)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"{}", b"[", b"\x00\x01"])
def test_another_file_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(CatalogueError, match=r"aides\.csv"):
        read(data, "aides.csv")


def test_a_row_is_made_of_one_scheme_alone() -> None:
    scheme = next(s for s in load_schemes() if s.part_of)
    assert to_row(scheme, {})["programmes_parents"] == ""
