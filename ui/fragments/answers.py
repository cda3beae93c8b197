"""One exchange of a conversation: the question, the steps, the answer with its marks, its sources, what to ask next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from assistant.answers import Answer, Citation, Match
from assistant.cues import language_of
from index.store import DocumentInfo
from ingest.documents import Passage
from ui.addresses import fiche_address
from ui.fragments.abstention import abstention
from ui.fragments.cost import cost_html
from ui.fragments.labels import label, state_label, unbroken
from ui.fragments.markup import Markup, el, joined
from ui.fragments.sources import about, consulted, source_article, source_button
from ui.house import House
from ui.pacing import BUSY_GENERATOR
from ui.page_views import SeePage, no_page
from ui.words import Words

FindPassage = Callable[[str], Passage | None]

WITH_SOURCES: Final = frozenset({"answered", "partial", "clarify"})
RELATED = 3  # aids beside an answer


def question_html(words: Words, turn: int, text: str) -> Markup:
    return el(
        "div", el("p", el("span", words.say("answers.you"), class_="sr-only"), text), class_="asked", data_number=turn
    )


def steps_html(words: Words, begun: Sequence[str], waiting: str | None = None) -> Markup:
    """The steps begun, in order, the last one under way, or waiting for its turn with a sentence about the line."""
    if not begun:
        return Markup()
    done = [
        el("li", el("span", "✓ ", aria_hidden="true"), words.say(f"answers.done.{name}"), class_="done")
        for name in begun[:-1]
        if words.get(f"answers.done.{name}")
    ]
    now = waiting or words.get(f"answers.now.{begun[-1]}") or "…"
    return el("ol", *done, el("li", now, class_="now"), class_="steps")


def answer_html(
    words: Words,
    turn: int,
    answer: Answer,
    documents: Mapping[str, DocumentInfo],
    passage: FindPassage,
    *,
    kept: bool,
    last: bool = True,
    house: House = House(),  # noqa: B008  # frozen
    see_page: SeePage = no_page,
) -> Markup:
    """The answer with its sources; `kept` is False for the quotes shown while a draft is being written."""
    sources = answer.citations if answer.status in WITH_SOURCES else ()
    status = _status_said(words, answer, kept)
    return el(
        "article",
        el("p", el("span", status, class_=f"status {answer.status}"), _made_of(words, answer, kept), class_="head"),
        abstention(words, answer, documents, house)
        if answer.status == "abstained"
        else answer_text(words, turn, answer),
        _sources(words, turn, sources),
        consulted(words, answer.retrieved, sources, documents) if sources else None,
        *(source_article(words, turn, c, passage(c.passage_id), see_page(c, passage(c.passage_id))) for c in sources),
        _schemes(words, answer) if kept else None,
        _foot(words, turn, answer, house, last=last) if kept else None,
        class_=f"answer {answer.status}",
    )


def answer_text(words: Words, turn: int, answer: Answer) -> Markup:
    """Paragraphs and lists of the answer; each [n] that names a citation is its button."""
    citations = {c.n: c for c in answer.citations} if answer.status in WITH_SOURCES else {}
    language = language_of(answer.question)
    written = unbroken(answer.answer) if language == "fr" else answer.answer
    blocks: list[Markup] = []
    items: list[Markup] = []
    for line in [*(row.strip() for row in written.splitlines()), ""]:
        bullet = re.match(r"[-•*]\s+(.*)", line)
        if bullet:
            items.append(el("li", _marked(words, turn, bullet[1], citations)))
            continue
        if items:
            blocks.append(el("ul", *items))
            items = []
        if line:
            blocks.append(el("p", _marked(words, turn, line, citations)))
    return el("div", *blocks, class_="text", lang=language)


def _status_said(words: Words, answer: Answer, kept: bool) -> str:
    """How an answer ended, in words; what is said to the desk itself ("merci") is no refusal."""
    ended = "small_talk" if answer.reason == "small_talk" else answer.status
    return words.say(f"answers.status.{ended}" if kept else "answers.quotes")


def said_aloud(words: Words, answer: Answer, *, kept: bool, before: Answer | None = None) -> Markup:
    """What a screen reader hears of an answer: its status and its text, which is not said again when it did not change."""
    status = _status_said(words, answer, kept)
    again = before is not None and before.answer == answer.answer
    text = "" if again else re.sub(r"\s*\[\d{1,3}\]", "", answer.answer)
    return el("p", f"{status}. ", el("span", text, lang=language_of(answer.question)))


def copied_text(words: Words, answer: Answer) -> str:
    """The answer as plain text, then its sources with their quotes."""
    lines = [answer.answer]
    if answer.status in WITH_SOURCES and answer.citations:
        lines += ["", words.say("answers.sources_of_copy")]
        for citation in answer.citations:
            quote = words.say("answers.quoted", quote=citation.quote)
            lines += [f"[{citation.n}] {citation.title} · {about(words, citation)}", f"    {quote}"]
            lines += [f"    {citation.url}"] if citation.url else []
    return "\n".join(lines)


def related(answer: Answer) -> tuple[Match, ...]:
    """The aids to show beside an answer: one that does not fit only where the answer says why."""
    said = set(answer.follow_ups)
    open_ = ("eligible", "to_confirm")
    return tuple(m for m in answer.schemes if m.verdict in open_ or said & set(m.reasons))[:RELATED]


def ask_button(question: str, label: str | None = None, about: str | None = None) -> Markup:
    """A button that asks the assistant this question; one of several with the same label says `about` what, to whom
    does not see what it stands in."""
    named = el("span", about, class_="sr-only") if about else None
    return el("button", label or question, named, type="button", class_="ask", data_ask=question)


def _marked(words: Words, turn: int, line: str, citations: Mapping[int, Citation]) -> Markup:
    parts: list[object] = []
    for piece in re.split(r"(\[\d{1,3}\])", line):
        cited = citations.get(int(piece[1:-1])) if re.fullmatch(r"\[\d{1,3}\]", piece) else None
        parts.append(source_button(words, turn, cited) if cited is not None else piece)
    return joined(parts)


def _made_of(words: Words, answer: Answer, kept: bool) -> Markup | None:
    if answer.status not in WITH_SOURCES or not kept:
        return None
    made = words.say("answers.made_of_quotes" if answer.generator == "extractive" else "answers.written")
    if answer.reason == "model_unavailable":
        made = words.say("answers.busy" if BUSY_GENERATOR in answer.follow_ups else "answers.no_model", made=made)
    return el("span", made, class_="made")


def _foot(words: Words, turn: int, answer: Answer, house: House, *, last: bool) -> Markup:
    """What it cost, and what can be done with it: copy; for the last answer, ask again or edit the question."""
    copy = el(
        "button",
        words.say("answers.copy"),
        type="button",
        class_="copy quiet",
        data_copy=copied_text(words, answer),
        aria_label=words.say("answers.copy_hint", n=turn + 1),
    )
    again = [
        el(
            "button",
            words.say(f"answers.{name}"),
            type="button",
            class_="quiet",
            data_do=name,
            aria_label=words.say(f"answers.{name}_hint"),
        )
        for name in ("retry", "edit")
        if last
    ]
    named = words.say("answers.tools", n=turn + 1)
    tools = el("div", copy, *again, class_="tools", role="group", aria_label=named)
    return el("div", cost_html(words, answer, house), tools, class_="foot")


def _sources(words: Words, turn: int, citations: Sequence[Citation]) -> Markup | None:
    if not citations:
        return None
    by_source: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        by_source.setdefault((citation.title, about(words, citation)), []).append(citation)
    lines = [
        el(
            "li",
            *(source_button(words, turn, c) for c in cited),
            " ",
            el("span", title, lang="fr"),
            el("span", f" · {known}", class_="made"),
        )
        for (title, known), cited in by_source.items()
    ]
    return el("div", el("p", words.say("answers.cited"), class_="label"), el("ul", *lines), class_="cited")


def _schemes(words: Words, answer: Answer) -> Markup | None:
    """The aids beside the answer; a verdict only where the person said something of themselves to judge by."""
    schemes = related(answer)
    if not schemes:
        return None
    profile = answer.profile
    known = any((profile.region, profile.size, profile.sector, profile.need))
    lines = [
        el(
            "li",
            el("a", m.name, href=fiche_address(words.language, m.id), lang="fr", class_="name"),
            el("span", label(words, "verdict", m.verdict), class_=f"verdict {m.verdict}") if known else None,
            el("span", state_label(words, m.state, m.as_of), class_="state"),
        )
        for m in schemes
    ]
    return el("div", el("p", words.say("answers.schemes"), class_="label"), el("ul", *lines), class_="schemes")
