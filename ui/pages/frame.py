"""The pages put together and mounted in our application, once a language: Gradio's own outward features are off."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import gradio as gr
import gradio.queueing
from gradio.state_holder import SessionState, StateHolder

from ui.addresses import addresses
from ui.fragments.choices import choices_html
from ui.fragments.markup import Markup, el, joined
from ui.page_views import no_page
from ui.pages import about, advisor, aids, assistant, catalogue, places
from ui.pages.context import Context
from ui.pages.fragment import fragment
from ui.relay import Pages
from ui.words import Words

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger("guichet.page")

WAITING = 1024  # events of all pages; questions have lines of their own (ui.pacing), far shorter, and say so in French
DRAWN = "() => { document.dispatchEvent(new Event('guichet-drawn')); return []; }"  # for assets/kept.js
SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]


def make_blocks(context: Context) -> gr.Blocks:
    """The pages of one language, as tabs: a conversation stays while its reader looks elsewhere."""
    words = context.words
    with gr.Blocks(title=words.say("frame.title"), analytics_enabled=False, fill_width=True) as blocks:
        head = _banner(words)
        offered = choices_html(words, context.choices, ("aid", "own"))
        fragment(str(joined((head, offered))), "banner")
        picked = catalogue.ticked(words)
        places.build(context)
        with gr.Tabs(elem_id="pages"):
            with gr.Tab(words.say("frame.tabs.assistant"), id="assistant"):
                conversation, restart = assistant.build(context)
            with gr.Tab(words.say("frame.tabs.aids"), id="aides"):
                aids.build(context, restart)
            with gr.Tab(words.say("frame.tabs.catalogue"), id="catalogue") as page:
                catalogue.build(context, page, picked, restart)
            with gr.Tab(words.say("frame.tabs.advisor"), id="conseiller") as page:
                advisor.build(context, page, conversation, picked, restart)
            with gr.Tab(words.say("frame.tabs.about"), id="a-propos") as page:
                about.build(context, page)
        fragment(str(_foot(words, managed=context.see_page is not no_page)), "foot")
        blocks.load(None, js=DRAWN)
    blocks.queue(max_size=WAITING, default_concurrency_limit=4, api_open=False)
    return blocks


def mount(app: FastAPI, context: Context, path: str) -> Pages:
    """Mounts the pages at `path` of `app` ("" is the root), behind every route already there."""
    blocks = make_blocks(context)
    gr.mount_gradio_app(
        app,
        blocks,
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
    pages = app.routes[-1].app  # type: ignore[attr-defined]  # the mount just made
    pages.state_holder = OneState(blocks)
    queue = blocks._queue
    queue.compute_analytics_summary = _uncounted

    def forget(session: str, event: str | None) -> None:
        """Gradio keeps an event, its request and all the parts of the page made for it, when the connection closes as
        the last message leaves: what ends the event is cancelled with it."""
        queue.pending_messages_per_session.pop(session, None)
        queue.pending_event_ids_session.pop(session, None)
        queue.event_ids_to_events.pop(event, None)
        pages.iterators_to_reset.discard(event)

    return Pages(frozenset(blocks.fns), forget)


def _uncounted(events: object) -> None:
    """Gradio's figures of its events, which it makes anew with pandas after each of them for a page that is closed."""


class _Failures:
    """Where Gradio tells of an event that failed: in our journal, by its kind and place, since its text may quote."""

    @staticmethod
    def print_exc() -> None:
        log.exception("an event of the pages")


gradio.queueing.traceback = _Failures


class _State(SessionState):  # type: ignore[misc]  # gradio has no types
    """Gradio's state of a session, which stays the page as it was built, whatever an event changes of it."""

    def __setitem__(self, key: int, value: object) -> None:
        """Nothing: the part of the page that an event made anew is sent, and Gradio would keep it, once an event."""

    def _update_config(self, key: int) -> None:
        """Nothing, as below."""

    def _update_value_in_config(self, key: int, value: object) -> None:
        """Nothing: it would serve the links to a state of the page, which are closed."""


class OneState(StateHolder):  # type: ignore[misc]
    """One state for all sessions, since no component of the pages has any: Gradio would make one for each, of the
    whole page, and keep the last values of ten thousand visitors."""

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__()
        self.set_blocks(blocks)
        self._one = _State(blocks)

    def __getitem__(self, session_id: str) -> SessionState:
        return self._one


def _banner(words: Words) -> Markup:
    """The name, what this is, the other language; and the words that the script of the page says."""
    name = el(
        "h1", el("span", "Guichet", class_="name"), " ", el("span", "IA", class_="tag"), class_="brand", lang="fr"
    )
    here = words.language
    links = [
        el(
            "a",
            el("span", words.say(f"frame.language.name_{code}"), class_="long"),
            el("span", code.upper(), class_="short", aria_hidden="true"),
            href=href,
            lang=code,
            hreflang=code,
            aria_current="true" if code == here else None,
        )
        for code, href in (("fr", "/"), ("en", "/en/"))
    ]
    ways = {code: " ".join(addresses(code).values()) for code in ("fr", "en")}
    spoken = {f"data_{key}": text for key, text in words.group("frame.script").items()}
    return el(
        "header",
        el("a", words.say("frame.skip"), href="#pages", class_="skip"),
        el("div", name, el("p", words.say("frame.tagline"), class_="line")),
        el("nav", *links, class_="languages", aria_label=words.say("frame.languages")),
        el("p", id="told", role="status", class_="sr-only"),  # the step under way, read aloud
        el("template", id="words", data_more=words.say("frame.more_pages"), **spoken),
        el("template", id="addresses", data_fr=ways["fr"], data_en=ways["en"]),
    )


def _foot(words: Words, *, managed: bool) -> Markup:
    """What holds for every page, and the way to what is said of this desk.

    Where there is a library of documents (`managed`), a link to the page of those who manage it.
    """
    about = addresses(words.language)["about"]

    def leading(part: str, name: str) -> Markup:
        return el("a", words.say(name), href=f"{about}#{part}", class_="quiet")

    links = [leading("about-title", "about.title"), leading("about-accessibility", "about.accessibility.title")]
    if managed:
        address = "/gestion" if words.language == "fr" else f"/{words.language}/gestion"
        links.append(el("a", words.say("documents.link"), href=address, class_="quiet"))
    return el("footer", el("p", words.say("frame.foot")), el("p", *links, class_="asks"))


def _theme() -> gr.themes.Base:
    return gr.themes.Base(font=SYSTEM, font_mono=["ui-monospace", "monospace"])
