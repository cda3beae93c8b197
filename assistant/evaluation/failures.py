"""Why a question failed: named causes, in the order of the path of an answer."""

from __future__ import annotations

from typing import Literal, get_args

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import says_any
from assistant.evaluation.measures.fact_ranks import fact_ranks
from assistant.evaluation.measures.forbidden import forbidden_said
from assistant.evaluation.measures.key_facts_cited import cited_share
from assistant.evaluation.measures.length import exceeds
from assistant.evaluation.measures.schemes import recommended_wrongly
from assistant.evaluation.measures.uncited_sentences import uncited
from assistant.evaluation.measures.unsupported_figures import unsupported
from assistant.evaluation.measures.wrong_unit import mistaken

Failure = Literal[
    "missing",  # no answer record
    "error",  # an error record
    "abstained",  # abstained, or refused, though the question can be answered
    "answered",  # answered though it cannot
    "not_retrieved",  # a key fact is in no passage found
    "not_selected",  # a key fact was found and is not in the answer
    "fact_missing",  # a key fact is not in the answer, nothing is known of what was found
    "forbidden",
    "too_long",
    "not_cited",  # a key fact is in the answer and in no quote
    "document_missed",  # no gold document among the first ten, on a question with no key facts
    "unsupported_figure",
    "wrong_unit",
    "uncited_sentence",
    "scheme_wrong",
]
FAILURES: tuple[str, ...] = get_args(Failure)


def failures(case: Case) -> list[Failure]:
    """The causes that hold for a case; none when nothing failed, or nothing can be told."""
    if case.given is None:
        return ["missing"]
    if case.reply is None:
        return ["error"]
    found: list[Failure] = []
    if case.gold.answerable is False:
        found += [] if case.reply.abstained else ["answered"]
    elif case.gold.answerable and case.reply.abstained:
        found += ["abstained", *_facts_lost(case)]
    else:
        found += _facts_lost(case)
        checks: list[tuple[bool, Failure]] = [
            (forbidden_said(case), "forbidden"),
            (exceeds(case), "too_long"),
            (not found and cited_share(case) not in (None, 1.0), "not_cited"),
        ]
        found += [name for holds, name in checks if holds]
    if not case.gold.key_facts and case.searches and case.gold.docs and not _document_found(case):
        found.append("document_missed")
    fidelity: list[tuple[bool, Failure]] = [
        (bool(unsupported(case)), "unsupported_figure"),
        (bool(mistaken(case)), "wrong_unit"),
        (bool(uncited(case)), "uncited_sentence"),
        (case.gold.answerable is not False and bool(recommended_wrongly(case)), "scheme_wrong"),
    ]
    return found + [name for holds, name in fidelity if holds]


def _facts_lost(case: Case) -> list[Failure]:
    lost = [not says_any(case.text, alternatives) for alternatives in case.gold.key_facts]
    if not any(lost):
        return []
    ranks = fact_ranks(case)
    if ranks is None:
        return ["fact_missing"]
    causes: list[Failure] = []
    if any(missing and rank is None for missing, rank in zip(lost, ranks, strict=True)):
        causes.append("not_retrieved")
    if any(missing and rank is not None for missing, rank in zip(lost, ranks, strict=True)):
        causes.append("not_selected")
    return causes


def _document_found(case: Case) -> bool:
    return any(doc in case.gold.docs for doc in case.ranked_documents[:10])
