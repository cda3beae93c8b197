"""Places of a page to send a file from, and links to fetch one."""

from __future__ import annotations

from ui.fragments.markup import Markup, el
from ui.transfers import Inlet, megabytes
from ui.words import Words


def sending_place(words: Words, inlet: Inlet, target: str, label: str, help_: str | None = None) -> Markup:
    """A field to choose or drop a file. ui/assets/transfers.js sends it with its progress, says what came of it, and
    writes the token of the file into the text box whose element id is `target`.
    """
    limits = words.say("transfers.limits", known=", ".join(inlet.suffixes), most=megabytes(inlet.max_bytes, words))
    name = f"{target}-file"
    return el(
        "div",
        el("label", label, for_=name, class_="send-label"),
        el("p", help_, class_="note", id=f"{name}-help") if help_ else None,
        el(
            "div",
            el(
                "input",
                type="file",
                id=name,
                class_="sr-only",
                accept=",".join(inlet.suffixes),
                aria_describedby=f"{name}-help {name}-limits" if help_ else f"{name}-limits",
            ),
            # the browser's own button speaks the language of the browser
            el("label", words.say("transfers.choose"), for_=name, class_="send-button"),
            el("span", words.say("transfers.drop"), class_="send-drop", aria_hidden="true"),
            class_="send-field",
        ),
        el("p", limits, class_="note", id=f"{name}-limits"),
        el("progress", max="100", value="0", hidden=True, aria_label=words.say("transfers.progress")),
        el("p", role="status", class_="send-said"),
        class_="send",
        data_address=inlet.address(words),
        data_target=target,
        data_most=inlet.max_bytes,
        data_sending=words.say("transfers.sending", name="{name}"),
        data_sent=words.say("transfers.sent", name="{name}"),
        data_long=words.say("transfers.too_long", name="{name}", most=megabytes(inlet.max_bytes, words)),
        data_failed=words.say("transfers.failed"),
    )


def fetching_link(address: str, text: str, note: str | None = None, about: str | None = None) -> Markup:
    """A link that saves a file offered by ui.transfers; `about` is not seen, but read aloud."""
    seen = el("span", note, class_="note") if note else None
    heard = el("span", about, class_="sr-only") if about else None
    return el("a", text, seen, heard, href=address, download=True, class_="fetch")
