"""Questions that go further: about the aids of an answer, what their fiches say and the answer has not said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from assistant.answers import Answer
from ingest.fiches import SECTIONS
from ingest.schemes import Field, Scheme
from ui.fragments.answers import related
from ui.words import Words

ASKED: Final[tuple[Field, ...]] = ("how_to_apply", "audience", "amount", "operator")  # the most useful first
ABOUT = 2  # aids asked about
EACH = 2  # questions on one aid
MOST = 3


def suggestions(words: Words, answer: Answer, schemes: Sequence[Scheme]) -> tuple[str, ...]:
    """Questions about the first aids of the answer, none about what it has just quoted of them."""
    known = {scheme.id: scheme for scheme in schemes}
    found: list[str] = []
    for match in [m for m in related(answer) if m.verdict in ("eligible", "to_confirm") and m.id in known][:ABOUT]:
        said = {section for c in answer.citations if c.doc == f"fiche-{match.id}" for section in c.heading}
        found += questions_about(words, known[match.id], said)[:EACH]
    return tuple(dict.fromkeys(found))[:MOST]


def questions_about(words: Words, scheme: Scheme, said: Collection[str] = ()) -> list[str]:
    """The questions that the fiche of an aid answers, but for the sections already said."""
    sections = {name: title for title, names in SECTIONS for name in names}
    told = {fact.field for fact in scheme.facts}
    asked = [name for name in ASKED if name in told and sections[name] not in said]
    return [words.say(f"questions.{name}", name=scheme.name) for name in asked]
