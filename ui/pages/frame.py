"""The pages put together and mounted in our application, once a language: Gradio's own outward features are off."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import gradio as gr

from ui.fragments.markup import el
from ui.page_views import no_page
from ui.pages import about, advisor, aids, assistant, catalogue
from ui.pages.context import Context
from ui.pages.fragment import fragment
from ui.words import Words

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio.state_holder import StateHolder

WAITING = 1024  # events of all pages; questions have lines of their own (ui.pacing), far shorter, and say so in French
VISITS = 500  # kept by language, 200 MB; of more, the one not used for longest is forgotten, and begins its conversation again
CLOSED_S = 600.0  # a page that lost the network for a moment finds its conversation again
SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]


def make_blocks(context: Context) -> gr.Blocks:
    """The pages of one language, as tabs: a conversation stays while its reader looks elsewhere."""
    words = context.words
    with gr.Blocks(title=words.say("frame.title"), analytics_enabled=False, fill_width=True) as blocks:
        fragment(_banner(words, managed=context.see_page is not no_page), "banner")
        with gr.Tabs(elem_id="pages"):
            with gr.Tab(words.say("frame.tabs.assistant"), id="assistant"):
                conversation = assistant.build(context)
            with gr.Tab(words.say("frame.tabs.aids"), id="aides"):
                aids.build(context)
            with gr.Tab(words.say("frame.tabs.catalogue"), id="catalogue") as page:
                picked = catalogue.build(context, page)
            with gr.Tab(words.say("frame.tabs.advisor"), id="conseiller") as page:
                advisor.build(context, page, conversation, picked)
            with gr.Tab(words.say("frame.tabs.about"), id="a-propos") as page:
                about.build(context, page)
        blocks.unload(lambda: forget(blocks.state_holder))
    blocks.state_session_capacity = VISITS
    blocks.queue(max_size=WAITING, default_concurrency_limit=4, api_open=False)
    return blocks


def forget(holder: StateHolder) -> None:
    """Forgets the visits closed for a while: Gradio keeps 0.4 MB of each until there are as many as it may hold."""
    now = datetime.now()  # noqa: DTZ005  # as Gradio dates them
    for visit, session in list(holder.session_data.items()):
        used = holder.time_last_used.get(visit, now)
        if session.is_closed and abs((now - used).total_seconds()) > CLOSED_S:
            holder.session_data.pop(visit, None)
            holder.time_last_used.pop(visit, None)


def mount(app: FastAPI, context: Context, path: str) -> None:
    """Mounts the pages at `path` of `app` ("" is the root), behind every route already there."""
    gr.mount_gradio_app(
        app,
        make_blocks(context),
        path=path,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
        max_file_size=1,  # byte: nothing is uploaded here
        theme=_theme(),
    )


def _banner(words: Words, *, managed: bool) -> str:
    """The name, what this is, the other language; and the words that the script of the page says.

    Where there is a library of documents (`managed`), a link to the page of those who manage it.
    """
    name = el(
        "h1", el("span", "Guichet", class_="name"), " ", el("span", "IA", class_="tag"), class_="brand", lang="fr"
    )
    here = words.language
    links = [
        el(
            "a",
            words.say(f"frame.language.name_{code}"),
            href=href,
            lang=code,
            hreflang=code,
            aria_current="true" if code == here else None,
        )
        for code, href in (("fr", "/"), ("en", "/en/"))
    ]
    if managed:
        address = "/gestion" if here == "fr" else f"/{here}/gestion"
        links.insert(0, el("a", words.say("documents.link"), href=address, class_="manage"))
    spoken = {f"data_{key}": text for key, text in words.group("frame.script").items()}
    return str(
        el(
            "header",
            el("div", name, el("p", words.say("frame.tagline"), class_="line")),
            el("nav", *links, class_="languages", aria_label=words.say("frame.languages")),
            el("template", id="words", data_more=words.say("frame.more_pages"), **spoken),
        )
    )


def _theme() -> gr.themes.Base:
    return gr.themes.Base(font=SYSTEM, font_mono=["ui-monospace", "monospace"])
