"""The HTML of the management pages: the login, and the page behind it. Everything is escaped by ui.fragments."""

from __future__ import annotations

from datetime import date

from ui.fragments.markup import Markup, el, joined
from ui.management.listing import Listing
from ui.management.sections import add_html, index_html, list_html, outcome_html, progress_html, sources_html
from ui.management.works import Work
from ui.sessions import Session
from ui.words import Words

ROOT = "/gestion"


def root(words: Words) -> str:
    """The address of these pages in this language."""
    return ROOT if words.language == "fr" else f"/{words.language}{ROOT}"


def login_page(words: Words, form: str, *, message: str | None = None, name: str = "", plain: bool = False) -> str:
    """Name and password; `message` says why it did not work, `plain` warns that the line is not encrypted."""
    here = root(words)
    fields = el(
        "form",
        el("input", type="hidden", name="form", value=form),
        el("label", words.say("documents.login.name"), for_="name"),
        el("input", id="name", name="name", value=name, autocomplete="username", required=True, maxlength=64,
           autocapitalize="none", spellcheck="false", autofocus=not name),
        el("label", words.say("documents.login.password"), for_="password"),
        el("input", id="password", name="password", type="password", autocomplete="current-password", required=True,
           maxlength=256, autofocus=bool(name), aria_describedby="said" if message else None),
        el("button", words.say("documents.login.enter"), type="submit", class_="act"),
        method="post", action=f"{here}/connexion",
    )  # fmt: skip
    said = el("p", message, class_="notice", role="alert", id="said") if message else None
    warning = el("p", words.say("documents.login.plain"), class_="notice") if plain else None
    about = el("p", words.say("documents.login.why"))
    body = el("section", el("h2", words.say("documents.login.title")), about, said, warning, fields, class_="login")
    return _whole(words, body)


def documents_page(words: Words, session: Session, listing: Listing, work: Work | None, today: date) -> str:
    """The whole page for somebody signed in."""
    here = root(words)
    leave = el(
        "form",
        el("span", words.say("documents.signed", name=session.name), class_="who"),
        el("input", type="hidden", name="form", value=session.form),
        el("button", words.say("documents.leave"), type="submit", class_="quiet"),
        method="post",
        action=f"{here}/deconnexion",
    )
    running = work is not None and not work.ended
    body = joined(
        (
            progress_html(words, work if running else None),
            outcome_html(words, work) if work is not None and work.ended else None,
            add_html(words),
            list_html(words, listing, today),
            sources_html(words, listing),
            index_html(words, listing),
            _confirm(words),
        )
    )
    data = {"data_root": here, "data_form": session.form, "data_expired": words.say("documents.expired")}
    return _whole(words, body, leave, **data)


def _confirm(words: Words) -> Markup:
    """The dialog before a removal; the browser keeps the keyboard in it and closes it with Escape."""
    return el(
        "dialog",
        el("h2", words.say("documents.confirm.title"), id="confirm-title"),
        el("p", id="confirm-text"),
        el(
            "p",
            el("button", words.say("documents.confirm.no"), type="button", class_="quiet", id="confirm-no"),
            el("button", words.say("documents.confirm.yes"), type="button", class_="act", id="confirm-yes"),
            class_="buttons",
        ),
        id="confirm",
        aria_labelledby="confirm-title",
        aria_describedby="confirm-text",
    )


def _whole(words: Words, body: Markup, leave: Markup | None = None, **data: str) -> str:
    """The document around a page."""
    other = "en" if words.language == "fr" else "fr"
    name = el("p", el("span", "Guichet", class_="name"), " ", el("span", "IA", class_="tag"), class_="brand", lang="fr")
    links = el(
        "nav",
        el("a", words.say("documents.back"), href="/" if words.language == "fr" else f"/{words.language}/"),
        el("a", words.say("documents.language"), href=ROOT if other == "fr" else f"/{other}{ROOT}", lang=other,
           hreflang=other),
    )  # fmt: skip
    title = words.say("documents.title")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{title} · Guichet IA"),
        el("link", rel="stylesheet", href="/guichet/gestion.css"),
        el("script", src="/guichet/gestion.js", defer=True),
    )
    skip = el("a", words.say("frame.skip"), href="#main", class_="skip")
    header = el("header", skip, el("div", name, el("h1", title)), el("div", links, leave, class_="tools"))
    parts = (header, el("main", body, id="main", tabindex="-1"), el("footer", el("p", words.say("frame.foot"))))
    whole = el("html", head, el("body", *parts, class_="gestion", **data), lang=words.language)
    return f"<!doctype html>{whole}"
