"""Which aid fits: the schemes matched, said in sentences of their fiches, each cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answers import Match, Sentence
from assistant.evidence import Unit, quotable
from assistant.quoting import Composed, cite, cleaned, ended
from assistant.wording import Wording
from index.store import DocumentInfo
from ingest.documents import Passage

FIRST_WORDS, NEXT_WORDS, ALL_WORDS = 85, 42, 160  # a company's question takes 170 words at most
SHOWN = 3
CLOSE = 0.72  # a scheme is proposed beside the first when its score is at least this share of it
OPEN_VERDICTS = ("eligible", "to_confirm")


def proposed(matches: Sequence[Match], *, most: int = SHOWN) -> tuple[Match, ...]:
    """The schemes to propose: the best that nothing rules out, and those whose score is close to it."""
    fitting = [m for m in matches if m.verdict in OPEN_VERDICTS and m.state != "ended"]
    if not fitting:
        return ()
    best = max(m.score for m in fitting)
    return tuple(m for m in fitting[: most * 2] if m.score >= CLOSE * best)[:most]


def fiche_units(passages: Sequence[Passage], title: str, cut: Mapping[str, Sequence[tuple[int, int]]]) -> list[Unit]:
    """The sentences of a fiche that say something of the scheme, in order."""
    return [
        Unit(p, title, start, end, p.text[start:end], 0)
        for p in passages
        if quotable(p)
        for start, end in cut[p.passage_id]
    ]


def said(
    chosen: Sequence[tuple[Match, Sequence[Unit]]], documents: Mapping[str, DocumentInfo], wording: Wording
) -> Composed:
    """A paragraph a scheme: its name, then the sentences chosen of its fiche within the words left, each cited."""
    sentences: list[Sentence] = []
    citations = []
    lines: list[str] = []
    total = 0
    for rank, (match, units) in enumerate(chosen):
        budget = min(FIRST_WORDS if rank == 0 else NEXT_WORDS, ALL_WORDS - total)
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
