"""The aids that regions publish: Provence-Alpes-Côte d'Azur, Pays de la Loire and Occitanie.

Their own territory is the only criterion these feeds give by a code; the rest is kept as text, and Occitanie's says
neither who is eligible nor when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.exchange.drafts import (
    Draft,
    Imported,
    a_day,
    an_address,
    facts_of,
    fold,
    json_records,
    name_of,
    needs_of,
    pieces,
    read_each,
    sizes_of,
)
from ingest.exchange.markup import plain_text

SUD, LOIRE, OCCITANIE = "Région Sud", "Région des Pays de la Loire", "Région Occitanie"


def read_sud(data: bytes, file: str) -> Imported:
    """The drafts of the Région Sud feed, a list. Its keys carry typographic apostrophes and trailing spaces."""
    return read_each(json_records(data, file), _sud, file)


def read_loire(data: bytes, file: str) -> Imported:
    """The drafts of the Pays de la Loire data set: records with `fields`, or the fields alone."""
    records = [r.get("fields", r) if isinstance(r, Mapping) else r for r in json_records(data, file, "records")]
    return read_each(records, _loire, file)


def read_occitanie(data: bytes, file: str) -> Imported:
    """The drafts of the Occitanie feed, a list."""
    return read_each(json_records(data, file), _occitanie, file)


def _sud(record: Mapping[str, Any]) -> Draft:
    said = {fold(key): value for key, value in record.items()}
    nature = [plain_text(part) for part in pieces(said.get(fold("Quelle est la nature de l'aide (type d'aide)")))]
    themes = ", ".join(plain_text(part) for part in pieces(said.get("les thematiques")))
    apply = an_address(said.get("lien je fais ma demande"))
    return Draft(
        name=name_of(said.get(fold("Nom de l'aide"))),
        source=SUD,
        number=_text(said.get("uid")),
        facts=facts_of(
            ("purpose", said.get("chapo")),
            ("purpose", said.get("pourquoi candidater")),
            ("purpose", said.get(fold("Plus d'infos"))),
            ("purpose", f"Thématiques et publics : {themes}" if themes else None),
            ("audience", said.get("pour qui")),
            ("conditions", said.get(fold("Quelles sont les critères d'éligibilité"))),
            ("how_to_apply", said.get("comment en beneficier")),
            ("how_to_apply", f"Demande en ligne : {apply}" if apply else None),
            ("contact", said.get("contact")),
        ),
        summary=plain_text(said.get("chapo")),
        kind=_kind(nature),
        regions=("REG-93",),
        size_text=_text(said.get("pour qui")),
        needs=needs_of(nature),
        need_text=", ".join(nature) or None,
        operators=(SUD,),
        url=an_address(said.get("lien vers le descriptif complet")),
        opens_on=a_day(said.get(fold("Date d'ouverture"))),
        closes_on=a_day(said.get("date de cloture")),
    )


def _loire(record: Mapping[str, Any]) -> Draft | None:
    if fold(str(record.get("actif", ""))) in ("non", "0", "false"):
        return None
    types = [plain_text(t) for key in ("type_aide", "type_de_subvention") for t in pieces(record.get(key))]
    audiences = [plain_text(part) for part in pieces(record.get("aid_benef"))]
    themes = [plain_text(record.get(key)) for key in ("thematique_libelle", "ss_thematique_libelle")]
    contact = [_text(record.get(f"contact_{part}")) for part in ("prenom", "nom", "email")] + [_text(record.get("tel"))]
    return Draft(
        name=name_of(record.get("aide_nom")),
        source=LOIRE,
        number=_text(record.get("intervention_id")),
        facts=facts_of(
            ("purpose", record.get("aid_objet_court")),
            ("purpose", record.get("aid_objet")),
            ("purpose", f"Thématiques : {', '.join(filter(None, themes))}" if any(themes) else None),
            ("audience", f"Bénéficiaires : {', '.join(audiences)}" if audiences else None),
            ("conditions", record.get("aid_operations_ei")),
            ("conditions", record.get("aidconditions")),
            (
                "amount",
                record.get("montantintervmini") and f"Montant minimal d'intervention : {record['montantintervmini']}",
            ),
            (
                "amount",
                record.get("montant_interv_max") and f"Montant maximal d'intervention : {record['montant_interv_max']}",
            ),
            ("how_to_apply", record.get("conditions_de_versement")),
            ("contact", " ".join(filter(None, contact)) or None),
            ("contact", record.get("informations_contact")),
        ),
        summary=plain_text(record.get("aid_objet_court")) or plain_text(record.get("aid_objet")),
        kind=_kind(types),
        regions=("REG-52",),
        sizes=sizes_of(audiences),
        size_text=f"Bénéficiaires : {', '.join(audiences)}" if audiences else None,
        needs=needs_of(types),
        need_text=", ".join(dict.fromkeys(types)) or None,
        operators=(LOIRE,),
        url=an_address(record.get("source_lien")),
        opens_on=a_day(record.get("date_de_debut")),
        closes_on=a_day(record.get("date_de_fin")),
    )


def _occitanie(record: Mapping[str, Any]) -> Draft:
    themes = [plain_text(part) for key in ("thematiques", "sous_thematiques") for part in pieces(record.get(key))]
    return Draft(
        name=name_of(record.get("titre")),
        source=OCCITANIE,
        number=_text(record.get("id_article")),
        facts=facts_of(
            ("purpose", record.get("chapo")),
            ("purpose", record.get("introduction")),
            ("purpose", f"Thématiques : {', '.join(dict.fromkeys(themes))}" if themes else None),
        ),
        summary=plain_text(record.get("chapo")),
        kind=_kind([plain_text(part) for part in pieces(record.get("aides_appels_a_projets"))]),
        regions=("REG-76",),
        operators=(OCCITANIE,),
        url=an_address(record.get("url")),
        updated_on=a_day(record.get("date_modification")) or a_day(record.get("date_publication")),
    )


def _text(value: object) -> str | None:
    return " ".join(plain_text(value).split()) or None


def _kind(types: list[str]) -> str:
    return ", ".join(dict.fromkeys(label.lower() for label in types if label)) or "aide"
