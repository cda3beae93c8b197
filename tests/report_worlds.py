"""A report of a few questions, some of them hostile."""

from __future__ import annotations

from typing import Any

from evaluation_worlds import make_case, make_citation, make_gold, make_record

from assistant.evaluation.comparison import compare
from assistant.evaluation.metrics import measured
from assistant.evaluation.scoring import score
from ui.evaluation.problems import Problem
from ui.report.page import Evaluated, page
from ui.words import load_page_words

ATTACK = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e</details></style>{n}'


def make_evaluated(name: str = "guichet", **keys: Any) -> Evaluated:
    """Five questions right, one wrong, one that should not have been answered."""
    kinds = ["fact", "fact", "list", "list", "fact", "fact", "unanswerable"]
    cases = tuple(
        make_case(
            make_gold(
                f"q{n}", question=f"Question {n} ?", kind=kind, key_facts=["dix"], gold_doc="plan", answer="Dix."
            ),
            make_record(f"q{n}", "Onze [1]." if n == 5 else "Dix [1].", **keys),
        )
        for n, kind in enumerate(kinds)
    )
    about = {"name": name, "file": "q.jsonl", "date": "2026-01-15", "seed": 0}
    return Evaluated(measured(cases, score(cases), system=about, problems={}), cases)


def hostile_report(language: str = "fr") -> str:
    """A report where every text that a stranger could write is an attack."""
    gold = make_gold(
        ATTACK,
        question=ATTACK,
        kind=ATTACK,
        key_facts=[[ATTACK, "dix"]],
        answers=[ATTACK],
        evidence=[{"doc": ATTACK, "quote": ATTACK}],
        answerable=True,
    )
    record = make_record(
        ATTACK,
        ATTACK,
        sentences=[{"text": ATTACK, "citations": [1]}],
        citations=[make_citation(ATTACK, doc=ATTACK, title=ATTACK, heading=[ATTACK])],
        schemes=[{"id": ATTACK, "name": ATTACK, "verdict": ATTACK}],
        retrieved=[{"doc": ATTACK, "passage_id": ATTACK, "page": None, "score": 1.0, "text": ATTACK}],
    )
    cases = (make_case(gold, record),)
    about = {"name": ATTACK, "file": ATTACK, "date": ATTACK, "index": ATTACK, "generator": ATTACK}
    metrics = measured(cases, score(cases), system=about, problems={})
    problems = (Problem("unknown_document", ATTACK, ATTACK),)
    compared = compare(metrics, metrics)
    return page([Evaluated(metrics, cases, problems)], [compared], metrics, problems, load_page_words(language))


def plain_report() -> str:
    ours, theirs = make_evaluated(), make_evaluated("autre", status="abstained")
    comparison = compare(ours.metrics, theirs.metrics)
    return page([ours, theirs], [comparison], None, (), load_page_words("fr"))
