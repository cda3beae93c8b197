"""Whether passages that came with a question answer it: a logistic regression over measures that cost nothing.

The weights are made by scripts/train_judge.py and hold for the encoder they were fitted on, named in judging.json.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from index.tokens import content_tokens

FEATURES = ("near", "best", "same", "titled")
TITLED, UNTITLED = ("near", "same", "titled"), ("near", "best")  # chosen on held-out halves: docs/measurements.md
_TITLE = re.compile(r"([^:.\n]{2,80}): ")
_UNNAMED = re.compile(r"(?:passage|given|p)-?\d+")


@dataclass(frozen=True, slots=True)
class Weights:
    """log-odds = bias + Σ weight × (feature − mean) / scale, in the order of `features`."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float

    def log_odds(self, measures: Mapping[str, float]) -> float:
        terms = zip(self.features, self.mean, self.scale, self.weight, strict=True)
        return self.bias + sum(weight * (measures[name] - mean) / scale for name, mean, scale, weight in terms)


@dataclass(frozen=True, slots=True)
class Judge:
    """The encoder whose cosines it reads, and its weights with and without titles."""

    encoder: str
    titled: Weights
    untitled: Weights


def measures(
    question: str, texts: Sequence[str], docs: Sequence[str], cosines: NDArray[np.float32]
) -> dict[str, float]:
    """What is looked at, of at least one passage; `cosines` of the question with each, (n,).

    near: their mean; best: the mean of the three highest; same: the share of passages under the most frequent title,
    0 without titles; titled: the largest share of a title's terms that the question has.
    """
    titles = [title for text, doc in zip(texts, docs, strict=True) if (title := title_of(text, doc))]
    asked = set(content_tokens(question))
    shares = [sum(t in asked for t in terms) / len(terms) for t in set(titles) if (terms := content_tokens(t))]
    ordered = np.sort(cosines)[::-1]
    return {
        "near": float(ordered.mean()),
        "best": float(ordered[:3].mean()),
        "same": max(Counter(titles).values()) / len(texts) if titles else 0.0,
        "titled": max(shares, default=0.0),
    }


def title_of(text: str, doc: str) -> str:
    """What a passage opens with before a colon, else the name of its document; "" where neither says anything."""
    found = _TITLE.match(text)
    if found:
        return found[1].strip()
    return "" if _UNNAMED.fullmatch(doc) else doc.replace("-", " ").replace("_", " ")


def answer_odds(
    question: str, texts: Sequence[str], docs: Sequence[str], cosines: NDArray[np.float32], encoder: str
) -> float | None:
    """The log-odds that the passages answer; None without passages or with an encoder it was not fitted on."""
    judge = load_judge()
    if not texts or not encoder.startswith(judge.encoder):
        return None
    seen = measures(question, texts, docs, cosines)
    return (judge.titled if seen["same"] else judge.untitled).log_odds(seen)


@cache
def load_judge() -> Judge:
    """The weights that ship with the package."""
    data = json.loads((files("assistant") / "judging.json").read_text(encoding="utf-8"))
    return Judge(data["encoder"], weights_from(data["titled"]), weights_from(data["untitled"]))


def weights_from(data: Mapping[str, list[float]]) -> Weights:
    """Weights as the training scripts write them."""
    features = tuple(str(name) for name in data["features"])
    mean, scale, weight = (tuple(float(v) for v in data[key]) for key in ("mean", "scale", "weight"))
    return Weights(features, mean, scale, weight, float(data["bias"][0]))


def fit(x: NDArray[np.float64], y: NDArray[np.bool_], features: Sequence[str], *, ridge: float) -> Weights:
    """Logistic regression with a ridge penalty, classes weighing the same, by Newton's method; x (n, features).

    Minimises Σ c_i log(1 + exp(−±z_i)) + ridge/2 ‖w‖² over standardised features; the bias is not penalised.
    """
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    balance = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    penalty = np.diag([0.0] + [ridge] * x.shape[1])
    w = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ w))
        step = np.linalg.solve(
            (z * (balance * p * (1 - p))[:, None]).T @ z + penalty, z.T @ (balance * (p - y)) + penalty @ w
        )
        w = w - step
        if math.sqrt(float(step @ step)) < 1e-9:
            break
    return Weights(tuple(features), tuple(mean), tuple(scale), tuple(w[1:]), float(w[0]))
