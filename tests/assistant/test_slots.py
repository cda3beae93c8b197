"""What a question fixes besides its subject is looked for in the sentences kept: a year, a place, a post, a count."""

from __future__ import annotations

from typing import Any

import pytest
from answer_worlds import ask, make_unit

from assistant.slots import Slots, slots


def idf(_: str) -> float:
    return 2.0


def seen(question: str, *texts: str, **fields: Any) -> Slots:
    return slots(ask(question), [make_unit(text, **fields) for text in texts], idf)


def test_a_first_sentence_of_the_year_asked_another_and_none() -> None:
    question = "Quelle est l'enveloppe des ateliers en 2024 ?"
    assert seen(question, "L'enveloppe des ateliers est de 2 M€ en 2024.").year_first == 1
    other = seen(question, "L'enveloppe des ateliers est de 2 M€ en 2019.")
    assert (other.year_first, other.year_other) == (0, 1)
    undated = seen(question, "L'enveloppe des ateliers est de 2 M€.")
    assert (undated.year_first, undated.year_other) == (0, 0)


def test_a_place_asked_is_of_the_sentence_its_headings_or_its_document() -> None:
    question = "Combien d'ateliers à Nantes ?"
    assert seen(question, "Quatre ateliers ont ouvert à Nantes.").place_first == 1
    assert seen(question, "Quatre ateliers ont ouvert.", region="REG-52").place_first == 1
    elsewhere = seen(question, "Quatre ateliers ont ouvert à Marseille.")
    assert (elsewhere.place_first, elsewhere.place_other) == (0, 1)
    nowhere = seen(question, "Quatre ateliers ont ouvert.")
    assert (nowhere.place_first, nowhere.place_other) == (0, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Zoé Belhomme, directrice de Atelia", 1.0),
        ("Zoé Belhomme, secrétaire de Atelia", 0.5),
        ("Zoé Belhomme, directrice de Sudria", 0.0),
        ("Atelia est une agence de conseil.", 0.0),
    ],
)
def test_who_holds_a_post_is_a_person_beside_the_post_and_its_house(text: str, told: float) -> None:
    measured = seen("Qui est le directeur d'Atelia ?", text)
    assert (measured.person_asked, measured.person_told) == (1, told)


def test_nothing_is_missed_by_a_question_that_fixes_nothing() -> None:
    measured = seen("À quoi servent les ateliers ?", "Les ateliers servent à apprendre.")
    assert (measured.year_first, measured.place_first, measured.person_told, measured.count_near) == (1, 1, 1, 1)
    assert measured.terms_missing < 0.5


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Le réseau compte 14 ateliers.", 1),
        ("Le réseau compte quatorze salariés et des ateliers.", 0),
        ("Le réseau, fort de 14 villes du Midi, a une cohorte d'ateliers.", 0),
        ("Des ateliers ont lieu.", 0),
    ],
)
def test_what_is_counted_stands_by_a_number(text: str, near: int) -> None:
    measured = seen("Combien d'ateliers compte le réseau ?", text)
    assert (measured.counted, measured.count_near) == (1, near)


def test_what_came_out_of_it_is_not_what_will() -> None:
    question = "Quel lycée a gagné le premier concours ?"
    assert seen(question, "Le premier concours sera organisé avec les lycées.").to_come == 1
    assert seen(question, "Le lycée Thiers a remporté le premier concours.").to_come == 0
    assert seen("Qui organise le concours ?", "Le concours sera organisé par la Région.").to_come == 0


def test_the_terms_missed_are_those_of_the_sentence_with_a_value_where_one_is_asked() -> None:
    question = "Quelle est l'enveloppe des ateliers de soudure ?"
    measured = slots(
        ask(question),
        [
            make_unit("Les ateliers de soudure ont une enveloppe.", expected=False),
            make_unit("Le budget est de 2 M€.", expected=True),
        ],
        idf,
    )
    assert measured.terms_missing == 1
    assert measured.most_missing == 2


def test_a_share_is_of_those_of_whom_it_is_asked() -> None:
    question = "Quelle part des apprentis s'en sert ?"
    assert seen(question, "12 % des apprentis s'en servent.", expected=True).of_whom_told == 1
    other = seen(question, "12 % des serristes s'en servent.", expected=True)
    assert (other.of_whom, other.of_whom_told) == (1, 0)


def test_a_region_that_only_tells_who_says_it_is_no_place() -> None:
    question = "Combien d'ateliers, d'après le rapport des Pays de la Loire ?"
    assert seen(question, "Quatre ateliers ont ouvert.").place_asked == 0
