"""What an evaluation leaves in its folder besides the report: metrics, a table of the questions, TREC files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.evaluation.battery import MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.metrics import Metrics, to_text
from assistant.evaluation.trec import documents_qrels, documents_run, passages_qrels, passages_run
from ui.exports.cells import safe_answer


def write_outputs(folder: Path, cases: Sequence[Case], metrics: Metrics) -> None:
    """documents.run, documents.qrels, passages.run, passages.qrels, questions.csv, then metrics.json: the last one,
    since it tells a finished evaluation from an interrupted one."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "documents.run", documents_run(cases, metrics.name))
    _write(folder / "documents.qrels", documents_qrels(cases))
    _write(folder / "passages.run", passages_run(cases, metrics.name))
    _write(folder / "passages.qrels", passages_qrels(cases))
    _write_table(folder / "questions.csv", cases, metrics)
    _write(folder / "metrics.json", [to_text(metrics)])


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Written beside and renamed: a reader never meets half a file."""
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.writelines(pieces)
    beside.replace(path)


def _write_table(path: Path, cases: Sequence[Case], metrics: Metrics) -> None:
    """A line a question: what was asked and answered, why it failed, and every measure."""
    names = [m.name for m in MEASURES if any(m.name in row.values for row in metrics.rows)]
    by_name = {m.name: m for m in MEASURES}
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(["id", "kind", "question", "status", "answer", "gold", "failures", *names])
        for case, row in zip(cases, metrics.rows, strict=True):
            numbers = [f"{by_name[name].single(row.values[name]):.6g}" if name in row.values else "" for name in names]
            words = [
                row.id,
                row.kind,
                case.gold.question,
                row.status,
                case.given.answer if case.given else "",
                " / ".join(case.gold.answers),
                " ".join(row.failures),
            ]
            table.writerow([*(safe_answer(word) for word in words), *numbers])
