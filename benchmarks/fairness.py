"""Two clients of the generator: one with twelve connections that ask again and again, one that asks every six seconds.

    python -m benchmarks.fairness [--seconds 45] [--heavy 12] [--every 6]

`guichet serve` is started over GUICHET_HOME with its generator, and two keys are made there, revoked at the end. Each
question is new and goes to the generator. What counts is how many drafts each client had: an answer that the line of the
generator sent away is made of quotes and says so.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime

import httpx

from benchmarks.service import served
from ui.api.database import open_database
from ui.api.keys import create_key, revoke_key
from ui.pacing import BUSY_GENERATOR
from ui.settings import read_settings

QUESTION = "Quel est le budget du plan IA de la Région Occitanie ? (dossier {n})"  # it goes to the generator
REST_S = 2.0  # of a connection that the generator was too busy for: quotes alone would keep the machine busy
PER_MINUTE = 6000  # more than either asks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--heavy", type=int, default=12, help="connections of the first client")
    parser.add_argument("--every", type=float, default=6.0, help="seconds between two questions of the second")
    chosen = parser.parse_args()
    settings = read_settings()
    with closing(open_database(settings.home, settings.shared)) as database:
        made = [
            create_key(database, name, ["ask"], now=datetime.now(UTC), per_minute=PER_MINUTE)
            for name in ("heavy", "light")
        ]
        try:
            with served() as (address, _):
                heavy, light = asyncio.run(
                    asked(address, [text for _, text in made], chosen.seconds, chosen.heavy, chosen.every)
                )
        finally:
            for key, _ in made:
                revoke_key(database, key.id, now=datetime.now(UTC))
    for name, outcomes in ((f"{chosen.heavy} connections", heavy), (f"one each {chosen.every:g} s", light)):
        print(f"{name}: {outcomes['draft']} drafts of {outcomes.total()}; {dict(outcomes)}")
    return 0


async def asked(
    address: str, keys: list[str], seconds: float, connections: int, every: float
) -> tuple[Counter[str], Counter[str]]:
    """What came of the questions of each client."""
    heavy, light, number = Counter[str](), Counter[str](), itertools.count()
    ends = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=address, timeout=120, trust_env=False) as client:

        async def ask(key: str, outcomes: Counter[str]) -> str:
            body = {"question": QUESTION.format(n=next(number))}
            answer = await client.post("/api/v1/ask", json=body, headers={"authorization": f"Bearer {key}"})
            outcomes[came := outcome(answer)] += 1
            return came

        async def again() -> None:
            while time.monotonic() < ends:
                if await ask(keys[0], heavy) != "draft":
                    await asyncio.sleep(REST_S)

        async def now_and_then() -> None:
            asking = list[asyncio.Task[str]]()
            while time.monotonic() < ends:
                asking.append(asyncio.create_task(ask(keys[1], light)))
                await asyncio.sleep(every)
            await asyncio.gather(*asking)

        await asyncio.gather(now_and_then(), *(again() for _ in range(connections)))
    return heavy, light


def outcome(answer: httpx.Response) -> str:
    """draft (the generator had its turn, whatever was kept of it), busy, neither, or the status of a failure."""
    if answer.status_code != 200:
        return str(answer.status_code)
    record = answer.json()
    if BUSY_GENERATOR in record["follow_ups"]:
        return "busy"
    return "draft" if record["tokens"].get("completion") else "neither"


if __name__ == "__main__":
    raise SystemExit(main())
