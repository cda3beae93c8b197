"""Search on a tiny world: both sides, their fusion, weights that reorder and hide nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import HashingEncoder, make_document, make_entry, make_passages

from index.build import update_index
from index.retriever import SearchWeights, search, search_dense, search_lexical
from index.store import Index, open_index
from index.versions import IndexOutdated

ENTRIES = [
    make_entry("plan-sud", "Le diagnostic Move2Digital est gratuit.", "Le MOOC forme les dirigeants.", nature="plan"),
    make_entry(
        "plan-occitanie", "Un diagnostic finance les entreprises.", "La région soutient la recherche.", nature="plan"
    ),
    make_entry("presse", "Le diagnostic a été salué par la presse.", nature="press"),
    make_entry("jumeau", "Le MOOC forme les dirigeants.", title="Titre de plan-sud"),
]


@pytest.fixture(scope="module")
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: HashingEncoder) -> Index:
    folder = tmp_path_factory.mktemp("index")
    update_index(folder, encoder, put=ENTRIES)
    return open_index(folder)


def test_what_both_sides_put_first_has_score_one(index: Index, encoder: HashingEncoder) -> None:
    hit = search(index, encoder, "diagnostic Move2Digital gratuit")[0]
    assert (hit.passage.passage_id, hit.dense_rank, hit.lexical_rank) == ("plan-sud#1", 1, 1)
    assert hit.score == pytest.approx(1.0)


def test_scores_are_in_order_and_between_zero_and_one(index: Index, encoder: HashingEncoder) -> None:
    for hits in (
        search(index, encoder, "diagnostic des dirigeants"),
        search_dense(index, encoder, "diagnostic des dirigeants"),
        search_lexical(index, "diagnostic des dirigeants"),
    ):
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_words_alone_find_a_rare_name(index: Index) -> None:
    assert [hit.passage.passage_id for hit in search_lexical(index, "c'est quoi move2digital ?")] == ["plan-sud#1"]


def test_no_known_word_finds_nothing_by_words(index: Index) -> None:
    assert search_lexical(index, "ornithorynque") == []


def test_a_boost_reorders_and_hides_nothing(index: Index, encoder: HashingEncoder) -> None:
    plain = search(index, encoder, "diagnostic")
    boosted = search(index, encoder, "diagnostic", boost={"presse": 3.0})
    assert boosted[0].passage.doc == "presse"
    assert {h.passage.passage_id for h in plain} == {h.passage.passage_id for h in boosted}
    assert all(0 <= hit.score <= 1 for hit in boosted)


def test_a_boost_may_look_at_the_document(index: Index, encoder: HashingEncoder) -> None:
    hits = search(index, encoder, "diagnostic", boost=lambda _, info: 2.0 if info.nature == "press" else 1.0)
    assert hits[0].passage.doc == "presse"


def test_extra_terms_reach_the_words_only(index: Index, encoder: HashingEncoder) -> None:
    hits = search(index, encoder, "l'aide du Sud", extra_terms=["Move2Digital"])
    assert next(h for h in hits if h.lexical_rank == 1).passage.passage_id == "plan-sud#1"
    assert [h.dense_rank for h in hits].count(1) == 1


def test_a_given_vector_saves_the_encoding(index: Index) -> None:
    encoder = HashingEncoder()
    vector = encoder.encode_queries(["diagnostic"])[0]
    asked = len(encoder.queries_encoded)
    assert search(index, encoder, "diagnostic", query_vector=vector) == search(index, HashingEncoder(), "diagnostic")
    assert len(encoder.queries_encoded) == asked


@pytest.mark.parametrize(
    ("weights", "side"), [(SearchWeights(dense=0), "dense_rank"), (SearchWeights(lexical=0), "lexical_rank")]
)
def test_a_side_of_no_weight_is_not_asked(
    index: Index, encoder: HashingEncoder, weights: SearchWeights, side: str
) -> None:
    hits = search(index, encoder, "diagnostic", weights=weights)
    assert hits
    assert all(getattr(hit, side) is None for hit in hits)


def test_another_encoder_is_refused(index: Index) -> None:
    with pytest.raises(IndexOutdated, match="guichet ingest --rebuild"):
        search(index, HashingEncoder(seed="autre"), "diagnostic")


def test_a_table_of_contents_is_kept_and_never_found(tmp_path: Path, encoder: HashingEncoder) -> None:
    contents = make_document("sommaire", "Diagnostic, page 12.")
    update_index(tmp_path, encoder, put=[*ENTRIES, (contents, make_passages(contents, kind="toc"))])
    index = open_index(tmp_path)
    assert index.of_document("sommaire")[0].kind == "toc"
    assert "sommaire" not in {h.passage.doc for h in search(index, encoder, "diagnostic, page 12", k=50)}
    assert "sommaire" not in {h.passage.doc for h in search_lexical(index, "diagnostic, page 12", k=50)}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(ENTRIES))
def test_the_order_of_insertion_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, index: Index, encoder: HashingEncoder, entries: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    for entry in entries:
        update_index(folder, encoder, put=[entry])  # type: ignore[list-item]
    shuffled = open_index(folder)
    assert shuffled.fingerprint == index.fingerprint
    for query in ("diagnostic des dirigeants", "MOOC", "la région"):
        assert search(shuffled, encoder, query) == search(index, encoder, query)
