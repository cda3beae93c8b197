"""Files in a Gradio page: a place to send one from, and who the visitor is, for them and for the lines."""

from __future__ import annotations

import gradio as gr

from ui.api.gate import address_of
from ui.fragments.transfers import sending_place
from ui.pages.context import Context
from ui.pages.fragment import fragment
from ui.transfers import Inlet, owner_of


def sending(context: Context, inlet: Inlet, label: str, help_: str | None = None) -> gr.Textbox:
    """Lays out a place to send a file from; the hidden box it returns gets the token of each file received.

    Listen to its `.change` (a script does not fire `.input`), then call `context.transfers.take(visitor(request), token, inlet.name)`.
    """
    context.transfers.open_inlet(inlet)
    target = f"sent-{inlet.name}"
    fragment(str(sending_place(context.words, inlet, target, label, help_)))
    return gr.Textbox("", elem_id=target, visible="hidden", max_length=64, container=False, label=label)


def visitor(request: gr.Request) -> str | None:
    """The owner of the files of this visitor, or None for a browser that refuses our cookie."""
    return owner_of({name: str(value) for name, value in dict(request.cookies).items()})


def client_of(request: gr.Request) -> str:
    """On whose behalf the page asks, as its limit counts: the address; the visitor where there is none."""
    address = "?" if request.request is None else address_of(request.request)
    return f"page:{visitor(request) if address == '?' else address}"
