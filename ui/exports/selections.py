"""Schemes of the catalogue as a Dossier, as rows of a table, and as a comparison side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from ingest.catalogue import Vocabulary
from ingest.schemes import ANY, Criterion, Fact, Field, Scheme
from ui.exports.dossier import Bibliography, Block, Bullets, Paragraph, Section, Table, clean
from ui.fragments.labels import label, state_label, term_label
from ui.fragments.schemes import territories, where
from ui.words import Words

CRITERIA = ("region", "size", "sector", "need")
FIELDS: tuple[Field, ...] = get_args(Field)
MOST_COMPARED = 4  # columns that a page or a sheet still lets one read


@dataclass(frozen=True, slots=True)
class Said:
    """One cell of a comparison: what is said, and the sources of it."""

    texts: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One topic across the schemes compared, a cell a scheme; a cell without text is silence."""

    title: str
    cells: tuple[Said, ...]


def compare(
    words: Words, schemes: Sequence[Scheme], titles: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[Line, ...]:
    """The topics on which at least one of the schemes says something: what it is, what it brings, its criteria."""
    first = [
        ("kind", [Said((kind_label(words, s.kind),)) for s in schemes]),
        ("regions", [Said((territories(words, s, vocabulary),)) for s in schemes]),
        ("state", [Said((state_label(words, s.state, s.as_of),)) for s in schemes]),
        ("summary", [Said((s.summary,)) for s in schemes]),
    ]
    lines = [Line(words.say(f"exports.column.{name}"), tuple(cells)) for name, cells in first]
    for name in CRITERIA:
        found = [next((c for c in s.criteria if c.name == name and c.allowed is not None), None) for s in schemes]
        cells = tuple(_condition(words, c, titles) for c in found)
        lines.append(Line(words.say("exports.criterion_of", name=label(words, "criterion", name).lower()), cells))
    for topic in FIELDS:
        facts = [[f for f in s.facts if f.field == topic] for s in schemes]
        cells = tuple(_facts(words, of_scheme, titles) for of_scheme in facts)
        lines.append(Line(label(words, "field", topic), cells))
    return tuple(line for line in lines if any(cell.texts for cell in line.cells))


def scheme_sections(
    words: Words, schemes: Sequence[Scheme], book: Bibliography, vocabulary: Vocabulary
) -> tuple[Section, ...]:
    """A fiche a scheme, each fact with the number of its source in `book`."""
    return tuple(_fiche(words, scheme, vocabulary, book) for scheme in schemes)


def selection_rows(
    words: Words, schemes: Sequence[Scheme], titles: Mapping[str, str], vocabulary: Vocabulary
) -> Iterator[tuple[str, ...]]:
    """A head, then a row a scheme: its facts a topic a column, and every source in the last one."""
    names = ("id", "name", "kind", "regions", "state", "as_of", "summary")
    last = ("silent", "url", "checked_on", "sources")
    yield (
        *(words.say(f"exports.column.{name}") for name in names),
        *(words.say("exports.criterion_of", name=label(words, "criterion", name).lower()) for name in CRITERIA),
        *(label(words, "field", topic) for topic in FIELDS),
        *(words.say(f"exports.column.{name}") for name in last),
    )
    for scheme in schemes:
        conditions: dict[str, Criterion] = {c.name: c for c in scheme.criteria if c.allowed is not None}
        sources = [*(f.source for f in scheme.facts), *(c.source for c in scheme.criteria if c.source)]
        yield (
            scheme.id,
            scheme.name,
            kind_label(words, scheme.kind),
            territories(words, scheme, vocabulary),
            state_label(words, scheme.state, scheme.as_of),
            scheme.as_of.isoformat() if scheme.as_of else "",
            scheme.summary,
            *(" ".join(_condition(words, conditions.get(name), titles).texts) for name in CRITERIA),
            *("\n".join(f.text for f in scheme.facts if f.field == topic) for topic in FIELDS),
            _silent(words, scheme),
            scheme.url or "",
            scheme.checked_on.isoformat() if scheme.checked_on else "",
            "\n".join(dict.fromkeys(where(words, source, titles) for source in sources)),
        )


def kind_label(words: Words, kind: str) -> str:
    """The nature of an aid in the language of the reader; the word of the catalogue where it is not known."""
    return words.get(f"exports.kinds.{kind}") or kind


def _condition(words: Words, criterion: Criterion | None, titles: Mapping[str, str]) -> Said:
    if criterion is None:
        return Said(())
    text = criterion.text or (words.say("exports.selection.open_to_all") if ANY in (criterion.allowed or ()) else "")
    return Said((text,) if text else (), (where(words, criterion.source, titles),) if criterion.source else ())


def _facts(words: Words, facts: Sequence[Fact], titles: Mapping[str, str]) -> Said:
    sources = dict.fromkeys(where(words, fact.source, titles) for fact in facts)
    return Said(tuple(fact.text for fact in facts), tuple(sources))


def _silent(words: Words, scheme: Scheme) -> str:
    return ", ".join(label(words, "field", name).lower() for name in scheme.silent_on)


def _fiche(words: Words, scheme: Scheme, vocabulary: Vocabulary, book: Bibliography) -> Section:
    blocks: list[Block] = [
        Paragraph(
            " · ".join(
                part
                for part in (
                    kind_label(words, scheme.kind),
                    territories(words, scheme, vocabulary),
                    state_label(words, scheme.state, scheme.as_of),
                )
                if part
            ),
            "note",
        ),
        Paragraph(clean(scheme.summary)),
    ]
    if scheme.facts:
        rows = tuple((label(words, "field", f.field), f"{clean(f.text)} [{book.fact(f.source)}]") for f in scheme.facts)
        head = (words.say("exports.column.field"), words.say("exports.selection.facts"))
        blocks.append(Table(head, rows, (24, 76)))
    conditions = tuple(_criterion_row(words, c, vocabulary, book) for c in scheme.criteria)
    if conditions:
        head = (words.say("exports.column.criterion"), words.say("exports.column.said"))
        blocks.append(Table(head, conditions, (24, 76)))
    for found in scheme.contradictions:
        blocks.append(
            Paragraph(words.say("exports.selection.contradiction", field=label(words, "field", found.field)), "label")
        )
        blocks.append(
            Bullets(
                tuple(
                    words.say("exports.selection.said_in", when=s.when, text=clean(s.text), n=book.fact(s.source))
                    for s in found.statements
                )
            )
        )
    if scheme.silent_on:
        blocks.append(Paragraph(words.say("exports.selection.silent", fields=_silent(words, scheme)), "note"))
    return Section(clean(scheme.name), tuple(blocks))


def _criterion_row(words: Words, criterion: Criterion, vocabulary: Vocabulary, book: Bibliography) -> tuple[str, str]:
    source = f" [{book.fact(criterion.source)}]" if criterion.source else ""
    if criterion.text:
        said = clean(criterion.text)
    elif criterion.allowed is None:
        said = label(words, "criterion_verdict", "unknown_scheme")
    elif ANY in criterion.allowed:
        said = words.say("exports.selection.open_to_all")
    else:
        said = ", ".join(_term(words, criterion.name, code, vocabulary) for code in criterion.allowed)
    return label(words, "criterion", criterion.name), said + source


def _term(words: Words, name: str, code: str, vocabulary: Vocabulary) -> str:
    group = {"region": "regions", "size": "sizes", "sector": "sectors", "need": "needs"}[name]
    term = getattr(vocabulary, group).get(code)
    return term_label(words, group, term) if term is not None else code  # type: ignore[arg-type]
