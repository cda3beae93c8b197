"""People are told from houses, places and things that have a capital too."""

from __future__ import annotations

import pytest

from assistant.people import holders, people


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
    assert holders("Ont été entendus Zoé Belhomme (agence), Octave Prat (réseau).", ("presid",))
    assert not holders("Zoé Belhomme aime les serres.", ())
