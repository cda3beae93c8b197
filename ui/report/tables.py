"""Tables and plots of the report: the figures, what changed, what was taken for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from assistant.evaluation.battery import BY_NAME, MEASURES
from assistant.evaluation.comparison import Comparison, Difference, Moved
from assistant.evaluation.measure import COMPONENTS, Measure
from assistant.evaluation.metrics import Metrics
from assistant.evaluation.scoring import Figure
from ui.fragments.markup import Markup, el
from ui.report.numbers import bounds, decimal, interval, label, meaning, named, shown
from ui.report.plots import Bar, bars, curves
from ui.words import Words

HEADLINE = (  # of the plot from system to system: one a component, and what must be zero
    *("fact_recall@5", "recall@5", "key_facts_cited", "right_and_cited", "citation_recall"),
    *("answers_with_unsupported_number", "abstention_recall", "false_abstention", "scheme_wrong"),
)


CARDS = (  # what a reader asks first: is it right, is it proved, does it hold back, does it recommend wrongly, is it quick
    *("right_and_cited", "recall@10", "answers_with_unsupported_number", "uncited_sentence_share"),
    *("abstention_recall", "false_abstention", "scheme_wrong", "total_ms_p50"),
)


class Measured(Protocol):
    """What has metrics."""

    @property
    def metrics(self) -> Metrics: ...


def headlines(done: Sequence[Measured], words: Words) -> Markup:
    """The few figures to read first, large; those of several systems side by side."""
    if len(done) > 1:
        return _side_by_side(done, words)
    metrics = done[0].metrics
    cards = [
        el(
            "li",
            el("b", shown(BY_NAME[name], metrics.figures[name].value, words)),
            el("span", label(BY_NAME[name], words)),
            el("span", interval(BY_NAME[name], metrics.figures[name], words), class_="soft"),
            el("span", words.say("evaluate.of_questions", n=metrics.figures[name].n), class_="soft"),
        )
        for name in CARDS
        if name in metrics.figures
    ]
    return el("ul", *cards, class_="cards")


def _side_by_side(done: Sequence[Measured], words: Words) -> Markup:
    """A line a figure, a column a system, the best in bold."""
    heads = [el("th", words.say("evaluate.measure_name"), scope="col")]
    heads += [el("th", one.metrics.name, scope="col", class_="n") for one in done]
    rows = []
    for measure in (BY_NAME[name] for name in (*CARDS, "citation_recall")):
        figures = [one.metrics.figures.get(measure.name) for one in done]
        values = [f.value for f in figures if f is not None]
        if not values:
            continue
        best = max(values) if measure.better == "up" else min(values)
        cells = [
            el("td", "–", class_="n")
            if f is None
            else el(
                "td",
                el("b" if f.value == best else "span", shown(measure, f.value, words), class_="large"),
                el("br"),
                el("span", interval(measure, f, words), class_="soft"),
                class_="n",
            )
            for f in figures
        ]
        rows.append(el("tr", el("th", label(measure, words), scope="row"), *cells))
    table = el("table", el("thead", el("tr", *heads)), el("tbody", *rows), class_="sides")
    return el("div", table, class_="wide")


def figures_table(done: Sequence[Measured], words: Words) -> Markup:
    """Every figure of every run, by component, with its interval and where it comes from."""
    heads = [el("th", words.say("evaluate.measure_name"), scope="col")]
    for one in done:
        heads += [
            el("th", one.metrics.name if len(done) > 1 else words.say("evaluate.figure"), scope="col", class_="n"),
            el("th", words.say("evaluate.interval"), scope="col", class_="n"),
            el("th", words.say("evaluate.count"), scope="col", class_="n"),
        ]
    heads.append(el("th", words.say("evaluate.source"), scope="col"))
    rows: list[Markup] = []
    for component in COMPONENTS:
        found = [m for m in MEASURES if m.component == component and any(m.name in o.metrics.figures for o in done)]
        if found:
            rows.append(el("tr", el("th", words.say(f"evaluate.component.{component}"), scope="rowgroup",
                                    colspan=len(heads)), class_="component"))  # fmt: skip
            rows += [_figure_row(m, done, words) for m in found]
    table = el("table", el("thead", el("tr", *heads)), el("tbody", *rows))
    return el("div", table, el("p", words.say("evaluate.gate_note"), class_="soft"), class_="wide")


def _figure_row(measure: Measure, done: Sequence[Measured], words: Words) -> Markup:
    gate = el("span", words.say("evaluate.gate"), class_="tag") if measure.gate else None
    cells: list[Markup] = []
    for one in done:
        figure = one.metrics.figures.get(measure.name)
        value = "–" if figure is None else shown(measure, figure.value, words)
        cells += [
            el("td", el("b", value), class_="n"),
            el("td", "" if figure is None else interval(measure, figure, words), class_="n"),
            el("td", "" if figure is None else figure.n, class_="n"),
        ]
    paper = el("cite", measure.source, lang="en") if measure.source else None
    meant = el("td", meaning(measure, words), paper, class_="soft")
    return el("tr", el("td", label(measure, words), " ", gate), *cells, meant)


def comparison_section(comparison: Comparison, words: Words) -> Markup:
    """What changed, measure by measure then question by question, and the gates that fell."""
    fallen = ", ".join(label(d.measure, words) for d in comparison.fallen)
    verdict = (
        el("p", words.say("evaluate.fallen", figures=fallen), class_="bad")
        if fallen
        else el("p", words.say("evaluate.no_fallen"))
        if comparison.gated
        else None
    )
    names = ("measure_name", "before", "after", "change", "interval", "p_value", "count")
    heads = [el("th", words.say(f"evaluate.{name}"), scope="col") for name in names]
    rows = [_difference_row(d, comparison.gated, words) for d in comparison.differences]
    worse = [m for m in comparison.moved if m.worse]
    better = [m for m in comparison.moved if m.better and not m.worse]
    return el(
        "section",
        el("h2", words.say("evaluate.comparison", ours=comparison.ours, theirs=comparison.theirs)),
        el("p", words.say("evaluate.comparison_intro", common=comparison.common)),
        verdict,
        el("div", el("table", el("thead", el("tr", *heads)), el("tbody", *rows)), class_="wide"),
        _moved(words.say("evaluate.got_worse"), worse, lambda m: m.worse, words),
        _moved(words.say("evaluate.got_better"), better, lambda m: m.better, words),
    )


def _difference_row(difference: Difference, gated: bool, words: Words) -> Markup:
    measure = difference.measure
    values = (
        shown(measure, difference.theirs, words),
        shown(measure, difference.ours, words),
        ("+" if difference.change > 0 else "") + shown(measure, difference.change, words),
        bounds(measure, difference.low, difference.high, words),
        "" if difference.p is None else decimal(f"{difference.p:.3f}", words),
        difference.n,
    )
    kind = "bad" if gated and difference.fell else None
    return el("tr", el("td", label(measure, words)), *(el("td", v, class_="n") for v in values), class_=kind)


def _moved(title: str, moved: Sequence[Moved], which: Callable[[Moved], Sequence[str]], words: Words) -> Markup:
    items = [
        el(
            "li",
            el("a", m.id, href=f"#q-{m.id}"),
            " — ",
            ", ".join(label(BY_NAME[name], words) for name in which(m)),
            " (",
            ", ".join(named(words, "failure", f) for f in m.before) or words.say("evaluate.fine"),
            " → ",
            ", ".join(named(words, "failure", f) for f in m.after) or words.say("evaluate.fine"),
            ")",
        )
        for m in moved
    ]
    return el("details", el("summary", f"{title} : {len(moved)}"),
              el("ul", *items) if items else el("p", words.say("evaluate.none")))  # fmt: skip


def plots(runs: Sequence[Metrics], before: Metrics | None, words: Words) -> Markup:
    """By kind, by document, risk against coverage, latency; from system to system where there are several."""
    first, every = runs[0], [*runs, *([before] if before else [])]
    drawn = [
        _grouped(words.say("evaluate.plot_kinds"), first.by_kind, ("right", "recall@10"), "kind", words),
        _grouped(words.say("evaluate.plot_documents"), first.by_document, ("right_and_cited", "recall@10"), "", words),
        _curve("plot_risk", every, "risk_coverage", 1.0, words),
        _curve("plot_latency", every, "within_total", 0.001, words, logarithmic=True, stepped=True),
        _systems(every, words) if len(every) > 1 else None,
    ]
    return el("div", *drawn, class_="plots")


def _grouped(
    title: str, groups: Mapping[str, Mapping[str, Figure]], names: Sequence[str], labels: str, words: Words
) -> Markup | None:
    """A bar a group, of the first measure that any group has."""
    name = next((n for n in names if any(n in figures for figures in groups.values())), None)
    rows = [
        _bar(named(words, labels, group) if labels else group, BY_NAME[name], figures[name], words)
        for group, figures in groups.items()
        if name is not None and name in figures
    ]
    return bars(title, rows, number=lambda text: decimal(text, words)) if rows else None


def _bar(text: str, measure: Measure, figure: Figure, words: Words, series: int = 0) -> Bar:
    note = f"{shown(measure, figure.value, words)} ({figure.n})"
    return Bar(text, figure.value, figure.low, figure.high, note, series)


def _curve(key: str, runs: Sequence[Metrics], name: str, scale: float, words: Words, **how: Any) -> Markup | None:
    series = [(m.name, [(x * scale, y) for x, y in m.curves[name]]) for m in runs if m.curves.get(name)]
    if not series:
        return None
    titles = [words.say(f"evaluate.{key}{end}") for end in ("", "_x", "_y")]
    return curves(titles[0], series, titles[1], titles[2], number=lambda text: decimal(text, words), **how)


def _systems(runs: Sequence[Metrics], words: Words) -> Markup:
    """The same measures of each run under one another: an ablation, when the runs are one system without its parts."""
    rows = [
        _bar(
            f"{label(BY_NAME[name], words)} — {m.name}" if n == 0 else m.name, BY_NAME[name], m.figures[name], words, n
        )
        for name in HEADLINE
        for n, m in enumerate(runs)
        if name in m.figures
    ]
    return bars(words.say("evaluate.plot_systems"), rows, number=lambda text: decimal(text, words))


def confusion_tables(metrics: Metrics, words: Words) -> Markup | None:
    if not metrics.confusion:
        return None
    heads = [el("th", words.say(f"evaluate.{n}_column"), scope="col") for n in ("gold", "understood", "times")]
    tables = [
        el(
            "details",
            el("summary", named(words, "confusion", name)),
            el("table", el("thead", el("tr", *heads)), *(
                el("tr", el("td", gold), el("td", said), el("td", n, class_="n"), class_=None if gold == said else "off")
                for gold, said, n in pairs
            )),
        )
        for name, pairs in metrics.confusion.items()
    ]  # fmt: skip
    return el("section", el("h2", words.say("evaluate.confusions")), *tables)
