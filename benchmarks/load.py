"""Load on a running service: many users asking at once through the API, paced at a rate; times, errors, and memory.

    python benchmarks/load.py http://127.0.0.1:7860 QUESTIONS.jsonl --rate 30 --users 64 --seconds 60 [--key KEY] [--pid PID]

Open arrivals: a question is sent when its time comes, whether or not the ones before are answered, as long as a user is
free; what waits for a user counts in its time, so a slow service is not measured kindly.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import httpx


def memory_mb(pid: int | None) -> float:
    """Resident memory of a process, in MB; 0 where /proc is not."""
    path = Path(f"/proc/{pid}/status")
    if pid is None or not path.exists():
        return 0.0
    line = next(row for row in path.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor_s(pid: int | None) -> float:
    """Processor time a process has used, all its threads, in seconds; 0 where /proc is not."""
    path = Path(f"/proc/{pid}/stat")
    if pid is None or not path.exists():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(args: argparse.Namespace) -> dict[str, object]:
    questions = [json.loads(line)["question"] for line in args.questions.read_text("utf-8").splitlines() if line]
    headers = {"authorization": f"Bearer {args.key}"} if args.key else {}
    times, statuses, memory = list[float](), Counter[str](), list[float]()
    users = asyncio.Semaphore(args.users)
    limits = httpx.Limits(max_connections=args.users, max_keepalive_connections=args.users)
    async with httpx.AsyncClient(
        base_url=args.address, headers=headers, limits=limits, timeout=60, trust_env=False
    ) as client:

        async def ask(n: int, due: float) -> None:
            async with users:
                try:
                    body = {"question": questions[n % len(questions)], "llm": args.llm}
                    answer = await client.post("/api/v1/ask", json=body)
                    statuses[str(answer.status_code)] += 1
                except httpx.HTTPError as error:
                    statuses[type(error).__name__] += 1
                times.append(time.perf_counter() - due)

        for n in range(args.warm):
            await ask(n, time.perf_counter())
        times.clear()
        statuses.clear()
        started, asked, used = time.perf_counter(), list[asyncio.Task[None]](), processor_s(args.pid)
        for n in range(int(args.rate * args.seconds)):
            due = started + n / args.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.append(asyncio.create_task(ask(n, due)))
            if n % max(1, int(args.rate)) == 0:
                memory.append(memory_mb(args.pid))
        await asyncio.gather(*asked)
        lasted, used = time.perf_counter() - started, processor_s(args.pid) - used
    cuts = statistics.quantiles([t * 1000 for t in times], n=100)
    return {
        "asked": len(times),
        "per_second": round(len(times) / lasted, 1),
        "statuses": dict(statuses),
        "ms": {"p50": round(cuts[49]), "p95": round(cuts[94]), "p99": round(cuts[98])},
        "processor_ms_per_question": round(used * 1000 / len(times), 1),
        "memory_mb": {"first": round(memory[0]), "last": round(memory[-1]), "most": round(max(memory))},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("questions", type=Path)
    parser.add_argument("--rate", type=float, default=30.0, help="questions a second")
    parser.add_argument("--users", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--warm", type=int, default=100, help="questions asked one by one before, not counted")
    parser.add_argument("--llm", action="store_true", help="with the generator")
    parser.add_argument("--key")
    parser.add_argument("--pid", type=int, help="of the service, for its memory")
    json.dump(asyncio.run(run(parser.parse_args())), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
