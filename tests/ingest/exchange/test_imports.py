"""Importers of foreign data: what they say, cleaned; what they do not say stays unknown. Every sample is ours."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.catalogue import load_catalogue, load_schemes
from ingest.errors import CatalogueError
from ingest.exchange.drafts import Draft, a_day, regions_of
from ingest.exchange.formats import FORMATS, import_file
from ingest.exchange.markup import plain_text
from ingest.exchange.writing import write_drafts
from ingest.schemes import Scheme

ENTREPRISES: dict[str, Any] = {
    "id_aid": 7001,
    "aid_nom": "Ch&egrave;que d&rsquo;essai num&eacute;rique",
    "aid_objet": "<p>Un ch&egrave;que pour <b>essayer</b>&nbsp;:</p><ul><li>un outil</li><li>un conseil</li></ul>",
    "aid_operations_el": "<script>alert(1)</script><p>Achat d'un outil</p>",
    "aid_conditions": "",
    "aid_montant": "50 % des dépenses, dans la limite de 3 000 €",
    "aid_benef": "PME tous secteurs",
    "couverture_geo": "1",
    "horodatage": "2025-11-03 10:11:12",
    "date_fin": "0000-00-00 00:00:00",
    "status": "1",
    "effectif": "",
    "cache_indexation": {
        "territoires": [{"id_ter": 5, "ter_libelle": "Pays-de-la-Loire"}],
        "natures": [{"id_typ": 1, "typ_libelle": "Subvention"}],
        "profils": [],
        "projets": [{"proj_libelle": "Innover"}],
        "financeurs": [{"org_nom": "Région d'essai"}],
    },
    "complements": {"source": [{"texte": "Voir", "lien": "http://exemple.fr/cheque", "date": "2025-01-01"}]},
}
TERRITOIRES: dict[str, Any] = {
    "id": 88,
    "slug": "88-aide",
    "url": "/aides/88-aide/",
    "name": "Diagnostic d'essai",
    "financers": ["Agence d'essai"],
    "description": "<p>Un diagnostic.</p>",
    "eligibility": "<ul><li>Avoir un projet</li></ul>",
    "perimeter": "Occitanie",
    "targeted_audiences": ["Communes", "Associations"],
    "aid_types": ["Ingénierie technique", "Subvention"],
    "is_call_for_project": False,
    "start_date": "2026-01-01",
    "submission_deadline": "2026-06-30",
    "subvention_rate_lower_bound": 20,
    "subvention_rate_upper_bound": 50,
    "application_url": "https://exemple.fr/demande",
    "origin_url": "javascript:alert(1)",
    "import_share_licence": "Licence ouverte / Open licence",
    "date_updated": "2026-02-03T08:00:00+01:00",
    "is_live": True,
}
SUD: dict[str, Any] = {
    "Uid": "abc-1",
    "Nom de l’aide": "Parcours d’essai",
    "Chapo": "<p>Un parcours.</p>",
    "Pour qui": "TPE et PME",
    "Quelle est la nature de l’aide (type d’aide)": "Subvention",
    "Comment en bénéficier ": "<p>Écrire &agrave; la Région</p>",
    "Lien vers le descriptif complet": "https://exemple.fr/parcours",
    "Date d’ouverture": "01/09/2025",
    "Date de clôture": "",
    "Les thématiques": ["Numérique", "Entreprises"],
}
LOIRE: dict[str, Any] = {
    "intervention_id": "42",
    "aide_nom": "Aide d'essai ligérienne",
    "aid_objet": "Essayer l'IA",
    "aid_operations_ei": "Essais",
    "aidconditions": "Être ligérien",
    "aid_benef": "Associations;Collectivités - Institutions",
    "type_de_subvention": "Accompagnement;Prêt",
    "date_de_fin": "2025-12-31",
    "source_lien": "https://exemple.fr/loire",
    "actif": "Oui",
}
OCCITANIE: dict[str, Any] = {
    "id_article": 9,
    "titre": "Pass d'essai",
    "chapo": "Un pass.",
    "introduction": "",
    "url": "https://exemple.fr/pass",
    "date_publication": "2025-01-02",
    "date_modification": "2025-03-04",
    "thematiques": "Économie|Innovation",
}


def imported(tmp_path: Path, format: str, content: object) -> Draft:
    path = tmp_path / "donnees.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    (draft,) = import_file(path, format).drafts
    return draft


def loaded(tmp_path: Path, draft: Draft) -> Scheme:
    """The draft written, then read by the catalogue's own loader."""
    folder = tmp_path / "fiches"
    written = write_drafts([draft], folder)
    assert written.left_out == ()
    return next(s for s in load_catalogue(folder) if s.id == written.files[0].stem)


