"""What every benchmark shares: clocks, memory, the machine, tables of Markdown, and their place in the measurements."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the guichet does (ui/service.py); read as torch is imported

ROOT = Path(__file__).resolve().parents[1]
MEASUREMENTS = ROOT / "docs" / "measurements.md"
IMAGES = ROOT / "docs" / "images" / "benchmarks"


@dataclass(frozen=True, slots=True)
class Table:
    """One benchmark's result: `notes` say how it was made, `rows` hold text or numbers by column."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: str = ""
    images: tuple[str, ...] = field(default=())

    def markdown(self) -> str:
        head = f"| {' | '.join(self.columns)} |\n|{'---|' * len(self.columns)}\n"
        body = "".join(f"| {' | '.join(map(shown, row))} |\n" for row in self.rows)
        images = "".join(f"\n![{self.title}](images/benchmarks/{name})\n" for name in self.images)
        return f"### {self.title}\n\n{self.notes}\n\n{head}{body}{images}"


def shown(value: Any) -> str:
    """A cell: three significant digits, thousands parted; nothing measured is a dash."""
    if value is None:
        return "–"
    if isinstance(value, float):
        if value and abs(value) < 100:
            return f"{value:.3g}"
        return f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def milliseconds(work: Callable[[Any], object], inputs: Iterable[Any], *, warm: int = 3) -> tuple[float, ...]:
    """Of one call, in ms: median and 95th percentile of its time, then of the processor time of the whole process.

    The first `warm` inputs are run once before. Processor time tells what a machine without other work would take.
    """
    given = list(inputs)
    for one in given[:warm]:
        work(one)
    spent, used = [], []
    for one in given:
        start, before = time.perf_counter(), time.process_time()
        work(one)
        spent.append((time.perf_counter() - start) * 1000)
        used.append((time.process_time() - before) * 1000)
    return tuple(float(np.percentile(times, at)) for times in (spent, used) for at in (50, 95))


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, then of processor, all threads of this process together."""
    start, before = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - before


def memory() -> tuple[float, float]:
    """Memory of this process in MB: its own, and that of files it maps (the system may take the latter back)."""
    path = Path("/proc/self/smaps_rollup")
    if not path.is_file():
        return float("nan"), float("nan")
    kilobytes = {m[1]: int(m[2]) for m in re.finditer(r"^(\w+):\s+(\d+) kB", path.read_text(), re.M)}
    return kilobytes["Anonymous"] / 1024, (kilobytes["Rss"] - kilobytes["Anonymous"]) / 1024


def in_its_own_process(module: str, *arguments: str) -> Any:
    """Runs a module of the benchmarks, whose last line printed is JSON, so that memory counted is its own."""
    import sys

    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode().splitlines()[-1])


def machine() -> str:
    """Processor, cores, memory, versions, load, date and commit of this run, in a sentence."""
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    names = re.findall(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.is_file() else []
    kilobytes = re.search(r"MemTotal:\s*(\d+)", meminfo.read_text()) if meminfo.is_file() else None
    total = f"{int(kilobytes[1]) / 2**20:.0f} GiB" if kilobytes else "?"
    run = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, {total}, CPython "
        f"{platform.python_version()}; load {load:.1f}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; commit "
        f"{run.stdout.strip() or '?'}"
    )


def publish(tables: Sequence[Table], where: str) -> None:
    """Puts each table in the measurements, between its own marks, in place of the one before."""
    text = MEASUREMENTS.read_text(encoding="utf-8")
    if "\n## Benchmarks\n" not in text:
        text = text.rstrip() + "\n\n## Benchmarks\n\n`python -m benchmarks all` writes what follows.\n"
    for table in tables:
        opening, closing = f"<!-- benchmark {table.name} -->", f"<!-- end {table.name} -->"
        block = f"{opening}\n{table.markdown()}\nMeasured on {where}.\n{closing}"
        before, found, rest = text.partition(opening)
        text = f"{before}{block}{rest.partition(closing)[2]}" if found else f"{text.rstrip()}\n\n{block}\n"
    MEASUREMENTS.write_text(text, encoding="utf-8")
