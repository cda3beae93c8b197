"""A place of a page that shows one of our fragments: no script of Gradio's, none of its style."""

from __future__ import annotations

import gradio as gr


def fragment(html: str = "", name: str | None = None) -> gr.HTML:
    """`html` is written by ui.fragments, where everything is escaped; `name` is the element's id."""
    return gr.HTML(html, elem_id=name, js_on_load=None, apply_default_css=False)
