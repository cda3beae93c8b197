"""Figures as a person reads them, in the terminal and in the report."""

from __future__ import annotations

from assistant.evaluation.measure import Measure
from assistant.evaluation.scoring import Figure
from ui.words import Words

UNITS = {"share": "", "ms": " ms", "s": " s", "MiB": " Mio", "tokens": "", "Wh": " Wh", "words": ""}


def shown(measure: Measure, value: float, words: Words) -> str:
    """A value: three decimals for a share, few for the rest, its unit after it."""
    if measure.unit == "share":
        text = f"{value:.3f}"
    else:
        text = f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 4 if measure.unit == 'Wh' else 2}f}"
    return decimal(text, words) + UNITS[measure.unit]


def decimal(text: str, words: Words) -> str:
    """A number with the decimal mark of the language."""
    return text.replace(".", ",") if words.language == "fr" else text


def bounds(measure: Measure, low: float | None, high: float | None, words: Words) -> str:
    """An interval in brackets; nothing where there is none."""
    if low is None or high is None:
        return ""
    return f"[{shown(measure, low, words)} ; {shown(measure, high, words)}]"


def interval(measure: Measure, figure: Figure, words: Words) -> str:
    return bounds(measure, figure.low, figure.high, words)


def label(measure: Measure, words: Words) -> str:
    """The name of a measure for a person."""
    return words.say(f"evaluate.measure.{measure.name.replace('@', '_')}")


def meaning(measure: Measure, words: Words) -> str:
    """What a measure counts, in a line."""
    return words.say(f"evaluate.meaning.{measure.name.replace('@', '_')}")


def named(words: Words, group: str, name: str) -> str:
    """The label of a code in a group of words, or the code itself where the file has its own ("kind": "divers")."""
    return words.get(f"evaluate.{group}.{name}") or name
