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

from benchmarks import answers, database, embedder, formats, scale_tables, service, words
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
        "retrieval": lambda: with_plots(scale_tables.tables(work, model, chosen.sizes)),
        "lexical": lambda: with_words_plot(words.tables(work, model, chosen.sizes)),
        "answers": lambda: answers.tables(of),
        "page": lambda: with_users_plot(service.tables(of)),
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
    speed, cost, opened = found
    name = drawn(
        IMAGES / "search-latency.svg",
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
        IMAGES / "search-memory.svg",
        "Memory after the searches",
        "MB",
        {
            "ours, its own": [(row[0], row[6]) for row in cost.rows],
            "ours, files mapped": [(row[0], row[7]) for row in cost.rows],
            "peer, vectors and Documents": [(row[0], row[8]) for row in cost.rows],
        },
        {},
    )
    return [replace(speed, images=(name,)), replace(cost, images=(other,)), opened]


def with_words_plot(found: list[Table]) -> list[Table]:
    """The table of the search by words with its curves."""
    [table] = found
    name = drawn(
        IMAGES / "words-latency.svg",
        "Search by words, p50",
        "ms",
        {"ours": latency(table, 1, 0), "bm25s": latency(table, 2, 0), "rank-bm25": latency(table, 3, 0)},
        {},
    )
    return [replace(table, images=(name,))]


def with_users_plot(found: list[Table]) -> list[Table]:
    """The table of the service with its curves."""
    [table] = found
    served = [row for row in table.rows if row[0] == "served"]
    curves = {"p50": [(row[1], row[3]) for row in served], "p95": [(row[1], row[4]) for row in served]}
    name = drawn(IMAGES / "service-latency.svg", "Answer time under load", "ms", curves, {}, over="users")
    return [replace(table, images=(name,))]


def latency(table: Table, column: int, at: int) -> list[tuple[float, float]]:
    """The points of a column of times, p50 at 0 and p95 at 1; a size without a time has none."""
    held = [(float(row[0]), str(row[column]).partition(" (")[0].split(" / ")) for row in table.rows if row[column]]
    return [(size, float(times[at])) for size, times in held]


if __name__ == "__main__":
    sys.exit(main())
