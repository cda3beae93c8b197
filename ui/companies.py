"""A file of companies read, and their fits written, as CSV or XLSX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from assistant.answers import GivenProfile, Match
from assistant.folding import fold
from assistant.portfolio import Company, Fits
from assistant.territories import bare_place
from ingest.errors import GuichetError
from ingest.readers.encoding import decode
from ui.exports.cells import safe_answer
from ui.words import Words

HEADERS: Mapping[str, tuple[str, ...]] = {  # what we read → how files name it, folded, without accents
    "name": ("name", "nom", "entreprise", "company", "raison sociale", "denomination", "societe", "organisation"),
    "siret": ("siret", "siren", "n siret", "numero siret"),
    "region": ("region", "territoire", "departement", "department"),
    "town": ("town", "city", "ville", "commune", "localite"),
    "postcode": ("postcode", "postal code", "zip", "code postal", "cp"),
    "size": ("size", "taille", "categorie", "category"),
    "headcount": ("headcount", "effectif", "effectifs", "salaries", "nombre de salaries", "employees", "staff"),
    "turnover": ("turnover", "revenue", "ca", "chiffre d affaires", "chiffre affaires"),
    "sector": ("sector", "secteur", "activite", "secteur d activite", "activity"),
    "naf": ("naf", "ape", "code naf", "code ape", "naf code"),
    "need": ("need", "besoin", "besoins", "needs", "projet"),
}
COLUMNS = (
    *("line", "name", "siret", "region", "size", "sector", "need"),
    *("rank", "scheme_id", "scheme", "verdict", "state", "as_of", "reasons", "missing"),
)
MAX_LINES = 200_000
SUITS = ("eligible", "to_confirm")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which fits are written: every scheme, the first `top`, or those of one scheme."""

    every: bool = False
    top: int = 5
    scheme: str | None = None


def read_companies(path: Path, words: Words) -> tuple[list[Company], list[str]]:
    """The companies of a CSV file (any usual separator and encoding), and a sentence for each line that is none.

    Raises GuichetError for a file without a column of names.
    """
    return companies_in(path.name, decode(path.read_bytes(), path.name), words)


def companies_in(name: str, content: str, words: Words, most: int = MAX_LINES) -> tuple[list[Company], list[str]]:
    """The same, of the text of a file of this name and of at most so many lines."""
    text = content.lstrip("\ufeff")
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count))
    try:
        header = next(rows, [])
    except csv.Error as error:
        raise GuichetError(words.say("companies.unreadable", file=name, line=1)) from error
    columns = _columns(header)
    if "name" not in columns:
        raise GuichetError(words.say("companies.no_name", file=name))
    companies, wrong = [], []
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if rows.line_num > most:
                raise GuichetError(words.say("companies.too_many", file=name, n=most))
            company = _company(cells, columns, rows.line_num)
            if company is None or any(cell.strip() for cell in cells[len(header) :]):
                wrong.append(words.say("companies.bad_line", file=name, line=rows.line_num))
            else:
                companies.append(company)
    except csv.Error as error:
        raise GuichetError(words.say("companies.unreadable", file=name, line=rows.line_num)) from error
    return companies, wrong


def _columns(header: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, title in enumerate(header):
        folded = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(title)).split())
        name = next((name for name, titles in HEADERS.items() if folded in titles), None)
        if name:
            found.setdefault(name, position)
    return found


def _company(cells: list[str], columns: Mapping[str, int], line: int) -> Company | None:
    """The company of a line; None for a line without a name."""

    def said(name: str) -> str | None:
        at = columns.get(name)
        return (" ".join(cells[at].split()) or None) if at is not None and at < len(cells) else None

    name = said("name")
    if name is None:
        return None
    turnover = said("turnover")
    parts = (said("size"), said("headcount"), f"CA : {turnover}" if turnover else None)
    given = GivenProfile(
        region=_place(said("postcode"), said("town"), said("region")),
        size=" ; ".join(part for part in parts if part) or None,
        sector=" ; ".join(part for part in (said("naf"), said("sector")) if part) or None,
        need=said("need"),
    )
    return Company(line, name, said("siret"), given)


def _place(postcode: str | None, town: str | None, region: str | None) -> str | None:
    """The first that names a region: a postcode is exact, a town may have a namesake, one abroad has no French postcode."""
    known = bare_place(_without_cedex(town)) if town else None
    if town and known is not None and known.kind == "foreign":
        return town
    padded = (
        f"0{postcode}" if postcode and re.fullmatch(r"[1-9]\d{3}", postcode) else postcode
    )  # 6000, by a spreadsheet
    given = [_without_cedex(text) for text in (padded, town, region) if text]
    return next((text for text in given if (place := bare_place(text)) and place.code), region or town or padded)


def _without_cedex(text: str) -> str:
    return re.sub(r"\s+cedex\b.*$", "", text, flags=re.IGNORECASE)


def rows_of(fits: Iterable[Fits], choice: Choice, words: Words) -> Iterator[tuple[str | int, ...]]:
    """The cells of COLUMNS, a line a company and scheme, labels in the person's language."""
    for fit in fits:
        given = fit.company.given
        about = (
            fit.company.line,
            fit.company.name,
            fit.company.siret or "",
            *(getattr(given, n) or "" for n in _PARTS),
        )
        for rank, match in chosen(fit, choice):
            yield (*about, rank, *_match_cells(match, words))


def chosen(fit: Fits, choice: Choice) -> Iterator[tuple[int, Match]]:
    """(rank, match) of what is to be written for a company, best first."""
    ranked = list(enumerate(fit.matches, start=1))
    if choice.scheme is not None:
        ranked = [(rank, match) for rank, match in ranked if match.id == choice.scheme]
    if not choice.every:
        ranked = [(rank, match) for rank, match in ranked if match.verdict in SUITS]
    yield from ranked if choice.every or choice.scheme else ranked[: choice.top]


_PARTS = ("region", "size", "sector", "need")


def _match_cells(match: Match, words: Words) -> tuple[str, ...]:
    return (
        match.id,
        match.name,
        words.say(f"verdict.{match.verdict}"),
        words.say(f"state.{match.state}"),
        match.as_of or "",
        " ".join(match.reasons),
        ", ".join(match.missing),
    )


def titles(words: Words) -> tuple[str, ...]:
    return tuple(words.say(f"companies.column_{name}") for name in COLUMNS)


def harmless(rows: Iterable[tuple[str | int, ...]]) -> Iterator[tuple[str | int, ...]]:
    """The rows, cells that a spreadsheet would run made texts."""
    for row in rows:
        yield tuple(cell if isinstance(cell, int) else safe_answer(cell) for cell in row)


def write_csv(rows: Iterable[tuple[str | int, ...]], file: TextIO) -> None:
    csv.writer(file, lineterminator="\n").writerows(harmless(rows))
