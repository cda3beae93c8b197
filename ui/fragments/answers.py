"""One exchange of a conversation: the question, the steps, the answer with its marks, its sources, what to ask next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from assistant.answers import Answer, Citation, GivenProfile, Match
from assistant.eligibility import QUESTIONS
from index.store import DocumentInfo
from ingest.catalogue import load_vocabulary
from ingest.documents import Passage
from ui.fragments.labels import label, said, state_label
from ui.fragments.markup import Markup, el, joined
from ui.fragments.sources import about, consulted, source_article, source_button
from ui.words import Words

FindPassage = Callable[[str], Passage | None]

WITH_SOURCES = frozenset({"answered", "partial", "clarify"})


def question_html(words: Words, turn: int, text: str) -> Markup:
    return el(
        "div", el("p", el("span", words.say("answers.you"), class_="sr-only"), text), class_="asked", data_number=turn
    )


def steps_html(words: Words, done: Sequence[str], *, finished: bool = False) -> Markup:
    """The steps begun, in order; the last one is under way unless `finished`, when there is nothing to show."""
    if finished or not done:
        return Markup()
    past = [el("li", f"✓ {words.say(f'answers.done.{name}')}", class_="done") for name in done[:-1]]
    return el("ol", *past, el("li", words.get(f"answers.now.{done[-1]}") or "…", class_="now"), class_="steps")


def answer_html(
    words: Words,
    turn: int,
    answer: Answer,
    documents: Mapping[str, DocumentInfo],
    passage: FindPassage,
    *,
    kept: bool,
) -> Markup:
    """The answer with its sources; `kept` is False for the quotes shown while a draft is being written."""
    sources = answer.citations if answer.status in WITH_SOURCES else ()
    status = words.say(f"answers.status.{answer.status}" if kept else "answers.quotes")
    return el(
        "article",
        el("p", el("span", status, class_=f"status {answer.status}"), _made_of(words, answer, kept), class_="head"),
        el("div", answer_text(words, turn, answer), class_="text"),
        _sources(words, turn, sources),
        consulted(words, answer.retrieved, sources, documents) if sources else None,
        *(source_article(words, turn, citation, passage(citation.passage_id)) for citation in sources),
        _schemes(words, answer.schemes) if kept else None,
        _profile(words, answer.profile) if kept else None,
        _next(words, answer) if kept else None,
        class_=f"answer {answer.status}",
    )


def answer_text(words: Words, turn: int, answer: Answer) -> Markup:
    """Paragraphs and lists of the answer; each [n] that names a citation is its button."""
    citations = {c.n: c for c in answer.citations} if answer.status in WITH_SOURCES else {}
    blocks: list[Markup] = []
    items: list[Markup] = []
    for line in [*(row.strip() for row in answer.answer.splitlines()), ""]:
        bullet = re.match(r"[-•*]\s+(.*)", line)
        if bullet:
            items.append(el("li", _marked(words, turn, bullet[1], citations)))
            continue
        if items:
            blocks.append(el("ul", *items))
            items = []
        if line:
            blocks.append(el("p", _marked(words, turn, line, citations)))
    return joined(blocks)


def suggestions(words: Words, answer: Answer) -> tuple[str, ...]:
    """Questions that go further, about the first schemes of the answer."""
    own = answer.question.casefold()
    found = []
    for match in [m for m in answer.schemes if m.verdict in ("eligible", "to_confirm")][:2]:
        found += [words.say(f"schemes.{asked}", name=match.name) for asked in ("how_to_apply", "who")]
    return tuple(text for text in found if text.casefold() not in own)[:3]


def ask_button(question: str, label: str | None = None) -> Markup:
    """A button that asks the assistant this question."""
    return el("button", label or question, type="button", class_="ask", data_ask=question)


def _marked(words: Words, turn: int, line: str, citations: Mapping[int, Citation]) -> Markup:
    parts: list[object] = []
    for piece in re.split(r"(\[\d{1,3}\])", line):
        cited = citations.get(int(piece[1:-1])) if re.fullmatch(r"\[\d{1,3}\]", piece) else None
        parts.append(source_button(words, turn, cited) if cited is not None else piece)
    return joined(parts)


def _made_of(words: Words, answer: Answer, kept: bool) -> Markup | None:
    if answer.status not in WITH_SOURCES or not kept:
        return None
    copy = el("button", words.say("answers.copy"), type="button", class_="copy", data_copy=answer.answer)
    made = words.say("answers.made_of_quotes" if answer.generator == "extractive" else "answers.written")
    if answer.reason == "model_unavailable":
        made = words.say("answers.no_model", made=made)
    return joined((el("span", made, class_="made"), copy))


def _sources(words: Words, turn: int, citations: Sequence[Citation]) -> Markup | None:
    if not citations:
        return None
    by_source: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        by_source.setdefault((citation.title, about(words, citation)), []).append(citation)
    lines = [
        el("li", *(source_button(words, turn, c) for c in cited), f" {title}", el("span", f" · {known}", class_="made"))
        for (title, known), cited in by_source.items()
    ]
    return el("div", el("p", words.say("answers.cited"), class_="label"), el("ul", *lines), class_="cited")


def _schemes(words: Words, schemes: Sequence[Match]) -> Markup | None:
    if not schemes:
        return None
    lines = [
        el(
            "li",
            el("strong", m.name),
            el("span", label(words, "verdict", m.verdict), class_=f"verdict {m.verdict}"),
            el("span", state_label(words, m.state, m.as_of), class_="state"),
        )
        for m in schemes[:3]
    ]
    return el("div", el("p", words.say("answers.schemes"), class_="label"), el("ul", *lines), class_="schemes")


def _profile(words: Words, profile: GivenProfile) -> Markup | None:
    known = said(words, load_vocabulary(), profile).items()
    chips = [
        el("li", words.say("answers.chip", name=label(words, "criterion", name), value=value)) for name, value in known
    ]
    if not chips:
        return None
    correct = el("button", words.say("answers.correct"), type="button", class_="quiet", data_open="organisation")
    return el(
        "div",
        el("p", words.say("answers.profile"), class_="label"),
        el("ul", *chips, el("li", correct)),
        class_="profile",
    )


def _next(words: Words, answer: Answer) -> Markup | None:
    """What would change the answer most, then questions that go further."""
    own = [text for text in answer.follow_ups if text in QUESTIONS.values()]
    notes = [el("p", text) for text in answer.follow_ups if text not in own and answer.reason != "model_unavailable"]
    asked = [
        el("p", el("strong", words.say("answers.tell_me")), text, class_="missing")
        for text in own
        if text not in answer.answer
    ]
    buttons = [ask_button(text) for text in suggestions(words, answer)]
    if not (asked or notes or buttons):
        return None
    group = el("div", *buttons, class_="asks", role="group", aria_label=words.say("answers.further"))
    return el("div", *notes, *asked, group if buttons else None, class_="next")
