"""The page "À propos": what the assistant is and is not, what it costs and measured of itself, the documents it knows."""

from __future__ import annotations

import gradio as gr

from assistant.evaluation.measures.cost import CORE_WATTS, MEMORY_WATTS
from ui.fragments.abstention import contact_link
from ui.fragments.labels import DIGEST, day_label, nature_label, number, unbroken
from ui.fragments.markup import Markup, el, joined
from ui.house import MEMORY_GB, EvaluationUnreadable, House, Measured, latest_evaluation
from ui.pages.context import Context
from ui.pages.fragment import fragment
from ui.translation import in_language
from ui.words import Words


def build(context: Context, page: gr.Tab) -> None:
    """Lays the page out in the open tab; it is read again when it is opened, since documents come and go."""
    about = fragment(about_html(context), "about")
    page.select(lambda: about_html(context), None, about, api_visibility="private", show_progress="hidden")


def about_html(context: Context) -> str:
    words, house = context.words, context.house
    return str(
        el(
            "section",
            el("h2", words.say("about.title"), id="about-title", tabindex="-1"),
            _part(words, "what"),
            _part(words, "not"),
            _part(words, "who", _contact(words, house.contact)),
            _privacy(context),
            el("h3", words.say("about.accessibility.title"), id="about-accessibility", tabindex="-1"),
            el("p", words.say("about.accessibility.text")),
            _part(words, "cost", _method(words, house)),
            el("h3", words.say("about.evaluation.title")),
            evaluation_html(words, house),
            el("h3", words.say("about.documents.title")),
            documents_table(context),
        )
    )


def evaluation_html(words: Words, house: House) -> Markup:
    """The latest evaluation as a table; a sentence where there is none, or where it cannot be read."""
    try:
        evaluation = latest_evaluation(house)
    except EvaluationUnreadable as error:
        return el("p", in_language(error, words.language), class_="notice")
    if evaluation is None:
        return el("p", words.say("about.evaluation.none"))
    found = {measured.name: measured for measured in evaluation.measures}
    shown = words.group("about.evaluation.measures")
    rows = [
        el("tr", el("th", text, scope="row"), el("td", _value(words, found[name])), el("td", str(found[name].n)))
        for name, text in shown.items()
        if name in found
    ]
    head = [el("th", words.say(f"about.evaluation.{name}"), scope="col") for name in ("measure", "result", "questions")]
    table = _table(words.say("about.evaluation.caption"), head, rows)
    day = evaluation.day
    when = words.say("about.evaluation.when", day=day_label(words, day)) if day else ""
    said = words.say("about.evaluation.text", when=when, n=number(words, evaluation.questions))
    return joined((el("p", said), table))


def documents_table(context: Context) -> Markup:
    """The documents of the index with their dates; the fiches of the catalogue, and our summaries of documents that
    are there themselves, are counted, not listed."""
    words = context.words
    infos = context.assistant.index.documents.values()
    read = [i for i in infos if i.nature != "fiche"]
    whole = {context.titles[i.doc] for i in read if not i.doc.startswith(DIGEST)}
    listed = [i for i in read if not i.doc.startswith(DIGEST) or context.titles[i.doc] not in whole]
    listed.sort(key=lambda i: (context.titles[i.doc].casefold(), i.doc))
    rows = [
        el(
            "tr",
            el(
                "th",
                el("span", unbroken(context.titles[info.doc]), lang="fr"),
                el("span", words.say("about.documents.ours"), class_="made") if info.doc.startswith(DIGEST) else None,
                scope="row",
                role="rowheader",
            ),
            el("td", nature_label(words, info.nature), role="cell"),
            el("td", day_label(words, info.date) if info.date else words.say("about.documents.undated"), role="cell"),
            role="row",
        )
        for info in listed
    ]
    names = ("document", "nature", "date")
    head = [el("th", words.say(f"about.documents.{name}"), scope="col", role="columnheader") for name in names]
    fiches = el("p", words.count("about.documents.fiches", sum(i.nature == "fiche" for i in infos)))
    summed = len(read) - len(listed)
    summaries = el("p", words.count("about.documents.summaries", summed)) if summed else None
    return joined((_table(words.say("about.documents.caption"), head, rows, stacked=True), summaries, fiches))


def _part(words: Words, name: str, more: Markup | None = None) -> Markup:
    return joined((el("h3", words.say(f"about.{name}.title")), el("p", words.say(f"about.{name}.text")), more))


def _privacy(context: Context) -> Markup:
    """What becomes of a question: whether it is kept, what stays in the browser, whether it goes elsewhere."""
    words, days = context.words, context.kept_days
    said = words.say("about.privacy.text") if days is None else words.count("about.privacy.kept", days)
    remote = el("p", words.say("about.privacy.remote")) if context.house.remote else None
    tab = el("p", words.say("about.privacy.tab"), id="privacy-tab")
    return joined((el("h3", words.say("about.privacy.title")), el("p", said, id="privacy"), tab, remote))


def _contact(words: Words, contact: str | None) -> Markup:
    """The person who runs the service, or that nobody said how to reach one."""
    if contact is None:
        return el("p", words.say("about.who.no_contact"), class_="contact")
    return el("p", words.say("about.who.contact"), contact_link(contact), class_="contact")


def _method(words: Words, house: House) -> Markup:
    figures = {
        "cores": number(words, house.cores),
        "core": number(words, CORE_WATTS),
        "memory": number(words, MEMORY_GB),
        "gigabyte": number(words, MEMORY_WATTS, 2),
    }
    return el("p", words.say("about.cost.method", **figures))


def _value(words: Words, measured: Measured) -> str:
    """A share as a percentage, a time in seconds, with its interval where there is one."""
    form, scale, digits = ("seconds", 0.001, 1) if measured.unit == "ms" else ("share", 100.0, 0)

    def shown(value: float) -> str:
        return number(words, value * scale, digits)

    value = words.say(f"about.evaluation.{form}", value=shown(measured.value))
    if measured.low is None or measured.high is None:
        return value
    low, high = shown(measured.low), words.say(f"about.evaluation.{form}", value=shown(measured.high))
    return words.say("about.evaluation.between", value=value, low=low, high=high)


def _table(caption: str, head: list[Markup], rows: list[Markup], *, stacked: bool = False) -> Markup:
    """A table; `stacked`, its rows are blocks on a phone, a style that would take its roles away: they are written."""
    table, row, group = ("table", "row", "rowgroup") if stacked else (None, None, None)
    parts = (el("thead", el("tr", *head, role=row), role=group), el("tbody", *rows, role=group))
    whole = el("table", el("caption", caption, class_="sr-only"), *parts, role=table)
    class_ = "wide stacked" if stacked else "wide"
    return el("div", whole, class_=class_, tabindex="0", role="group", aria_label=caption)
