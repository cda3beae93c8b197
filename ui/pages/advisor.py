"""The page "Conseiller": a batch of questions, a file of companies, a dossier to hand over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import gradio as gr

from ingest.errors import GuichetError
from ui.exports.case import case_dossier
from ui.exports.formats import DOCUMENTS, document_bytes
from ui.fragments.labels import number
from ui.fragments.markup import el, joined
from ui.pages import batches, portfolios
from ui.pages.catalogue import of
from ui.pages.context import Context
from ui.pages.conversation import Session
from ui.pages.exporting import failed, offered
from ui.pages.files import sending, visitor
from ui.pages.fragment import fragment
from ui.pages.menus import menu
from ui.pages.remembering import Unreadable
from ui.pages.stops import Stops
from ui.service import today
from ui.words import Words

MAX_NAME = 120  # characters of the name a dossier is for
QUIET = {"api_visibility": "private", "show_progress": "hidden"}


def build(context: Context, page: gr.Tab, conversation: gr.Textbox, picked: gr.Textbox, restart: gr.Button) -> None:
    """Lays the page out in the open tab, over the conversation of the assistant and the schemes ticked, both of which
    `restart` forgets."""
    words = context.words
    fragment(str(joined((el("h2", words.say("advisor.title")), el("p", words.say("advisor.about"))))))
    with gr.Column(elem_classes="job", elem_id="job-questions"):
        _questions(context)
    with gr.Column(elem_classes="job", elem_id="job-companies"):
        _companies(context)
    with gr.Column(elem_classes="job", elem_id="job-case"):
        _case(context, page, conversation, picked, restart)


def _head(words: Words, job: str) -> None:
    title, about = el("h3", words.say(f"advisor.{job}.title")), el("p", words.say(f"advisor.{job}.about"))
    fragment(str(joined((title, about))))


def _questions(context: Context) -> None:
    words = context.words
    _head(words, "questions")
    help_ = words.say("advisor.questions.help", most=batches.MOST_QUOTED)
    token = sending(context, batches.INLET, words.say("advisor.questions.file"), help_)
    read = fragment("", "questions-read")
    note = words.say("advisor.questions.draft_note", most=batches.MOST_WRITTEN)
    draft = gr.Checkbox(False, label=words.say("advisor.questions.draft"), info=note, elem_id="batch-draft")
    with gr.Row(elem_classes="tools"):
        start = gr.Button(words.say("advisor.questions.start"), variant="primary", elem_id="batch-start", scale=0)
        stop = gr.Button(words.say("advisor.questions.stop"), elem_id="batch-stop", scale=0)
    going, result = fragment("", "batch-going"), fragment("", "batch-result")

    def check(request: gr.Request, sent: str | None) -> tuple[str, str, str]:
        return batches.checked(context, visitor(request), sent or ""), "", ""

    async def run(request: gr.Request, sent: str | None, written: bool | None) -> AsyncIterator[tuple[str, str]]:
        owner, token = visitor(request), sent or ""
        with context.stops.flag(owner, token) as gone:
            async for changes in batches.run(context, owner, token, gone, draft=bool(written)):
                yield changes

    started = start.click(run, [token, draft], [going, result], concurrency_limit=None, **QUIET)
    token.change(None, None, None, cancels=[started], **QUIET)  # the work on the file before
    token.change(check, token, [read, going, result], **QUIET)
    stop.click(_stopping(context.stops), token, None, concurrency_limit=None, **QUIET)


def _stopping(stops: Stops) -> Callable[..., None]:
    def stop(request: gr.Request, sent: str | None) -> None:
        stops.stop(visitor(request), sent or "")

    return stop


def _companies(context: Context) -> None:
    words = context.words
    _head(words, "companies")
    help_ = words.say("advisor.companies.help", most=number(words, portfolios.MOST))
    token = sending(context, portfolios.INLET, words.say("advisor.companies.file"), help_)
    read = fragment("", "companies-read")
    every = (words.say("advisor.companies.every_scheme"), "")
    schemes = [every, *((scheme.name, scheme.id) for scheme in context.schemes)]
    one = menu("portfolio-scheme", words.say("advisor.companies.scheme"), schemes)
    with gr.Row(elem_classes="tools"):
        start = gr.Button(words.say("advisor.companies.start"), variant="primary", elem_id="portfolio-start", scale=0)
        stop = gr.Button(words.say("advisor.companies.stop"), elem_id="portfolio-stop", scale=0)
    going, result = fragment("", "portfolio-going"), fragment("", "portfolio-result")

    def check(request: gr.Request, sent: str | None) -> tuple[str, str, str]:
        return portfolios.checked(context, visitor(request), sent or ""), "", ""

    def run(request: gr.Request, sent: str | None, scheme: str | None) -> Iterator[tuple[str, str]]:
        owner, token = visitor(request), sent or ""
        with context.stops.flag(owner, token) as gone:
            yield from portfolios.run(context, owner, token, scheme or None, gone)

    started = start.click(run, [token, one], [going, result], concurrency_id="portfolio", concurrency_limit=2, **QUIET)
    token.change(None, None, None, cancels=[started], **QUIET)
    token.change(check, token, [read, going, result], **QUIET)
    stop.click(_stopping(context.stops), token, None, concurrency_limit=None, **QUIET)


def _case(context: Context, page: gr.Tab, conversation: gr.Textbox, picked: gr.Textbox, restart: gr.Button) -> None:
    words = context.words
    _head(words, "case")
    now = fragment("", "case-now")
    parts = [(words.say(f"advisor.case.{part}"), part) for part in ("conversation", "selection")]
    take = gr.CheckboxGroup(
        parts, value=[part for _, part in parts], label=words.say("advisor.case.take"), elem_id="case-take"
    )
    name = gr.Textbox(
        label=words.say("advisor.case.name"),
        placeholder=words.say("advisor.case.name_hint"),
        max_length=MAX_NAME,
        elem_id="case-name",
    )
    with gr.Row(elem_classes="tools"):
        labels = {"docx": words.say("advisor.case.word"), "pdf": words.say("advisor.case.pdf")}
        buttons = {
            form: gr.Button(labels[form], variant="primary", elem_id=f"case-{form}", scale=0) for form in DOCUMENTS
        }
    exported = fragment("", "case-exported")

    def count(held: str | None, chosen: str | None) -> str:
        try:
            session = context.memory.read(held or "", words)
        except Unreadable as error:
            return failed(context, error)
        lines = (
            words.count("advisor.case.conversation_now", len(session.exchanges)),
            words.count("advisor.case.selection_now", len(of(context, chosen))),
        )
        return str(el("p", " ".join(lines), class_="understood", role="status"))

    def making(form: str) -> Callable[..., Iterator[str]]:
        def make(
            request: gr.Request, held: str | None, chosen: str | None, wanted: list[str] | None, who: str | None
        ) -> Iterator[str]:
            yield str(el("p", words.say("catalogue.preparing"), class_="note", role="status"))
            try:
                session = context.memory.read(held or "", words)
                content = case_bytes(context, session, chosen, wanted or [], (who or "")[:MAX_NAME], form)
                yield offered(
                    context, visitor(request), content, words.say("exports.file.case", day=today().isoformat()), form
                )
            except GuichetError as error:
                yield failed(context, error)

        return make

    gr.on([page.select], count, [conversation, picked], now, **QUIET)
    restart.click(lambda: ("", ""), None, [name, exported], **QUIET)
    for form, button in buttons.items():
        button.click(
            making(form),
            [conversation, picked, take, name],
            exported,
            concurrency_id="export",
            concurrency_limit=2,
            **QUIET,
        )


def case_bytes(context: Context, session: Session, chosen: str | None, wanted: list[str], who: str, form: str) -> bytes:
    """The dossier of what is wanted of a conversation and of the schemes ticked. Raises GuichetError when that is nothing."""
    words = context.words
    if not wanted:
        raise GuichetError(words.say("advisor.case.nothing"))
    exchanges = [(e.question, e.answer) for e in session.exchanges] if "conversation" in wanted else []
    schemes = of(context, chosen) if "selection" in wanted else ()
    dossier = case_dossier(words, exchanges, schemes, context.titles, context.vocabulary, today(), who)
    return document_bytes(dossier, form)
