"""Run and qrels in the format of trec_eval, so that any other evaluator can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import says_any
from assistant.evaluation.replies import Found


def documents_run(cases: Sequence[Case], tag: str) -> Iterator[str]:
    """Lines of the distinct documents of each question, best first; the score only keeps the order."""
    for case in cases:
        yield from _run(case.gold.id, case.ranked_documents, tag)


def documents_qrels(cases: Sequence[Case]) -> Iterator[str]:
    for case in cases:
        for doc in case.gold.docs:
            yield f"{_token(case.gold.id)} 0 {_token(doc)} 1\n"


def passages_run(cases: Sequence[Case], tag: str) -> Iterator[str]:
    for case in cases:
        ids = [found.passage_id or f"passage-{n}" for n, found in enumerate(_retrieved(case), start=1)]
        yield from _run(case.gold.id, list(dict.fromkeys(ids)), tag)


def passages_qrels(cases: Sequence[Case]) -> Iterator[str]:
    """The passages retrieved, graded by the key facts they say; what was not retrieved is not judged."""
    for case in cases:
        if not case.gold.key_facts:
            continue
        for n, (found, text) in enumerate(zip(_retrieved(case), case.passages, strict=True), start=1):
            grade = sum(says_any(text, alternatives) for alternatives in case.gold.key_facts)
            yield f"{_token(case.gold.id)} 0 {_token(found.passage_id or f'passage-{n}')} {grade}\n"


def _retrieved(case: Case) -> tuple[Found, ...]:
    return case.reply.retrieved if case.reply else ()


def _run(question: str, ids: Sequence[str], tag: str) -> Iterator[str]:
    for rank, name in enumerate(ids, start=1):
        yield f"{_token(question)} Q0 {_token(name)} {rank} {len(ids) - rank + 1} {_token(tag)}\n"


def _token(text: str) -> str:
    """A name without blanks, which part the columns."""
    return re.sub(r"\s", "_", text) or "_"
