"""How fast passages are embedded: our encoder against float32 sentence-transformers as it comes, in one run.

    python benchmarks/indexing.py MODEL_FOLDER TEXT_FILE... [--passages 240] [--rounds 3] [--threads N]

The passages are the paragraphs of the files, joined up to 850 characters. Both sides get the same ones, round after
round, in turn, so that what else the machine does weighs on both. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from index.encoder import SentenceEncoder, fast_bfloat16

PASSAGE_CHARACTERS = 850  # as the passages of an index: 600 to 900


def passages_of(texts: list[str]) -> list[str]:
    """Paragraphs joined, or cut, to at most PASSAGE_CHARACTERS."""
    found: list[str] = []
    for text in texts:
        held = ""
        for paragraph in re.split(r"\n\s*\n", text):
            for start in range(0, len(paragraph.strip()), PASSAGE_CHARACTERS):
                piece = paragraph.strip()[start : start + PASSAGE_CHARACTERS]
                if held and len(held) + len(piece) >= PASSAGE_CHARACTERS:
                    found.append(held)
                    held = ""
                held = f"{held}\n{piece}".strip()
        if held:
            found.append(held)
    return found


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.is_file() else []
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--passages", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    chosen = parser.parse_args()
    passages = passages_of([path.read_text(encoding="utf-8") for path in chosen.files])
    random.Random(0).shuffle(passages)  # noqa: S311 — a sample, not a secret
    passages = passages[: chosen.passages]

    ours = SentenceEncoder(chosen.model, threads=chosen.threads)
    ours.encode_passages(passages[:8])
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(chosen.model), device="cpu", local_files_only=True)
    theirs.encode_document(passages[:8])

    clocks: dict[str, list[tuple[float, float]]] = {"ours": [], "theirs": []}
    lowest = 1.0
    for start in range(chosen.rounds):
        turn = passages[start :: chosen.rounds]
        begun, used = time.perf_counter(), time.process_time()
        reference = theirs.encode_document(turn, show_progress_bar=False)
        clocks["theirs"].append((time.perf_counter() - begun, time.process_time() - used))
        begun, used = time.perf_counter(), time.process_time()
        vectors = ours.encode_passages(turn)
        clocks["ours"].append((time.perf_counter() - begun, time.process_time() - used))
        lowest = min(lowest, float((vectors * reference).sum(axis=1).min()))
    wall = {side: sum(clock[0] for clock in turns) for side, turns in clocks.items()}
    cpu = {side: sum(clock[1] for clock in turns) for side, turns in clocks.items()}
    print(
        json.dumps(
            {
                "passages": len(passages),
                "characters": round(float(np.mean([len(passage) for passage in passages]))),
                "float32_per_s": round(len(passages) / wall["theirs"], 1),
                "ours_per_s": round(len(passages) / wall["ours"], 1),
                "ratio": round(wall["theirs"] / wall["ours"], 2),
                "ratio_by_round": [
                    round(a[0] / b[0], 2) for a, b in zip(clocks["theirs"], clocks["ours"], strict=True)
                ],
                "ratio_cpu_time": round(cpu["theirs"] / cpu["ours"], 2),
                "lowest_cosine": round(lowest, 5),
                "bfloat16": fast_bfloat16(),
                "machine": processor(),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
