"""What a writer of the catalogue may write: one pydantic record a kind of file, and what to do when it is refused."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic import Field as Bounded

from ingest.documents import Nature
from ingest.errors import CatalogueError
from ingest.schemes import Field, State

ADVICE = {  # pydantic's error type → what to do, in French
    "missing": "ce champ manque : ajoutez-le",
    "extra_forbidden": "ce champ n'existe pas : retirez-le ou corrigez son nom",
    "literal_error": "valeur refusée : choisissez parmi {expected}",
    "string_pattern_mismatch": "écriture refusée : suivez le modèle {pattern}",
    "string_too_short": "texte vide : écrivez-le",
    "too_long": "texte trop long : {max_length} caractères au plus",
    "too_short": "liste vide : donnez au moins un élément",
    "value_error": "{error}",
}


def _full_stop(text: str) -> str:
    if not text.endswith("."):
        raise ValueError("finissez la phrase par un point")
    return text


def _real_day(when: str) -> str:
    try:
        datetime.date.fromisoformat(f"{when}-01-01"[:10] if len(when) == 4 else f"{when}-01"[:10])
    except ValueError as error:
        raise ValueError("cette date n'existe pas : écrivez une année, un mois ou un jour") from error
    return when


Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Text = Annotated[Line, AfterValidator(_full_stop)]
When = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
Https = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceRecord(Record):
    doc: Line
    section: Line
    page: int | None = None


class FactRecord(Record):
    field: Field
    text: Text
    source: Line  # a key of `sources`


class CriterionRecord(Record):
    allowed: Annotated[list[Line], Bounded(min_length=1)] | Literal["any"] | None  # None: the sources do not list it
    text: Text
    source: Line
    examples: bool = False  # the sources name these codes as examples, not as the only ones

    @model_validator(mode="after")
    def _examples_of_a_list(self) -> CriterionRecord:
        if self.examples and not isinstance(self.allowed, list):
            raise ValueError("« examples » ne va qu'avec une liste de codes dans « allowed » : retirez l'un des deux")
        return self


class CriteriaRecord(Record):
    region: CriterionRecord | None
    size: CriterionRecord | None
    sector: CriterionRecord | None
    need: CriterionRecord | None


class StatementRecord(Record):
    text: Line  # a fragment, shown after its date
    when: Annotated[When, BeforeValidator(str), AfterValidator(_real_day)]  # YAML reads a day as a date
    source: Line


class ContradictionRecord(Record):
    field: Field
    statements: Annotated[list[StatementRecord], Bounded(min_length=2)]


class ProvenanceRecord(Record):
    name: Line
    id: Line | None = None
    url: Https | None = None
    date: datetime.date | None = None


class SchemeRecord(Record):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Line
    aliases: list[Line] = []
    kind: Line
    regions: list[Line]
    state: State
    as_of: datetime.date | None
    summary: Annotated[Text, StringConstraints(max_length=200)]
    sources: dict[str, SourceRecord]
    facts: Annotated[list[FactRecord], Bounded(min_length=1)]
    criteria: CriteriaRecord
    silent_on: list[Field]
    part_of: Line | None = None
    follows: Line | None = None
    prolongs: Line | None = None
    url: Https | None = None
    checked_on: datetime.date | None = None
    opens_on: datetime.date | None = None
    closes_on: datetime.date | None = None
    operators: list[Line] = []
    contradictions: list[ContradictionRecord] = []
    provenance: ProvenanceRecord | None = None
    licence: Line | None = None


class EntryRecord(Record):
    heading: Annotated[list[Line], Bounded(min_length=1)]
    text: Text
    section: Line | None = None  # the document's own title, when `heading` shortens it
    page: int | None = None


class DossierRecord(Record):
    id: Line
    title: Line
    nature: Nature
    date: datetime.date | None
    region: Line | None
    publisher: Line
    url: Https | None
    entries: Annotated[list[EntryRecord], Bounded(min_length=1)]


class TermRecord(Record):
    label: Line
    words: list[Line]


class VocabularyRecord(Record):
    regions: dict[str, TermRecord]
    sizes: dict[str, TermRecord]
    needs: dict[str, TermRecord]
    sectors: dict[str, TermRecord]


R = TypeVar("R", bound=Record)


def scheme_json_schema() -> dict[str, object]:
    """The JSON Schema of a scheme's file, for editors that complete and check YAML: docs/catalogue.schema.json."""
    return SchemeRecord.model_json_schema() | {"title": "Fiche d'une aide"}


def check(record: type[R], file: str, content: object) -> R:
    """`content` as a record, or a CatalogueError that names the file, the field and what to do."""
    try:
        return record.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        advice = ADVICE.get(first["type"], "valeur refusée : donnez une valeur du type attendu ({type})")
        words = {"type": first["type"]} | first.get("ctx", {})
        raise fault(file, ".".join(map(str, first["loc"])) or "fichier", advice.format(**words)) from error


def fault(file: str, field: str, advice: str) -> CatalogueError:
    """One French sentence: which file, which field, what to do."""
    return CatalogueError(f"{file}, champ « {field} » : {advice}.")
