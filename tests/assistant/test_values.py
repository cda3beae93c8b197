"""Whether a text holds a value of the type asked, and what may be said to be missing."""

from __future__ import annotations

import pytest
from answer_worlds import ask, make_unit

from assistant.cues import Expected
from assistant.sufficiency import missing_parts, unsaid_parts
from assistant.values import holds


@pytest.mark.parametrize(
    ("expected", "text", "held"),
    [
        ("frequency", "Le comité se réunit une fois par an.", True),
        ("frequency", "Un rendez-vous annuel est prévu.", True),
        ("frequency", "Le comité est animé tous les deux mois par la ville.", True),
        ("frequency", "Le comité compte douze membres.", False),
        ("amount", "L'entrée est gratuite.", True),
        ("duration", "Le suivi prend 40 heures.", True),
        ("phone", "Appelez le 02 40 00 00 00.", True),
    ],
)
def test_a_value_of_a_type_is_held_or_not(expected: Expected, text: str, held: bool) -> None:
    assert holds(expected, text) is held


def test_another_name_for_what_is_counted_is_no_proof_that_it_is_missing() -> None:
    question = ask("En combien de saisons se fait la serre, et qui la paie ?")
    kept = [make_unit("La serre se fait en 2 phases."), make_unit("La Région paie la serre.")]
    assert missing_parts(question, kept)
    assert not unsaid_parts(question, kept)


def test_a_value_of_which_there_is_no_form_is_said_to_be_missing() -> None:
    question = ask("Qui paie la serre, et pour quel budget ?")
    kept = [make_unit("La Région paie la serre.")]
    assert [part.expected for part in unsaid_parts(question, kept)] == ["amount"]
