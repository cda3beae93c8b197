"""The catalogue's loader, its rules for writers, and the fiches it makes."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.catalogue import (
    catalogue_documents,
    load_catalogue,
    load_dossiers,
    load_schemes,
    load_vocabulary,
    scheme_document,
)
from ingest.catalogue_records import scheme_json_schema
from ingest.errors import CatalogueError
from ingest.schemes import ANY, Scheme

SCHEMES = Path(__file__).resolve().parents[2] / "ingest" / "catalogue" / "schemes"
NOT_OPEN = ("announced", "experimental", "voted")


def written(**changes: Any) -> dict[str, Any]:
    """A scheme as a writer writes it, complete and right; `changes` replaces its fields, None of `...` removes one."""
    record: dict[str, Any] = {
        "id": "aide-essai",
        "name": "Aide d'essai",
        "kind": "financement",
        "regions": ["REG-52"],
        "state": "announced",
        "as_of": date(2024, 12, 17),
        "summary": "L'aide d'essai finance des essais.",
        "sources": {"plan": {"doc": "plan-essai", "section": "Mesure 1"}},
        "facts": [{"field": "amount", "text": "L'aide d'essai dispose de 5 M€ au total.", "source": "plan"}],
        "criteria": {
            "region": {"allowed": ["REG-52"], "text": "Être en Pays de la Loire.", "source": "plan"},
            "size": {"allowed": "any", "text": "Toutes les tailles.", "source": "plan"},
            "sector": {"allowed": None, "text": "Une filière que la source ne nomme pas.", "source": "plan"},
            "need": {"allowed": ["financement"], "text": "Financer un essai.", "source": "plan"},
        },
        "silent_on": ["amount_per_company"],
    }
    return {key: value for key, value in (record | changes).items() if value is not ...}


def versions(*said: tuple[str, str]) -> list[dict[str, str]]:
    return [{"when": when, "text": text, "source": "plan"} for when, text in said]


def make_folder(folder: Path, *records: dict[str, Any]) -> Path:
    for record in records:
        text = yaml.safe_dump(record, allow_unicode=True, sort_keys=False)
        (folder / f"{record.get('id', 'sans-id')}.yaml").write_text(text, encoding="utf-8")
    return folder


def load_one(folder: Path, **changes: Any) -> Scheme:
    return load_schemes(make_folder(folder, written(**changes)))[0]


def test_the_built_in_catalogue_holds_73_schemes_sorted_by_id() -> None:
    ids = [scheme.id for scheme in load_schemes()]
    assert len(ids) == 73
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("path", sorted(SCHEMES.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_file_of_the_catalogue_is_complete(path: Path) -> None:
    scheme = next(s for s in load_schemes() if s.id == path.stem)
    assert [c.name for c in scheme.criteria] == ["region", "size", "sector", "need"]
    assert all(fact.text.endswith(".") and fact.source.section for fact in scheme.facts)
    assert all((c.text is None) == (c.source is None) for c in scheme.criteria)
    assert scheme.criteria[3].allowed, "the needs a scheme answers are always known"
    assert scheme.criteria[0].allowed == scheme.regions
    assert scheme.name not in scheme.aliases
    assert {fact.field for fact in scheme.facts} & {"purpose"}
    assert {"contact", "how_to_apply"} & ({f.field for f in scheme.facts} | set(scheme.silent_on))


@pytest.mark.parametrize("scheme", load_schemes(), ids=lambda s: s.id)
def test_a_fiche_is_spans_of_its_text_and_says_its_sources(scheme: Scheme) -> None:
    document = scheme_document(scheme)
    spans = [document.text[b.start : b.end] for b in document.blocks]
    assert "\n\n".join(spans) == document.text
    assert (document.blocks[0].kind, document.blocks[0].level, spans[0]) == ("heading", 1, scheme.name)
    assert all(fact.text in document.text for fact in scheme.facts)
    notes = [span for span, block in zip(spans, document.blocks, strict=True) if block.kind == "note"]
    assert {fact.source.section for fact in scheme.facts} == {
        section for fact in scheme.facts for section in [fact.source.section] if any(section in n for n in notes)
    }
    assert document.doc == f"fiche-{scheme.id}"
    assert document.nature == "fiche"


@pytest.mark.parametrize("scheme", [s for s in load_schemes() if s.state in NOT_OPEN], ids=lambda s: s.id)
def test_a_scheme_not_yet_open_says_so(scheme: Scheme) -> None:
    text = scheme_document(scheme).text
    assert "les documents n'attestent pas" in text
    assert "est ouvert" not in text


def test_an_envelope_is_never_a_company_s_amount() -> None:
    sure = ("au total", "ensemble", "par an", "pas une aide versée", "prise sur", "pris sur", "pas le montant")
    for scheme in load_schemes():
        fields = {fact.field for fact in scheme.facts}
        assert "amount_per_company" not in fields, f"{scheme.id}: no source gives one today"
        if "amount" in fields and scheme.kind not in ("plan", "réseau", "appel à projets"):
            said = " ".join(fact.text for fact in scheme.facts if fact.field == "amount")
            assert any(words in said for words in sure), scheme.id
            assert "amount_per_company" in scheme.silent_on, scheme.id


def test_a_fiche_ends_with_what_the_documents_do_not_say(tmp_path: Path) -> None:
    text = scheme_document(load_one(tmp_path, silent_on=["amount_per_company", "deadline"])).text
    last = "Pour « Aide d'essai », les documents ne précisent ni le montant par entreprise, ni la date limite de dépôt."
    assert text.endswith(f"Ce que les documents ne précisent pas\n\n{last}")


def test_one_silence_is_one_negation(tmp_path: Path) -> None:
    assert (
        "les documents ne précisent pas le contact." in scheme_document(load_one(tmp_path, silent_on=["contact"])).text
    )


def test_a_scheme_that_says_all_has_no_section_of_silence(tmp_path: Path) -> None:
    assert "Ce que les documents" not in scheme_document(load_one(tmp_path, silent_on=[])).text


def test_any_null_and_codes_stay_apart(tmp_path: Path) -> None:
    scheme = load_one(tmp_path)
    assert [c.allowed for c in scheme.criteria] == [("REG-52",), (ANY,), None, ("financement",)]
    assert scheme.criteria[2].text == "Une filière que la source ne nomme pas."


def test_a_criterion_the_sources_do_not_mention_is_null(tmp_path: Path) -> None:
    criteria = written()["criteria"] | {"sector": None}
    assert load_one(tmp_path, criteria=criteria).criteria[2].text is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"surprise": 1}, "champ « surprise » : ce champ n'existe pas"),
        ({"name": ...}, "champ « name » : ce champ manque"),
        ({"state": "ouverte"}, "champ « state » : valeur refusée : choisissez parmi 'announced'"),
        ({"regions": ["REG-00"]}, "champ « regions » : le code « REG-00 » est inconnu"),
        ({"regions": []}, "champ « regions » : liste vide"),
        ({"summary": "Sans point"}, "champ « summary » : finissez la phrase par un point"),
        ({"summary": "x" * 200 + "."}, "champ « summary » : texte trop long : 200 caractères"),
        ({"silent_on": ["amount"]}, "champ « silent_on » : « amount » a un fait"),
        ({"sources": {}}, "champ « facts » : la source « plan » n'est pas décrite"),
        ({"part_of": "absente"}, "champ « part_of » : aucune autre fiche « absente »"),
        ({"follows": "aide-essai"}, "champ « follows » : aucune autre fiche « aide-essai »"),
        ({"prolongs": "absente"}, "champ « prolongs » : aucune autre fiche « absente »"),
        (
            {"contradictions": [{"field": "amount", "statements": versions(("2024-05", "5 M€"))}]},
            "champ « contradictions.0.statements » : liste vide",
        ),
        (
            {"contradictions": [{"field": "amount", "statements": versions(("2024-02-31", "5 M€"), ("2024", "6 M€"))}]},
            "champ « contradictions.0.statements.0.when » : cette date n'existe pas",
        ),
        ({"url": "http://exemple.fr"}, "champ « url » : écriture refusée"),
        ({"id": "Aide Essai"}, "champ « id » : écriture refusée"),
        ({"facts": [{"field": "prix", "text": "Dix.", "source": "plan"}]}, "champ « facts.0.field » : valeur refusée"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_its_field_and_what_to_do(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_one(tmp_path, **changes)
    assert f"{written(**changes)['id']}.yaml, {said}" in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "text", ["id: a\nid: b\n", "id: [a\n", "as_of: 2024-13-45\n", "? [a, b]\n: c\n", ""], ids=lambda t: t[:9]
)
def test_a_file_that_is_no_record_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "brouillon.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"brouillon\.yaml, champ « fichier »"):
        load_schemes(tmp_path)


def test_bytes_that_are_no_utf_8_are_refused_with_the_file_s_name(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: Été\n".encode("latin-1"))
    with pytest.raises(CatalogueError, match=r"latin\.yaml"):
        load_schemes(tmp_path)


def test_a_file_carries_the_name_of_its_scheme(tmp_path: Path) -> None:
    make_folder(tmp_path, written()).joinpath("aide-essai.yaml").rename(tmp_path / "autre.yaml")
    with pytest.raises(CatalogueError, match=r"autre\.yaml, champ « id »"):
        load_schemes(tmp_path)


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="n'existe pas"):
        load_schemes(tmp_path / "absent")


def test_relations_join_schemes_of_the_same_folder(tmp_path: Path) -> None:
    make_folder(tmp_path, written(), written(id="suite", follows="aide-essai"))
    assert [scheme.follows for scheme in load_schemes(tmp_path)] == [None, "aide-essai"]


def test_the_vocabulary_gives_each_code_a_label() -> None:
    words = load_vocabulary()
    groups = (words.regions, words.sizes, words.needs, words.sectors)
    assert all(term.code == code and term.label for group in groups for code, term in group.items())


def test_every_document_of_the_catalogue_has_its_own_id() -> None:
    ids = [document.doc for document in catalogue_documents()]
    assert len(set(ids)) == len(ids) == 78


def test_a_sentence_of_the_catalogue_stands_alone() -> None:
    texts = [f.text for s in load_schemes() for f in s.facts] + [e.text for d in load_dossiers() for e in d.entries]
    sentences = [t for text in texts for t in re.split(r"(?<=\.)\s+", text)]
    assert [t for t in sentences if re.match(r"(Il(?! faut| existe)|Elle|Ils|Elles)\b", t)] == []


def test_no_alias_names_two_schemes() -> None:
    owner: dict[str, str] = {}
    for scheme in load_schemes():
        for name in {n.lower() for n in (scheme.name, *scheme.aliases)}:
            assert owner.setdefault(name, scheme.id) == scheme.id, name


def test_examples_without_a_list_are_refused(tmp_path: Path) -> None:
    wrong = {"allowed": None, "text": "Santé, par exemple.", "source": "plan", "examples": True}
    record = written()
    record["criteria"] = record["criteria"] | {"sector": wrong}
    (tmp_path / "aide-essai.yaml").write_text(yaml.safe_dump(record, allow_unicode=True), encoding="utf-8")
    with pytest.raises(CatalogueError, match="examples"):
        load_schemes(tmp_path)


def test_the_json_schema_of_the_guide_is_the_code_s() -> None:
    written_down = (SCHEMES.parents[2] / "docs" / "catalogue.schema.json").read_text(encoding="utf-8")
    assert json.loads(written_down) == scheme_json_schema(), "write scheme_json_schema() to docs/catalogue.schema.json"


def test_the_example_of_the_guide_is_a_right_file(tmp_path: Path) -> None:
    guide = (SCHEMES.parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n")[1].split("```")[0]
    alone = "\n".join(line for line in example.splitlines() if not line.startswith(("part_of", "follows")))
    (tmp_path / "aide-exemple.yaml").write_text(alone, encoding="utf-8")
    assert load_schemes(tmp_path)[0].name == "Aide exemple"


def test_every_built_in_fiche_says_when_it_was_checked() -> None:
    assert [scheme.id for scheme in load_schemes() if scheme.checked_on is None] == []


def test_sources_that_differ_are_both_shown_with_their_dates_the_oldest_first(tmp_path: Path) -> None:
    said = versions(("2024-07-11", "60 M€ adoptés"), ("2024-05", "50 M€ annoncés"), ("2023", "40 M€ évoqués"))
    scheme = load_one(tmp_path, contradictions=[{"field": "amount", "statements": said}])
    sentence = (
        "Pour « Aide d'essai », les sources donnent des versions différentes sur le budget total : "
        "en 2023, 40 M€ évoqués ; en mai 2024, 50 M€ annoncés ; le 11 juillet 2024, 60 M€ adoptés."
    )
    assert sentence in scheme_document(scheme).text


def test_a_date_yaml_reads_as_a_day_or_a_number_is_a_date(tmp_path: Path) -> None:
    said = [{"when": date(2024, 7, 11), "text": "a", "source": "plan"}, {"when": 2023, "text": "b", "source": "plan"}]
    scheme = load_one(tmp_path, contradictions=[{"field": "amount", "statements": said}])
    assert [version.when for version in scheme.contradictions[0].statements] == ["2023", "2024-07-11"]


def test_an_imported_scheme_may_not_say_where_it_holds(tmp_path: Path) -> None:
    criteria = dict.fromkeys(("region", "size", "sector", "need"))
    origin = {"name": "données d'essai", "id": "12"}
    scheme = load_one(tmp_path, regions=[], criteria=criteria, provenance=origin, licence="Licence Ouverte 2.0")
    assert (scheme.regions, scheme.provenance and scheme.provenance.id) == ((), "12")
    document = scheme_document(scheme)
    assert document.region is None
    assert "Licence des données : Licence Ouverte 2.0." in document.text


def test_a_folder_of_one_s_own_is_added_and_may_name_built_in_schemes(tmp_path: Path) -> None:
    schemes = load_catalogue(make_folder(tmp_path, written(follows="diva")))
    assert len(schemes) == len(load_schemes()) + 1
    assert next(s for s in schemes if s.id == "aide-essai").follows == "diva"


def test_an_id_of_the_built_in_catalogue_is_refused_in_one_s_own_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"diva\.yaml, champ « id » : la fiche « diva » existe déjà"):
        load_catalogue(make_folder(tmp_path, written(id="diva")))


def test_the_documents_of_the_catalogue_hold_one_s_own_fiches(tmp_path: Path) -> None:
    assert "fiche-aide-essai" in {d.doc for d in catalogue_documents(make_folder(tmp_path, written()))}
