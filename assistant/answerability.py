"""Whether the units kept answer the question: the named checks and what surrounds them, weighed by a fitted judge.

A logistic regression whose weights are made by scripts/train_desk_judge.py from questions of ours, answered and not; it
holds for the encoder it was fitted on, named in answerability.json. With another one, the named checks decide alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.evidence import Idf, Unit, held_by, share
from assistant.judging import Weights, weights_from
from assistant.slots import slots
from assistant.sufficiency import FORMED, Decision
from assistant.understanding import Understanding
from assistant.unsaid import silent, unsaid
from index.tokens import content_tokens

# Checks that no weight outvotes: a region that no source covers, a qualifier not met, a thing done that is still to
# come, not a word that the index knows. Of 1,831 questions well answered 14 fail one of them, of 382 without an answer 40.
CERTAIN = frozenset({"place", "qualified", "done", "words", "required"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class DeskJudge:
    """The encoder its cosines come from, its weights, and the log-odds under which nothing is answered."""

    encoder: str
    weights: Weights
    least: float


def judged(decision: Decision, understanding: Understanding, kept: Sequence[Unit], idf: Idf, encoder: str) -> Decision:
    """The decision of the named checks, taken again by the judge where it knows the encoder."""
    judge = load_desk_judge()
    if kept and unsaid(decision, understanding, kept):
        return Decision(False, "not_in_documents", decision.failed, decision.support)
    certain = CERTAIN & set(decision.failed)
    if not encoder.startswith(judge.encoder) or not kept or certain:
        return decision
    if understanding.expected == "person" and len(understanding.parts) == 1:  # who holds a post is told, or is not
        told = kept[0].expected and "region" not in decision.failed
        return Decision(told, "" if told else "not_in_documents", decision.failed, decision.support)
    odds = judge.weights.log_odds(features(decision, understanding, kept, idf))
    answer = odds >= judge.least
    return Decision(answer, "" if answer else "not_in_documents", decision.failed, decision.support)


def features(decision: Decision, understanding: Understanding, kept: Sequence[Unit], idf: Idf) -> dict[str, float]:
    """What the judge looks at, of at least one unit kept: the measures of the checks, the first unit and whether its
    passage holds a value of the type asked, the question's terms that stand neither in the units (`missing`) nor around
    them (`absent`), years, what is asked, and its slots; `fact` and `silent` are what the fiche of a scheme named says of the attribute asked about, or that it knows nothing."""
    first, asks = kept[0], understanding
    own = set(content_tokens(" ".join(unit.text for unit in kept)))
    around_text = " ".join(" ".join((u.title, *u.passage.heading, u.passage.text)) for u in kept)
    around = set(content_tokens(around_text))
    terms = dict.fromkeys(asks.terms)
    absent = [idf(term) for term in terms if term not in around]
    years = set(_YEAR.findall(asks.text))
    told = set(_YEAR.findall(" ".join(unit.text for unit in kept)))
    asked_terms = dict.fromkeys(asks.asked_terms)
    return {
        **{name: float(value) for name, value in asdict(decision.support).items()},
        "failed": float(len(decision.failed)),
        "first_similarity": first.similarity,
        "first_coverage": first.coverage,
        "first_own": first.own,
        "first_expected": float(any(u.expected for u in kept if u.passage.passage_id == first.passage.passage_id)),
        "expected_share": float(np.mean([unit.expected for unit in kept])),
        "years_asked": float(bool(years)),
        "years_told": float(not years or bool(years & told)),
        "missing": sum(idf(term) for term in terms if term not in own),
        "absent": sum(absent),
        "most_absent": max(absent, default=0.0),
        "absent_share": len(absent) / max(1, len(terms)),
        "asked_in_units": share(asked_terms, held_by(own), idf) if asked_terms else 1.0,
        "asked_around": share(asked_terms, held_by(around), idf) if asked_terms else 1.0,
        "fact": float(any(unit.attribute for unit in kept)),
        "silent": float(silent(asks)),
        "fiches": float(np.mean([unit.passage.doc.startswith("fiche-") for unit in kept])),
        "digests": float(np.mean([unit.passage.doc.startswith("dossier-") for unit in kept])),
        "schemes": float(min(3, len(asks.schemes))),
        "fields": float(min(3, len(asks.fields))),
        "english": float(asks.language == "en"),
        "formed": float(asks.expected in FORMED),
        "untyped": float(asks.expected is None),
        "list": float(asks.intent == "list"),
        "comparison": float(asks.intent == "comparison"),
        **asdict(slots(asks, kept, idf)),
    }


@cache
def load_desk_judge() -> DeskJudge:
    """The weights that ship with the package."""
    data = json.loads((files("assistant") / "answerability.json").read_text(encoding="utf-8"))
    return DeskJudge(data["encoder"], weights_from(data["judge"]), float(data["least"]))
