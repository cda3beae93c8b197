"""A sum is shared out whole: the parts said are those that add up to it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from worlds import make_passage

from assistant.breakdown import _adding_up, _amounts
from assistant.reading_figures import EUR, PERCENT

SHARED = (
    "La Région consacre 60 M€ à la lumière. Sur les 60 M€, 22 M€ vont à une filière : 18 M€ à la recherche et 4 M€ à "
    "l'animation. Par ailleurs, 10 M€ iront aux entreprises. Le plan dure cinq ans. 14 M€ serviront aux laboratoires. "
    "La formation disposera de 9 M€, dont plus d'1 M€ pour les écoles. Enfin, les 5 M€ restants iront aux services."
)


def said(text: str, total: int, unit: str = EUR) -> list[str]:
    found = list(_amounts(make_passage(text), "Plan", unit))
    return [one.text for one in _adding_up(found, Decimal(total))]


def test_the_parts_of_a_sum_are_said_to_the_last() -> None:
    parts = said(SHARED, 60_000_000)
    assert [word in " ".join(parts) for word in ("22 M€", "10 M€", "14 M€", "9 M€", "5 M€")] == [True] * 5
    assert "cinq ans" not in " ".join(parts)


@pytest.mark.parametrize("left_out", ["10 M€", "14 M€", "5 M€"])
def test_parts_that_do_not_make_the_whole_are_not_said_to(left_out: str) -> None:
    assert said(SHARED.replace(left_out, "des fonds"), 60_000_000) == []


def test_what_is_inside_a_part_is_counted_once() -> None:
    text = "Les 30 M€ se partagent : 10 M€ aux ports, dont 4 M€ au nord. 12 M€ aux serres. 8 M€ aux écoles."
    assert len(said(text, 30_000_000)) == 3


def test_shares_make_a_hundred_percent() -> None:
    text = "L'usage se partage ainsi : 50 % de textes, 30 % d'images et 20 % de sons."
    assert said(text, 100, PERCENT) == [text]


def test_two_amounts_are_no_breakdown() -> None:
    assert said("Des 30 M€, 10 M€ vont aux ports et 20 M€ aux serres.", 30_000_000) == []
