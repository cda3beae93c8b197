"""`guichet evaluate`: a file of questions with gold, asked and scored; a report, metrics, and what changed."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.evaluation.ablation import STAGE_NAMES, STAGES, Stage
from assistant.evaluation.cases import Case, Entails
from assistant.evaluation.comparison import Comparison, compare
from assistant.evaluation.entailment import by_inference, by_judge, by_verification
from assistant.evaluation.measures.citation_precision import CITATION_PRECISION
from assistant.evaluation.metrics import Metrics, measured, read_metrics
from assistant.evaluation.scoring import score
from ingest.errors import GuichetError
from ui import console
from ui.commands.batch import Interrupted, log_to
from ui.evaluation.ablation import FOLDER, Ablated, ablated, write_ablation
from ui.evaluation.outputs import write_outputs
from ui.evaluation.problems import counted
from ui.evaluation.runs import ANSWERS, NOTES, Run, ask_all, cases_of, read_run
from ui.evaluation.summary import print_summary, summary_record
from ui.evaluation.systems import GUICHET, digest_of, model_at, name_of, opened
from ui.evaluation.testsets import TestSet, checked_against, read_testset
from ui.report.page import Evaluated, write_report
from ui.service import today
from ui.settings import Settings
from ui.words import Words, load_page_words

SEED = 0


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says besides the question file."""

    out: Path
    answers: tuple[Path, ...] = ()
    systems: tuple[str, ...] = ()
    compared: Path | None = None
    ablate: bool = False
    without: tuple[str, ...] = ()
    judge: str | None = None
    llm: bool = True
    limit: int | None = None
    as_json: bool = False


def run(settings: Settings, language: str, source: Path, options: Options) -> int:
    """Exit status: 0, or 1 when a gated figure fell. Raises GuichetError when nothing could be scored."""
    words = load_page_words(language)
    before = read_metrics(options.compared) if options.compared else None
    stages = _stages(options, words)
    if stages and (options.answers or options.systems[:1] not in ((), (GUICHET,))):
        raise GuichetError(words.say("evaluate.ablation_needs_guichet"))
    testset = _checked(read_testset(source, options.limit), settings)
    if not testset.questions:
        raise GuichetError(words.say("evaluate.nothing_left", file=source))
    _check_out(options.out, source, words)
    with _judge(options.judge, settings, words) as entails:
        done: list[Evaluated] = []
        asked = list(_runs(settings, words, testset, options))  # all of them first: metrics.json ends an evaluation
        for found, folder, about in asked:
            with console.bar(words.say("evaluate.scoring")) as advance:
                cases = cases_of(found, testset.golds, entails)
                _judge_all(cases, advance if options.judge else None)
                metrics = _measured(found, cases, testset, about | _described(source, options))
            write_outputs(folder, cases, metrics)
            done.append(Evaluated(metrics, tuple(cases), found.problems))
        without = _without(settings, words, testset, done[0].metrics, entails, options, stages) if stages else []
    comparisons = _comparisons(done, before)
    problems = [*testset.problems, *(p for evaluated in done for p in evaluated.problems)]
    report = options.out / "report.html"
    write_report(report, done, comparisons, before, testset.problems, words, without)
    if options.as_json:
        console.print_json(summary_record(done, comparisons, report, without))
    else:
        print_summary(done, comparisons, problems, report, words, without)
    return 1 if before is not None and comparisons[0].fallen else 0


def _checked(testset: TestSet, settings: Settings) -> TestSet:
    """Checked against the index where there is one."""
    from index.store import open_index
    from index.versions import IndexMissing

    try:
        index = open_index(settings.place)
    except IndexMissing:
        return testset
    try:
        return checked_against(index, testset)
    finally:
        index.close()


def _check_out(out: Path, source: Path, words: Words) -> None:
    """Refuses before any model is loaded what could only fail at the end."""
    if out.exists() and not out.is_dir():
        raise GuichetError(words.say("evaluate.out_is_file", file=out))
    if (out / ANSWERS).exists() and (out / ANSWERS).samefile(source):
        raise GuichetError(words.say("evaluate.same_file", file=source))
    out.mkdir(parents=True, exist_ok=True)


