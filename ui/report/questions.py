"""A question of the report: what was asked, answered, quoted, expected, and why it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evaluation.battery import MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.comparison import Moved
from assistant.evaluation.matching import says_any
from assistant.evaluation.measures.fact_ranks import fact_ranks
from assistant.evaluation.measures.schemes import recommended_wrongly
from assistant.evaluation.measures.unsupported_figures import unsupported
from assistant.evaluation.measures.wrong_unit import mistaken
from assistant.evaluation.metrics import Row
from ui.fragments.markup import Markup, el, joined
from ui.report.numbers import label, named, shown
from ui.words import Words

PASSAGES = 10  # shown of those retrieved
PASSAGE_CHARS = 600


@dataclass(frozen=True, slots=True)
class Shown:
    """One question in one run."""

    name: str
    case: Case
    row: Row


def question(runs: Sequence[Shown], moved: Moved | None, words: Words) -> Markup:
    """The question folded up; opened, its gold, then each run's answer."""
    gold, first = runs[0].case.gold, runs[0].row
    causes = [el("span", named(words, "failure", name), class_="tag bad") for name in first.failures]
    heading = el(
        "summary",
        el("span", gold.id, class_="id"),
        " ",
        el("span", gold.question, class_="asked", lang=""),
        " ",
        el("span", named(words, "kind", first.kind), class_="tag"),
        el("span", named(words, "status", first.status), class_="tag"),
        *causes,
    )
    return el(
        "details",
        heading,
        _gold(runs[0].case, words),
        *(_run(one, words, alone=len(runs) == 1) for one in runs),
        class_="question",
        id=f"q-{gold.id}",
        data_kind=first.kind,
        data_failures=" ".join(first.failures),
        data_moved="worse" if moved and moved.worse else "better" if moved and moved.better else None,
    )


def _gold(case: Case, words: Words) -> Markup:
    gold = case.gold
    parts: list[Markup] = []
    if gold.answers:
        parts.append(_part(words.say("evaluate.gold"), *(el("p", text) for text in gold.answers)))
    if gold.evidence:
        quotes = [el("blockquote", item.quote, el("cite", item.doc)) for item in gold.evidence]
        parts.append(_part(words.say("evaluate.evidence"), *quotes))
    elif gold.docs:
        parts.append(_part(words.say("evaluate.evidence"), el("p", ", ".join(gold.docs))))
    return el("div", *parts, class_="gold")


def _run(one: Shown, words: Words, *, alone: bool) -> Markup:
    reply = one.case.given
    if reply is None:
        return el(
            "div", None if alone else el("h4", one.name), el("p", named(words, "status", "missing")), class_="run"
        )
    return el(
        "div",
        None if alone else el("h4", one.name),
        _part(words.say("evaluate.answer"), *_sentences(one.case, words)),
        _part(words.say("evaluate.why"), _why(one, words)),
        _facts(one.case, words),
        _part(words.say("evaluate.quotes"), *_quotes(one.case, words)),
        _schemes(one.case, words),
        _passages(one.case, words),
        _values(one, words),
        class_="run",
    )


def _sentences(case: Case, words: Words) -> list[Markup]:
    """The answer sentence by sentence, those that their citations do not prove being marked."""
    reply = case.given
    if reply is None or case.answered is None or not reply.sentences:
        return [el("p", reply.answer if reply else "", class_="said")]
    lines = []
    for sentence in reply.sentences:
        marks = "".join(f"[{n}]" for n in sentence.citations)
        proved = case.entailed(sentence, reply.quotes_of(sentence))
        doubt = None if proved else el("span", words.say("evaluate.sentence_unproved"), class_="tag bad")
        lines.append(el("p", sentence.text, " ", el("b", marks), " ", doubt, class_="said"))
    return lines


def _why(one: Shown, words: Words) -> Markup:
    causes = [named(words, "failure", name) for name in one.row.failures]
    figures = [*unsupported(one.case), *mistaken(one.case)]
    if figures:
        causes.append(words.say("evaluate.wrong_figures", figures=", ".join(dict.fromkeys(figures))))
    schemes = recommended_wrongly(one.case)
    if schemes:
        causes.append(words.say("evaluate.wrong_schemes", schemes=", ".join(schemes)))
    return el("p", " ; ".join(causes) or words.say("evaluate.fine"))


def _facts(case: Case, words: Words) -> Markup | None:
    """Each key fact: whether it is said, and the rank of the first passage that holds it."""
    if not case.gold.key_facts:
        return None
    ranks = fact_ranks(case) or [None] * len(case.gold.key_facts)
    items = []
    for alternatives, rank in zip(case.gold.key_facts, ranks, strict=True):
        held = says_any(case.text, alternatives)
        where = words.say("evaluate.found_at", rank=rank) if rank else words.say("evaluate.found_nowhere")
        state = words.say("evaluate.said") if held else words.say("evaluate.unsaid")
        items.append(
            el("li", el("span", state, class_="tag" if held else "tag bad"), " ", " | ".join(alternatives), " — ",
               where if case.searches else None)
        )  # fmt: skip
    return _part(words.say("evaluate.facts"), el("ul", *items))


def _quotes(case: Case, words: Words) -> list[Markup]:
    citations = case.given.citations if case.given else ()
    if not citations:
        return [el("p", words.say("evaluate.quotes_none"))]
    return [
        el("blockquote", el("b", f"[{c.n}] "), c.quote, el("cite", " › ".join([c.title or c.doc, *c.heading])))
        for c in citations
    ]


def _schemes(case: Case, words: Words) -> Markup | None:
    schemes = case.given.schemes if case.given else ()
    if not schemes:
        return None
    items = [el("li", s.name or s.id, " — ", named(words, "verdict", s.verdict)) for s in schemes]
    return _part(words.say("evaluate.schemes"), el("ul", *items))


def _passages(case: Case, words: Words) -> Markup | None:
    retrieved = case.given.retrieved[:PASSAGES] if case.given else ()
    if not retrieved:
        return None
    items = [
        el("li", el("b", found.doc), f" ({found.score:.3f}) ", found.text[:PASSAGE_CHARS],
           "…" if len(found.text) > PASSAGE_CHARS else None)
        for found in retrieved
    ]  # fmt: skip
    return el("details", el("summary", words.say("evaluate.retrieved")), el("ol", *items))


def _values(one: Shown, words: Words) -> Markup:
    rows = [
        el("tr", el("td", label(m, words)), el("td", shown(m, m.single(one.row.values[m.name]), words), class_="n"))
        for m in MEASURES
        if m.name in one.row.values
    ]
    table = el("div", el("table", joined(rows)), class_="wide")
    return el("details", el("summary", words.say("evaluate.values")), table)


def _part(title: str, *children: object) -> Markup:
    return el("section", el("h5", title), *children)
