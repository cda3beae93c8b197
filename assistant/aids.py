"""Which aid fits: the schemes matched, said in sentences of their fiches, each cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answers import Citation, Match, Sentence
from assistant.evidence import Unit, quotable
from assistant.quoting import Composed, cite, cleaned, ended
from index.store import DocumentInfo
from ingest.documents import Passage

FIRST_WORDS, NEXT_WORDS, ALL_WORDS = 85, 42, 160  # a company's question takes 170 words at most
FRAMED_WORDS = 120  # the same, less the English words around French quotes
SHOWN = 3
LISTED = 9  # schemes in a list of those of a region: about 200 words
CLOSE = 0.72  # a scheme is proposed beside the first when its score is at least this share of it
BESIDE = 0.9  # and is shown beside what is said, at least this share: lower, aids that do not fit came with the others
NEAR = 0.5  # and a scheme that serves a need the others do not, at least this share
OPEN_VERDICTS = ("eligible", "to_confirm")


def proposed(
    matches: Sequence[Match],
    served: Mapping[str, frozenset[str]],
    *,
    regions: Mapping[str, frozenset[str]] | None = None,
    most: int = SHOWN,
) -> tuple[Match, ...]:
    """The schemes to propose: the best that nothing rules out, the best of each region of a company at several sites,
    the best for each need still unserved, then the close.

    `served` gives by scheme the needs of the company it lists, `regions` those of its sites that it is open to.
    """
    fitting = sorted((m for m in matches if m.verdict in OPEN_VERDICTS and m.state != "ended"), key=lambda m: -m.score)
    if not fitting:
        return ()
    kept = fitting[:1]
    for site in sorted(frozenset[str]().union(*(regions or {}).values())):
        of_site = (m for m in fitting if site in (regions or {}).get(m.id, ()))
        best = next(of_site, None)
        if best is not None and best not in kept:
            kept.append(best)
    unserved = frozenset[str]().union(*served.values()) - served.get(kept[0].id, frozenset())
    for match in fitting[1:]:
        new = served.get(match.id, frozenset()) & unserved
        if new and match.score >= NEAR * kept[0].score:
            kept.append(match)
            unserved -= new
    kept += [m for m in fitting if m not in kept and m.score >= CLOSE * kept[0].score]
    return tuple(kept[:most])


def fiche_units(passages: Sequence[Passage], title: str, cut: Mapping[str, Sequence[tuple[int, int]]]) -> list[Unit]:
    """The sentences of a fiche that say something of the scheme, in order."""
    return [
        Unit(p, title, start, end, p.text[start:end], 0)
        for p in passages
        if quotable(p)
        for start, end in cut[p.passage_id]
    ]


def said(
    chosen: Sequence[tuple[Match, Sequence[Unit]]],
    documents: Mapping[str, DocumentInfo],
    *,
    even: bool = False,
    most: int = ALL_WORDS,
) -> Composed:
    """A paragraph a scheme: the sentences chosen of its fiche within the words left, each cited.

    The first scheme has the most words, unless `even`.
    """
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    lines: list[str] = []
    total = 0
    for rank, (_, units) in enumerate(chosen):
        first = most // max(1, len(chosen)) if even else FIRST_WORDS
        budget = min(first if even or rank == 0 else NEXT_WORDS, most - total)
        parts: list[str] = []
        used = 0
        for unit in units:
            text = cleaned(unit.text)
            length = len(text.split())
            if parts and used + length > budget:
                continue
            n = len(citations) + 1
            citations.append(cite(n, unit.passage, unit.text, documents))
            sentences.append(Sentence(text, (n,)))
            parts.append(f"{ended(text)} [{n}]")
            used += length
        total += used
        if parts:
            lines.append(" ".join(parts))
    return Composed("\n".join(lines), tuple(sentences), tuple(citations))


def listed(chosen: Sequence[tuple[Match, Sequence[Unit]]], documents: Mapping[str, DocumentInfo]) -> Composed:
    """A line a scheme: what it is, cited."""
    units = [unit for _, found in chosen for unit in found[:1]]
    citations = tuple(cite(n, unit.passage, unit.text, documents) for n, unit in enumerate(units, start=1))
    sentences = tuple(Sentence(cleaned(unit.text), (n,)) for n, unit in enumerate(units, start=1))
    lines = [f"- {ended(s.text)} [{s.citations[0]}]" for s in sentences]
    return Composed("\n".join(lines), sentences, citations)
