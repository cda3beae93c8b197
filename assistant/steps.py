"""The steps of a question's path as values: an evaluation replaces one to see what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from assistant.answers import Question
from assistant.asking import Asking, asking
from assistant.composer import compose
from assistant.drafting import Draft, Generator, draft
from assistant.endings import Context, Ending
from assistant.evidence import Unit
from assistant.given import Found
from assistant.personas import without_persona
from assistant.quoting import Composed, proved
from assistant.searching import find
from assistant.understanding import Understanding, understand
from index.retriever import QueryEncoder
from index.store import DocumentInfo, Index
from index.vectors import Matrix
from ingest.schemes import Scheme

Understand = Callable[[Question, Sequence[Scheme]], Understanding]
Ask = Callable[[Matrix, str], Asking]
Find = Callable[[Index, QueryEncoder, Understanding, Collection[str]], Found]
Compose = Callable[[Context], Ending]
DraftFrom = Callable[[Generator, Understanding, Sequence[Unit], dict[str, DocumentInfo]], Draft]
Prove = Callable[[Composed, str], Composed]


@dataclass(frozen=True, slots=True)
class Steps:
    """What an Assistant calls, in the order of a question's path."""

    understand: Understand = understand
    bare: Callable[[str, Sequence[Scheme]], str] = without_persona
    asking: Ask = asking
    find: Find = find
    compose: Compose = compose
    draft: DraftFrom = draft
    prove: Prove = proved


STEPS = Steps()
