"""Sentences in the language of who reads them: the rooms say them in French, the doors give their English.

messages/errors.yaml holds each sentence of an error in both languages, with its variables in braces, and
messages/judgements.yaml what the matching says of a criterion. A sentence that is not in them stays as it was said: a
French sentence that helps is better than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import yaml

from ingest.errors import GuichetError

HOLE = re.compile(r"\{(\w+)\}")


def in_language(error: GuichetError, language: str) -> str:
    """The sentence of an error in "fr" or "en"."""
    return str(error) if language == "fr" else english(str(error)) or str(error)


def english(sentence: str, file: str = "errors", said: Callable[[str], str] = str) -> str | None:
    """The English of a French sentence, its variables filled in by `said`; None when the file does not hold it."""
    for pattern, text in _pairs(file):
        found = pattern.fullmatch(sentence)
        if found:
            return HOLE.sub(lambda hole, given=found: said(given[hole[1]]), text)  # type: ignore[misc]
    return None


@cache
def _pairs(file: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with fewest variables first: a sentence without any is never taken for one with some."""
    read = yaml.safe_load((files("ui") / "messages" / f"{file}.yaml").read_text(encoding="utf-8"))
    rows = sorted(read, key=lambda row: (len(HOLE.findall(row["fr"])), -len(row["fr"])))
    return tuple((re.compile(_pattern(row["fr"]), re.DOTALL), row["en"]) for row in rows)


def _pattern(text: str) -> str:
    pieces = HOLE.split(text)  # text, name, text, name, …
    return "".join(f"(?P<{piece}>.*?)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))
