"""What is said of an aid that fits: for whom, how much, how to have it; the rest where it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_worlds import MORE, open_world

from assistant.answers import Question
from assistant.assistant import Assistant

FOR_WHOM, HOW = "ouvert aux patrons de cafés", "auprès de la chambre des cafés"
ASIDE = {"dates": "mars 2024", "results": "210 patrons", "targets": "900 patrons", "partners": "guilde"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = open_world(tmp_path_factory.mktemp("index"), more=MORE)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "text",
    [
        "Quelles aides pour former ma TPE de Marseille ?",
        "Quelle aide pour former les patrons de ma TPE de Marseille ?",
        "Which aid is there to train my 5-employee company in Marseille?",
    ],
)
def test_of_an_aid_that_fits_what_one_wants_to_know_is_told(assistant: Assistant, text: str) -> None:
    answer = assistant.answer(Question(text)).answer
    assert "Cap Balise 2031 forme" in answer
    assert FOR_WHOM in answer
    assert HOW in answer
    assert not [name for name, words in ASIDE.items() if words in answer]


def test_how_much_is_told_of_an_aid_that_gives_money(assistant: Assistant) -> None:
    told = assistant.answer(Question("Quelle aide pour un diagnostic de ma PME de Marseille ?")).answer
    for words in ("réservé aux PME", "4 500 €", "plateforme de l'agence Clarté"):
        assert words in told


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("et depuis quand existent-elles", "dates"),
        ("et quels sont leurs partenaires", "partners"),
        ("et avec quels objectifs", "targets"),
        ("et avec quel bilan", "results"),
    ],
)
def test_what_is_left_aside_is_told_where_it_is_asked(assistant: Assistant, asked: str, name: str) -> None:
    answer = assistant.answer(Question(f"Quelles aides pour former ma TPE de Marseille, {asked} ?"))
    assert ASIDE[name] in answer.answer
    assert answer.schemes[0].id == "cap-balise"


def test_what_is_only_announced_is_said_so_after_what_is_asked_of_it(assistant: Assistant) -> None:
    sentences = assistant.answer(Question("Comparez la durée de Lanterne IA et de Cap Balise.")).sentences
    assert "6 mois" in sentences[0].text
    assert "annoncé" in sentences[1].text
