"""What is understood of a company, as chips to correct or take back, and the most useful question about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from assistant.answers import GivenProfile
from assistant.eligibility import QUESTIONS
from assistant.wording import load_wording
from ingest.catalogue import Term, Vocabulary
from ingest.schemes import Scheme
from ui.fragments.labels import TERMS, Group, label, said, term_label
from ui.fragments.markup import Markup, el
from ui.words import Words

NEEDS: Final = ("financement", "diagnostic", "conseil", "formation", "equipement", "recherche")
SECTORS: Final = ("industrie", "commerce", "numerique", "sante", "agriculture", "tourisme", "btp")


def chips(words: Words, vocabulary: Vocabulary, profile: GivenProfile) -> Markup | None:
    """One chip a part that is known: pressed, it opens its field; its cross takes the part back. None when none is."""
    known = [
        _chip(words, name, label(words, "criterion", name), value)
        for name, value in said(words, vocabulary, profile).items()
    ]
    if not known:
        return None
    missing = next((name for name in TERMS if not getattr(profile, name)), None)
    add = None
    if missing:
        add = el("button", f"+ {words.say('answers.add')}", type="button", class_="quiet", data_open=missing)
    title = el("p", words.say("answers.profile"), class_="label")
    return el("div", title, el("ul", *known, el("li", add) if add else None), class_="profile")


def _chip(words: Words, name: str, title: str, value: str) -> Markup:
    return el(
        "li",
        el(
            "button",
            words.say("answers.chip", name=title, value=value),
            el("span", words.say("answers.correct_chip"), class_="sr-only"),
            type="button",
            class_="value",
            data_open=name,
            data_understood=value[:1].upper() + value[1:],  # as the list of the field has it
        ),
        el(
            "button",
            "×",
            type="button",
            class_="forget",
            data_do=f"forget {name}",
            aria_label=words.say("answers.forget_chip", name=title, value=value),
        ),
        class_="said-chip",
    )


def asked_part(question: str, profile: GivenProfile) -> str | None:
    """The part of the profile that a question of the assistant asks for; None for another sentence, or a part known."""
    name = questions().get(question)
    return name if name is not None and not getattr(profile, name) else None


@cache
def questions() -> Mapping[str, str]:
    """Every question of the assistant about a company, in both languages -> the part it asks for."""
    english = {load_wording("en").texts[f"ask_{name}"]: name for name in QUESTIONS}
    return {**english, **{text: name for name, text in QUESTIONS.items()}}


def missing_part(
    words: Words, vocabulary: Vocabulary, schemes: Sequence[Scheme], name: str, attribute: str = "data_do"
) -> Markup:
    """The question about one part, with its answers as buttons; `attribute` carries the command "say size=PME"."""
    buttons = [
        el("button", shown[:1].upper() + shown[1:], type="button", class_="ask", **{attribute: f"say {name}={value}"})
        for shown, value in _options(words, vocabulary, schemes, name)
    ]
    other = el("button", words.say("profile.other"), type="button", class_="ask", data_open=name)
    return el(
        "div",
        el("p", el("strong", words.say("answers.tell_me")), el("br"), words.say(f"profile.ask.{name}")),
        el("div", *buttons, other, class_="asks", role="group", aria_label=words.say("profile.answers")),
        class_="missing",
    )


def _options(words: Words, vocabulary: Vocabulary, schemes: Sequence[Scheme], name: str) -> list[tuple[str, str]]:
    """(shown, French label of the vocabulary), the few that most will press."""
    if name == "size":
        return [(text, vocabulary.sizes[code].label) for code, text in words.group("profile.size").items()]
    group: Group = {"region": "regions", "sector": "sectors", "need": "needs"}[name]  # type: ignore[assignment]
    terms: Mapping[str, Term] = getattr(vocabulary, group)
    own = {code for scheme in schemes for code in scheme.regions if code.startswith("REG-")}
    codes = {"region": [c for c in terms if c in own], "sector": SECTORS, "need": NEEDS}[name]
    return [(term_label(words, group, terms[code]), terms[code].label) for code in codes if code in terms]
