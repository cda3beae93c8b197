"""What the page "Conseiller" gives away, as rows to be read: headings and labels in the language of the page.

The command line writes the same for programs, with names and codes that do not change (ui.batch, ui.companies).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from assistant.answers import Answer, Citation, Match
from assistant.portfolio import Fits
from assistant.reasons import MISSING
from ingest.catalogue import Vocabulary
from ui.companies import COLUMNS, Choice, chosen
from ui.exports.cells import Row
from ui.fragments.judgements import judged
from ui.fragments.labels import CRITERIA, label, said
from ui.words import Words

ANSWERS: Final = (
    "id",
    "question",
    "outcome",
    "reason",
    "answer",
    "sources",
    *CRITERIA,
    "schemes",
    "written",
)
QUOTES: Final = "extractive"  # the generator of an answer made of quotes


def answers_rows(words: Words, answers: Iterable[Answer], vocabulary: Vocabulary) -> Iterator[Row]:
    """A head, then a row an answer, with what was understood of the company."""
    yield _head(words, "answers", ANSWERS)
    for answer in answers:
        known = said(words, vocabulary, answer.profile)
        yield (
            answer.id,
            answer.question,
            words.say(f"answers.status.{'small_talk' if answer.reason == 'small_talk' else answer.status}"),
            label(words, "reason", answer.reason) if answer.reason else "",
            answer.answer,
            "\n".join(_source(words, citation) for citation in answer.citations),
            *(known.get(name, "") for name in CRITERIA),
            "\n".join(f"{match.name} ({_verdict(words, match)})" for match in answer.schemes),
            _written(words, answer),
        )


def fits_rows(words: Words, doors: Words, fits: Iterable[Fits], choice: Choice) -> Iterator[Row]:
    """A head, then a row a company and scheme; verdicts and states in the short words of the command line, `doors`."""
    yield _head(words, "fits", COLUMNS)
    for fit in fits:
        company, given = fit.company, fit.company.given
        about = (company.line, company.name, company.siret or "", *(getattr(given, name) or "" for name in CRITERIA))
        for rank, match in chosen(fit, choice):
            yield (
                *about,
                rank,
                match.id,
                match.name,
                doors.say(f"verdict.{match.verdict}"),
                doors.say(f"state.{match.state}"),
                match.as_of or "",
                " ".join(judged(words, reason) for reason in match.reasons),
                ", ".join(_missing(words, match)),
            )


def _head(words: Words, table: str, names: Sequence[str]) -> Row:
    return [words.say(f"exports.advice.{table}.{name}") for name in names]


def _source(words: Words, citation: Citation) -> str:
    """ "[1] Plan Sud IA, p. 19 : « Le plan dispose de 60 M€ »"."""
    page = f", {words.say('labels.page_short', page=citation.page)}" if citation.page is not None else ""
    quote = words.say("answers.quoted", quote=citation.quote)
    return words.say("exports.advice.source", n=citation.n, where=f"{citation.title}{page}", quote=quote)


def _verdict(words: Words, match: Match) -> str:
    return label(words, "fits", match.verdict).lower()


def _written(words: Words, answer: Answer) -> str:
    """How an answer was made; nothing of one that was not."""
    if not answer.citations:
        return ""
    return words.say("answers.made_of_quotes" if answer.generator == QUOTES else "answers.written")


def _missing(words: Words, match: Match) -> Iterator[str]:
    """What would settle a verdict: in French as the matching says it."""
    parts = {text: name for name, text in MISSING.items()}
    for text in match.missing:
        french = words.language == "fr" or text not in parts
        yield text if french else label(words, "criterion", parts[text]).lower()
