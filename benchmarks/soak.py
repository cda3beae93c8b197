"""The running service under hours of mixed traffic, without the generator: does its memory stay flat?

    python -m benchmarks.soak --minutes 20 [--rate 1.0] [--publish]

`guichet serve --no-llm` is started over a copy of the index of GUICHET_HOME. Its visitors ask, whole and as a stream,
leave in the middle, open the page and ask there, match, export, submit jobs; every minute or so `guichet ingest`, in a
process of its own, adds a document or takes it out, and the service takes up the new index. The memory of the service and
of its children, its own and that of the files it maps, its open files and its threads are read every 5 s. The first third is
the warm-up: caches fill, the allocator finds its size. Growth is told by hour, and by question answered, which a loaded
machine does not change.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.harness import ROOT, Table, machine, publish
from benchmarks.page import QUESTIONS
from benchmarks.service import served
from ui.settings import read_settings
from ui.transfers import COOKIE

SAMPLE_S = 5.0
INGEST_S = 75.0
WARM = 1 / 3
# Flat: the slope after the warm-up, less twice its standard error, is under this. 20 minutes tell no finer from the noise
# of an allocator (some 10 MB); at this slope the 4 GB of docs/deployment.md last five days, and a leak of one answer's
# record (10 kB) by question, at one question a second, is 36 MB an hour: seen.
FLAT_MB_H = 20.0
FLAT_EACH_H = 6.0  # open files, threads: none may be lost by any kind of visit


@dataclass(frozen=True, slots=True)
class Sample:
    """The service and its children at a moment: seconds since the start, MB of its own and of mapped files, numbers."""

    at: float
    memory: float
    mapped: float
    files: int
    threads: int
    questions: int


class Visits:
    """What visitors do, each once by call; counts what came back."""

    def __init__(self, address: str, seed: int) -> None:
        self.address, self.outcomes, self.questions = address, Counter[str](), 0
        self._chance = random.Random(seed)  # noqa: S311
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=120)
        self._collector = secrets.token_urlsafe(32)  # the visitor who exports: 24 files are kept for each half an hour
        config = self._client.get("/config").json()
        elements = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        inputs = {d["id"]: [elements.get(i) for i in d["inputs"]] for d in config["dependencies"]}
        self._asking = next(i for i, names in inputs.items() if names[:1] == ["question"])
        chosen = ["picked", "search"]
        self._exporting = [i for i, names in inputs.items() if names[:2] == chosen and len(names) == 7][1:]

    def one(self, kind: str) -> None:
        visit: Callable[[], str] = getattr(self, f"_{kind}")
        self.questions += {"match": 0, "export": 0, "job": 3}.get(kind, 1)
        try:
            self.outcomes[f"{kind} {visit()}"] += 1
        except httpx.HTTPError as error:
            self.outcomes[f"{kind} {type(error).__name__}"] += 1

    def _question(self) -> str:
        return f"{self._chance.choice(QUESTIONS)} (dossier {self._chance.randrange(10_000)})"

    def _ask(self) -> str:
        body = {"question": self._question(), "llm": False}
        return str(self._client.post("/api/v1/ask", json=body).status_code)

    def _stream(self) -> str:
        with self._streamed() as response:
            names = [line[7:] for line in response.iter_lines() if line.startswith("event: ")]
        return names[-1] if names else str(response.status_code)

    def _leave(self) -> str:
        with self._streamed() as response:
            next(response.iter_raw(1), b"")
        return "left"

    def _streamed(self) -> Any:
        body, accept = {"question": self._question(), "llm": False}, {"accept": "text/event-stream"}
        return self._client.stream("POST", "/api/v1/ask", json=body, headers=accept)

    def _match(self) -> str:
        return str(self._client.post("/api/v1/match", json={"profile": {"region": "Nantes", "size": "45"}}).status_code)

    def _job(self) -> str:
        questions = [{"question": self._question()} for _ in range(3)]
        job = self._client.post("/api/v1/jobs", json={"questions": questions, "llm": False})
        if job.status_code != 202:
            return str(job.status_code)
        for _ in range(120):
            state = self._client.get(f"/api/v1/jobs/{job.json()['id']}").json()["state"]
            if state not in ("queued", "running"):
                break
            time.sleep(1)
        self._client.delete(f"/api/v1/jobs/{job.json()['id']}")
        return str(state)

    def _page(self) -> str:
        return self._pressed(self._asking, [self._question(), None, "", "", "", ""])[0]

    def _export(self) -> str:
        buttons, empty = self._exporting, ["", "", None, None, None, None, None]
        said, page = self._pressed(self._chance.choice(buttons), empty, {COOKIE: self._collector})
        return f"{said}, {page}"

    def _pressed(self, button: int, data: Sequence[Any], cookies: Mapping[str, str] | None = None) -> tuple[str, str]:
        """A visit of the page in which one button is pressed; what came of it, and of the file it offers."""
        visit = secrets.token_hex(6)
        with httpx.Client(base_url=self.address, trust_env=False, timeout=120, cookies=dict(cookies or {})) as browser:
            browser.get("/")
            body = {"data": data, "fn_index": button, "session_hash": visit}
            with browser.stream("POST", "/gradio_api/queue/join", json=body) as told:  # ui.relay answers by the stream
                if told.status_code != 200:
                    return str(told.status_code), ""
                for line in told.iter_lines():
                    if '"process_completed"' in line:
                        done = json.loads(line.removeprefix("data: "))
                        break
                else:
                    return "cut", ""
            link = re.search(r"/fichier/[A-Za-z0-9_-]+/[^\"\\]+", json.dumps(done))
            file = str(browser.get(link[0]).status_code) if link else ""
        return ("done" if done["success"] else "failed"), file


KINDS = (
    "ask",
    "stream",
    "page",
    "ask",
    "match",
    "leave",
    "ask",
    "page",
    "export",
    "stream",
    "ask",
    "leave",
    "job",
    "page",
)


def soaked(minutes: float, rate: float) -> tuple[list[Sample], Counter[str]]:
    """The samples and what came back."""
    samples: list[Sample] = []
    with own_home() as home:
        os.environ["GUICHET_HOME"] = str(home)
        with served("--no-llm") as (address, pid):
            visits, stop = Visits(address, 1), threading.Event()
            started = time.monotonic()
            working = [threading.Thread(target=_visiting, args=(visits, rate / 2, stop, n)) for n in range(2)] + [
                threading.Thread(target=_ingesting, args=(home, visits.outcomes, stop))
            ]
            for thread in working:
                thread.start()
            while time.monotonic() - started < minutes * 60:
                samples.append(sample(pid, time.monotonic() - started, visits.questions))
                if len(samples) % 24 == 1:
                    print(samples[-1], dict(visits.outcomes), file=sys.stderr, flush=True)
                stop.wait(SAMPLE_S)
            stop.set()
            for thread in working:
                thread.join(180)
    return samples, visits.outcomes


def _visiting(visits: Visits, rate: float, stop: threading.Event, first: int) -> None:
    for kind in itertools.islice(itertools.cycle(KINDS), first * len(KINDS) // 2, None):
        due = time.monotonic() + 1 / rate
        visits.one(kind)
        if stop.wait(max(0.0, due - time.monotonic())):
            return


def _ingesting(home: Path, outcomes: Counter[str], stop: threading.Event) -> None:
    guichet = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())", "ingest"]
    document = home / "note-du-jour.md"
    for n in itertools.count():
        if stop.wait(INGEST_S):
            return
        document.write_text(f"# Note du jour\n\nLe chèque d'essai numéro {n} finance {n + 3} jours de conseil.\n")
        given = [str(document)] if n % 2 == 0 else ["--remove", document.stem]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.run([*guichet, *given], check=False, cwd=ROOT, env=environment, capture_output=True)
        outcomes[f"ingest {run.returncode}"] += 1


def sample(pid: int, at: float, questions: int) -> Sample:
    """The service and its children now, by /proc: its web processes, or the model and the reader of pages."""
    kilobytes, threads, files = Counter[str](), 0, 0
    for each in (pid, *_children(pid)):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a child may end meanwhile
            status = Path(f"/proc/{each}/status").read_text()
            kilobytes.update({m[1]: int(m[2]) for m in re.finditer(r"^(Rss\w+):\s+(\d+) kB", status, re.M)})
            threads += int(status.partition("Threads:")[2].split()[0])
            files += len(list(Path(f"/proc/{each}/fd").iterdir()))
    mapped = kilobytes["RssFile"] + kilobytes["RssShmem"]
    return Sample(at, kilobytes["RssAnon"] / 1024, mapped / 1024, files, threads, questions)


def _children(pid: int) -> list[int]:
    """The processes a process has started, and those that these have."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, task.read_text().split()):
                found += [child, *_children(child)]
    return found


