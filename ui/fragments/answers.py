"""One exchange of a conversation: the question, the steps, the answer with its marks, its sources, what to ask next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from assistant.answers import Answer, Citation, GivenProfile, Match
from assistant.eligibility import QUESTIONS
from index.store import DocumentInfo
from ingest.documents import Passage
from ui.fragments.labels import CRITERIA, VERDICTS, state_label
from ui.fragments.markup import Markup, el, joined
from ui.fragments.sources import about, consulted, source_article, source_button

FindPassage = Callable[[str], Passage | None]

STEPS: Final = {
    "understand": "Question comprise",
    "search": "Documents cherchés",
    "match": "Aides comparées",
    "evidence": "Citations choisies",
    "draft": "Réponse rédigée et vérifiée",
}
NOW: Final = {
    "understand": "Je lis la question…",
    "search": "Je cherche dans les documents…",
    "match": "Je compare les aides…",
    "evidence": "Je choisis les citations…",
    "draft": "Voici les citations. J'essaie de rédiger une réponse plus fluide, vérifiée phrase par phrase…",
}
STATUS: Final = {
    "answered": "Réponse vérifiée",
    "partial": "Réponse partielle",
    "clarify": "Une précision aiderait",
    "abstained": "Les documents ne le disent pas",
    "refused": "Hors du champ du guichet",
    "error": "Réponse interrompue",
}
WITH_SOURCES = frozenset({"answered", "partial", "clarify"})


def question_html(turn: int, text: str) -> Markup:
    return el("div", el("p", el("span", "Vous : ", class_="sr-only"), text), class_="asked", data_number=turn)


def steps_html(done: Sequence[str], *, finished: bool = False) -> Markup:
    """The steps begun, in order; the last one is under way unless `finished`, when there is nothing to show."""
    if finished or not done:
        return Markup()
    past = [el("li", f"✓ {STEPS[name]}", class_="done") for name in done[:-1] if name in STEPS]
    return el("ol", *past, el("li", NOW.get(done[-1], "…"), class_="now"), class_="steps")


def answer_html(
    turn: int, answer: Answer, documents: Mapping[str, DocumentInfo], passage: FindPassage, *, kept: bool
) -> Markup:
    """The answer with its sources; `kept` is False for the quotes shown while a draft is being written."""
    sources = answer.citations if answer.status in WITH_SOURCES else ()
    label = STATUS[answer.status] if kept else "Citations des documents"
    return el(
        "article",
        el("p", el("span", label, class_=f"status {answer.status}"), _made_of(answer, kept), class_="head"),
        el("div", answer_text(turn, answer), class_="text"),
        _sources(turn, sources),
        consulted(answer.retrieved, sources, documents) if sources else None,
        *(source_article(turn, citation, passage(citation.passage_id)) for citation in sources),
        _schemes(answer.schemes) if kept else None,
        _profile(answer.profile) if kept else None,
        _next(answer) if kept else None,
        class_=f"answer {answer.status}",
    )


def answer_text(turn: int, answer: Answer) -> Markup:
    """Paragraphs and lists of the answer; each [n] that names a citation is its button."""
    citations = {c.n: c for c in answer.citations} if answer.status in WITH_SOURCES else {}
    blocks: list[Markup] = []
    items: list[Markup] = []
    for line in [*(row.strip() for row in answer.answer.splitlines()), ""]:
        bullet = re.match(r"[-•*]\s+(.*)", line)
        if bullet:
            items.append(el("li", _marked(turn, bullet[1], citations)))
            continue
        if items:
            blocks.append(el("ul", *items))
            items = []
        if line:
            blocks.append(el("p", _marked(turn, line, citations)))
    return joined(blocks)


def suggestions(answer: Answer) -> tuple[str, ...]:
    """Questions that go further, about the first schemes of the answer."""
    asked = answer.question.casefold()
    found = []
    for match in [m for m in answer.schemes if m.verdict in ("eligible", "to_confirm")][:2]:
        found += [f"Comment demander {match.name} ?", f"Qui peut bénéficier de {match.name} ?"]
    return tuple(text for text in found if text.casefold() not in asked)[:3]


def ask_button(question: str, label: str | None = None) -> Markup:
    """A button that asks the assistant this question."""
    return el("button", label or question, type="button", class_="ask", data_ask=question)


def _marked(turn: int, line: str, citations: Mapping[int, Citation]) -> Markup:
    parts: list[object] = []
    for piece in re.split(r"(\[\d{1,3}\])", line):
        cited = citations.get(int(piece[1:-1])) if re.fullmatch(r"\[\d{1,3}\]", piece) else None
        parts.append(source_button(turn, cited) if cited is not None else piece)
    return joined(parts)


def _made_of(answer: Answer, kept: bool) -> Markup | None:
    if answer.status not in WITH_SOURCES or not kept:
        return None
    copy = el("button", "Copier", type="button", class_="copy", data_copy=answer.answer)
    made = "faite de citations" if answer.generator == "extractive" else "rédigée par une IA"
    if answer.reason == "model_unavailable":
        made += " (le modèle de rédaction n'est pas disponible)"
    return joined((el("span", made, class_="made"), copy))


def _sources(turn: int, citations: Sequence[Citation]) -> Markup | None:
    if not citations:
        return None
    by_source: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        by_source.setdefault((citation.title, about(citation)), []).append(citation)
    lines = [
        el("li", *(source_button(turn, c) for c in cited), f" {title}", el("span", f" · {known}", class_="made"))
        for (title, known), cited in by_source.items()
    ]
    return el("div", el("p", "Sources citées", class_="label"), el("ul", *lines), class_="cited")


def _schemes(schemes: Sequence[Match]) -> Markup | None:
    if not schemes:
        return None
    lines = [
        el(
            "li",
            el("strong", m.name),
            el("span", VERDICTS[m.verdict], class_=f"verdict {m.verdict}"),
            el("span", state_label(m.state, m.as_of), class_="state"),
        )
        for m in schemes[:3]
    ]
    return el("div", el("p", "Aides en rapport", class_="label"), el("ul", *lines), class_="schemes")


def _profile(profile: GivenProfile) -> Markup | None:
    said = [(CRITERIA[name], getattr(profile, name)) for name in ("region", "size", "sector", "need")]
    chips = [el("li", f"{label} : {value}") for label, value in said if value]
    if not chips:
        return None
    correct = el("button", "Corriger", type="button", class_="quiet", data_open="organisation")
    return el(
        "div",
        el("p", "Ce que j'ai compris de vous", class_="label"),
        el("ul", *chips, el("li", correct)),
        class_="profile",
    )


def _next(answer: Answer) -> Markup | None:
    """What would change the answer most, then questions that go further."""
    own = [text for text in answer.follow_ups if text in QUESTIONS.values()]
    notes = [el("p", text) for text in answer.follow_ups if text not in own and answer.reason != "model_unavailable"]
    asked = [el("p", el("strong", "Dites-moi : "), text, class_="missing") for text in own if text not in answer.answer]
    buttons = [ask_button(text) for text in suggestions(answer)]
    if not (asked or notes or buttons):
        return None
    group = el("div", *buttons, class_="asks", role="group", aria_label="Questions pour aller plus loin")
    return el("div", *notes, *asked, group if buttons else None, class_="next")
