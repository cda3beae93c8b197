"""The page "Assistant": a conversation whose every answer shows its proofs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

import gradio as gr

from assistant.answers import GivenProfile, Question
from ui.fragments.answers import ask_button
from ui.fragments.labels import CRITERIA, label
from ui.fragments.markup import el
from ui.pages.context import Context
from ui.pages.conversation import (
    MAX_SAID,
    MAX_TYPED,
    Changes,
    Session,
    conversation,
    edited,
    given,
    kept,
    restored,
    since_again,
    stopped,
    without_last,
)
from ui.pages.files import client_of
from ui.pages.fragment import fragment
from ui.pages.remembering import Unreadable
from ui.words import Words

EXAMPLES = ("company", "scheme", "budget", "training")


def build(context: Context) -> tuple[gr.Textbox, gr.Button]:
    """Lays the page out in the open tab; the hidden box it returns holds the conversation of its visitor, signed, and
    the button beside it begins everything anew."""
    words, memory = context.words, context.memory
    held = words.say("assistant.held")
    state = gr.Textbox("", elem_id="conversation", visible="hidden", container=False, label=held)
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=3, elem_classes="talk"):
            shown = {
                "thread": fragment(welcome(words), "thread"),
                "current": fragment("", "current"),
                "steps": fragment("", "steps"),
                "said": fragment("", "said"),
            }
            with gr.Row(elem_classes="compose"):
                shown["box"] = box = gr.Textbox(
                    label=words.say("assistant.question"),
                    info=None if context.kept_days is None else words.count("assistant.kept", context.kept_days),
                    placeholder=words.say("assistant.question_hint"),
                    lines=1,
                    max_lines=6,
                    max_length=MAX_TYPED,
                    elem_id="question",
                    scale=5,
                )
                send = gr.Button(words.say("assistant.ask"), variant="primary", elem_id="send", scale=1, min_width=110)
                stop = gr.Button(words.say("assistant.stop"), elem_id="stop", scale=0, min_width=90)
            with gr.Row(elem_classes="tools"):
                restart = gr.Button(words.say("assistant.restart"), size="sm", elem_id="restart")
            with gr.Accordion(words.say("assistant.organisation"), open=False, elem_id="organisation"):
                fragment(str(el("p", words.say("assistant.organisation_note"), class_="note")))
                parts = _organisation(words)
                again = gr.Button(words.say("assistant.apply"), size="sm", elem_id="apply")
            with gr.Row(elem_classes="behind"):  # how the buttons of an answer reach the server
                command = gr.Textbox(label=words.say("assistant.command"), max_length=200, elem_id="command")
                do = gr.Button(words.say("assistant.command"), elem_id="do")
        with gr.Column(scale=2, elem_classes="side"):
            fragment(panel(words), "side")
    shown |= {"state": state, **parts}

    def changed(changes: Changes) -> dict[object, object]:
        return {
            shown[name]: memory.written(value) if isinstance(value, Session) else value
            for name, value in changes.items()
        }

    async def ask(
        request: gr.Request, text: str | None, held: str | None, *said: str | None
    ) -> AsyncIterator[dict[object, object]]:
        def asking(session: Session) -> AsyncIterator[Changes]:
            return conversation(
                context, text or "", session, given(context.choices, said, session), client=client_of(request)
            )

        async for changes in following(context, held, asking):
            yield changed(changes)

    async def run(
        request: gr.Request, order: str | None, held: str | None, *said: str | None
    ) -> AsyncIterator[dict[object, object]]:
        def running(session: Session) -> AsyncIterator[Changes]:
            return ordered(context, (order or "").strip(), session, said, client_of(request))

        async for changes in following(context, held, running):
            yield changed(changes)

    async def apply(request: gr.Request, held: str | None, *said: str | None) -> AsyncIterator[dict[object, object]]:
        async for changes in run(request, "retry", held, *said):
            yield changes

    def stopping(held: str | None) -> dict[object, object]:
        return changed(stopped(context, memory.read(held or "", words)))

    outputs = list(shown.values())
    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    free = {**quiet, "concurrency_limit": None}  # the lines before the assistant bound what goes on at once
    inputs = list(parts.values())
    asking = gr.on([box.submit, send.click], ask, [box, state, *inputs], outputs, **free)
    running = do.click(run, [command, state, *inputs], outputs, **free)
    applying = gr.on([again.click, *(part.submit for part in inputs)], apply, [state, *inputs], outputs, **free)
    for button in (stop, restart):  # first: Gradio does in turn what follows a click
        button.click(None, None, None, cancels=[asking, running, applying], **quiet)
    stop.click(stopping, [state], outputs, **quiet)
    restart.click(lambda: changed(fresh(words)), None, outputs, **quiet)
    return state, restart


async def following(
    context: Context, held: str | None, changes: Callable[[Session], AsyncIterator[Changes]]
) -> AsyncIterator[Changes]:
    """The changes from the conversation that a page holds; from a new one, which it says, when that cannot be read."""
    try:
        session = context.memory.read(held or "", context.words)
    except Unreadable as error:
        yield {"steps": str(el("p", str(error), class_="notice", role="alert")), "state": Session()}
        return
    async for change in changes(session):
        yield change


async def ordered(
    context: Context, order: str, session: Session, said: tuple[str | None, ...], client: str = ""
) -> AsyncIterator[Changes]:
    """What a button of an answer asks for: retry, edit, keep, "forget region", "say size=PME"; or the page itself, restore,
    of what it found again in its tab. Anything else is nothing."""
    verb, _, rest = order.partition(" ")
    name, _, value = rest.partition("=")
    last = session.exchanges[-1].question if session.exchanges else None
    if verb == "edit" and last:
        yield edited(context, session)
    elif verb == "keep":
        yield kept(context, session)
    elif verb == "restore":
        fields = {name: context.choices.reworded(name, part or "") for name, part in zip(CRITERIA, said, strict=True)}
        yield {**restored(context, session), **fields}
    elif verb == "retry" and last:
        profile = given(context.choices, said, session)
        async for changes in asked_again(context, last, session, profile, client=client):
            yield changes
    elif verb in ("forget", "say") and name in CRITERIA:
        at = CRITERIA.index(name)
        told = value[:MAX_SAID] if verb == "say" else ""
        said = (*said[:at], told, *said[at + 1 :])
        forgotten = session.forgotten - {name} if told else session.forgotten | {name}
        session = replace(session, forgotten=frozenset(forgotten))
        yield {name: context.choices.shown(name, told), "state": session}
        if last:
            profile = given(context.choices, said, session)
            async for changes in asked_again(context, last, session, profile, client=client, told=name):
                yield changes


def asked_again(
    context: Context,
    last: Question,
    session: Session,
    profile: GivenProfile,
    *,
    client: str,
    told: str | None = None,
) -> AsyncIterator[Changes]:
    """The last question once more, after what was changed of the company; `told` is the part just told or taken back."""
    since = since_again(last, profile, told)
    return conversation(context, last.text, without_last(session), profile, client=client, since=since)


def fresh(words: Words) -> Changes:
    """A page where nothing was asked; what was said of the organisation goes too. The script empties the box at once:
    whatever stands in it when this comes was written since."""
    nothing = dict.fromkeys(("current", "steps", "said", *CRITERIA), "")
    return {**nothing, "thread": welcome(words), "state": Session()}


def welcome(words: Words) -> str:
    """What a visitor finds: what can be asked here, as examples to press."""
    examples = [ask_button(words.say(f"assistant.example.{name}")) for name in EXAMPLES]
    return str(
        el(
            "section",
            el("h2", words.say("assistant.hello")),
            el("p", words.say("assistant.intro")),
            el("div", *examples, class_="asks", role="group", aria_label=words.say("assistant.examples")),
            class_="welcome",
        )
    )


def panel(words: Words) -> str:
    """The side panel, empty: the page copies a source into it."""
    close = el("button", words.say("assistant.close"), type="button", class_="quiet", id="panel-close", hidden=True)
    return str(
        el(
            "aside",
            el("div", el("h2", words.say("assistant.source")), close, class_="panel-head"),
            el("p", words.say("assistant.source_empty"), id="panel-empty"),
            el("div", id="panel-body"),
            id="panel",
            aria_label=words.say("assistant.source_panel"),
        )
    )


def _organisation(words: Words) -> Mapping[str, gr.Textbox]:
    """A field a part of the profile, two on a line."""
    fields: dict[str, gr.Textbox] = {}
    for pair in (CRITERIA[:2], CRITERIA[2:]):
        with gr.Row():
            for name in pair:
                fields[name] = gr.Textbox(
                    label=label(words, "criterion", name),
                    placeholder=words.say(f"assistant.hint.{name}"),
                    max_length=MAX_SAID,
                    max_lines=1,
                    elem_id=f"own-{name}",
                )
    return fields
