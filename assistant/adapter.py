"""The query adapter: the vector of a question, bent towards those of the sentences and passages that answer it.

A residual of low rank on the query side alone (adapters of Houlsby et al. 2019, arXiv 1902.00751, in the form of Hu et
al. 2021, arXiv 2106.09685), fitted by scripts/train_adapter.py on questions of ours: people ask in everyday words what
plans say in their own. Vectors of passages, and so the index, stay as they are. It holds for the encoder named in
adapter.json; for another one the vectors of questions are left as they come.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
WEIGHTS, ABOUT = "adapter.safetensors", "adapter.json"  # the second names the encoder and what was measured


@dataclass(frozen=True, slots=True)
class Adapter:
    """q ↦ (q + q · down · up) / ‖·‖; `down` (dim, rank), `up` (rank, dim), float32."""

    encoder: str
    down: Matrix
    up: Matrix

    def __call__(self, vectors: Matrix) -> Matrix:
        bent = vectors + (vectors @ self.down) @ self.up
        unit: Matrix = bent / np.linalg.norm(bent, axis=-1, keepdims=True)
        return unit.astype(np.float32)


def adapted(vectors: Matrix, encoder: str) -> Matrix:
    """The vectors of questions, (n, dim), unit norm, towards what answers them; as they are with another encoder."""
    adapter = load_adapter()
    ours = encoder.startswith(adapter.encoder) and vectors.shape[-1] == len(adapter.down)
    return adapter(vectors) if ours else vectors


@cache
def load_adapter() -> Adapter:
    """The weights that ship with the package."""
    return adapter_from((files("assistant") / WEIGHTS).read_bytes(), about()["encoder"])


def about() -> dict[str, Any]:
    """The encoder the weights hold for, and what was measured when they were fitted."""
    known: dict[str, Any] = json.loads((files("assistant") / ABOUT).read_text(encoding="utf-8"))
    return known


def adapter_from(content: bytes, encoder: str) -> Adapter:
    """Weights as scripts/train_adapter.py writes them."""
    from safetensors.numpy import load

    tensors = load(content)
    return Adapter(encoder, tensors["down"].astype(np.float32), tensors["up"].astype(np.float32))
