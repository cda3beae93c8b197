"""What a question takes for granted and the sentences contradict: found, and never made of what only singles out."""

from __future__ import annotations

from typing import Any

import pytest
from answer_worlds import ask, make_unit

from assistant.premises import asserted, contradicted, denied

FUND = "La Région soutient le fonds des serres à hauteur de 100 000 euros par an."
OPENED = "La maison des serres a ouvert en 2020."


def idf(_: str) -> float:
    return 2.0


def said(question: str, *texts: str) -> str | None:
    found = contradicted(ask(question), [make_unit(text) for text in texts], idf)
    return found.said if found else None


@pytest.mark.parametrize(
    ("question", "text", "premise"),
    [
        ("La Région soutient le fonds des serres pour 2 M€ par an : qui le gère ?", FUND, "2 M€"),
        ("Puisque le fonds des serres reçoit 2 M€ de la Région, qui le gère ?", FUND, "2 M€"),
        ("La maison des serres, ouverte en 2015, est-elle gratuite ?", OPENED, "2015"),
        ("J'ai lu que la maison des serres a ouvert en 2015, c'est où ?", OPENED, "2015"),
        ("Pourquoi la maison des serres a-t-elle ouvert en 2015 ?", OPENED, "2015"),
        ("Le suivi des serres dure 6 mois, à qui écrire ?", "Le suivi des serres dure 24 mois.", "6 mois"),
    ],
)
def test_a_value_taken_for_granted_that_a_sentence_contradicts_is_found(question: str, text: str, premise: str) -> None:
    assert said(question, text) == premise


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Combien de serres la maison a-t-elle ouvertes en 2015 ?", "La maison a ouvert 3 serres en 2020."),
        ("La maison des serres, ouverte en 2020, est-elle gratuite ?", OPENED),
        ("La maison des serres, ouverte en 2015, est-elle gratuite ?", "Le port a ouvert en 2020."),
        ("La maison des serres, ouverte en 2015, est-elle gratuite ?", "La maison des serres accueille le public."),
        ("Nous avons 2 M€ de chiffre d'affaires, le fonds des serres est-il pour nous ?", FUND),
        ("Le fonds des serres compte 12 villes, qui le gère ?", FUND),
    ],
)
def test_what_singles_out_what_is_true_and_what_is_of_something_else_contradict_nothing(
    question: str, text: str
) -> None:
    assert said(question, text) is None


def test_a_value_that_one_sentence_tells_is_not_contradicted_by_another() -> None:
    question = "La Région soutient le fonds des serres pour 2 M€ par an : qui le gère ?"
    assert said(question, FUND, "En 2019, la Région soutenait le fonds des serres pour 2 M€ par an.") is None


def test_what_someone_says_of_himself_is_not_asserted() -> None:
    assert asserted("Je suis fleuriste depuis 2015, quelle aide ?") == []
    assert asserted("La serre est ouverte, qui la paie ?") == ["La serre est ouverte"]


@pytest.mark.parametrize(
    ("text", "fields", "told"),
    [
        ("Ce risque est impossible à chiffrer.", {"similarity": 0.9}, True),
        ("Il n'existe pas de carte à jour des serres.", {"similarity": 0.9}, True),
        ("Les serres ne sont pas chauffées.", {"similarity": 0.9}, False),
        ("Ce risque est impossible à chiffrer.", {"similarity": 0.5}, False),
        ("Ce risque est impossible à chiffrer.", {"similarity": 0.9, "doc": "fiche-serres"}, False),
    ],
)
def test_a_near_sentence_that_says_it_cannot_be_told_is_an_answer(
    text: str, fields: dict[str, Any], told: bool
) -> None:
    unit = make_unit(text, **fields)
    found = denied(ask("Combien de serres exactement vont fermer ?"), [unit])
    assert (found is not None and found.unit is unit) is told