def slope(samples: Sequence[Sample], of: str) -> tuple[float, float]:
    """By hour, after the warm-up, with its standard error: least squares, over means of 12 samples, whose errors are
    nearly independent."""
    warm = [s for s in samples if s.at >= samples[-1].at * WARM]
    groups = [warm[i : i + 12] for i in range(0, len(warm) - 11, 12)]
    if len(groups) < 4:
        raise SystemExit("Trop court : au moins 8 minutes, pour quatre moyennes après la mise en route.")
    at = np.array([np.mean([s.at for s in group]) for group in groups]) / 3600
    values = np.array([np.mean([getattr(s, of) for s in group]) for group in groups])
    by_hour, start = np.polyfit(at, values, 1)
    residuals = values - (by_hour * at + start)
    error = np.sqrt(residuals @ residuals / (len(at) - 2) / ((at - at.mean()) ** 2).sum())
    return float(by_hour), float(error)


@contextmanager
def own_home() -> Iterator[Path]:
    """A home with the models of the settings and a copy of their index."""
    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="guichet-soak-") as folder:
        home = Path(folder)
        (home / "models").symlink_to(settings.home / "models")
        shutil.copytree(settings.index, home / "index")
        yield home


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=1.0, help="visits a second")
    parser.add_argument("--publish", action="store_true", help="writes the table into docs/measurements.md")
    chosen = parser.parse_args()
    samples, outcomes = soaked(chosen.minutes, chosen.rate)
    warm = [s for s in samples if s.at >= samples[-1].at * WARM]
    rows, flat = [], True
    for of, most in (("memory", FLAT_MB_H), ("mapped", FLAT_MB_H), ("files", FLAT_EACH_H), ("threads", FLAT_EACH_H)):
        by_hour, error = slope(samples, of)
        held = by_hour - 2 * error <= most
        flat = flat and held
        values = [getattr(s, of) for s in warm]
        ends = [float(np.mean(values[:12])), float(np.mean(values[-12:])), float(max(values))]
        asked = (warm[-1].questions - warm[0].questions) / (warm[-1].at - warm[0].at) * 3600
        each = f"{by_hour * 2**20 / asked:,.0f}" if of in ("memory", "mapped") and asked else None
        verdict = "flat" if held else f"grows beyond {most:g}"
        rows.append((of, *ends, f"{by_hour:.1f} ± {2 * error:.1f}", each, verdict))
    done = ", ".join(f"{count} x {name}" for name, count in sorted(outcomes.items()))
    notes = f"`python -m benchmarks.soak --minutes {chosen.minutes:g} --rate {chosen.rate:g}`: {done}."
    columns = (
        "",
        "first minute after the warm-up",
        "last minute",
        "most",
        "slope by hour ± 2 standard errors",
        "bytes a question",
        "",
    )
    table = Table(
        "soak", "The service for a while, memory in MB, its own and of mapped files", columns, tuple(rows), notes
    )
    print(table.markdown())
    if chosen.publish:
        publish([table], machine())
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
