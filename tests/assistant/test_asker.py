"""What a message of a conversation says of the company for which an aid is looked for."""

from __future__ import annotations

import pytest
from answer_worlds import SCHEMES

from assistant.asker import asked_back, looks_for_an_aid, tells_of_itself
from assistant.cues import folded_text

SHOWN, ASKED = "Lanterne IA équipe les TPE. [1]", "Lanterne IA équipe les TPE. [1] Où êtes-vous installé ?"


def tells(text: str, answer: str = SHOWN) -> bool:
    return tells_of_itself(text, folded_text(text), answer)


@pytest.mark.parametrize(
    "text",
    [
        "on est douze",  # it asks nothing
        "oups, à Nîmes",  # it corrects
        "au temps pour moi, en Occitanie",
        "et si on était à Nîmes ?",  # it supposes
        "du coup, si elle était à Nîmes ?",
        "à Nîmes, j'ai droit à quoi ?",  # it asks what one has
        "on cherche des barques, y a quoi ?",  # it asks again in other words
        "we need boats, is there anything?",
        "et au niveau national ?",
    ],
)
def test_what_is_said_of_the_company_is_told(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "combien ça coûte ?",
        "j'ai combien de temps pour déposer ?",
        "non, combien de serres avons-nous ?",
        "et si la serre fermait ?",
        "y a quoi ?",
        "qui paie les serres à Nîmes ?",
    ],
)
def test_what_asks_for_something_else_tells_nothing(text: str) -> None:
    assert not tells(text)


@pytest.mark.parametrize("text", ["dans le nautisme, plutôt", "le nautisme et la pêche", "des cabanes"])
def test_an_answer_to_what_was_asked_is_of_the_company(text: str) -> None:
    assert tells(text, ASKED)
    assert not tells("des cabanes")
    assert not tells(f"{text} ?".replace(", plutôt", ""), ASKED)


def test_an_answer_asks_back_where_it_ends_by_asking() -> None:
    assert asked_back(f"{ASKED}\n")
    assert not asked_back("Où êtes-vous ? Voici deux aides. [1]")
    assert not asked_back("")


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Je dirige une TPE, quelle aide pour l'IA ?", True),
        ("PME de 80 personnes dans le nautisme à La Seyne-sur-Mer.", True),
        ("Une subvention pour un logiciel à Toulon ?", True),
        ("Combien de temps dure Lanterne IA ?", False),
        ("J'ai droit à combien avec Chèque Phare ?", False),
        ("Quand ouvrent les serres du littoral ?", False),
    ],
)
def test_an_aid_is_looked_for_where_none_is_named_and_no_figure_asked(text: str, looks: bool) -> None:
    assert looks_for_an_aid(text, SCHEMES) is looks


@pytest.mark.parametrize("text", ["le budget du Plan Lumière", "comment candidater au Chèque Phare"])
def test_what_asks_for_a_fact_is_no_answer_to_what_was_asked(text: str) -> None:
    assert not tells(text, ASKED)
