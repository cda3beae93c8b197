"""The page of an address that leads nowhere: what happened, and where to go from there."""

from __future__ import annotations

from ui.addresses import addresses
from ui.fragments.markup import el
from ui.words import load_page_words


def lost_page(language: str) -> str:
    """The whole document, in a language; it needs no script."""
    words = load_page_words(language)
    title = words.say("frame.lost.title")
    name = el("p", el("span", "Guichet", class_="name"), " ", el("span", "IA", class_="tag"), class_="brand", lang="fr")
    ways = addresses(language).items()
    links = (el("li", el("a", words.say(f"frame.tabs.{page}"), href=address)) for page, address in ways)
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{title} · {words.say('frame.title')}"),
        el("link", rel="stylesheet", href="/guichet/gestion.css"),
    )
    section = el("section", el("p", words.say("frame.lost.text")), el("nav", el("ul", *links), aria_label=title))
    parts = (el("header", el("div", name, el("h1", title))), el("main", section), el("footer", words.say("frame.foot")))
    return f"<!doctype html>{el('html', head, el('body', *parts, class_='gestion'), lang=language)}"
