"""Draft: what a foreign record says of a scheme, and nothing more; what reading such records needs."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from ingest.catalogue import load_vocabulary
from ingest.errors import CatalogueError, UnreadableDocument
from ingest.exchange.markup import plain_text
from ingest.readers.encoding import decode
from ingest.schemes import Field

MAX_SUMMARY = 200  # the catalogue's own limit
MAX_NAME = 250  # longer is a text in the wrong field
MAX_FIELD = 10**7  # characters in a cell of a CSV file: a description with its HTML may pass the 131,072 of `csv`


@dataclass(frozen=True, slots=True)
class Draft:
    """`regions` are COG codes; `territory` is said where the record is narrower than a region, or not understood.

    `sizes`, `sectors` and `needs` are None where the record gives no code; the texts are shown then.
    """

    name: str
    source: str  # the publisher of the data
    number: str | None  # its id there
    facts: tuple[tuple[Field, str], ...]
    summary: str = ""
    kind: str = "aide"
    regions: tuple[str, ...] = ()
    territory: str | None = None
    sizes: tuple[str, ...] | None = None
    size_text: str | None = None
    sectors: tuple[str, ...] | None = None
    sector_text: str | None = None
    needs: tuple[str, ...] | None = None
    need_text: str | None = None
    operators: tuple[str, ...] = ()
    url: str | None = None
    page: str | None = None  # the record's own page at its publisher
    opens_on: date | None = None
    closes_on: date | None = None
    updated_on: date | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """The drafts of a file, and a French sentence for each record left out."""

    drafts: tuple[Draft, ...]
    left_out: tuple[str, ...] = ()


def read_each(records: Iterable[object], read: Callable[[Mapping[str, Any]], Draft | None], file: str) -> Imported:
    """Each record through `read`; one that cannot be read is named with its number and stops nothing.

    `read` gives None for a record its publisher has withdrawn.
    """
    drafts: list[Draft] = []
    left_out: list[str] = []
    for number, record in enumerate(records, start=1):
        try:
            if not isinstance(record, Mapping):
                raise CatalogueError("ce n'est pas une fiche")
            draft = read({str(key).strip(): value for key, value in record.items()})
        except CatalogueError as error:
            left_out.append(f"{file}, fiche n° {number} : {error}, elle est laissée de côté.")
            continue
        if draft is None:
            left_out.append(f"{file}, fiche n° {number} : retirée par son éditeur, elle est laissée de côté.")
        else:
            drafts.append(draft)
    return Imported(tuple(drafts), tuple(left_out))


def json_records(data: bytes, file: str, *keys: str) -> list[object]:
    """The list of records of a JSON file, at the top or under one of `keys`. Raises CatalogueError."""
    try:
        content = _whole(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"« {file} » n'est pas du JSON en UTF-8 : vérifiez le fichier et son format.") from error
    for key in keys:
        if isinstance(content, Mapping) and isinstance(content.get(key), list):
            return list(content[key])
    if isinstance(content, list):
        return content
    expected = " ou ".join(f"« {key} »" for key in keys)
    where = f", au premier niveau ou sous {expected}" if keys else ""
    raise CatalogueError(f"« {file} » ne contient pas de liste d'aides{where} : vérifiez --format.")


def _whole(value: Any) -> Any:
    """`value` with halves of characters, which JSON can write and no file can hold, replaced."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {_whole(key): _whole(item) for key, item in value.items()} if isinstance(value, dict) else value


def csv_records(data: bytes, file: str, separators: str, *columns: str) -> Iterator[dict[str, Any]]:
    """The rows of a CSV file that has these columns, divided by the one of `separators` that its head holds most.

    Raises CatalogueError for what is no text, lacks a column, or breaks off in the middle of a cell.
    """
    try:
        text = decode(data, file).lstrip("\ufeff")
    except UnreadableDocument as error:
        raise CatalogueError(
            f"« {file} » n'est pas un fichier de texte : vérifiez le fichier et son format."
        ) from error
    head = text.split("\n", 1)[0]
    csv.field_size_limit(MAX_FIELD)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(separators, key=head.count))
    try:
        names = {str(name).strip() for name in rows.fieldnames or ()}
        if absent := [column for column in columns if column not in names]:
            raise CatalogueError(f"« {file} » n'a pas de colonne « {absent[0]} » : vérifiez --format et le séparateur.")
        yield from rows
    except csv.Error as error:
        raise CatalogueError(
            f"« {file} » n'est plus du CSV à la ligne {rows.line_num} : vérifiez ses guillemets."
        ) from error


def name_of(value: object) -> str:
    """A record's name. Raises CatalogueError when it has none."""
    if name := " ".join(plain_text(value).split()).rstrip(" ."):
        return name if len(name) <= MAX_NAME else shortened(name, MAX_NAME)
    raise CatalogueError("elle n'a pas de nom")


