"""NAF codes to sectors of the vocabulary."""

import pytest

from ingest.naf import naf_sectors, naf_table

DIVISIONS = [  # INSEE, NAF rév. 2: 88 divisions
    *range(1, 4), *range(5, 10), *range(10, 34), 35, *range(36, 40), *range(41, 44), *range(45, 48), *range(49, 54),
    55, 56, *range(58, 64), *range(64, 67), 68, *range(69, 76), *range(77, 83), 84, 85, *range(86, 89), *range(90, 94),
    *range(94, 97), 97, 98, 99,
]  # fmt: skip


def test_every_division_of_the_nomenclature_is_in_the_table() -> None:
    assert len(DIVISIONS) == 88
    assert {code for code in naf_table() if len(code) == 2} == {f"{number:02}" for number in DIVISIONS}


@pytest.mark.parametrize("code", ["62.01Z", "6201Z", "62.01", "62", "62 01 Z", " 62.0 ", "naf 62.01z", "APE : 6201Z"])
def test_a_code_is_read_however_it_is_written(code: str) -> None:
    assert naf_sectors(code) == {"numerique"}


def test_a_class_wins_over_its_division() -> None:
    assert naf_sectors("30.30Z") == {"industrie", "aeronautique"}
    assert naf_sectors("30.91Z") == {"industrie", "mobilite"}
    assert naf_sectors("58.29A") == {"numerique"}
    assert naf_sectors("58.11Z") == frozenset()


@pytest.mark.parametrize("text", ["", "menuiserie", "62 salariés", "620 000", "4", "34.10Z", "99999", "12 rue Z"])
def test_anything_else_is_no_code(text: str) -> None:
    assert naf_sectors(text) is None
