"""People are told from houses, places and things that have a capital too."""

from __future__ import annotations

import pytest

from assistant.people import holders, people, post_asked


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Zoé Belhomme, directrice de l'agence", "Zoé Belhomme"),
        ("- Marie-Ange DE LA TOUR (présidente)", None),
        ("Anne-Lise PRAT Présidente du comité", "Anne-Lise PRAT"),
        ("La lettre est signée de Mme Prat.", "Mme Prat"),
        ("Le comité est présidé par M. Octave Prat.", "Octave Prat"),
    ],
)
def test_a_person_is_seen(text: str, name: str | None) -> None:
    found = [text[start:end] for start, end in people(text)]
    assert found
    assert name is None or any(name in one for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Le Conseil Économique de la Région Sud",
        "La Chambre Régionale et le Pôle Images",
        "Le Plan Sud et la Commission Européenne",
        "une agence de conseil",
        "",
    ],
)
def test_houses_and_plans_are_nobody(text: str) -> None:
    assert not list(people(text))


def test_a_holder_stands_beside_the_post() -> None:
    assert holders("Zoé Belhomme, directrice de l'agence", ("direct",))
    assert not holders("Zoé Belhomme, directrice de l'agence", ("presid",))
    heard = "Ont été entendus Zoé Belhomme (agence), Octave Prat (réseau)."
    assert holders(heard, ("presid",), ("reseau",))
    assert not holders(heard, ("presid",), ("pole",))
    assert not holders(heard, ("presid",))
    assert not holders("Zoé Belhomme, vice-présidente du réseau", ("presid",))
    assert not holders("Le président a confié à Zoé Belhomme le soin des serres", ("presid",))
    assert holders("« C'est un départ », a déclaré Zoé Belhomme, la présidente", ("presid",))


@pytest.mark.parametrize(
    ("question", "posts", "house"),
    [
        ("Qui préside le réseau Atelia ?", "presid", "reseau"),
        ("Qui est la présidente de la Région ?", "presid", "region"),
        ("Nom du directeur général d'Atelia", "direct", "ateli"),
    ],
)
def test_the_post_asked_and_its_house(question: str, posts: str, house: str) -> None:
    found, held = post_asked(question)
    assert posts in found
    assert house in held


def test_no_post_is_asked_by_a_question_of_another_kind() -> None:
    assert post_asked("Combien de serres ?") == ((), ())


def test_who_wrote_something_needs_no_house() -> None:
    assert post_asked("Qui est la rapporteure de l'avis ?")[1] == ()


def test_someone_without_a_post_holds_none() -> None:
    assert not holders("Zoé Belhomme aime les serres.", ())
