"""The guichet asked the same questions without each of its stages in turn; what each one is worth."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.ablation import REBUILT, Stage
from assistant.evaluation.cases import Entails
from assistant.evaluation.comparison import Comparison, Difference, compare
from assistant.evaluation.metrics import Metrics, measured
from assistant.evaluation.scoring import score
from assistant.steps import STEPS
from ui import console, service
from ui.evaluation.outputs import write_outputs
from ui.evaluation.runs import ANSWERS, NOTES, ask_all, cases_of, read_run
from ui.evaluation.systems import digest_of
from ui.evaluation.testsets import TestSet
from ui.settings import Settings
from ui.words import Words

FOLDER = "ablation"  # of the evaluation's, with a folder a stage
SHOWN = (  # what a stage may be there for: to answer, to find, to hold back, to keep to the sources
    *("right_and_cited", "fact_recall@5", "recall@5", "abstention_recall", "false_abstention"),
    *("answers_with_unsupported_number", "citation_recall", "scheme_recall"),
)


@dataclass(frozen=True, slots=True)
class Ablated:
    """A run without one stage. `comparison` is the whole guichet against it: a change is what the stage brings."""

    stage: str
    metrics: Metrics
    comparison: Comparison

    def worth(self, measure: str) -> Difference | None:
        return next((d for d in self.comparison.differences if d.measure.name == measure), None)


def ablated(
    settings: Settings,
    words: Words,
    testset: TestSet,
    whole: Metrics,
    entails: Entails,
    out: Path,
    stages: Sequence[Stage],
    *,
    llm: bool,
) -> Iterator[Ablated]:
    """Each stage left out in turn, asked into `out`/ablation/<stage>, resumable as any run; one that would have a large
    index made again is left alone, and said."""
    with service.assistant_at(settings, llm=llm) as assistant:
        for stage in stages:
            if stage.rebuilds and len(assistant.index.passages) > REBUILT:
                name = words.say(f"evaluate.stage.{stage.name}")
                console.err().print(console.plain(words.say("evaluate.stage_too_large", stage=name, passages=REBUILT)))
                continue
            folder = out / FOLDER / stage.name
            about = {**whole.system, "name": words.say(f"evaluate.stage.{stage.name}")}
            state = {"without": stage.name, "index": whole.system.get("index"), "generator": whole.system["generator"],
                     "questions": digest_of(testset.questions)}  # fmt: skip
            bar = console.bar(words.say("evaluate.ablation_bar", stage=about["name"]))
            variant = assistant.taking(stage.without(STEPS))
            with bar as advance:
                ask_all(testset.questions, variant.answer, folder, state=state, progress=advance)
            found = read_run(folder / ANSWERS, stage.name, testset.questions, folder / NOTES)
            cases = cases_of(found, testset.golds, entails)
            seed = int(whole.system.get("seed", 0))
            metrics = measured(cases, score(cases, seed=seed), system=about, problems={})
            write_outputs(folder, cases, metrics)
            yield Ablated(stage.name, metrics, compare(whole, metrics, seed=seed, gated=False))


def write_ablation(path: Path, found: Sequence[Ablated]) -> None:
    """A line a stage and a measure: with it, without it, the difference and how sure it is."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(["without", "measure", "value", "whole", "worth", "low", "high", "p", "n"])
        for one in found:
            for d in one.comparison.differences:
                if d.measure.name in SHOWN:
                    numbers = (d.theirs, d.ours, d.change, d.low, d.high, d.p)
                    table.writerow(
                        [one.stage, d.measure.name, *("" if x is None else f"{x:.6g}" for x in numbers), d.n]
                    )
