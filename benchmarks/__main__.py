"""Every benchmark, one command: tables with machine and commit into docs/measurements.md, plots into docs/images.

    python -m benchmarks all|indexing|embedder|retrieval|lexical|answers|page|database [--sizes 1000,10000,100000,1000000]

It needs the extra `bench`, the models and the index of `guichet setup` in GUICHET_HOME, and 6 GB of disk for a million
passages; `database` needs PostgreSQL and is left out of `all` where there is none. What is costly to make (real vectors,
indexes) is kept in --work and used again; so are the tables made, one file a benchmark: interrupted, the same command
goes on where it stopped, and --again makes everything anew. Times are those of the machine as it is: the load is
written beside them, the ratios to a peer come from the same run. On two cores without other work, in minutes:
indexing 1, embedder 3, retrieval 9, lexical 4, answers 3, page 2, database 2.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks import answers, database, embedder, formats, scale_tables, service, words
from benchmarks.corpus import REAL, base
from benchmarks.harness import IMAGES, Table, machine, publish
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
    parser.add_argument("--again", action="store_true", help="measure again what --work holds the tables of")
    parser.add_argument("--print", action="store_true", help="print the tables only, docs/ left as they are")
    chosen = parser.parse_args()
    settings = read_settings()
    model = embedder_folder(settings.home)
    work = chosen.work.resolve()
    images = work / "images" if chosen.print else IMAGES
    of = base(work, SentenceEncoder(model), chosen.real, settings.index if settings.index.exists() else None)
    made: dict[str, Callable[[], list[Table]]] = {
        "indexing": formats.tables,
        "embedder": lambda: embedder.tables(model, of),
        "retrieval": lambda: with_plots(scale_tables.tables(work, model, chosen.sizes, again=chosen.again), images),
        "lexical": lambda: with_words_plot(words.tables(work, model, chosen.sizes), images),
        "answers": lambda: answers.tables(of),
        "page": lambda: with_users_plot(service.tables(of), images),
        "database": lambda: database.tables(work, model, tuple(n for n in chosen.sizes if n <= 100_000)),
    }
    wanted = [name for name in made if chosen.what in ("all", name)]
    if chosen.what == "all" and not database.available():
        wanted.remove("database")
        print("database: left out, no PostgreSQL with pgvector here", file=sys.stderr)
    for name in wanted:
        found, where = kept(work, name, made[name], again=chosen.again)
        if not chosen.print:
            publish(found, where)
        for table in found:
            print(table.markdown(), flush=True)
    return 0


def kept(work: Path, name: str, make: Callable[[], list[Table]], *, again: bool) -> tuple[list[Table], str]:
    """The tables of a benchmark and the machine they were measured on, kept in `work`; made now where it holds none."""
    path = work / "tables" / f"{name}.json"
    if again or not path.exists():
        started = time.perf_counter()
        tables = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {"where": machine(), "tables": [asdict(table) for table in tables]}
        path.write_text(json.dumps(record), encoding="utf-8")
        print(f"{name}: {(time.perf_counter() - started) / 60:.1f} min", file=sys.stderr, flush=True)
    record = json.loads(path.read_text(encoding="utf-8"))
    tables = [
        Table(
            **{**t, "columns": tuple(t["columns"]), "rows": tuple(map(tuple, t["rows"])), "images": tuple(t["images"])}
        )
        for t in record["tables"]
    ]
    return tables, record["where"]


def with_plots(found: list[Table], images: Path) -> list[Table]:
    """The tables of the scale with their curves."""
    speed, cost, opened = found
    name = drawn(
        images / "search-latency.svg",
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
        images / "search-memory.svg",
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


def with_words_plot(found: list[Table], images: Path) -> list[Table]:
    """The table of the search by words with its curves."""
    [table] = found
    name = drawn(
        images / "words-latency.svg",
        "Search by words, p50",
        "ms",
        {"ours": latency(table, 1, 0), "bm25s": latency(table, 2, 0), "rank-bm25": latency(table, 3, 0)},
        {},
    )
    return [replace(table, images=(name,))]


def with_users_plot(found: list[Table], images: Path) -> list[Table]:
    """The table of the service with its curves."""
    [table] = found
    served = [row for row in table.rows if row[0] == "served"]
    curves = {"p50": [(row[1], row[3]) for row in served], "p95": [(row[1], row[4]) for row in served]}
    name = drawn(images / "service-latency.svg", "Answer time under load", "ms", curves, {}, over="users")
    return [replace(table, images=(name,))]


def latency(table: Table, column: int, at: int) -> list[tuple[float, float]]:
    """The points of a column of times, p50 at 0 and p95 at 1; a size without a time has none."""
    held = [(float(row[0]), str(row[column]).partition(" (")[0].split(" / ")) for row in table.rows if row[column]]
    return [(size, float(times[at])) for size, times in held]


if __name__ == "__main__":
    sys.exit(main())