def criteria(scheme: Scheme) -> dict[str, tuple[str, ...] | None]:
    return {c.name: c.allowed for c in scheme.criteria}


def text_of(scheme: Scheme, field: str) -> str:
    return " ".join(fact.text for fact in scheme.facts if fact.field == field)


def test_aides_entreprises_json(tmp_path: Path) -> None:
    scheme = loaded(tmp_path, imported(tmp_path, "aides-entreprises", [ENTREPRISES]))
    assert (scheme.name, scheme.id) == ("Chèque d’essai numérique", "cheque-d-essai-numerique")
    assert text_of(scheme, "purpose").startswith("Un chèque pour essayer : un outil. un conseil.")
    assert "alert" not in text_of(scheme, "conditions")
    assert criteria(scheme) == {"region": ("REG-52",), "size": None, "sector": None, "need": ("financement",)}
    assert (scheme.state, scheme.closes_on, scheme.as_of) == ("unknown", None, date(2025, 11, 3))
    assert scheme.url == "https://exemple.fr/cheque"
    assert scheme.licence == "Licence Ouverte, source aides-entreprises.fr"
    assert scheme.provenance is not None
    assert (scheme.provenance.name, scheme.provenance.id) == ("aides-entreprises.fr", "7001")
    assert scheme.operators == ("Région d'essai",)


def test_aides_entreprises_csv_in_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "aides.csv"
    header = "id_aid;aid_nom ;aid_objet;couverture_geo;date_fin;status;effectif;natures"
    rows = [
        "1;Chèque « été »;L’aide paie jusqu’à 500 €;2;2026-01-31 00:00:00;1;3|4;Prêt",
        "2;Retirée;x;2;;0;;",
        "3;;x;2;;1;;",
    ]
    path.write_bytes("\r\n".join([header, *rows]).encode("cp1252"))
    found = import_file(path, "aides-entreprises")
    (draft,) = found.drafts
    scheme = loaded(tmp_path, draft)
    assert scheme.name == "Chèque « été »"
    assert text_of(scheme, "purpose") == "L’aide paie jusqu’à 500 €."
    assert criteria(scheme) == {"region": ("PAYS-99100",), "size": ("pme",), "sector": None, "need": ("financement",)}
    assert scheme.closes_on == date(2026, 1, 31)
    assert [sentence.split(" : ")[0] for sentence in found.left_out] == [
        "aides.csv, fiche n° 2",
        "aides.csv, fiche n° 3",
    ]


def test_aides_territoires_results(tmp_path: Path) -> None:
    draft = imported(tmp_path, "aides-territoires", {"count": 1, "next": None, "results": [TERRITOIRES]})
    scheme = loaded(tmp_path, draft)
    assert criteria(scheme) == {
        "region": ("REG-76",),
        "size": ("collectivite", "association"),
        "sector": None,
        "need": ("financement", "conseil"),
    }
    assert (scheme.opens_on, scheme.closes_on) == (date(2026, 1, 1), date(2026, 6, 30))
    assert text_of(scheme, "deadline") == "« Diagnostic d'essai » se termine le 30 juin 2026."
    assert text_of(scheme, "rate") == "Taux de subvention : 20 % à 50 %."
    assert scheme.url is None, "an address that is not https is no address"
    assert scheme.licence == "Licence ouverte / Open licence"


