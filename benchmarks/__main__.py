"""Every benchmark, one command: tables with machine and commit into docs/measurements.md, plots into docs/images.

    python -m benchmarks all|indexing|embedder|retrieval|lexical|answers|page|database [--sizes 1000,10000,100000,1000000]

It needs the extra `bench`, the models of `guichet setup` in GUICHET_HOME, and 6 GB of disk for a million passages. What
is costly to make (real vectors, indexes) is kept in --work and used again. Times are those of the machine as it is:
the load is written beside them, the ratios to a peer come from the same run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks import answers, database, embedder, formats, scale, service, words
from benchmarks.corpus import REAL, base
from benchmarks.harness import IMAGES, Table, publish
from benchmarks.plots import drawn
from index.encoder import SentenceEncoder
from index.models import embedder_folder
from ui.settings import read_settings

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BENCHMARKS = ("indexing", "embedder", "retrieval", "lexical", "answers", "page", "database")
TARGETS = [(100_000, 60.0), (1_000_000, 250.0)]  # p95, ms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("all", *BENCHMARKS))
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "guichet-benchmarks")
    parser.add_argument("--sizes", type=lambda text: tuple(map(int, text.split(","))), default=SIZES)
    parser.add_argument("--real", type=int, default=REAL, help="real texts to embed when --work holds none yet")
    chosen = parser.parse_args()
    settings = read_settings()
    model = embedder_folder(settings.home)
    work = chosen.work.resolve()
    of = base(work, SentenceEncoder(model), chosen.real, settings.index if settings.index.exists() else None)
    made: dict[str, Callable[[], list[Table]]] = {
        "indexing": formats.tables,
        "embedder": lambda: embedder.tables(model, of),
        "retrieval": lambda: with_plots(scale.tables(work, model, chosen.sizes)),
        "lexical": lambda: words.tables(work, model, chosen.sizes),
        "answers": lambda: answers.tables(of),
        "page": lambda: service.tables(of),
        "database": lambda: database.tables(work, model, tuple(n for n in chosen.sizes if n <= 100_000)),
    }
    for name, tables in made.items():
        if chosen.what in ("all", name):
            found = tables()
            publish(found)
            for table in found:
                print(table.markdown())
                sys.stdout.flush()
    return 0


def with_plots(found: list[Table]) -> list[Table]:
    """The tables of the scale with their curves."""
    speed, cost = found

    def latency(table: Table, column: int, at: int) -> list[tuple[float, float]]:
        return [(float(row[0]), float(str(row[column]).partition(" (")[0].split(" / ")[at])) for row in table.rows]

    name = drawn(
        IMAGES / "bench-latency.svg",
        "Hybrid search",
        "ms",
        {
            "whole search, p95": latency(speed, 1, 1),
            "whole search, p50": latency(speed, 1, 0),
            "vectors alone, p50": latency(speed, 4, 0),
            "peer (exact), vectors alone, p50": latency(speed, 6, 0),
        },
        {"target, p95": TARGETS},
    )
    other = drawn(
        IMAGES / "bench-memory.svg",
        "Memory after the searches",
        "MB",
        {
            "ours, its own": [(row[0], row[6]) for row in cost.rows],
            "ours, files mapped": [(row[0], row[7]) for row in cost.rows],
            "peer, vectors and Documents": [(row[0], row[8]) for row in cost.rows],
        },
        {},
    )
    return [replace(speed, images=(name,)), replace(cost, images=(other,))]


if __name__ == "__main__":
    sys.exit(main())
