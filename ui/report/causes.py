"""Why questions failed, the commonest cause first, with what to do about each and a link to its questions."""

from __future__ import annotations

from collections import Counter

from assistant.evaluation.failures import FAILURES
from assistant.evaluation.metrics import Metrics
from ui.fragments.markup import Markup, el
from ui.report.numbers import named
from ui.words import Words


def causes_section(metrics: Metrics, words: Words) -> Markup:
    """A line a cause. A question that failed in two ways counts in both; without a script the links lead to the list."""
    counts = Counter(cause for row in metrics.rows for cause in row.failures)
    failed = sum(bool(row.failures) for row in metrics.rows)
    said = words.say("evaluate.causes_intro" if failed else "evaluate.causes_none", failed=failed, n=len(metrics.rows))
    rows = [
        el(
            "tr",
            el("th", el("a", named(words, "failure", name), href="#questions", data_failure=name), scope="row"),
            el("td", counts[name], class_="n"),
            el("td", words.say(f"evaluate.advice.{name}")),
        )
        for name in sorted(FAILURES, key=lambda name: -counts[name])
        if counts[name]
    ]
    heads = [el("th", words.say("evaluate.cause"), scope="col"),
             el("th", words.say("evaluate.count"), scope="col", class_="n"),
             el("th", words.say("evaluate.what_to_do"), scope="col")]  # fmt: skip
    table = el("div", el("table", el("thead", el("tr", *heads)), el("tbody", *rows)), class_="wide") if rows else None
    return el("section", el("h2", words.say("evaluate.causes"), id="causes"), el("p", said), table)
