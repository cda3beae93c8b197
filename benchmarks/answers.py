"""How long an answer takes, with the generator and without, beside LangChain's tutorial chain on the same models.

    python -m benchmarks answers

The index and the models of GUICHET_HOME are used, nothing is written. Peer: the chain of LangChain's tutorial (its
in-memory store, the passages nearest in meaning in one prompt), same embedder, same generator, asked in turn with ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answers import Question
from benchmarks.corpus import Base
from benchmarks.harness import Table, memory
from benchmarks.harness import spent as spent_on
from benchmarks.load import processor_s

ASKED = 24
WRITTEN = 4  # questions with the generator: half a minute each side


def tables(of: Base) -> list[Table]:
    from assistant.evaluation.baseline import baseline
    from assistant.evaluation.systems import ChainSystem
    from index.store import open_index
    from ui import service
    from ui.settings import read_settings

    settings = read_settings()
    encoder, model = service.open_encoder(settings), service.open_language_model(settings)
    index = open_index(settings.index, encoder_fingerprint=encoder.fingerprint)
    chain = ChainSystem(baseline(index, encoder, model), "baseline")
    questions = [Question(text) for text in about_aids(of.questions)[:ASKED]]
    spent: dict[str, list[tuple[float, float]]] = {
        "ours, quotes alone": [],
        "ours, with the generator": [],
        "LangChain's chain": [],
    }
    with service.assistant_at(settings, llm=False) as quotes, service.assistant_at(settings) as whole:
        for ask in (quotes.answer, whole.answer, chain.answer):
            ask(questions[-1])
        for n, question in enumerate(questions):
            spent["ours, quotes alone"].append(clocked(quotes.answer, question))
            if n < WRITTEN:
                spent["ours, with the generator"].append(clocked(whole.answer, question))
                spent["LangChain's chain"].append(clocked(chain.answer, question))
        own = memory()[0]
    model.close()
    index.close()
    theirs = np.median(spent["LangChain's chain"], axis=0)
    rows = [
        (
            name,
            len(times),
            float(np.percentile(times, 50, axis=0)[0]),
            float(np.percentile(times, 95, axis=0)[0]),
            float(np.median(times, axis=0)[1]),
            *(float(ratio) for ratio in theirs / np.median(times, axis=0)),
        )
        for name, times in spent.items()
    ]
    notes = (
        f"`python -m benchmarks answers`. Questions of the development set where it is, else on the aids of the "
        f"catalogue; the index of GUICHET_HOME. {own:,.0f} MB of memory of its own with both systems open. The chain "
        "neither cites nor verifies."
    )
    columns = (
        "system",
        "questions",
        "ms p50",
        "ms p95",
        "processor ms p50",
        "LangChain's chain / this",
        "by processor time",
    )
    return [Table("answers", "An answer, from question to last word", columns, tuple(rows), notes)]


def about_aids(questions: Sequence[str]) -> list[str]:
    """Those that speak of AI or of aids, what the index of the guichet is about; all when none does."""
    kept = [q for q in questions if any(word in q for word in (" IA", "l'IA", "l’IA", "diagnostic", "région"))]
    return kept or list(questions)


def clocked(answer: Callable[[Question], Any], question: Question) -> tuple[float, float]:
    """Milliseconds of one answer, by the clock and of processor, that of the process of the generator included."""
    before = sum(map(processor_s, children()))
    clock, processor = spent_on(lambda: answer(question))
    return clock * 1000, (processor + sum(map(processor_s, children())) - before) * 1000


def children() -> list[int]:
    """The processes started by this one; none where /proc is not."""
    found: list[int] = []
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError):  # a thread that has just ended
            found += map(int, path.read_text(encoding="ascii").split())
    return found
