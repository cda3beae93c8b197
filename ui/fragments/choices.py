"""What the fields of a company offer as one types: places, sizes, sectors, needs; what is shown of each, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.place_names import place_names
from ingest.catalogue import Vocabulary
from ui.fragments.labels import CRITERIA, TERMS, label, term_label
from ui.fragments.markup import Markup, el, joined
from ui.words import Words, load_page_words


@dataclass(frozen=True, slots=True)
class Choices:
    """By part of the profile, what is shown -> what the matching reads: a place, or a French label of the vocabulary.

    `elsewhere` is the same for the page in the other language, from which a visitor may come with a field filled in.
    """

    meant: Mapping[str, Mapping[str, str]]
    elsewhere: Mapping[str, Mapping[str, str]]

    def meaning(self, name: str, text: str) -> str:
        """What a field says: the meaning of a choice, else what was typed."""
        said = text.strip()
        return self.meant[name].get(said) or self.elsewhere[name].get(said, said)

    def shown(self, name: str, value: str) -> str:
        """How a field says a value; the value itself where the list has none."""
        return next((shown for shown, meant in self.meant[name].items() if meant == value), value)

    def reworded(self, name: str, text: str) -> str:
        """What a field says, in the language of the page."""
        return self.shown(name, self.meaning(name, text))


def make_choices(words: Words, vocabulary: Vocabulary) -> Choices:
    other = load_page_words("en" if words.language == "fr" else "fr")
    return Choices(_meant(words, vocabulary), _meant(other, vocabulary))


def _meant(words: Words, vocabulary: Vocabulary) -> dict[str, Mapping[str, str]]:
    meant: dict[str, Mapping[str, str]] = {"region": dict(place_names())}
    for name in CRITERIA[1:]:
        terms = getattr(vocabulary, TERMS[name]).values()
        labels = ((term_label(words, TERMS[name], term), term.label) for term in terms)
        meant[name] = {shown[:1].upper() + shown[1:]: label for shown, label in labels}
    return meant


def choices_html(words: Words, choices: Choices, forms: Sequence[str]) -> Markup:
    """The lists, one a part of the profile, for the fields "<form>-<part>" of each form; choices.js shows them."""
    return joined(
        el(
            "template",
            "\n".join(shown),
            data_fields=" ".join(f"{form}-{name}" for form in forms),
            data_label=label(words, "criterion", name),
            data_one=words.say("frame.choices.one", n="{n}", text="{text}"),
            data_many=words.say("frame.choices.many", n="{n}"),
        )
        for name, shown in choices.meant.items()
    )
