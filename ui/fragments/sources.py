"""A source: what a citation says of itself, and its quote marked inside its passage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlsplit

from assistant.answers import Citation, RetrievedPassage
from assistant.pages import place_of
from index.store import DocumentInfo
from ingest.documents import Passage
from ui.addresses import fiche_address
from ui.fragments.labels import DIGEST, ORIGINAL, day_label, source_label
from ui.fragments.markup import Markup, el, joined
from ui.page_views import PageView
from ui.words import Words

FICHE = "fiche-"  # how the identifier of the document made of a fiche begins
PAGE_NOTES = ("not_boxed", "boxed_in_part", "not_drawn")  # shown by the script of the page when it is so


def source_button(words: Words, turn: int, citation: Citation) -> Markup:
    """The mark [n] of an answer, as a button that opens its source in the panel."""
    said = {"n": citation.n, "title": citation.title}
    name = words.say("sources.mark_of", answer=turn + 1, **said) if turn else words.say("sources.mark", **said)
    return el(
        "button",
        f"[{citation.n}]",
        type="button",
        class_="cite",
        data_source=source_id(turn, citation.n),
        aria_controls="panel-body",
        aria_label=name,
    )


def source_id(turn: int, n: int) -> str:
    return f"source-{turn}-{n}"


def source_article(
    words: Words, turn: int, citation: Citation, passage: Passage | None, page: PageView | None = None
) -> Markup:
    """The source as the panel shows it; hidden where it is written, copied into the panel by the page."""
    path = tuple(part for part in citation.heading if part.strip() and part != citation.title)
    marked = None if passage is None else marked_passage(passage.text[passage.body :], citation.quote)
    return el(
        "article",
        el("h3", f"[{citation.n}] {citation.title}", tabindex="-1"),
        el("p", about(words, citation), class_="about"),
        el("p", joined(path, " › "), class_="path", lang=ORIGINAL) if path else None,
        el(
            "blockquote",
            marked if marked is not None else el("mark", citation.quote),
            class_="passage",
            lang=ORIGINAL,
        ),
        None if marked is not None else el("p", words.say("sources.no_passage"), class_="note"),
        page_figure(words, citation, page) if page is not None else None,
        published(words, citation.url),
        _fiche(words, citation),
        id=source_id(turn, citation.n),
        hidden=True,
    )


def _fiche(words: Words, citation: Citation) -> Markup | None:
    """The way to the fiche quoted, which tells the source of each of its facts; None for any other document."""
    if citation.nature != "fiche" or not citation.doc.startswith(FICHE):
        return None
    address = fiche_address(words.language, citation.doc.removeprefix(FICHE))
    return el("p", el("a", words.say("sources.fiche"), href=address), class_="note")


def about(words: Words, citation: Citation) -> str:
    """ "plan · 28 juin 2024 · page 19"."""
    ours = citation.nature == "fiche" or citation.doc.startswith(DIGEST)  # what is ours dates its facts one by one
    unknown = None if ours else words.say("labels.undated")
    day = day_label(words, date.fromisoformat(citation.date)) if citation.date else unknown
    nature = source_label(words, citation)
    page = words.say("labels.page", page=citation.page) if citation.page is not None else None
    return " · ".join(part for part in (nature, day, page) if part)


def marked_passage(text: str, quote: str) -> Markup | None:
    """The passage with its quote marked; white space may differ. None when the quote is not found: nothing is marked."""
    found = place_of(text, quote)
    if found is None:
        return None
    start, end = found
    return joined((text[:start].lstrip(), el("mark", text[start:end]), text[end:].rstrip()))


def page_figure(words: Words, citation: Citation, page: PageView) -> Markup:
    """The page of a PDF with the quote boxed, and a link to the file at that page; or why there is none."""
    if page.image is None:
        return el("p", words.say("sources.no_file"), class_="note")
    image = el(
        "img",
        src=page.image,
        alt=words.say("sources.page_image", page=page.number, title=citation.title),
        loading="lazy",
        decoding="async",
    )
    opened = words.say("sources.open_file", page=page.number)
    notes = (el("p", words.say(f"sources.{name}"), class_="note", data_when=name, hidden=True) for name in PAGE_NOTES)
    return el(
        "figure",
        el("a", image, href=page.file, target="_blank", rel="noopener", aria_label=opened, class_="sheet"),
        el("figcaption", el("a", opened, href=page.file, target="_blank", rel="noopener"), *notes),
        class_="page-view",
    )


def consulted(
    words: Words,
    retrieved: Iterable[RetrievedPassage],
    cited: Iterable[Citation],
    documents: Mapping[str, DocumentInfo],
) -> Markup | None:
    """The documents read and not cited, one line each, with their pages; None when there is none."""
    proofs = {citation.doc for citation in cited}
    pages: dict[str, list[int]] = {}
    for passage in retrieved:
        if passage.doc not in proofs and passage.doc in documents:
            seen = pages.setdefault(passage.doc, [])
            if passage.page is not None and passage.page not in seen:
                seen.append(passage.page)
    if not pages:
        return None
    lines = [
        el("li", documents[doc].title, f" (p. {', '.join(map(str, sorted(p)))})" if p else "")
        for doc, p in pages.items()
    ]
    return el(
        "details", el("summary", words.count("sources.consulted", len(lines))), el("ul", *lines), class_="consulted"
    )


def published(words: Words, url: str | None) -> Markup | None:
    """A link to the published source, for web addresses alone."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return None
    link = el("a", words.say("sources.link"), href=url, rel="noopener noreferrer", target="_blank")
    return el("p", link, class_="link")
