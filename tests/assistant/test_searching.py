"""Search for a question: what reorders the passages found, and hides none."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from answer_worlds import SCHEMES, documents
from hypothesis import given
from hypothesis import strategies as st
from worlds import HashingEncoder, make_passage

from assistant.answers import Question, Turn
from assistant.searching import FIRST, NATURE, OLDEST, RECALLED, RETRIEVED, age, find, with_spoken_of
from assistant.understanding import understand
from index.build import update_index
from index.retriever import Hit
from index.store import open_index
from ingest.passages import cut

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


# ---- the passages of the answer before a follow-up ----------------------------------------------------------------


def hits(*names: str) -> list[Hit]:
    return [Hit(make_passage(name, passage_id=name), 0.9 - n / 100, n + 1, None) for n, name in enumerate(names)]


def ids(found: list[Hit]) -> list[str]:
    return [hit.passage.passage_id for hit in found]


def test_passages_found_again_come_right_after_the_first_ones() -> None:
    ranked = hits(*"abcdefgh")
    found = with_spoken_of(ranked, [*hits("y", "z"), *hits("c"), *hits("h")])
    assert ids(found) == [*"abcde", "y", "z", "h", *"fg"]
    assert all(hit.score <= ranked[FIRST - 1].score for hit in found[FIRST:])


def test_nothing_found_again_changes_nothing_and_too_many_are_left_out() -> None:
    ranked = hits(*(f"p{n}" for n in range(RETRIEVED)))
    assert with_spoken_of(ranked, []) == ranked
    assert len(with_spoken_of(ranked, hits("y", "z"))) == RETRIEVED


def test_a_follow_up_finds_again_the_passage_of_the_answer_before_it(tmp_path: Path) -> None:
    encoder = HashingEncoder(256)
    update_index(tmp_path, encoder, put=[(document, cut(document)) for document in documents()])
    index = open_index(tmp_path)
    answer = "L'assemblée rappelle que les centres de calcul ont consommé 40 gigawattheures en 2022. [1]"
    history = (Turn("user", "Quelle surface de vergers sera irriguée ?"), Turn("assistant", answer))
    asked = understand(Question("et celle des digues ?", history=history), SCHEMES)
    texts = []
    for understood in (asked, replace(asked, recalled="")):
        found = find(index, encoder, understood, ())
        texts.append([hit.passage.text for hit in found.hits])
        assert len(found.vectors) == 1  # the answer gives no vector of the question
    assert any("gigawattheures" in text for text in texts[0][: FIRST + RECALLED])
    assert not any("gigawattheures" in text for text in texts[1][: FIRST + RECALLED])
