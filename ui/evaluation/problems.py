"""What is wrong in the files given, named and counted; none of it stops the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

ProblemKind = Literal[
    "bad_line",  # of the question file
    "duplicate_id",
    "undecided",  # a proposed question nobody accepted
    "unknown_document",  # a gold document that is not in the index
    "stale",  # the passage a question was made from has changed
    "bad_answer",  # a line of the answers that is no record
    "other_question",  # an answer to a question that is not asked, or was worded otherwise
    "missing_answer",
    "error",  # an answer record that is an error
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `where` is a line ("questions.jsonl, ligne 3") or an id; `detail` what is to be known of it."""

    kind: ProblemKind
    where: str
    detail: str = ""


def counted(problems: Iterable[Problem]) -> dict[str, int]:
    """How many of each kind, in the order they are met."""
    return dict(Counter(problem.kind for problem in problems))


def named(problems: Sequence[Problem], kind: str, most: int = 5) -> str:
    """The first places of a kind, for a sentence."""
    places = [f"{p.where} ({p.detail})" if p.detail else p.where for p in problems if p.kind == kind]
    return ", ".join(places[:most]) + (f", … (+{len(places) - most})" if len(places) > most else "")
