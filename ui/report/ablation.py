"""What each stage is worth: a plot a measure that some stage changes, then every figure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.battery import BY_NAME
from assistant.evaluation.comparison import TINY, Difference
from assistant.evaluation.metrics import Metrics
from ui.evaluation.ablation import SHOWN, Ablated
from ui.fragments.markup import Markup, el
from ui.report.numbers import bounds, decimal, label, shown
from ui.report.plots import Bar, changes
from ui.words import Words

PLOTS = 4  # the first measures of SHOWN that a stage changes


def ablation_section(whole: Metrics, found: Sequence[Ablated], words: Words) -> Markup | None:
    if not found:
        return None
    measures = [name for name in SHOWN if name in whole.figures]
    moved = [n for n in measures if any((d := one.worth(n)) is not None and abs(d.change) > TINY for one in found)]
    return el(
        "section",
        el("h2", words.say("evaluate.ablation"), id="ablation"),
        el("p", words.say("evaluate.ablation_intro")),
        el("div", *(_plot(name, found, words) for name in (moved or measures)[:PLOTS]), class_="plots"),
        el("details", el("summary", words.say("evaluate.ablation_figures")), _table(whole, found, measures, words)),
    )


def _plot(name: str, found: Sequence[Ablated], words: Words) -> Markup:
    rows = [
        _bar(words.say(f"evaluate.stage.{one.stage}"), d, words) for one in found if (d := one.worth(name)) is not None
    ]
    return changes(label(BY_NAME[name], words), rows, number=lambda text: decimal(text, words))


def _bar(text: str, difference: Difference, words: Words) -> Bar:
    """To the right what is better with the stage, whichever way the measure goes."""
    sign = -1.0 if difference.measure.better == "down" else 1.0
    ends = sorted(sign * end for end in (difference.low, difference.high) if end is not None)
    low, high = ends or (None, None)
    note = ("+" if difference.change > 0 else "") + shown(difference.measure, difference.change, words)
    return Bar(text, sign * difference.change, low, high, note, 0 if sign * difference.change >= 0 else 1)


def _table(whole: Metrics, found: Sequence[Ablated], measures: Sequence[str], words: Words) -> Markup:
    """By stage left out and measure: its figure, the difference with all stages, its interval and p."""
    heads = [el("th", words.say("evaluate.ablation_column"), scope="col")]
    heads += [el("th", label(BY_NAME[name], words), scope="col", class_="n") for name in measures]
    first = [el("th", words.say("evaluate.ablation_all"), scope="row")]
    first += [el("td", el("b", shown(BY_NAME[n], whole.figures[n].value, words)), class_="n") for n in measures]
    rows = [el("tr", *first)]
    for one in found:
        cells = [_cell(one.worth(name), words) for name in measures]
        rows.append(el("tr", el("th", words.say(f"evaluate.stage.{one.stage}"), scope="row"), *cells))
    return el("div", el("table", el("thead", el("tr", *heads)), el("tbody", *rows)), class_="wide")


def _cell(difference: Difference | None, words: Words) -> Markup:
    if difference is None:
        return el("td", "–", class_="n")
    measure = difference.measure
    sure = "" if difference.p is None else f"p {decimal(f'{difference.p:.3f}', words)}"
    span = bounds(measure, difference.low, difference.high, words)
    return el(
        "td",
        shown(measure, difference.theirs, words),
        el("br"),
        el("span", f"{span} {sure}", class_="soft"),
        class_="n",
    )
