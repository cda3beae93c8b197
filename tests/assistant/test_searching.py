"""Search for a question: what reorders the passages found, and hides none."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.searching import NATURE, OLDEST, age

NEWEST = date(2026, 6, 1)


def test_the_newer_source_weighs_more_than_the_older() -> None:
    assert age(NEWEST, NEWEST) == 1.0
    assert age(NEWEST - timedelta(days=365), NEWEST) > age(NEWEST - timedelta(days=900), NEWEST)


def test_a_source_without_a_date_loses_nothing() -> None:
    assert age(None, NEWEST) == age(None, None) == 1.0


@given(st.dates(min_value=date(1970, 1, 1), max_value=NEWEST))
def test_age_reorders_and_never_hides(day: date) -> None:
    assert 1 - OLDEST <= age(day, NEWEST) <= 1


def test_a_voted_plan_weighs_more_than_a_press_article_and_that_more_than_an_opinion() -> None:
    assert NATURE["plan"] > NATURE["press"] > NATURE["opinion"]
