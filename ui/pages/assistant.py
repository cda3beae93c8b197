"""The page "Assistant": a conversation whose every answer shows its proofs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import gradio as gr

from assistant.answers import Answer, GivenProfile, Question, Quotes, Step, Turn
from assistant.answers import Final as Kept
from ingest.errors import GuichetError
from ui.fragments.answers import answer_html, ask_button, question_html, steps_html
from ui.fragments.markup import Markup, el, joined
from ui.pages.context import Context
from ui.pages.fragment import fragment

MAX_QUESTION = 2000  # characters; a page of text, beyond which it is a document and not a question
MAX_SAID = 100  # characters of one field about the company
MAX_TURNS = 20  # exchanges a conversation keeps on screen
MAX_HISTORY = 6  # turns told to the assistant with a question
EXAMPLES: Final = (
    "Je dirige une TPE de 4 personnes à Marseille : quelle aide pour m'équiper en IA ?",
    "Qu'est-ce que DIVA et qui peut en bénéficier ?",
    "Quel est le budget du plan IA de la Région Occitanie ?",
    "Quelles formations à l'IA pour les salariés d'une PME ?",
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and the answer that was kept. A conversation is a tuple of them, held by its session alone."""

    question: Question
    answer: Answer


Conversation = tuple[Exchange, ...]
Shown = tuple[object, ...]  # thread, current exchange, steps, question box, conversation


def build(context: Context) -> gr.Textbox:
    """Lays the page out in the open tab."""
    state = gr.State((), time_to_live=3600)
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=3, elem_classes="talk"):
            thread = fragment(welcome(), "thread")
            current = fragment("", "current")
            steps = fragment("", "steps")
            with gr.Row(elem_classes="compose"):
                box = gr.Textbox(
                    label="Votre question",
                    placeholder="Votre entreprise et votre besoin, ou une question précise",
                    lines=1,
                    max_lines=6,
                    max_length=MAX_QUESTION,
                    elem_id="question",
                    scale=5,
                )
                send = gr.Button("Demander", variant="primary", elem_id="send", scale=1, min_width=110)
            with gr.Row(elem_classes="tools"):
                stop = gr.Button("Arrêter", size="sm", elem_id="stop")
                restart = gr.Button("Recommencer", size="sm", elem_id="restart")
            with gr.Accordion("Votre organisation (facultatif)", open=False, elem_id="organisation"):
                with gr.Row():
                    region = gr.Textbox(
                        label="Territoire", placeholder="Ville, département ou région", max_length=MAX_SAID
                    )
                    size = gr.Textbox(label="Taille", placeholder="TPE, PME, ou un effectif", max_length=MAX_SAID)
                with gr.Row():
                    sector = gr.Textbox(label="Secteur", placeholder="Industrie, commerce…", max_length=MAX_SAID)
                    need = gr.Textbox(label="Besoin", placeholder="Financement, formation…", max_length=MAX_SAID)
        with gr.Column(scale=2, elem_classes="side"):
            fragment(panel(), "side")

    def ask(text: str | None, before: Conversation, *said: str | None) -> Iterator[Shown]:
        given = GivenProfile(*((part or "").strip()[:MAX_SAID] or None for part in said))
        yield from conversation(context, text or "", before, given)

    shown = [thread, current, steps, box, state]
    asking = gr.on(
        [box.submit, send.click],
        ask,
        [box, state, region, size, sector, need],
        shown,
        api_visibility="private",
        show_progress="hidden",
        concurrency_id="assistant",
        concurrency_limit=4,  # reading and quoting go on while the generator, which takes one at a time, writes
    )
    stop.click(lambda: str(stopped()), None, steps, cancels=[asking], api_visibility="private", show_progress="hidden")
    restart.click(
        lambda: (welcome(), "", "", "", ()),
        None,
        shown,
        cancels=[asking],
        api_visibility="private",
        show_progress="hidden",
    )
    return box


def conversation(context: Context, text: str, before: Conversation, profile: GivenProfile) -> Iterator[Shown]:
    """What is shown as an answer comes: the steps, the quotes, then the answer kept."""
    asked = text.strip()[:MAX_QUESTION]
    past = str(thread_html(context, before)) if before else str(welcome())
    if not asked:
        yield past, "", str(el("p", "Écrivez d'abord votre question.", class_="notice")), text, before
        return
    number, past = len(before), str(thread_html(context, before))
    question = Question(asked, profile=profile, history=history(before))
    head, begun = question_html(context.words, number, asked), list[str]()
    yield past, str(head), str(steps_html(context.words, ["understand"])), "", before
    try:
        for event in context.assistant.stream(question):
            if isinstance(event, Step):
                begun.append(event.name)
                yield gr.skip(), gr.skip(), str(steps_html(context.words, begun)), gr.skip(), gr.skip()
            elif isinstance(event, Quotes):
                yield gr.skip(), str(head + _answer(context, number, event.answer, kept=False)), *([gr.skip()] * 3)
            elif isinstance(event, Kept):
                after = (*before, Exchange(question, event.answer))[-MAX_TURNS:]
                whole = str(head + _answer(context, number, event.answer, kept=True))
                yield gr.skip(), whole, "", gr.skip(), after
    except GuichetError as error:
        yield gr.skip(), str(head + el("p", str(error), class_="notice", role="alert")), "", gr.skip(), gr.skip()


def history(before: Conversation) -> tuple[Turn, ...]:
    turns = [t for e in before for t in (Turn("user", e.question.text), Turn("assistant", e.answer.answer))]
    return tuple(turns[-MAX_HISTORY:])


def thread_html(context: Context, past: Conversation) -> Markup:
    """The exchanges before the current one."""
    return joined(
        joined((question_html(context.words, n, e.question.text), _answer(context, n, e.answer, kept=True)))
        for n, e in enumerate(past)
    )


def welcome() -> str:
    """What a visitor finds: what can be asked here, as examples to press."""
    return str(
        el(
            "section",
            el("h2", "Bonjour. Que cherchez-vous ?"),
            el(
                "p",
                "Je cherche dans les documents publics sur les aides à l'intelligence artificielle, et je montre le "
                "passage qui prouve chaque réponse. Quand les documents ne disent rien, je le dis.",
            ),
            el("div", *(ask_button(text) for text in EXAMPLES), class_="asks", role="group", aria_label="Exemples"),
            class_="welcome",
        )
    )


def panel() -> str:
    """The side panel, empty: the page copies a source into it."""
    close = el("button", "Fermer", type="button", class_="quiet", id="panel-close", hidden=True)
    empty = el("p", "Appuyez sur un numéro comme [1] dans une réponse : sa source s'ouvre ici.", id="panel-empty")
    return str(
        el(
            "aside",
            el("div", el("h2", "Source"), close, class_="panel-head"),
            empty,
            el("div", id="panel-body"),
            id="panel",
            aria_label="Source de la réponse",
        )
    )


def stopped() -> Markup:
    return el("p", "Arrêté. Vous pouvez poser une autre question.", class_="notice")


def _answer(context: Context, number: int, answer: Answer, *, kept: bool) -> Markup:
    index = context.assistant.index
    return answer_html(context.words, number, answer, index.documents, index.passage, kept=kept)