def test_a_private_company_says_nothing_of_its_size(tmp_path: Path) -> None:
    record = TERRITOIRES | {
        "targeted_audiences": ["Entreprises privées", "Associations"],
        "perimeter": "Nantes Métropole",
    }
    scheme = loaded(tmp_path, imported(tmp_path, "aides-territoires", [record]))
    assert (criteria(scheme)["size"], criteria(scheme)["region"], scheme.regions) == (None, None, ())
    assert scheme.criteria[0].text == "Territoire : Nantes Métropole."


def test_region_sud_with_its_apostrophes_and_trailing_spaces(tmp_path: Path) -> None:
    scheme = loaded(tmp_path, imported(tmp_path, "region-sud", [SUD]))
    assert scheme.name == "Parcours d’essai"
    assert text_of(scheme, "how_to_apply") == "Écrire à la Région."
    assert (scheme.regions, scheme.opens_on, scheme.closes_on) == (("REG-93",), date(2025, 9, 1), None)
    assert criteria(scheme)["size"] is None
    assert scheme.criteria[1].text == "TPE et PME."


def test_pays_de_la_loire_records(tmp_path: Path) -> None:
    scheme = loaded(tmp_path, imported(tmp_path, "pays-de-la-loire", {"nhits": 1, "records": [{"fields": LOIRE}]}))
    assert criteria(scheme)["size"] == ("association", "collectivite")
    assert criteria(scheme)["need"] == ("financement", "conseil")
    assert text_of(scheme, "conditions") == "Essais. Être ligérien."


def test_occitanie_says_neither_who_nor_when(tmp_path: Path) -> None:
    scheme = loaded(tmp_path, imported(tmp_path, "occitanie", [OCCITANIE]))
    assert criteria(scheme) == {"region": ("REG-76",), "size": None, "sector": None, "need": None}
    assert (scheme.state, scheme.opens_on, scheme.closes_on, scheme.as_of) == ("unknown", None, None, date(2025, 3, 4))
    assert {"audience", "conditions", "deadline"} <= set(scheme.silent_on)


def test_the_licence_given_by_the_person_fills_what_the_file_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "occitanie.json"
    path.write_text("﻿" + json.dumps([OCCITANIE]), encoding="utf-8")  # with a byte order mark
    (draft,) = import_file(path, "occitanie", licence="Licence Ouverte 2.0").drafts
    assert loaded(tmp_path, draft).licence == "Licence Ouverte 2.0"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"a": 1}',
        b"\xff\xfe\x00",
        b"<html>",
        b'"texte"',
        b"[" * 100_000,
        b"\x00\x01",
        b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"%PDF-1.7\n\xe2\xe3",
        b"PK\x03\x04\x14\x00\x00",
        bytes(range(256)) * 9,
    ],
    ids=lambda c: repr(c[:9]),
)
def test_a_file_of_another_kind_is_one_sentence(tmp_path: Path, format: str, content: bytes) -> None:
    path = tmp_path / "autre.dat"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"autre\.dat"):
        import_file(path, format)


@pytest.mark.parametrize("format", FORMATS)
def test_records_of_any_shape_never_crash(tmp_path: Path, format: str) -> None:
    path = tmp_path / "etrange.json"
    odd = [None, 3, [], {}, {"titre": {"a": [1]}}, {"aid_nom": 5, "cache_indexation": "x", "complements": []}]
    odd += [dict.fromkeys(sample, value) for sample in (ENTREPRISES, TERRITOIRES, SUD, LOIRE, OCCITANIE) for value in (None, 0, [[]], {"a": 1}, "x" * 3000)]  # fmt: skip
    path.write_text(json.dumps(odd), encoding="utf-8")
    found = import_file(path, format)
    assert len(found.drafts) + len(found.left_out) == len(odd)
    folder = tmp_path / "fiches"
    write_drafts(found.drafts, folder)
    load_catalogue(folder)


