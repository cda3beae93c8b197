"""The pages put together and mounted in our application: Gradio's own outward features are off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from ui.fragments.markup import el
from ui.pages import about, aids, assistant, catalogue
from ui.pages.context import Context
from ui.pages.fragment import fragment

if TYPE_CHECKING:
    from fastapi import FastAPI

WAITING = 32  # visitors in the queue; beyond, a page says to come back
SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]


def make_blocks(context: Context) -> gr.Blocks:
    """The four pages, as tabs: a conversation stays while its reader looks elsewhere."""
    with gr.Blocks(title="Guichet IA", analytics_enabled=False, fill_width=True) as blocks:
        fragment(_banner(), "banner")
        with gr.Tabs(elem_id="pages"):
            with gr.Tab("Assistant", id="assistant"):
                assistant.build(context)
            with gr.Tab("Quelle aide ?", id="aides"):
                aids.build(context)
            with gr.Tab("Catalogue", id="catalogue") as page:
                catalogue.build(context, page)
            with gr.Tab("À propos", id="a-propos"):
                about.build(context)
    blocks.queue(max_size=WAITING, default_concurrency_limit=4, api_open=False)
    return blocks


def mount(app: FastAPI, context: Context) -> None:
    """Mounts the pages at the root of `app`, behind every route already there."""
    gr.mount_gradio_app(
        app,
        make_blocks(context),
        path="",
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


def _banner() -> str:
    name = el("h1", el("span", "Guichet", class_="name"), " ", el("span", "IA", class_="tag"), class_="brand")
    line = el(
        "p", "Les aides à l'intelligence artificielle, preuves à l'appui. Vous parlez à un programme.", class_="line"
    )
    return str(el("header", name, line))


def _theme() -> gr.themes.Base:
    return gr.themes.Base(font=SYSTEM, font_mono=["ui-monospace", "monospace"])
