"""The dossier of a case: a conversation, schemes of the catalogue, or both, with one list of sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.answers import Answer, Question
from ingest.catalogue import Vocabulary
from ingest.errors import GuichetError
from ingest.schemes import Scheme
from ui.exports.conversations import conversation_sections
from ui.exports.dossier import Bibliography, Dossier, make_dossier
from ui.exports.selections import scheme_sections
from ui.fragments.labels import day_label
from ui.words import Words

Exchanges = Sequence[tuple[Question, Answer]]


def conversation_dossier(
    words: Words, exchanges: Exchanges, titles: Mapping[str, str], vocabulary: Vocabulary, today: date, name: str = ""
) -> Dossier:
    """The dossier of a conversation. Raises GuichetError when it is empty."""
    if not exchanges:
        raise GuichetError(words.say("exports.conversation.empty"))
    return case_dossier(words, exchanges, (), titles, vocabulary, today, name)


def selection_dossier(
    words: Words,
    schemes: Sequence[Scheme],
    titles: Mapping[str, str],
    vocabulary: Vocabulary,
    today: date,
    name: str = "",
) -> Dossier:
    """The dossier of schemes. Raises GuichetError when there is none."""
    if not schemes:
        raise GuichetError(words.say("exports.selection.empty"))
    return case_dossier(words, (), schemes, titles, vocabulary, today, name)


def case_dossier(
    words: Words,
    exchanges: Exchanges,
    schemes: Sequence[Scheme],
    titles: Mapping[str, str],
    vocabulary: Vocabulary,
    today: date,
    name: str = "",
) -> Dossier:
    """Both; `name` is whom it is for. Raises GuichetError when there is neither."""
    if not exchanges and not schemes:
        raise GuichetError(words.say("exports.nothing"))
    book = Bibliography(words, titles)
    sections = (
        *conversation_sections(words, exchanges, book, vocabulary),
        *scheme_sections(words, schemes, book, vocabulary),
    )
    kind = "selection" if not exchanges else "conversation" if not schemes else "case"
    title = words.say(f"exports.{kind}.title")
    return make_dossier(words, title, about_line(words, today, name), sections, book.sources())


def about_line(words: Words, today: date, name: str) -> str:
    """ "Établi le 22 novembre 2026 pour Atelier Rey"."""
    day, who = day_label(words, today), " ".join(name.split())
    return words.say("exports.made_for", day=day, name=who) if who else words.say("exports.made_on", day=day)
