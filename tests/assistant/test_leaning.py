"""Whether a message leans on what was said before it, and whether it orders more of it to be told."""

from __future__ import annotations

import pytest

from assistant.cues import folded_text
from assistant.leaning import asks, leans, orders_more, own_terms

ORDERS = [
    "détaille",
    "résume !",
    "cite-les tous",
    "ok, tu peux les énumérer ?",
    "donne-moi toutes leurs pistes",
    "les détailler",
    "list them all",
]


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_to_tell_more_leans_and_asks(order: str) -> None:
    assert orders_more(order)
    assert leans(order)
    assert asks(folded_text(order))


@pytest.mark.parametrize(
    "text",
    [
        "Explique le rôle du comité des serres dans les ateliers du littoral",
        "Quels artisans louent les cabanes du littoral ?",
        "Citer une source protège les pêcheurs du littoral ?",
    ],
)
def test_what_says_its_own_object_orders_no_more_of_another(text: str) -> None:
    assert not orders_more(text)
    assert not leans(text)


def test_an_order_with_an_object_of_its_own_stands_alone() -> None:
    assert not leans("Donne-moi la surface des cabanes et des jetées du littoral")


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("Ses ateliers visent quels artisans des dunes ?", True),
        ("Il faut quels artisans pour les ateliers des dunes ?", False),
        ("Quels artisans visent les ateliers des dunes alors ?", True),
        ("Quels artisans visent les ateliers des dunes ?", False),
        ("Combien en loue la capitainerie des dunes marines ?", True),
        ("Où en est la construction des jetées marines du littoral ?", False),
    ],
)
def test_a_question_leans_by_what_opens_or_ends_it(text: str, leaning: bool) -> None:
    assert leans(text) is leaning


def test_the_own_words_of_a_text_are_those_that_may_not_be_asked_of_anything() -> None:
    assert own_terms("Quel est le montant des aides pour leurs cabanes et leurs jetées ?") == {
        "aides",
        "cabanes",
        "jetees",
    }
