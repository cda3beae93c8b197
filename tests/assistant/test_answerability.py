"""The judge of the desk: what it looks at, and how it takes the decision of the named checks again."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from answer_worlds import ask, make_unit

from assistant import answerability
from assistant.answerability import features, judged, load_desk_judge
from assistant.evidence import Unit
from assistant.judging import Weights
from assistant.sufficiency import Decision, decide, support
from assistant.understanding import Understanding

E5 = "multilingual-e5-small-0123456789abcdef"
FACT = "Quelle est l'enveloppe des ateliers en 2024 ?"


def idf(_: str) -> float:
    return 2.0


def unit(text: str, **fields: Any) -> Unit:
    return make_unit(text, **({"similarity": 0.9, "expected": True, "coverage": 0.8, "own": 0.8} | fields))


def checked(question: str, *units: Unit, **fields: Any) -> tuple[Decision, Understanding]:
    understood = ask(question)
    return decide(understood, support(understood, units, idf, lambda _: 1, **fields)), understood


def seen(question: str, *units: Unit) -> dict[str, float]:
    decision, understood = checked(question, *units)
    return features(decision, understood, units, idf)


def test_the_weights_that_ship_read_what_is_measured() -> None:
    measures = seen(FACT, unit("L'enveloppe des ateliers est de 2 M€ en 2024."))
    judge = load_desk_judge()
    assert set(judge.weights.features) == set(measures)
    assert math.isfinite(judge.weights.log_odds(measures))
    assert E5.startswith(judge.encoder)


def test_another_year_than_the_one_asked_is_seen() -> None:
    assert seen(FACT, unit("L'enveloppe des ateliers est de 2 M€ en 2024."))["years_told"] == 1
    assert seen(FACT, unit("L'enveloppe des ateliers est de 2 M€ en 2019."))["years_told"] == 0


def test_what_stands_nowhere_around_the_units_is_absent() -> None:
    near = seen("Quelle est l'enveloppe des ateliers ?", unit("L'enveloppe des ateliers est de 2 M€."))
    far = seen("Quelle est l'enveloppe des ateliers de soudure ?", unit("L'enveloppe des ateliers est de 2 M€."))
    assert near["absent"] == 0
    assert far["absent"] == far["most_absent"] == 2.0


@pytest.mark.parametrize(("least", "answers"), [(-100.0, True), (100.0, False)])
def test_the_judge_decides_where_it_knows_the_encoder(
    monkeypatch: pytest.MonkeyPatch, least: float, answers: bool
) -> None:
    units = (unit("L'enveloppe des ateliers est de 2 M€."),)
    decision, understood = checked(FACT, *units)
    names = tuple(features(decision, understood, units, idf))
    flat = Weights(names, (0.0,) * len(names), (1.0,) * len(names), (0.0,) * len(names), 0.0)
    monkeypatch.setattr(
        answerability, "load_desk_judge", lambda: answerability.DeskJudge("multilingual-e5-small", flat, least)
    )
    again = judged(decision, understood, units, idf, E5)
    assert again.answer is answers
    assert again.reason == ("" if answers else "not_in_documents")
    assert judged(decision, understood, units, idf, "another-model-0123") == decision


def test_a_region_that_no_source_covers_is_never_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = load_desk_judge()
    monkeypatch.setattr(
        answerability, "load_desk_judge", lambda: answerability.DeskJudge(judge.encoder, judge.weights, -1e9)
    )
    units = (unit("L'enveloppe des ateliers est de 2 M€."),)
    decision, understood = checked(FACT, *units, elsewhere=["Bretagne"])
    assert "place" in decision.failed
    assert not judged(decision, understood, units, idf, E5).answer


def test_nothing_kept_leaves_the_decision_as_it_is() -> None:
    decision, understood = checked(FACT)
    assert judged(decision, understood, (), idf, E5) == decision


def test_an_attribute_on_which_the_sources_are_silent_is_never_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    question = "Lanterne IA est-elle cumulable avec une autre aide ?"
    kept = (unit("Lanterne IA s'adresse aux PME.", doc="fiche-lanterne-ia", heading=("Lanterne IA",)),)
    decision, understood = checked(question, *kept)
    judge = load_desk_judge()
    monkeypatch.setattr(answerability, "load_desk_judge", lambda: replace(judge, least=-math.inf))
    assert "attribute" in decision.failed
    assert not judged(decision, understood, kept, idf, E5).answer
