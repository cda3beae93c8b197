"""A menu of fixed choices: the browser's own, which every keyboard, screen reader and phone knows; Gradio hears of it."""

from __future__ import annotations

from collections.abc import Iterable

import gradio as gr

from ui.fragments.markup import el
from ui.pages.fragment import fragment


def menu(name: str, label: str, choices: Iterable[tuple[str, str]]) -> gr.Textbox:
    """Lays out a menu of (shown, value), the first of them chosen; the hidden box it returns holds the value.

    A script (assets/choices.js) writes it there: listen to its `.change`.
    """
    options = (el("option", shown, value=value) for shown, value in choices)
    select = el("select", *options, id=f"{name}-select", data_menu=name, autocomplete="off")
    fragment(str(el("div", el("label", label, for_=f"{name}-select"), select, class_="menu")), f"{name}-menu")
    return gr.Textbox("", elem_id=name, visible="hidden", max_length=64, container=False, label=label)
