"""A conversation as a Dossier: each question, its answer, its verdict sheets; the sources numbered once for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answers import Answer, CriterionMatch, Match, Question
from ingest.catalogue import Vocabulary
from ui.exports.dossier import (
    MARK,
    Bibliography,
    Block,
    Bullets,
    Paragraph,
    Section,
    Table,
    clean,
)
from ui.fragments.labels import label, outcome, said, state_label
from ui.words import Words

WITH_SOURCES = frozenset({"answered", "partial", "clarify"})


def conversation_sections(
    words: Words, exchanges: Sequence[tuple[Question, Answer]], book: Bibliography, vocabulary: Vocabulary
) -> tuple[Section, ...]:
    """The sections of a conversation, its sources numbered in `book`."""
    return tuple(
        section
        for n, (question, answer) in enumerate(exchanges, start=1)
        for section in _exchange(words, n, question, answer, book, vocabulary)
    )


def _exchange(
    words: Words, n: int, question: Question, answer: Answer, book: Bibliography, vocabulary: Vocabulary
) -> Iterator[Section]:
    blocks: list[Block] = [
        Paragraph(words.say("exports.conversation.asked"), "label"),
        Paragraph(clean(question.text.strip()), "question"),
        Paragraph(words.say(f"answers.status.{answer.status}"), "label"),
        *_answer(answer, book),
    ]
    known = said(words, vocabulary, answer.profile)
    if known:
        line = " · ".join(f"{label(words, 'criterion', name)} : {value}" for name, value in known.items())
        blocks += [Paragraph(words.say("exports.conversation.profile"), "label"), Paragraph(clean(line), "note")]
    if answer.follow_ups:
        blocks += [
            Paragraph(words.say("exports.conversation.next"), "label"),
            Bullets(tuple(map(clean, answer.follow_ups))),
        ]
    yield Section(words.say("exports.conversation.question", n=n), tuple(blocks))
    if answer.schemes:
        sheets = tuple(block for match in answer.schemes for block in verdict_sheet(words, match, book))
        yield Section(words.say("exports.conversation.sheets"), sheets, level=2)


def _answer(answer: Answer, book: Bibliography) -> Iterator[Block]:
    """The answer, its marks renumbered for the dossier; a mark without a source loses its brackets' meaning and goes."""
    numbers = {c.n: book.cite(c) for c in answer.citations} if answer.status in WITH_SOURCES else {}

    def renumbered(text: str) -> str:
        marked = MARK.sub(lambda m: f"[{numbers[int(m[1])]}]" if int(m[1]) in numbers else "", text)
        return clean(re.sub(r"[ \t]+([.,])", r"\1", marked).strip())

    items: list[str] = []
    for line in [*(row.strip() for row in answer.answer.splitlines()), ""]:
        bullet = re.match(r"[-•*]\s+(.*)", line)
        if bullet:
            items.append(renumbered(bullet[1]))
            continue
        if items:
            yield Bullets(tuple(items))
            items = []
        if line:
            yield Paragraph(renumbered(line))


def verdict_sheet(words: Words, match: Match, book: Bibliography) -> Iterator[Block]:
    """One aid against one company: the verdict, then a line a criterion, with its source."""
    state = state_label(words, match.state, match.as_of)
    yield Paragraph(f"{clean(match.name)} — {label(words, 'verdict', match.verdict)} ({state})", "verdict")
    head = tuple(
        words.say(f"exports.column.{name}") for name in ("criterion", "verdict", "company", "scheme", "source")
    )
    rows = tuple(_criterion(words, criterion, book) for criterion in match.criteria)
    if rows:
        yield Table(head, rows, (14, 20, 20, 34, 12))
    if match.missing:
        yield Paragraph(words.say("exports.conversation.missing", missing=clean(", ".join(match.missing))), "note")


def _criterion(words: Words, criterion: CriterionMatch, book: Bibliography) -> tuple[str, ...]:
    source = f"[{book.criterion(criterion.source)}]" if criterion.source else "–"
    name, verdict = label(words, "criterion", criterion.name), label(words, "criterion_verdict", outcome(criterion))
    return (name, verdict, clean(criterion.company or "–"), clean(criterion.scheme or "–"), source)