@pytest.mark.parametrize(
    ("format", "head"), [("aides-entreprises", "id_aid;aid_nom"), ("dispositif-aide", "titre;eligibilite_geographique")]
)
def test_a_csv_with_long_cells_is_read_and_one_that_breaks_off_is_one_sentence(
    tmp_path: Path, format: str, head: str
) -> None:
    path = tmp_path / "aides.csv"
    path.write_text(f'{head};description\nAide longue;REG-52;"{"x" * 300_000}"\n', encoding="utf-8")
    assert len(import_file(path, format).drafts) == 1
    path.write_text(f'{head}\nAide;"{"x;" * 6_000_000}', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"aides\.csv.*ligne"):
        import_file(path, format)


@pytest.mark.parametrize("format", ["aides-entreprises", "aides-territoires", "region-sud", "dispositif-aide"])
def test_half_a_character_in_a_record_leaves_the_others_in_place(tmp_path: Path, format: str) -> None:
    path = tmp_path / "aides.json"
    name = {"aides-entreprises": "aid_nom", "aides-territoires": "name", "region-sud": "Nom de l’aide"}.get(
        format, "titre"
    )
    path.write_text(
        json.dumps([{name: "Aide \ud83d coupée", "id": "\udc00"}, {name: "Aide entière"}]), encoding="utf-8"
    )
    folder = tmp_path / "fiches"
    write_drafts(import_file(path, format).drafts, folder)
    assert "Aide entière" in {s.name for s in load_catalogue(folder)}


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="dispositif-aide, aides-entreprises"):
        import_file(tmp_path / "x", "excel")


def test_the_same_record_replaces_its_file_and_another_never_does(tmp_path: Path) -> None:
    draft = Draft("Aide d'essai", "source", "1", (("purpose", "Un essai"),))
    other = Draft("Aide d'essai", "ailleurs", "1", (("purpose", "Autre"),))
    (first,) = write_drafts([draft], tmp_path).files
    assert write_drafts([draft], tmp_path).files == (first,)
    (second,) = write_drafts([other], tmp_path).files
    assert second != first
    first.write_text("à moi", encoding="utf-8")
    assert write_drafts([draft], tmp_path).files != (first,)
    assert first.read_text(encoding="utf-8") == "à moi"


def test_two_aids_of_one_name_in_one_file_are_two_files(tmp_path: Path) -> None:
    drafts = [Draft("Aide", "source", str(n), (("purpose", "Un essai"),)) for n in range(4)]
    assert len(write_drafts(drafts, tmp_path).files) == 4


def test_a_built_in_id_is_never_taken(tmp_path: Path) -> None:
    diva = next(s for s in load_schemes() if s.id == "diva")
    (file,) = write_drafts([Draft(diva.name, "source", "1", (("purpose", "Un essai"),))], tmp_path).files
    assert file.stem == "diva-source"


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (["Région Sud"], ("REG-93",)),
        (["PACA"], ("REG-93",)),
        (["Pays-de-la-Loire"], ("REG-52",)),
        (["BRETAGNE", "Région Bretagne"], ("REG-53",)),
        (["Région Île-de-France"], ("REG-11",)),
        (["Région des Hauts de France"], ("REG-32",)),
        (["Provence-Alpes-Côte d’Azur"], ("REG-93",)),
        (["France"], ("PAYS-99100",)),
        (["Occitanie", "Toulon"], ()),
        ([], ()),
    ],
)
def test_regions_are_known_however_they_are_written(labels: list[str], codes: tuple[str, ...]) -> None:
    assert regions_of(labels)[0] == codes


@pytest.mark.parametrize("value", ["0000-00-00 00:00:00", "", None, "bientôt", "2025-13-01", 0, "31/02/2025"])
def test_what_is_no_day_is_unknown(value: object) -> None:
    assert a_day(value) is None


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a &amp;eacute; b", "a é b"),
        ("1 < 2 et 3 > 2", "1 < 2 et 3 > 2"),
        ("&lt;p&gt;Bonjour&lt;/p&gt;", "Bonjour"),
        ("<p>un<br>deux</p><style>x{}</style>", "un\ndeux"),
        ("R&D", "R&D"),
        (None, ""),
        ("<div>" * 3000 + "fond", ""),
    ],
)
def test_html_becomes_text(markup: object, text: str) -> None:
    assert plain_text(markup) == text