def _runs(
    settings: Settings, words: Words, testset: TestSet, options: Options
) -> Iterator[tuple[Run, Path, dict[str, Any]]]:
    """Each run with its folder and what describes it; the first one's folder is that of the report."""
    names: set[str] = set()
    for spec in options.systems or (() if options.answers else (GUICHET,)):
        name = _unique(name_of(spec), names)
        folder = options.out if len(names) == 1 else options.out / name
        about = _asked(spec, folder, settings, words, testset, options)
        found = read_run(folder / ANSWERS, name, testset.questions, folder / NOTES)
        yield found, folder, {"name": name, **about}
    for path in options.answers:
        own = path.stem if path.name != ANSWERS else path.absolute().parent.name  # an evaluation's, by its folder
        name = _unique(name_of(own), names)
        found = read_run(path, name, testset.questions, partial=options.limit is not None)
        first = next(iter(found.replies.values()))
        about = {"name": name, "generator": first.generator, "index": first.index, "answers": path.name}
        yield found, options.out if len(names) == 1 else options.out / name, about


def _asked(
    spec: str, folder: Path, settings: Settings, words: Words, testset: TestSet, options: Options
) -> dict[str, Any]:
    try:
        with (
            opened(spec, settings, words, llm=options.llm) as system,
            log_to(settings.log),
            console.bar(words.say("evaluate.bar", system=system.name)) as advance,
        ):
            state = {**system.about, "system": spec, "questions": digest_of(testset.questions)}
            ask_all(testset.questions, system.answer, folder, state=state, intent=system.intent, progress=advance)
            return system.about
    except KeyboardInterrupt as stop:
        raise Interrupted(words.say("evaluate.interrupted", output=folder / ANSWERS)) from stop


def _stages(options: Options, words: Words) -> tuple[Stage, ...]:
    """The stages to leave out in turn: those named, or all; only a generator shows those of drafts."""
    unknown = [name for name in options.without if name not in STAGE_NAMES]
    if unknown:
        raise GuichetError(words.say("evaluate.no_such_stage", stage=unknown[0], stages=", ".join(STAGE_NAMES)))
    named = options.without or (STAGE_NAMES if options.ablate else ())
    return tuple(stage for stage in STAGES if stage.name in named and (options.llm or not stage.drafts))


def _without(
    settings: Settings,
    words: Words,
    testset: TestSet,
    whole: Metrics,
    entails: Entails,
    options: Options,
    stages: Sequence[Stage],
) -> list[Ablated]:
    """The runs without a stage, and their table beside the report."""
    try:
        with log_to(settings.log):
            found = list(ablated(settings, words, testset, whole, entails, options.out, stages, llm=options.llm))
    except KeyboardInterrupt as stop:
        raise Interrupted(words.say("evaluate.interrupted", output=options.out / FOLDER)) from stop
    write_ablation(options.out / "ablation.csv", found)
    return found


def _unique(name: str, names: set[str]) -> str:
    n, free = 2, name
    while free in names:
        n, free = n + 1, f"{name}-{n}"
    names.add(free)
    return free


@contextmanager
def _judge(spec: str | None, settings: Settings, words: Words) -> Iterator[Entails]:
    """The entailment test: our verification, or the judge named by an address or by module:object."""
    if spec is None:
        yield by_verification
    elif "://" in spec:
        yield by_judge(model_at(spec, settings, words))
    elif ":" in spec:
        from assistant.evaluation.systems import load_object

        yield by_inference(load_object(spec))
    else:
        raise GuichetError(words.say("evaluate.no_such_judge", judge=spec))


def _judge_all(cases: Sequence[Case], advance: Callable[[int, int], None] | None) -> None:
    """Asks a slow judge all that will be asked, with a bar; a quick one answers as it is measured."""
    if advance is not None:
        for n, case in enumerate(cases):
            advance(n, len(cases))
            CITATION_PRECISION.of(case)


def _measured(found: Run, cases: Sequence[Case], testset: TestSet, about: dict[str, Any]) -> Metrics:
    problems = counted([*testset.problems, *found.problems])
    return measured(cases, score(cases, seed=SEED), system=about, problems=problems)


def _described(source: Path, options: Options) -> dict[str, Any]:
    """What else tells one evaluation from another; nothing that names the machine or its owner."""
    try:
        release = version("guichet-ia")
    except PackageNotFoundError:  # run from its folder, not installed
        release = "?"
    return {
        "file": source.name,
        "limit": options.limit,
        "judge": options.judge or "verification",
        "version": release,
        "date": today().isoformat(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cœurs",
        "seed": SEED,
    }


def _comparisons(done: Sequence[Evaluated], before: Metrics | None) -> list[Comparison]:
    """The first run against the metrics given, then against each other run."""
    first = done[0].metrics
    found = [compare(first, one.metrics, seed=SEED, gated=False) for one in done[1:]]
    if before is None:
        return found
    named = replace(before, system={**before.system, "name": _before_name(before, first)})
    return [compare(first, named, seed=SEED), *found]


def _before_name(before: Metrics, first: Metrics) -> str:
    day = str(before.system.get("date", ""))
    return f"{before.name} ({day})" if before.name == first.name and day else before.name
