"""BM25: what it scores, and what it gives back after a round trip."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import K1, B, LexicalIndex

WORDS = st.sampled_from(["riz", "sel", "aide", "pme", "ia"])
CORPORA = st.lists(st.lists(WORDS, max_size=6), min_size=1, max_size=8)


def bm25_by_hand(documents: list[list[str]], query: list[str]) -> list[float]:
    """Lucene's form, straight from its definition."""
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts = Counter(document)
        total = 0.0
        for token in query:
            df = sum(token in other for other in documents)
            tf = counts[token]
            if tf:
                norm = K1 * (1 - B + B * len(document) / average)
                total += math.log(1 + (len(documents) - df + 0.5) / (df + 0.5)) * tf / (tf + norm)
        scores.append(total)
    return scores


@given(CORPORA, st.lists(WORDS, min_size=1, max_size=4))
def test_scores_are_those_of_the_definition(documents: list[list[str]], query: list[str]) -> None:
    expected = {row: s for row, s in enumerate(bm25_by_hand(documents, query)) if s > 0}
    found = dict(LexicalIndex(documents).search(query, 100))
    assert found.keys() == expected.keys()
    assert all(found[row] == pytest.approx(expected[row], rel=1e-4) for row in expected)


@given(CORPORA, st.lists(WORDS, min_size=1, max_size=4), st.integers(1, 8))
def test_the_first_k_are_those_of_the_whole_ranking(documents: list[list[str]], query: list[str], k: int) -> None:
    index = LexicalIndex(documents)
    assert [score for _, score in index.search(query, k)] == [score for _, score in index.search(query, 100)[:k]]


def test_a_round_trip_on_disk_changes_nothing(tmp_path: Path) -> None:
    index = LexicalIndex([["riz", "camargue"], ["sel"], []])
    index.save(tmp_path / "lexical")
    again = LexicalIndex.load(tmp_path / "lexical", 3)
    assert again.search(["riz", "sel", "inconnu"], 5) == index.search(["riz", "sel", "inconnu"], 5)
    assert (again.idf("riz"), again.frequency("riz"), len(again)) == (index.idf("riz"), 1, 3)


def test_nothing_saved_is_a_pickle(tmp_path: Path) -> None:
    LexicalIndex([["riz"]]).save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".json"}


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_no_word_at_all_finds_nothing(documents: list[list[str]], tmp_path: Path) -> None:
    LexicalIndex(documents).save(tmp_path / "lexical")
    index = LexicalIndex.load(tmp_path / "lexical", len(documents))
    assert index.search(["riz"], 5) == []
    assert index.frequency("riz") == 0


def test_idf_falls_with_frequency() -> None:
    index = LexicalIndex([["aide", "riz"], ["aide"], ["aide", "sel"]])
    assert index.idf("inconnu") > index.idf("riz") == index.idf("sel") > index.idf("aide") > 0


def test_equal_scores_stay_in_row_order() -> None:
    assert [row for row, _ in LexicalIndex([["riz"], ["sel"], ["riz"]]).search(["riz"], 5)] == [0, 2]
