"""`guichet catalogue`: the schemes listed, shown, checked, exported and imported. Needs neither model nor index."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, get_args

from rich.table import Table

from assistant.folding import fold
from assistant.terms import NEEDS_EN, SIZES_EN, terms_said
from assistant.territories import bare_place
from ingest.catalogue import Term, faults, load_catalogue, load_dossiers, load_vocabulary
from ingest.errors import GuichetError
from ingest.exchange.dispositif_aide import missing, to_csv, to_json, to_rows
from ingest.exchange.formats import import_file
from ingest.exchange.writing import write_drafts
from ingest.fiches import FIELD_WORDS, differing
from ingest.schemes import ANY, Fact, Field, Scheme, Source, State
from ui import console
from ui.service import catalogue_today, today
from ui.words import Words

READABLE = ("xlsx", "docx", "pdf")  # forms made to be read, each fact beside its source
STALE_DAYS = 183  # six months: an aid's amount or deadline rarely holds longer


def run_list(
    words: Words,
    own: Path | None,
    region: str | None,
    audience: str | None,
    state: str | None,
    need: str | None,
    *,
    as_json: bool,
) -> None:
    """One line a scheme that passes every filter given. Raises GuichetError for a filter that means nothing."""
    terms = load_vocabulary()
    chosen = catalogue_today(own)
    if region:
        code = _region(words, region, terms.regions)
        chosen = tuple(s for s in chosen if code in s.regions)
    if state:
        code = _state(words, state)
        chosen = tuple(s for s in chosen if s.state == code)
    if audience:
        chosen = _accepting(chosen, "size", _codes(words, "--audience", audience, terms.sizes, SIZES_EN))
    if need:
        chosen = _accepting(chosen, "need", _codes(words, "--need", need, terms.needs, NEEDS_EN))
    if as_json:
        console.print_json([_line(scheme) for scheme in chosen])
        return
    table = Table()
    for name in ("id", "name", "regions", "state", "checked_on"):
        table.add_column(words.say(f"catalogue.{name}"), overflow="fold")
    for scheme in chosen:
        regions = ", ".join(terms.regions[code].label for code in scheme.regions)
        label = words.say(f"state.{scheme.state}")
        table.add_row(*map(console.plain, (scheme.id, scheme.name, regions, label, str(scheme.checked_on or ""))))
    console.out().print(table)
    console.out().print(words.say("catalogue.count", n=len(chosen)))


def run_show(words: Words, own: Path | None, id: str, *, as_json: bool) -> None:
    """One fiche, the source of each fact beside it. Raises GuichetError for a scheme that is not there."""
    scheme = find(words, catalogue_today(own), id)
    if as_json:
        console.print_json(_plain_record(asdict(scheme)))
    else:
        console.out().print("\n".join(map(console.plain, _fiche(scheme, words))), soft_wrap=True)


def find(words: Words, schemes: Sequence[Scheme], said: str) -> Scheme:
    """The scheme of that id, name or alias. Raises GuichetError when there is none."""
    wanted = fold(said.strip())
    for scheme in schemes:
        if wanted in (scheme.id, fold(scheme.name), *map(fold, scheme.aliases)):
            return scheme
    raise GuichetError(words.say("catalogue.no_such_scheme", id=said))


def run_check(words: Words, own: Path | None, *, as_json: bool) -> int:
    """Every file read; what is wrong, what is old, what is missing. 1 when a file is wrong."""
    wrong = list(faults(own))
    schemes = () if wrong else load_catalogue(own)
    report = check_report(schemes, wrong, today())
    if as_json:
        console.print_json(report)
    else:
        console.out().print("\n".join(map(console.plain, _check_lines(report, words))), soft_wrap=True)
    return 1 if wrong else 0


def check_report(schemes: Sequence[Scheme], wrong: Sequence[str], day: date) -> dict[str, Any]:
    """The errors, the fiches not checked for six months, and how many fiches say each thing."""
    fields = {}
    for name in get_args(Field):
        said = sum(any(fact.field == name for fact in s.facts) for s in schemes)
        fields[name] = {"said": said, "silent": sum(name in s.silent_on for s in schemes)}
    criteria = {
        name: sum(c.allowed is not None for s in schemes for c in s.criteria if c.name == name)
        for name in ("region", "size", "sector", "need")
    }
    lacking: dict[str, int] = {}
    for row in to_rows(schemes):
        for column in missing(row):
            lacking[column] = lacking.get(column, 0) + 1
    return {
        "schemes": len(schemes),
        "errors": list(wrong),
        "stale": [scheme.id for scheme in schemes if is_stale(scheme, day)],
        "facts": sum(len(scheme.facts) for scheme in schemes),
        "fields": fields,
        "criteria": criteria,
        "contradictions": sum(len(scheme.contradictions) for scheme in schemes),
        "missing_for_exchange": lacking,
    }


def is_stale(scheme: Scheme, day: date) -> bool:
    """Not compared with its source for six months; an imported scheme counts from the day of its data."""
    seen = scheme.checked_on or (scheme.provenance.date if scheme.provenance else None)
    return seen is None or (day - seen).days > STALE_DAYS


def run_export(words: Words, own: Path | None, file: Path | None, form: str, chosen: Sequence[str] = ()) -> None:
    """The catalogue, or the schemes `chosen`: in the national schema as csv or json, to be read as xlsx, docx or pdf."""
    to_read = form in READABLE
    every = catalogue_today(own) if to_read else load_catalogue(own)  # data go out as their source gave them
    schemes = [find(words, every, said) for said in chosen] if chosen else every
    if file is not None and to_read:
        from ui.commands.dossiers import write_schemes

        write_schemes(words, schemes, file, form)
        return
    rows = to_rows(schemes)
    text = to_csv(rows) if form == "csv" else to_json(rows)
    if file is None:
        sys.stdout.write(text)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")
    console.out().print(words.say("catalogue.exported", n=len(rows), file=file), soft_wrap=True)


def run_import(words: Words, file: Path, form: str, folder: Path, licence: str | None, *, as_json: bool) -> None:
    """A YAML file a scheme in `folder`, read back by the catalogue. Raises GuichetError when nothing could be written."""
    found = import_file(file.expanduser(), form, licence=licence)
    written = write_drafts(found.drafts, folder.expanduser())
    load_catalogue.cache_clear()
    left_out = [*found.left_out, *written.left_out]
    for sentence in left_out:
        console.err().print(console.plain(sentence), soft_wrap=True)
    if not written.files:
        raise GuichetError(words.say("catalogue.nothing_imported", file=file))
    load_catalogue(folder.expanduser().absolute())
    if as_json:
        console.print_json({"files": [str(path) for path in written.files], "left_out": left_out})
    else:
        sentence = words.say("catalogue.imported", n=len(written.files), folder=folder, left_out=len(left_out))
        console.out().print(sentence, soft_wrap=True)


# ---- filters --------------------------------------------------------------------------------------------------


def _region(words: Words, said: str, regions: Mapping[str, Term]) -> str:
    by_name = {fold(name): code for code, term in regions.items() for name in (code, term.label, *term.words)}
    place = bare_place(said)
    code = by_name.get(fold(said.strip())) or (place.code if place else None)
    if code is None:
        raise GuichetError(words.say("catalogue.no_such_value", option="--region", value=said))
    return code


def _state(words: Words, said: str) -> str:
    for state in get_args(State):
        names = (state, words.say(f"catalogue_state.{state}"), words.say(f"state.{state}"))  # as asked, as listed
        if fold(said.strip()) in map(fold, names):
            return str(state)
    known = ", ".join(words.say(f"catalogue_state.{state}") for state in get_args(State))
    raise GuichetError(words.say("catalogue.no_such_state", value=said, known=known))


def _codes(
    words: Words, option: str, said: str, terms: Mapping[str, Term], english: Mapping[str, tuple[str, ...]]
) -> set[str]:
    folded = fold(said.strip())
    codes = {code for code, _ in terms_said(folded, terms, english)} | ({folded} & set(terms))
    if not codes:
        raise GuichetError(words.say("catalogue.no_such_value", option=option, value=said))
    return codes


def _accepting(schemes: Iterable[Scheme], name: str, codes: set[str]) -> tuple[Scheme, ...]:
    """The schemes whose criterion names one of the codes, or is open to all."""
    return tuple(
        s for s in schemes if any(c.name == name and set(c.allowed or ()) & (codes | {ANY}) for c in s.criteria)
    )


# ---- what is shown --------------------------------------------------------------------------------------------


def _line(scheme: Scheme) -> dict[str, Any]:
    record = asdict(scheme)
    names = ("id", "name", "kind", "regions", "state", "as_of", "checked_on", "closes_on", "summary", "url", "licence")
    shown: dict[str, Any] = _plain_record({name: record[name] for name in names})
    return shown


def _plain_record(value: Any) -> Any:
    """Dates as ISO texts, tuples as lists."""
    if isinstance(value, dict):
        return {name: _plain_record(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_record(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _fiche(scheme: Scheme, words: Words) -> list[str]:
    titles = {dossier.id: dossier.title for dossier in load_dossiers()}
    regions = load_vocabulary().regions
    about = {
        "id": scheme.id,
        "kind": scheme.kind,
        "regions": ", ".join(regions[code].label for code in scheme.regions),
        "state": words.say(f"state.{scheme.state}") + (f" ({scheme.as_of})" if scheme.as_of else ""),
        "checked_on": str(scheme.checked_on or ""),
        "opens_on": str(scheme.opens_on or ""),
        "closes_on": str(scheme.closes_on or ""),
        "part_of": scheme.part_of or "",
        "follows": scheme.follows or "",
        "prolongs": scheme.prolongs or "",
        "url": scheme.url or "",
        "provenance": scheme.provenance.name if scheme.provenance else "",
        "licence": scheme.licence or "",
    }
    lines = [scheme.name, "", scheme.summary, ""]
    lines += [f"{words.say(f'catalogue.{name}')} : {value}" for name, value in about.items() if value]
    lines += ["", words.say("catalogue.facts")]
    lines += [line for fact in scheme.facts for line in _fact(fact, titles, words)]
    lines += ["", words.say("catalogue.criteria")]
    for criterion in scheme.criteria:
        text = criterion.text or words.say("criterion_verdict.unknown_scheme")
        lines.append(f"- {words.say(f'criterion.{criterion.name}')} : {text}")
        lines += [f"    {_where(criterion.source, titles, words)}"] if criterion.source else []
    for found in scheme.contradictions:
        lines += ["", differing(scheme, found)]
        lines += [f"    {said.when} : {_where(said.source, titles, words)}" for said in found.statements]
    if scheme.silent_on:
        silent = ", ".join(FIELD_WORDS[name] for name in scheme.silent_on)
        lines += ["", words.say("catalogue.silent", what=silent)]
    return lines


def _fact(fact: Fact, titles: Mapping[str, str], words: Words) -> list[str]:
    return [f"- {fact.text}", f"    {_where(fact.source, titles, words)}"]


def _where(source: Source, titles: Mapping[str, str], words: Words) -> str:
    where = [titles.get(source.doc, source.doc), source.section]
    where += [words.say("ask.page", page=source.page)] if source.page is not None else []
    return words.say("catalogue.source", where=", ".join(dict.fromkeys(where)))


def _check_lines(report: Mapping[str, Any], words: Words) -> list[str]:
    lines = [words.say("catalogue.error", error=error) for error in report["errors"]]
    if report["errors"]:
        return [*lines, words.say("catalogue.wrong", n=len(report["errors"]))]
    lines += [words.say("catalogue.stale", id=stale) for stale in report["stale"]]
    n = report["schemes"]
    lines.append(words.say("catalogue.right", n=n, facts=report["facts"], contradictions=report["contradictions"]))
    lines.append(words.say("catalogue.coverage"))
    for name, counts in report["fields"].items():
        lines.append(f"  {name} : {counts['said']}/{n}" + words.say("catalogue.known_silent", n=counts["silent"]))
    lines += [f"  {words.say(f'criterion.{name}')} : {count}/{n}" for name, count in report["criteria"].items()]
    lines += [words.say("catalogue.lacking", column=name, n=k) for name, k in report["missing_for_exchange"].items()]
    return lines
