"""The state of an aid and the adoption of a plan: told by the fiche, where they and nothing else are asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from answer_worlds import BALISE, MORE, TODAY, open_world

from assistant.answers import Question
from assistant.assistant import Assistant


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = open_world(tmp_path_factory.mktemp("index"), more=MORE)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "scheme", "first"),
    [
        ("Chèque Phare est-il ouvert ?", "cheque-phare", "est ouvert d'après les documents"),
        ("Is Chèque Phare still open?", "cheque-phare", "est ouvert d'après les documents"),
        ("Lanterne IA est-elle déjà lancée ?", "lanterne-ia", "est annoncé ; les documents n'attestent pas"),
        ("Où en est Lanterne IA ?", "lanterne-ia", "est annoncé ; les documents n'attestent pas"),
        ("Chèque Phare Plus existe encore ?", "cheque-phare-plus", "est terminé d'après les documents"),
        ("Le Plan Lumière a-t-il été adopté ?", "plan-lumiere", "a été voté"),
        ("Le plan de la région Sud a-t-il été voté ?", "plan-lumiere", "a été voté"),
        ("Le plan de l'Occitanie est-il adopté ?", "plan-fanal", "les documents n'attestent pas son adoption"),
    ],
)
def test_the_state_asked_is_told_first_by_the_fiche(assistant: Assistant, text: str, scheme: str, first: str) -> None:
    answer = assistant.answer(Question(text))
    assert (answer.status, [match.id for match in answer.schemes]) == ("answered", [scheme])
    assert first in answer.sentences[0].text
    assert {citation.doc for citation in answer.citations} == {f"fiche-{scheme}"}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Quand Cap Balise a-t-il été lancé ?", "mars 2024"),
        ("Quel est le montant maximum de Chèque Phare par entreprise, est-il toujours ouvert ?", "4 500 €"),
        ("Combien coûte Chèque Phare, s'il est ouvert ?", "le coût"),
        ("Qui porte le Plan Fanal, s'il est en cours ?", "conseil des ports"),
        ("Quelle est l'enveloppe des ateliers, si elle est encore ouverte ?", "2,5 millions"),
    ],
)
def test_no_state_is_told_where_another_thing_is_asked(assistant: Assistant, text: str, held: str) -> None:
    answer = assistant.answer(Question(text))
    assert held in answer.answer
    assert not answer.sentences or "d'après les documents" not in answer.sentences[0].text


@pytest.mark.parametrize("of", ["", " en Bretagne", " du Sud ou celui de Toulouse"])
def test_the_plan_of_no_one_region_is_taken_for_that_of_none(assistant: Assistant, of: str) -> None:
    assert not assistant.answer(Question(f"Le plan{of} a-t-il été adopté ?")).schemes


def test_a_date_asked_with_the_state_is_told_after_it(assistant: Assistant) -> None:
    first, second, *_ = assistant.answer(Question("Cap Balise est-il encore ouvert ?")).sentences
    assert "est ouvert d'après les documents" in first.text
    assert "mars 2024" in second.text


def test_a_plan_of_something_is_not_that_of_the_region(assistant: Assistant) -> None:
    answer = assistant.answer(Question("Le plan de formation des artisans de la région Sud est-il lancé ?"))
    assert "a été voté" not in answer.answer


def test_the_states_of_two_are_told(assistant: Assistant) -> None:
    answer = assistant.answer(Question("Lanterne IA et Chèque Phare sont-elles ouvertes ?"))
    assert "est annoncé ; les documents n'attestent pas" in answer.answer
    assert "« Chèque Phare » est ouvert d'après les documents" in answer.answer


def test_an_aid_whose_last_day_is_past_is_not_said_to_be_open(tmp_path: Path) -> None:
    digue = replace(BALISE, id="cap-digue", name="Cap Digue", aliases=(), closes_on=TODAY - timedelta(days=60))
    facts = tuple(replace(fact, text=fact.text.replace("Cap Balise 2031", "Cap Digue")) for fact in BALISE.facts)
    with closing(open_world(tmp_path, more=(replace(digue, facts=facts),))) as assistant:
        answer = assistant.answer(Question("Cap Digue est-il encore ouvert ?"))
    assert "est ouvert d'après" not in answer.answer
    assert "terminé" in answer.answer


def test_the_state_is_found_after_a_summary_of_two_sentences(tmp_path: Path) -> None:
    vergers = replace(BALISE, id="cap-vergers", name="Cap Vergers", aliases=(), summary="Il forme. Il équipe aussi.")
    with closing(open_world(tmp_path, more=(vergers,))) as assistant:
        answer = assistant.answer(Question("Cap Vergers est-il ouvert ?"))
    assert "« Cap Vergers » est ouvert d'après les documents" in answer.sentences[0].text
