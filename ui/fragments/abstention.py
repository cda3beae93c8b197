"""An abstention that helps: what is not said, where was looked, whom to ask, what this desk knows, and where to go next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from assistant.answers import Answer
from assistant.cues import language_of
from assistant.gazetteer import REGIONS
from assistant.territories import places
from assistant.wording import load_wording
from index.store import DocumentInfo
from ingest.catalogue import load_vocabulary
from ui.addresses import addresses
from ui.fragments.labels import term_label, unbroken
from ui.fragments.markup import Markup, el, joined
from ui.house import House
from ui.words import Words


def abstention(words: Words, answer: Answer, documents: Mapping[str, DocumentInfo], house: House) -> Markup:
    """The sentences of the abstention, apart, then what this desk covers, and the next steps."""
    language = language_of(answer.question)
    typeset = unbroken if language == "fr" else str
    wording = load_wording(language)
    starts = [
        (answer.answer.find(wording.texts[name].split("{")[0]), title)
        for name, title in (("searched", "searched"), ("ask_operator", "whom"), ("ask_nobody", "whom"))
    ]
    cuts = sorted((at, title) for at, title in starts if at > 0)
    ends = [at for at, _ in cuts] + [len(answer.answer)]
    parts = [
        _part(words, f"answers.{title}", typeset(_without(answer.answer[at:end].strip(), wording.texts)))
        for (at, title), end in zip(cuts, ends[1:], strict=True)
    ]
    first = answer.answer[: ends[0]].strip()
    said = first.rstrip(".") == wording.texts["abstained"].split("{")[0]  # by the head of the answer
    own = None if said else el("p", typeset(first))
    told = el("div", own, *parts, class_="text", lang=language)
    contact = house.contact
    person = el("p", words.say("answers.contact"), contact_link(contact), class_="contact") if contact else None
    return el("div", told, person, _known(words, answer, documents), class_="abstention")


def contact_link(contact: str) -> Markup:
    """The person who runs the service: a link for a web or an e-mail address or a telephone, else as it was given."""
    number = re.sub(r"[\s.()-]", "", contact)
    if urlsplit(contact).scheme in ("http", "https"):
        href = contact
    elif re.fullmatch(r"\S+@\S+\.\S+", contact):
        href = f"mailto:{contact}"
    elif re.fullmatch(r"\+?\d{3,15}", number):
        href = f"tel:{number}"
    else:
        return joined((contact,))
    return el("a", contact, href=href, rel="noopener noreferrer")


def _known(words: Words, answer: Answer, documents: Mapping[str, DocumentInfo]) -> Markup:
    known = {info.region for info in documents.values() if info.region}
    terms = load_vocabulary().regions
    asked = dict.fromkeys(place.code for place in places(answer.question) if place.code)
    beyond = [code for code in asked if code in terms and code not in known and code.startswith("REG-")]
    names = [term_label(words, "regions", term) for code, term in terms.items() if code in known]
    labels = [term_label(words, "regions", terms[code]) for code in beyond]
    told = all(label in answer.answer for label in labels)
    missing = None if told else el("p", words.say("answers.beyond", places=", ".join(labels)))
    regions = [term.label for code, term in terms.items() if code in known and code in REGIONS]
    again = bool(regions) and all(label in answer.answer for label in regions)
    covered = None if again or not names else _part(words, "answers.covered", ", ".join(names))
    return el("div", missing, covered, _next(words, beyond), class_="known")


def _next(words: Words, beyond: list[str]) -> Markup:
    """Links to what can be done from here; to the aids that hold in a territory of which no document is."""
    at = addresses(words.language)
    wider = at["catalogue"] + (f"?territoire={beyond[0]}" if beyond else "")
    links = [
        el("a", words.say("answers.to_wider" if beyond else "answers.to_catalogue"), href=wider, class_="ask"),
        el("a", words.say("answers.to_aids"), href=at["aids"], class_="ask"),
    ]
    return el("div", *links, class_="asks", role="group", aria_label=words.say("answers.next_steps"))


def _part(words: Words, name: str, text: str) -> Markup:
    return el("p", el("strong", words.say(name), class_="label"), el("br"), text)


def _without(sentence: str, texts: Mapping[str, str]) -> str:
    """The sentence without the opening that its label already says."""
    for name in ("searched", "ask_operator"):
        sentence = sentence.removeprefix(texts[name].split("{")[0])
    return sentence[:1].upper() + sentence[1:]
