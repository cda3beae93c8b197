"""The running service under 1, 4, 16 and 64 users who ask one question after the other, without the generator.

    python -m benchmarks page

`guichet serve --no-llm` is started on a free port over GUICHET_HOME and asked through its API. Peer: the same Assistant
in this process, one question at a time, no server.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np

from assistant.answers import Question
from benchmarks.answers import about_aids, clocked
from benchmarks.corpus import Base
from benchmarks.harness import ROOT, Table
from benchmarks.load import memory_mb, processor_s

USERS = (1, 4, 16, 64)
SECONDS = 15.0
WAIT_S = 300.0  # a loaded machine


def tables(of: Base) -> list[Table]:
    from ui import service
    from ui.settings import read_settings

    questions = about_aids(of.questions)
    with service.assistant_at(read_settings(), llm=False) as assistant:
        assistant.answer(Question(questions[0]))
        alone = [clocked(assistant.answer, Question(text))[0] for text in questions[:40]]
    reference = float(np.percentile(alone, 50))
    rows = [
        (
            "in this process",
            1,
            1000 / float(np.mean(alone)),
            reference,
            float(np.percentile(alone, 95)),
            1.0,
            None,
            None,
            "",
        )
    ]
    with served("--no-llm") as (address, pid):
        asyncio.run(asked(address, questions, 1, 3.0))
        for users in USERS:
            used = processor_s(pid)
            times, statuses, lasted = asyncio.run(asked(address, questions, users, SECONDS))
            each = (processor_s(pid) - used) * 1000 / max(1, len(times))
            median = float(np.percentile(times, 50))
            rows.append(
                (
                    "served",
                    users,
                    len(times) / lasted,
                    median,
                    float(np.percentile(times, 95)),
                    reference / median,
                    each,
                    memory_mb(pid),
                    ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items())),
                )
            )
    columns = (
        "",
        "users",
        "answers a second",
        "ms p50",
        "ms p95",
        "in this process / this (p50)",
        "ms of processor each",
        "MB of the service",
        "statuses",
    )
    notes = (
        "`python -m benchmarks page`. "
        + " ".join((__doc__ or "").split("\n\n")[-1].split())
        + " Each user asks again as soon as it is answered; 429 is the service asking to come back later."
    )
    return [Table("page", "The service under load", columns, tuple(rows), notes)]


async def asked(
    address: str, questions: Sequence[str], users: int, lasting: float
) -> tuple[list[float], Counter[str], float]:
    """Times in ms, statuses and seconds of `users` who each ask one question after the other."""
    times, statuses = list[float](), Counter[str]()
    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120, trust_env=False) as client:
        started = time.perf_counter()

        async def user(number: int) -> None:
            turn = number
            while time.perf_counter() - started < lasting:
                start = time.perf_counter()
                answer = await client.post(
                    "/api/v1/ask", json={"question": questions[turn % len(questions)], "llm": False}
                )
                statuses[str(answer.status_code)] += 1
                times.append((time.perf_counter() - start) * 1000)
                turn += users
                if answer.status_code == 429:
                    await asyncio.sleep(min(5.0, float(answer.headers.get("retry-after", 1))))

        await asyncio.gather(*(user(n) for n in range(users)))
        return times, statuses, time.perf_counter() - started


@contextmanager
def served(*options: str) -> Iterator[tuple[str, int]]:
    """The address and the process of a service started for this, with these options of `guichet serve`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())", "serve", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    log = Path(os.devnull).open("w")  # noqa: SIM115
    service = subprocess.Popen([*run, "--port", str(port)], cwd=ROOT, stdout=log, stderr=log, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                httpx.get(f"{address}/sante", trust_env=False, timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                if time.monotonic() > deadline or service.poll() is not None:
                    raise
                time.sleep(0.5)
        yield address, service.pid
    finally:
        service.terminate()
        service.wait(20)
        log.close()
