"""From the log-probabilities of a first token to those of a few possible answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def first_token_logprobs(top: Sequence[dict[str, Any]], choices: Sequence[str]) -> dict[str, float]:
    """For each choice, the log of the summed probability of the tokens that begin it and no other choice."""
    floor = min((float(entry["logprob"]) for entry in top), default=-math.inf)
    masses: dict[str, list[float]] = {choice: [] for choice in choices}
    for entry in top:
        token = str(entry["token"]).strip().casefold()
        begun = [choice for choice in choices if token and choice.casefold().startswith(token)]
        if len(begun) == 1:
            masses[begun[0]].append(float(entry["logprob"]))
    return {choice: _log_sum(mass) if mass else floor for choice, mass in masses.items()}


def _log_sum(logarithms: Sequence[float]) -> float:
    highest = max(logarithms)
    return highest + math.log(sum(math.exp(value - highest) for value in logarithms))
