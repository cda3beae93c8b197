"""What comes after an answer: what was understood of the company, the question that would help most, what to ask next."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers import Answer, Question
from assistant.contradictions import Outweighed, outweighed
from ingest.catalogue import Vocabulary
from ingest.schemes import Scheme
from ui.fragments.answers import ask_button
from ui.fragments.further import suggestions
from ui.fragments.judgements import judged, labelled
from ui.fragments.labels import label
from ui.fragments.markup import Markup, el
from ui.fragments.profiles import asked_part, chips, missing_part, questions
from ui.words import Words


def following_html(
    words: Words, vocabulary: Vocabulary, schemes: Sequence[Scheme], answer: Answer, question: Question
) -> Markup | None:
    """None after a refusal, or when there is nothing to add."""
    if answer.status in ("refused", "error"):
        return None
    profile = answer.profile
    parts = [name for text in answer.follow_ups if (name := asked_part(text, profile)) is not None]
    said = [text for text in answer.follow_ups if text not in questions()]
    told = [] if answer.reason == "model_unavailable" else said
    notes = [el("p", judged(words, text), class_="note") for text in told]
    notes += [
        el("p", _outweighed(words, label(words, "criterion", name), part), class_="notice")
        for name, part in outweighed(question, vocabulary).items()
    ]
    asked = [missing_part(words, vocabulary, schemes, name) for name in parts[:1]]
    known = chips(words, vocabulary, answer.profile)
    buttons = [ask_button(text) for text in suggestions(words, answer, schemes)]
    group = None
    if buttons:
        title = words.say("answers.further")
        group = el(
            "div", el("p", title, class_="label"), el("div", *buttons, class_="asks", role="group", aria_label=title)
        )
    if not (asked or notes or known or group):
        return None
    return el("section", *notes, *asked, known, group, class_="next", aria_label=words.say("answers.further"))


def _outweighed(words: Words, name: str, part: Outweighed) -> str:
    """What a field said, and what the answer went by instead."""
    given, told = labelled(words, part.given), labelled(words, part.told)
    said = words.say("answers.outweighed", name=name, given=given, told=told)
    return said + words.say("answers.corrected" if part.lasting else "answers.not_corrected", name=name)
