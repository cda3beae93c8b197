"""The addresses of the pages: each page has its own in each language, and all pages of a language are one document.

A fiche of the catalogue is a part of its page: "/catalogue#fiche-diva".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from ui.words import load_page_words

LANGUAGES: Final = ("fr", "en")


@cache
def addresses(language: str) -> Mapping[str, str]:
    """By page, its address: {"assistant": "/", "aids": "/quelle-aide", …}; all in one folder, as Gradio's files want."""
    folder = "/" if language == "fr" else f"/{language}/"
    return {page: folder + name for page, name in load_page_words(language).group("frame.addresses").items()}


def page_at(path: str) -> tuple[str, str] | None:
    """The language and the name of the page at an address, None where there is none."""
    return _pages().get(path)


def fiche_address(language: str, scheme: str) -> str:
    """Where the fiche of a scheme is, by its identifier."""
    return f"{addresses(language)['catalogue']}#{fiche_id(scheme)}"


def fiche_id(scheme: str) -> str:
    return f"fiche-{scheme}"


def window_title(language: str, page: str) -> str:
    """What the window of a page is called: "Catalogue · Guichet IA"."""
    words = load_page_words(language)
    brand = words.say("frame.title")
    return brand if page == "assistant" else f"{words.say(f'frame.tabs.{page}')} · {brand}"


@cache
def _pages() -> Mapping[str, tuple[str, str]]:
    return {at: (language, page) for language in LANGUAGES for page, at in addresses(language).items()}
