"""`guichet match --companies`: a file of companies against the catalogue, as CSV, XLSX or JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from assistant.portfolio import Fits, match_companies
from ingest.catalogue import load_catalogue, load_vocabulary
from ingest.errors import GuichetError
from ui import companies, console
from ui.commands.catalogue import find
from ui.commands.match import scheme_record
from ui.service import today
from ui.words import Words


def run(
    words: Words, source: Path, out: Path | None, *, scheme: str | None, every: bool, own: Path | None, as_json: bool
) -> None:
    """Writes the fits to `out`, else to stdout. Raises GuichetError when the file holds no company."""
    schemes = load_catalogue(own)
    choice = companies.Choice(every=every, scheme=find(words, schemes, scheme).id if scheme else None)
    known, wrong = companies.read_companies(source, words)
    for sentence in wrong:
        console.err().print(console.plain(sentence), soft_wrap=True)
    if not known:
        raise GuichetError(words.say("companies.none", file=source))
    if out is not None and out.exists() and out.samefile(source):
        raise GuichetError(words.say("companies.same_file", file=out))
    lost: dict[tuple[str, str], int] = {}
    with console.bar(words.say("companies.bar")) as advance:

        def fits() -> Iterator[Fits]:
            found = match_companies(known, schemes, load_vocabulary(), today=today())
            for n, fit in enumerate(found, start=1):
                for part in fit.not_understood:
                    said = (words.say(f"criterion.{part}"), getattr(fit.company.given, part))
                    lost[said] = lost.get(said, 0) + 1
                    if lost[said] == 1:
                        sentence = words.say("companies.lost", line=fit.company.line, part=said[0], value=said[1])
                        console.err().print(console.plain(sentence), soft_wrap=True)
                advance(n, len(known))
                yield fit

        _write(fits(), choice, words, out, as_json=as_json)
    for (part, value), times in lost.items():
        if times > 1:
            sentence = words.say("companies.lost_again", part=part, value=value, n=times - 1)
            console.err().print(console.plain(sentence), soft_wrap=True)
    if out is not None and not as_json:
        sentence = words.say("companies.done", n=len(known), wrong=len(wrong), file=out)
        console.out().print(sentence, soft_wrap=True)


def _write(fits: Iterator[Fits], choice: companies.Choice, words: Words, out: Path | None, *, as_json: bool) -> None:
    if as_json:
        for fit in fits:
            about = {"line": fit.company.line, "name": fit.company.name, "siret": fit.company.siret}
            for rank, match in companies.chosen(fit, choice):
                console.print_json(about | {"rank": rank, "scheme": scheme_record(match)})
        return
    rows = companies.rows_of(fits, choice, words)
    if out is None:
        companies.write_csv(chain([companies.titles(words)], rows), sys.stdout)
    elif out.suffix.lower() == ".xlsx":
        from ui.exports.excel import write_workbook

        out.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(chain([companies.titles(words)], rows), out.stem, out)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets the encoding
            companies.write_csv(chain([companies.titles(words)], rows), file)
