"""Schemes side by side on what is asked of them; the aids asked for as open now; those of a region in a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from answer_worlds import MORE, open_world

from assistant.answers import Question
from assistant.assistant import Assistant


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = open_world(tmp_path_factory.mktemp("index"), more=MORE)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "sides", "held"),
    [
        (
            "Comparez la durée de Lanterne IA et de Cap Balise.",
            {"lanterne-ia", "cap-balise"},
            ("6 mois", "3 semaines"),
        ),
        (
            "Combien dure Lanterne IA et combien dure Cap Balise ?",
            {"lanterne-ia", "cap-balise"},
            ("6 mois", "3 semaines"),
        ),
        (
            "Je dirige une TPE à Nice : lequel dure le plus longtemps, Lanterne IA ou Cap Balise ?",
            {"lanterne-ia", "cap-balise"},
            ("6 mois", "3 semaines"),
        ),
        (
            "Je dirige une PME à Nice et j'hésite entre Lanterne IA et Chèque Phare",
            {"lanterne-ia", "cheque-phare"},
            ("aux très petites entreprises et aux PME", "réservé aux PME et aux ETI"),
        ),
        (
            "Comparez les budgets du Plan Lumière et du Plan Fanal.",
            {"plan-lumiere", "plan-fanal"},
            ("12 millions", "30 millions"),
        ),
        (
            "Quelle différence entre le Plan Lumière et le Plan Fanal ?",
            {"plan-lumiere", "plan-fanal"},
            ("pour l'intelligence artificielle", "pour les ports"),
        ),
    ],
)
def test_schemes_are_set_side_by_side(assistant: Assistant, text: str, sides: set[str], held: tuple[str, str]) -> None:
    answer = assistant.answer(Question(text))
    lines = answer.answer.splitlines()
    assert (answer.status, {match.id for match in answer.schemes}) == ("answered", sides)
    assert [words in line for words, line in zip(held, lines, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("text", "told", "unsaid"),
    [
        ("Comparez le taux d'aide de Chèque Phare et de Cap Balise.", "60 %", "le taux"),
        ("Quel taux d'aide pour Chèque Phare et quel taux d'aide pour Cap Balise ?", "60 %", "le taux"),
        (
            "Comparez le montant maximum par entreprise de Chèque Phare et de Cap Balise.",
            "4 500 €",
            "le montant par entreprise",
        ),
    ],
)
def test_the_scheme_silent_on_what_is_compared_is_said_so(
    assistant: Assistant, text: str, told: str, unsaid: str
) -> None:
    answer = assistant.answer(Question(text))
    assert (answer.status, answer.reason) == ("partial", "not_in_documents")
    assert told in answer.sentences[0].text
    assert {citation.doc for citation in answer.citations} == {"fiche-cheque-phare"}
    assert answer.answer.endswith(f"\nLes documents ne précisent pas {unsaid} de « Cap Balise ».")


@pytest.mark.parametrize(
    "text", ["Quel est le prix de Cap Balise ?", "Quel est le taux de subvention de Cap Balise 2031 ?"]
)
def test_what_is_unsaid_is_unsaid_of_a_name_without_figures(assistant: Assistant, text: str) -> None:
    answer = assistant.answer(Question(text))
    assert answer.status == "abstained"
    assert "de « Cap Balise »." in answer.answer


@pytest.mark.parametrize(
    "said",
    [
        "Quels dispositifs sont ouverts actuellement en région Sud ?",
        "Quels dispositifs sont déjà ouverts en Provence-Alpes-Côte d'Azur ?",
    ],
)
def test_the_aids_of_a_region_asked_for_as_open_are_those_attested(assistant: Assistant, said: str) -> None:
    answer = assistant.answer(Question(said))
    assert {match.id for match in answer.schemes} == {"cheque-phare", "cap-balise"}
    assert len(answer.answer.splitlines()) == 2


@pytest.mark.parametrize(("now", "announced"), [("", True), ("actuellement ouvertes ", False)])
def test_an_aid_only_announced_is_not_proposed_where_one_open_now_is_asked(
    assistant: Assistant, now: str, *, announced: bool
) -> None:
    answer = assistant.answer(Question(f"Quelles aides {now}pour ma TPE de Marseille ?"))
    ids = {match.id for match in answer.schemes}
    assert ("lanterne-ia" in ids, "cap-balise" in ids) == (announced, True)


@pytest.mark.parametrize(
    "text", ["Quels dispositifs existent en région Sud ?", "Quelles aides y a-t-il en Provence-Alpes-Côte d'Azur ?"]
)
def test_the_aids_of_a_region_are_a_line_each(assistant: Assistant, text: str) -> None:
    answer = assistant.answer(Question(text))
    lines = answer.answer.splitlines()
    assert {match.id for match in answer.schemes} == {"cheque-phare", "cap-balise", "lanterne-ia"}
    assert (len(lines), {line[:2] for line in lines}) == (3, {"- "})


def test_what_none_of_the_schemes_compared_says_is_said_so(assistant: Assistant) -> None:
    answer = assistant.answer(Question("Comparez le coût de Lanterne IA et de Cap Balise."))
    assert (answer.status, answer.citations) == ("abstained", ())
    assert answer.answer.count("ne précisent pas le coût") == 2


def test_an_aid_open_now_is_asked_for_in_the_singular(assistant: Assistant) -> None:
    answer = assistant.answer(Question("Quelle aide déjà ouverte pour former ma TPE de Marseille ?"))
    assert [match.id for match in answer.schemes] == ["cap-balise"]


def test_where_no_aid_that_fits_is_open_those_announced_are_shown_as_such(tmp_path: Path) -> None:
    with closing(open_world(tmp_path)) as assistant:
        answer = assistant.answer(
            Question("Quelles aides sont ouvertes actuellement pour équiper ma TPE de Marseille ?")
        )
    assert "Lanterne IA" in answer.answer
    assert "n'attestent pas son ouverture" in answer.answer
