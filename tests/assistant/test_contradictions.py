"""What was given of a company and the words of the questions outweigh: told, and whether it lasts."""

from __future__ import annotations

import pytest

from assistant.answers import GivenProfile, Question, Turn
from assistant.contradictions import outweighed
from ingest.catalogue import load_vocabulary

WORDS = load_vocabulary()


def found(text: str, given: GivenProfile, *earlier: str, since: int = 1) -> dict[str, tuple[str, str, bool]]:
    history = tuple(Turn("user", said) for said in earlier)
    question = Question(text, profile=given, history=history, said_since=(since,) * 4)
    return {name: (part.told, part.field, part.lasting) for name, part in outweighed(question, WORDS).items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Je dirige une PME de 40 salariés à Nantes, quelle aide ?", {"region": ("Nantes", "Nantes", True), "size": ("PME (40 personnes)", "40", True)}),
        ("Nous sommes une startup à Albi, quelle aide ?", {}),
        ("Une entreprise de Lyon peut-elle avoir DIVA ?", {"region": ("Lyon", "Lyon", False)}),
        ("Quel est le budget du plan de la région Bretagne ?", {}),
        ("Combien coûte le diagnostic ?", {}),
    ],
)  # fmt: skip
def test_a_place_and_a_size_said_since_outweigh_those_given(
    text: str, expected: dict[str, tuple[str, str, bool]]
) -> None:
    assert found(text, GivenProfile(region="Toulouse", size="TPE")) == expected


def test_what_corrects_a_question_is_outweighed_by_nothing_it_says() -> None:
    assert found("Quelles aides à Marseille ?", GivenProfile(region="Toulouse"), since=0) == {}


def test_what_an_earlier_question_said_of_the_company_still_outweighs() -> None:
    given = GivenProfile(region="Toulouse")
    assert found("Combien coûte DIVA ?", given, "Je suis à Marseille : quelles aides ?", since=2) == {
        "region": ("Marseille", "Marseille", True)
    }
