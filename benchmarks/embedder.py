"""How fast passages are embedded: types and batch sizes, each in turn over the same passages.

    python -m benchmarks embedder

Peer: sentence-transformers as it comes, float32, batches of 32. `auto` is what the guichet uses: bfloat16 where the
processor has it, small batches by length.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import Base
from benchmarks.harness import Table, milliseconds, spent
from index.encoder import SentenceEncoder, fast_bfloat16

PASSAGES = 96
ROUNDS = 3
BATCHES = (1, 4, 8, 32)


def tables(model: Path, of: Base) -> list[Table]:
    import torch
    from sentence_transformers import SentenceTransformer

    texts = [text for text in of.texts if 500 <= len(text) <= 900][:PASSAGES] or of.texts[:PASSAGES]
    sides: dict[str, Any] = {"ours, auto": SentenceEncoder(model).encode_passages}
    sides["ours, float32"] = SentenceEncoder(model, dtype="float32").encode_passages
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        loaded = SentenceTransformer(str(model), device="cpu", local_files_only=True, model_kwargs={"dtype": kind})
        for batch in BATCHES:
            sides[f"sentence-transformers {name}, batches of {batch}"] = lambda given, m=loaded, b=batch: (
                m.encode_document(given, batch_size=b, show_progress_bar=False, convert_to_tensor=True).float().numpy()
            )
    peer = "sentence-transformers float32, batches of 32"
    reference = sides[peer](texts)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    lowest = {}
    for name, encode in sides.items():
        lowest[name] = float((encode(texts) * reference).sum(axis=1).min())
    for turn in range(ROUNDS):
        for name, encode in sides.items():
            times[name].append(spent(lambda e=encode, t=texts[turn::ROUNDS]: e(t)))  # type: ignore[misc]
    clock, processor = ({name: sum(t[i] for t in found) for name, found in times.items()} for i in (0, 1))
    rows = [
        (name, len(texts) / clock[name], clock[peer] / clock[name], processor[peer] / processor[name], lowest[name])
        for name in sides
    ]
    ours, theirs = SentenceEncoder(model), SentenceTransformer(str(model), device="cpu", local_files_only=True)
    asked = of.questions[:60]
    one = [
        ("ours, auto", milliseconds(lambda q: ours.encode_queries([q]), asked)),
        ("sentence-transformers float32", milliseconds(lambda q: theirs.encode_query([q]), asked)),
    ]
    length = float(np.mean([len(text) for text in texts]))
    notes = (
        f"`python -m benchmarks embedder`. {len(texts)} real passages of {length:.0f} characters, {ROUNDS} rounds in "
        f"turn. Peer: {peer}. Fast bfloat16 on this processor: {'yes' if fast_bfloat16() else 'no'}."
    )
    return [
        Table(
            "embedder",
            "Embedding passages",
            (
                "encoder",
                "passages a second",
                "peer / this, by the clock",
                "by processor time",
                "lowest cosine with the peer",
            ),
            tuple(rows),
            notes,
        ),
        Table(
            "query",
            "Embedding one question",
            ("encoder", "ms p50", "ms p95", "processor ms p50", "processor ms p95", "peer / this (p50)"),
            tuple((name, *times, one[1][1][0] / times[0]) for name, times in one),
            "`python -m benchmarks embedder`.",
        ),
    ]
