"""Makers of gold, replies and cases to measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.evaluation.cases import Case, Entails
from assistant.evaluation.entailment import by_verification
from assistant.evaluation.gold import Gold, GoldRecord
from assistant.evaluation.replies import Cited, ReplyRecord


def make_gold(id: str = "q1", *, question: str = "Combien ?", **keys: Any) -> Gold:
    """The gold of one question, from the keys of a question file."""
    return GoldRecord.model_validate(keys).to_gold(id, question)


def make_record(id: str = "q1", answer: str = "Dix [1].", **keys: Any) -> dict[str, Any]:
    """An answer record of the contract, one sentence and one quote unless it says otherwise."""
    record: dict[str, Any] = {
        "id": id,
        "question": "Combien ?",
        "status": "answered",
        "reason": None,
        "answer": answer,
        "sentences": [{"text": answer.replace(" [1]", ""), "citations": [1]}],
        "citations": [make_citation(answer.replace(" [1]", ""))],
        "schemes": [],
        "profile": {"region": None, "size": None, "sector": None, "need": None},
        "retrieved": [{"doc": "plan", "passage_id": "p1", "page": None, "score": 0.5, "text": answer}],
        "timings_ms": {"retrieval": 10.0, "first_token": 20.0, "total": 30.0},
        "tokens": {"prompt": 0, "completion": 0},
        "generator": "extractive",
        "index": "abc",
    }
    return record | keys


def make_citation(quote: str, n: int = 1, doc: str = "plan", **keys: Any) -> dict[str, Any]:
    return {"n": n, "doc": doc, "title": "Plan", "heading": [], "quote": quote} | keys


def make_case(
    gold: Gold | None = None,
    record: dict[str, Any] | None = None,
    *,
    entails: Entails = by_verification,
    searches: bool = True,
) -> Case:
    """A case; without a record there was no answer."""
    reply = None if record is None else ReplyRecord.model_validate(record).to_reply()
    return Case(gold or make_gold(), reply, entails, searches=searches)


def entailed_by(pairs: dict[str, set[frozenset[int]]]) -> Entails:
    """An entailment that says yes to these sets of citation numbers of each sentence."""

    def entails(sentence: str, citations: Sequence[Cited], question: str) -> bool:
        return frozenset(c.n for c in citations) in pairs.get(sentence, set())

    return entails
