"""The report put together: one HTML file, its style and its script inside, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from assistant.evaluation.cases import Case
from assistant.evaluation.comparison import Comparison, Moved
from assistant.evaluation.failures import FAILURES
from assistant.evaluation.metrics import Metrics
from assistant.evaluation.resampling import DRAWS
from ui.evaluation.ablation import Ablated
from ui.evaluation.problems import Problem, counted
from ui.evaluation.problems import named as places
from ui.fragments.labels import day_label
from ui.fragments.markup import el
from ui.report.ablation import ablation_section
from ui.report.causes import causes_section
from ui.report.numbers import named
from ui.report.questions import Shown, question
from ui.report.tables import comparison_section, confusion_tables, figures_table, headlines, plots
from ui.words import Words


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A run measured: its metrics, the cases they come from, and what was wrong with its answers."""

    metrics: Metrics
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...] = ()


def write_report(
    path: Path,
    done: Sequence[Evaluated],
    comparisons: Sequence[Comparison],
    before: Metrics | None,
    problems: Sequence[Problem],
    words: Words,
    without: Sequence[Ablated] = (),
) -> None:
    """report.html, written beside and renamed. `done` is not empty; the first run is the one reported on."""
    html = page(done, comparisons, before, problems, words, without)
    beside = path.with_name(path.name + ".part")
    beside.write_text(html, encoding="utf-8", errors="replace", newline="\n")
    beside.replace(path)


def page(
    done: Sequence[Evaluated],
    comparisons: Sequence[Comparison],
    before: Metrics | None,
    problems: Sequence[Problem],
    words: Words,
    without: Sequence[Ablated] = (),
) -> str:
    """The whole file as text."""
    first = done[0].metrics
    style, script = _asset("report.css"), _asset("report.js")
    title = words.say("evaluate.title", date=_day(str(first.system.get("date", "")), words))
    every = [*problems, *(p for evaluated in done for p in evaluated.problems)]
    body = el(
        "main",
        el("h1", title),
        el("p", words.say("evaluate.intro", n=len(first.rows), file=first.system.get("file", "?"), draws=DRAWS,
                          seed=first.system.get("seed", 0))),
        _contents(words, compared=bool(comparisons), ablated=bool(without)),
        headlines(done, words),
        _problems(every, words),
        causes_section(first, words),
        el("h2", words.say("evaluate.plots"), id="plots"),
        plots([evaluated.metrics for evaluated in done], before, words),
        el("div", *(comparison_section(c, words) for c in comparisons), id="compared") if comparisons else None,
        ablation_section(first, without, words),
        el("h2", words.say("evaluate.summary"), id="summary"),
        figures_table(done, words),
        confusion_tables(first, words),
        _systems(done, words),
        el("h2", words.say("evaluate.questions"), id="questions"),
        _filters(first, bool(comparisons), words),
        *_questions(done, comparisons, words),
        el("p", words.say("evaluate.offline"), class_="soft"),
    )  # fmt: skip
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(policy),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        el("title", title),
        el("style", Markup(style)),  # noqa: S704  # our own file
    )
    whole = el("html", head, el("body", body, el("script", Markup(script))), lang=words.language)  # noqa: S704  # our own
    return f"<!doctype html>\n{whole}\n"


def _day(text: str, words: Words) -> str:
    """A date as the language says it; what is no date as it stands."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day_label(words, day)


def _contents(words: Words, *, compared: bool, ablated: bool) -> Markup:
    """Where to go in a long page."""
    names = ["causes", "plots", *(["compared"] if compared else []), *(["ablation"] if ablated else [])]
    places = [el("a", words.say(f"evaluate.{name}"), href=f"#{name}") for name in (*names, "summary", "questions")]
    return el("nav", *places, aria_label=words.say("evaluate.contents"))


def _systems(done: Sequence[Evaluated], words: Words) -> Markup:
    rows = [
        (words.say("evaluate.system"), [e.metrics.name for e in done]),
        *(
            (
                words.say(f"evaluate.{key}"),
                [_described(key, str(e.metrics.system.get(key) or "–"), words) for e in done],
            )
            for key in ("generator", "index", "judge", "machine")
        ),
    ]
    cells = [el("tr", el("th", name, scope="row"), *(el("td", value) for value in values)) for name, values in rows]
    return el("section", el("h2", words.say("evaluate.measured_as")), el("div", el("table", *cells), class_="wide"))


def _described(key: str, value: str, words: Words) -> str:
    """What describes a run: our own judge and the lack of a generator in words, any other by its name."""
    ours = {("judge", "verification"): "by_verification", ("generator", "extractive"): "by_quotes"}
    return words.say(f"evaluate.{ours[key, value]}") if (key, value) in ours else value


def _problems(problems: Sequence[Problem], words: Words) -> Markup | None:
    if not problems:
        return None
    items = [
        el("li", words.say(f"evaluate.problem.{kind}", n=n, where=places(problems, kind, most=50)))
        for kind, n in counted(problems).items()
    ]
    return el("section", el("h2", words.say("evaluate.problems")), el("ul", *items), class_="problems")


def _filters(metrics: Metrics, compared: bool, words: Words) -> Markup:
    kinds = sorted({row.kind for row in metrics.rows})
    seen = {name for row in metrics.rows for name in row.failures}
    failures = [
        ("", words.say("evaluate.filter_all")),
        ("*", words.say("evaluate.filter_failed")),
        ("-", words.say("evaluate.filter_fine")),
        *((("~", words.say("evaluate.filter_moved")),) if compared else ()),
        *((name, named(words, "failure", name)) for name in FAILURES if name in seen),
    ]
    kind_options = [("", words.say("evaluate.filter_all")), *((k, named(words, "kind", k)) for k in kinds)]
    return el(
        "div",
        _select("kind", words.say("evaluate.filter_kind"), kind_options),
        _select("failure", words.say("evaluate.filter_failure"), failures),
        el("label", words.say("evaluate.filter_text"), " ", el("input", type="search", id="text")),
        el("output", id="shown", data_text=words.get("evaluate.filter_count")),
        el("noscript", words.say("evaluate.no_script")),
        class_="filters",
    )


def _select(name: str, title: str, options: Sequence[tuple[str, str]]) -> Markup:
    return el("label", title, " ", el("select", *(el("option", text, value=v) for v, text in options), id=name))


def _questions(done: Sequence[Evaluated], comparisons: Sequence[Comparison], words: Words) -> list[Markup]:
    moved: dict[str, Moved] = {m.id: m for m in comparisons[0].moved} if comparisons else {}
    by_id = [{c.gold.id: (c, row) for c, row in zip(e.cases, e.metrics.rows, strict=True)} for e in done]
    found = []
    for case in done[0].cases:
        runs = [Shown(e.metrics.name, *rows[case.gold.id]) for e, rows in zip(done, by_id, strict=True)]
        found.append(question(runs, moved.get(case.gold.id), words))
    return found


def _asset(name: str) -> str:
    return (files("ui") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