def sentence(text: str) -> str:
    """`text` on one line, ending with a full stop; empty when there is nothing."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    joined = " ".join(line if line[-1] in ".;:!?…,)" else f"{line}." for line in lines if line)
    joined = joined.rstrip(" ;:,-")
    return joined if not joined or joined.endswith(".") else f"{joined}."


def summary_of(*texts: str) -> str:
    """The first of `texts` that says something, cut between words at MAX_SUMMARY characters."""
    text = next((found for text in texts if (found := sentence(text))), "")
    if len(text) <= MAX_SUMMARY:
        return text
    first = re.match(r"(.{40,}?[.!?])\s+(?=[A-ZÀ-Ý])", text[: MAX_SUMMARY + 2])
    if first:
        return sentence(first[1])
    return shortened(text, MAX_SUMMARY)


def shortened(text: str, most: int) -> str:
    """`text`, cut between words and marked so when it has more than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 6].rsplit(' ', 1)[0].rstrip(' ,;:.')} (…)."


def a_day(value: object) -> date | None:
    """The day at the head of `value` (ISO, or 31/12/2025), None when there is none: empty, zeros, words."""
    text = str(value or "").strip()
    for pattern, shape in ((r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"), (r"\d{2}/\d{2}/\d{4}", "%d/%m/%Y")):
        if found := re.match(pattern, text):
            try:
                return datetime.strptime(found[0], shape).date()  # noqa: DTZ007  # a day, not an instant
            except ValueError:
                return None
    return None


def an_address(value: object) -> str | None:
    """An https address, http raised to https, None for anything else."""
    text = str(value or "").strip()
    secure = re.sub(r"^http://", "https://", text)
    return secure if re.fullmatch(r"https://[^\s\"'<>]+", secure) else None


@cache
def _regions() -> dict[str, str]:
    terms = load_vocabulary().regions
    named = {fold(name): code for code, term in terms.items() for name in (term.label, *term.words) if "*" not in name}
    return named | {code.lower(): code for code in terms}


def fold(text: str) -> str:
    """Lower case, without accents, every blank, hyphen and apostrophe one space."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())


def regions_of(labels: Iterable[str]) -> tuple[tuple[str, ...], str | None]:
    """(codes, text) of territories as their publishers write them: "Région Sud", "Pays-de-la-Loire", "BRETAGNE".

    When one of them is no region known, it is left to the text and the territory is not settled.
    """
    known: dict[str, str] = {fold(name): code for name, code in _regions().items()}
    codes, lost = [], []
    for label in dict.fromkeys(" ".join(str(label).split()) for label in labels):
        bare = re.sub(r"^(?:la |le )?region (?:de la |des |de l |du |de |d )?|\s+region$", "", fold(label))
        code = known.get(fold(label)) or known.get(bare) or known.get(re.sub(r"^(?:la|le|les|l) ", "", bare))
        if code:
            codes.append(code)
        elif label:
            lost.append(label)
    found = tuple(dict.fromkeys(codes))
    return (found, None) if not lost else ((), ", ".join([*(load_vocabulary().regions[c].label for c in found), *lost]))


def pieces(value: object, separators: str = r"[|;]") -> list[str]:
    """The parts of a list, or of a text that holds one."""
    parts = value if isinstance(value, list | tuple) else re.split(separators, str(value or ""))
    return list(dict.fromkeys(part for item in parts if (part := " ".join(str(item or "").split()))))


NEEDS_OF_TYPES = {  # words of a type of aid, folded → the need it answers; a type without one says no need
    "financement": ("subvention", "pret", "avance", "garantie", "financement", "bonification", "prime", "capital"),
    "diagnostic": ("diagnostic", "audit", "etude"),
    "conseil": ("conseil", "accompagnement", "ingenierie", "assistance", "expertise"),
    "formation": ("formation",),
}
SIZES_OF_AUDIENCES = {  # first word of an audience, folded → its code; "entreprises" alone says no size
    "association": "association",
    "collectivite": "collectivite",
    "commune": "collectivite",
    "intercommunalite": "collectivite",
    "departement": "collectivite",
    "region": "collectivite",
    "particulier": "particulier",
    "recherche": "recherche",
    "laboratoire": "recherche",
    "tpe": "tpe",
    "pme": "pme",
    "eti": "eti",
    "startup": "startup",
}


def needs_of(types: Iterable[str]) -> tuple[str, ...] | None:
    """The needs that types of aid answer, as their publisher names them; None when none is known."""
    said = {word.rstrip("s") for label in types for word in fold(label).split()}
    return tuple(need for need, words in NEEDS_OF_TYPES.items() if said & set(words)) or None


def sizes_of(audiences: Iterable[str]) -> tuple[str, ...] | None:
    """The codes of audiences, None as soon as one of them says no size ("Entreprises privées")."""
    firsts = [fold(label).split()[0].rstrip("s") for label in audiences if fold(label)]
    if not firsts or any(first not in SIZES_OF_AUDIENCES for first in firsts):
        return None
    return tuple(dict.fromkeys(SIZES_OF_AUDIENCES[first] for first in firsts))


def facts_of(*said: tuple[Field, object]) -> tuple[tuple[Field, str], ...]:
    """The fields that say something, HTML cleaned; a text given twice is kept once."""
    seen: dict[str, Field] = {}
    for name, value in said:
        if text := plain_text(value):
            seen.setdefault(text, name)
    return tuple((name, text) for text, name in seen.items())
