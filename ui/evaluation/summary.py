"""What `guichet evaluate` prints: a table of the figures that count, the problems, what fell; or one line of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant.evaluation.battery import BY_NAME, MEASURES
from assistant.evaluation.comparison import Comparison, Difference
from assistant.evaluation.measure import Measure
from assistant.evaluation.metrics import to_json
from ui import console
from ui.evaluation.ablation import SHOWN, Ablated
from ui.evaluation.problems import Problem, counted, named
from ui.report.numbers import interval, label, shown
from ui.report.page import Evaluated
from ui.words import Words


def print_summary(
    done: Sequence[Evaluated],
    comparisons: Sequence[Comparison],
    problems: Sequence[Problem],
    report: Path,
    words: Words,
    without: Sequence[Ablated] = (),
) -> None:
    """The figures on stdout, what was wrong on stderr."""
    for sentence in problem_sentences(problems, words):
        console.err().print(sentence, soft_wrap=True)
    console.out().print(_table(done, words))
    for comparison in comparisons:
        for line in comparison_lines(comparison, words):
            console.out().print(line, soft_wrap=True)
    if without:
        console.out().print(_ablation_table(done[0], without, words))
    console.out().print(words.say("evaluate.report_file", file=report), soft_wrap=True)


def problem_sentences(problems: Sequence[Problem], words: Words) -> list[str]:
    """One sentence a kind of problem: how many, where, what was done."""
    return [
        console.plain(words.say(f"evaluate.problem.{kind}", n=n, where=named(problems, kind)))
        for kind, n in counted(problems).items()
    ]


def comparison_lines(comparison: Comparison, words: Words) -> list[str]:
    """How many questions moved, the figures that surely changed, and the gates that fell."""
    better = sum(bool(m.better) and not m.worse for m in comparison.moved)
    worse = sum(bool(m.worse) and not m.better for m in comparison.moved)
    lines = [
        words.say(
            "evaluate.compared_line",
            theirs=comparison.theirs,
            common=comparison.common,
            better=better,
            worse=worse,
            mixed=len(comparison.moved) - better - worse,
        )
    ]
    sure = [d for d in comparison.differences if d.p is not None and d.p < 0.05 and d.measure.better]
    lines += [words.say("evaluate.changed", figures=", ".join(change(d, words) for d in sure))] if sure else []
    fallen = comparison.fallen
    lines += [words.say("evaluate.fell", figures=", ".join(change(d, words) for d in fallen))] if fallen else []
    return [console.plain(line) for line in lines]


def summary_record(
    done: Sequence[Evaluated], comparisons: Sequence[Comparison], report: Path, without: Sequence[Ablated] = ()
) -> dict[str, Any]:
    """One line: the figures of each system, what was compared, what each stage is worth, where the report is."""
    kept = ("system", "questions", "problems", "measures")
    records = [{name: to_json(evaluated.metrics)[name] for name in kept} for evaluated in done]
    for record in records:
        record["measures"] = {
            name: {key: figure[key] for key in ("value", "low", "high", "n")}
            for name, figure in record["measures"].items()
        }
    return {
        "report": str(report),
        "runs": records,
        "comparisons": [
            {
                "with": c.theirs,
                "common": c.common,
                "fell": [d.measure.name for d in c.fallen],
                "differences": {
                    d.measure.name: {"change": round(d.change, 6), "low": d.low, "high": d.high, "p": d.p, "n": d.n}
                    for d in c.differences
                },
                "better": [m.id for m in c.moved if m.better],
                "worse": [m.id for m in c.moved if m.worse],
            }
            for c in comparisons
        ],
        "ablation": {
            one.stage: {
                name: {
                    "without": round(d.theirs, 6),
                    "worth": round(d.change, 6),
                    "low": d.low,
                    "high": d.high,
                    "p": d.p,
                }
                for name in SHOWN
                if (d := one.worth(name)) is not None
            }
            for one in without
        },
    }


def _table(done: Sequence[Evaluated], words: Words) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(words.say("evaluate.measure_column"))
    for evaluated in done:
        table.add_column(evaluated.metrics.name, justify="right")
        table.add_column("95 %", justify="right")
        table.add_column("n", justify="right")
    for measure in MEASURES:
        if any(measure.name in evaluated.metrics.figures for evaluated in done):
            cells = [cell for evaluated in done for cell in _cells(measure, evaluated, words)]
            table.add_row(label(measure, words), *cells)
    return table


def _ablation_table(whole: Evaluated, without: Sequence[Ablated], words: Words) -> Table:
    """A line a stage left out: the figures without it."""
    names = [name for name in SHOWN if name in whole.metrics.figures]
    table = Table(box=None, pad_edge=False)
    table.add_column(words.say("evaluate.ablation_column"), no_wrap=True)
    for name in names:
        table.add_column(label(BY_NAME[name], words), justify="right")
    rows = [(words.say("evaluate.ablation_all"), whole.metrics)]
    rows += [(words.say(f"evaluate.stage.{one.stage}"), one.metrics) for one in without]
    for title, metrics in rows:
        values = (metrics.figures.get(name) for name in names)
        table.add_row(
            title, *(shown(BY_NAME[n], v.value, words) if v else "–" for n, v in zip(names, values, strict=True))
        )
    return table


def _cells(measure: Measure, evaluated: Evaluated, words: Words) -> Iterable[str]:
    figure = evaluated.metrics.figures.get(measure.name)
    if figure is None:
        return ("", "", "")
    return (shown(measure, figure.value, words), interval(measure, figure, words), str(figure.n))


def change(difference: Difference, words: Words) -> str:
    """ "Label: before → now"."""
    measure = difference.measure
    before, now = shown(measure, difference.theirs, words), shown(measure, difference.ours, words)
    return f"{label(measure, words)} {before} → {now}"
