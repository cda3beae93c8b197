"""The source of a fact of the catalogue, opened over whichever page shows it."""

from __future__ import annotations

import gradio as gr

from ui.fragments.markup import el
from ui.fragments.places import place_html
from ui.pages.context import Context
from ui.pages.fragment import fragment

MAX_ORDER = 200  # characters


def build(context: Context) -> None:
    """Lays out what every page shares: how an order reaches the server, where its answer comes, the box that shows it
    (assets/places.js)."""
    words = context.words
    with gr.Row(elem_classes="behind"):
        asked = gr.Textbox(label=words.say("sources.place_asked"), max_length=MAX_ORDER, elem_id="place-asked")
        find = gr.Button(words.say("sources.place_asked"), elem_id="place-find")
        found = fragment("", "place-found")
    close = el("button", words.say("sources.place_close"), type="button", class_="quiet", id="place-close")
    head = el("div", el("h2", words.say("assistant.source"), id="place-title"), close, class_="panel-head")
    body = el("div", id="place-body", class_="panel-body", tabindex="-1")
    fragment(str(el("dialog", head, body, id="place", aria_labelledby="place-title")), "place-box")

    def show(order: str | None) -> str:
        return opened(context, (order or "").strip())

    find.click(show, asked, found, api_visibility="private", show_progress="hidden")


def opened(context: Context, order: str) -> str:
    """The passages of an order, or the sentence that says that its document is gone."""
    words = context.words
    html = place_html(words, order, context.schemes, context.assistant.index, context.see_page)
    return html or str(el("article", el("p", words.say("sources.place_gone"), class_="notice"), data_opened=order))
