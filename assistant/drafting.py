"""A written answer by the generator from numbered evidence, kept only where it is verified sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Protocol

from assistant.answers import Sentence
from assistant.evidence import Unit
from assistant.generator import Completion
from assistant.quoting import Composed, cite, cleaned, ended, folded_space
from assistant.understanding import Understanding
from assistant.values import holds
from assistant.verification import Check, verify
from index.store import DocumentInfo
from index.tokens import content_tokens
from ingest.sentences import sentences

MAX_TOKENS = 96  # two short sentences; at 15 tokens a second the rest of the time is the reading of the evidence
TIMEOUT_S = 60.0
EVIDENCE_CHARS = 420  # of one excerpt; the generator reads 50 to 70 tokens a second
UNKNOWN = re.compile(r"^\W*(?:INCONNU|UNKNOWN)\b", re.IGNORECASE)
MIN_WORDS = 7  # a shorter sentence is a scrap ("37."), and its quote says it better
SAID_AGAIN = 0.85  # share of a quote's terms that the draft holds beyond which the quote is not repeated after it
_MARKS = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")


class Generator(Protocol):
    """Writes a text after messages of (role, content)."""

    def complete(self, messages: Sequence[tuple[str, str]], *, max_tokens: int, timeout_s: float) -> Completion: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What the generator wrote, what of it was verified, and what it cost."""

    written: str
    composed: Composed | None
    checks: tuple[Check, ...]
    completion: Completion


@cache
def _prompt(language: str) -> str:
    return (files("assistant") / "prompts" / f"draft.{language}.txt").read_text(encoding="utf-8").strip()


def messages_for(understanding: Understanding, units: Sequence[Unit]) -> list[tuple[str, str]]:
    """The fixed prompt, so that its reading stays cached, then the excerpts and the question."""
    excerpts = "\n".join(
        f"[{n}] ({' > '.join((unit.title, *unit.passage.heading[-1:]))}) {folded_space(unit.text)[:EVIDENCE_CHARS]}"
        for n, unit in enumerate(units, start=1)
    )
    label = "Question" if understanding.language == "fr" else "Question (answer in English)"
    return [("system", _prompt(understanding.language)), ("user", f"{excerpts}\n\n{label} : {understanding.text}")]


def draft(
    generator: Generator, understanding: Understanding, units: Sequence[Unit], documents: dict[str, DocumentInfo]
) -> Draft:
    """One try of the generator over the units. `composed` is None when nothing it wrote could be verified."""
    completion = generator.complete(messages_for(understanding, units), max_tokens=MAX_TOKENS, timeout_s=TIMEOUT_S)
    written = completion.text.strip()
    if understanding.language == "en":
        written = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", " ", written)  # thousands as the sources write them
    if UNKNOWN.match(written):
        return Draft(written, None, (), completion)
    kept: list[tuple[str, tuple[int, ...]]] = []
    checks: list[Check] = []
    for text, marks in marked_sentences(written):
        cited, check = proof(text, marks, understanding, units)
        checks.append(check)
        if check.passed and len(text.split()) >= MIN_WORDS:
            kept.append((text, cited))
    if not kept or not _answers(understanding, kept):
        return Draft(written, None, tuple(checks), completion)
    return Draft(written, _composed(kept, units, documents), tuple(checks), completion)


def proof(
    text: str, marks: Sequence[int], understanding: Understanding, units: Sequence[Unit]
) -> tuple[tuple[int, ...], Check]:
    """The units that prove a sentence: those it cites, else the nearest one, else the two nearest together; and the
    check they pass, or the first that fails.

    The generator forgets its marks in most drafts; what proves a sentence is found among the excerpts it was given.
    """
    said = content_tokens(text)
    nearest = sorted(range(1, len(units) + 1), key=lambda n: -sum(t in content_tokens(units[n - 1].text) for t in said))
    own = tuple(n for n in marks if 1 <= n <= len(units))
    tries = [own, *((n,) for n in nearest[:3]), *((tuple(sorted(nearest[:2])),) if len(nearest) > 1 else ())]
    first: tuple[tuple[int, ...], Check] | None = None
    for cited in dict.fromkeys(tries):
        if not cited:
            continue
        quotes = [units[n - 1].text for n in cited]
        contexts = [" ".join((units[n - 1].title, *units[n - 1].passage.heading)) for n in cited]
        check = verify(text, quotes, contexts, understanding.text, same_language=understanding.language == "fr")
        if check.passed:
            return cited, check
        first = first or (cited, check)
    return first or ((), Check(("no_citation",)))


def marked_sentences(written: str) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of a draft without their marks, and the numbers each carries; marks after the full stop count."""
    joined = re.sub(r"([.!?])\s*((?:\[\d+(?:\s*,\s*\d+)*\]\s*)+)", r" \2\1 ", written)
    found = []
    for start, end in sentences(joined):
        piece = joined[start:end]
        numbers = tuple(int(n) for group in _MARKS.findall(piece) for n in re.split(r"\s*,\s*", group))
        text = cleaned(re.sub(r"\s+([.,;])", r"\1", _MARKS.sub("", piece)))
        if re.search(r"\w", text):
            found.append((text, tuple(dict.fromkeys(numbers))))
    return found


def _answers(understanding: Understanding, kept: Sequence[tuple[str, tuple[int, ...]]]) -> bool:
    expected = understanding.expected
    return expected is None or any(holds(expected, text) for text, _ in kept)


def _composed(
    kept: Sequence[tuple[str, tuple[int, ...]]], units: Sequence[Unit], documents: dict[str, DocumentInfo]
) -> Composed:
    used = sorted({n for _, cited in kept for n in cited})
    renumbered = {old: new for new, old in enumerate(used, start=1)}
    sentences_kept = tuple(Sentence(text, tuple(renumbered[n] for n in cited)) for text, cited in kept)
    citations = tuple(cite(renumbered[n], units[n - 1].passage, units[n - 1].text, documents) for n in used)
    return Composed(written_out(sentences_kept), sentences_kept, citations)


def written_out(parts: Sequence[Sentence]) -> str:
    """Sentences with their marks, a space between."""
    return " ".join(f"{ended(s.text)} {''.join(f'[{n}]' for n in s.citations)}" for s in parts)


def followed_by(first: Composed, second: Composed, *, max_words: int) -> Composed:
    """A verified draft, then the quotes that say more than it, within a number of words; a quote is cited once."""
    sentences_kept, citations = list(first.sentences), list(first.citations)
    said = {token for s in first.sentences for token in content_tokens(s.text)}
    words = sum(len(s.text.split()) for s in sentences_kept)
    sources = {c.n: c for c in second.citations}
    for sentence in second.sentences:
        own = content_tokens(sentence.text)
        again = sum(token in said for token in own) >= SAID_AGAIN * len(own)
        if again or words + len(sentence.text.split()) > max_words:
            continue
        numbers = []
        for source in (sources[n] for n in sentence.citations):
            known = next((c.n for c in citations if c.quote == source.quote), None)
            if known is None:
                known = len(citations) + 1
                citations.append(replace(source, n=known))
            numbers.append(known)
        sentences_kept.append(Sentence(sentence.text, tuple(numbers)))
        words += len(sentence.text.split())
    return Composed(written_out(sentences_kept), tuple(sentences_kept), tuple(citations))
