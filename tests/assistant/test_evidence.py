"""Evidence: the sentences of the passages found, weighed against the question, few and short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from answer_worlds import ask, make_info, make_unit
from hypothesis import given
from hypothesis import strategies as st
from worlds import HashingEncoder, make_passage

from assistant.evidence import (
    about,
    answers_type,
    measured,
    quotable,
    read_units,
    share,
    spans_of,
    subject_terms,
)
from assistant.given import Found
from index.retriever import Hit
from index.tokens import content_tokens
from ingest.documents import Passage

ENCODER = HashingEncoder(256)
FACT = "Quelle est l'enveloppe des ateliers ?"


def idf(_: str) -> float:
    return 1.0


def hits(*passages: Passage) -> list[Hit]:
    return [Hit(passage, 1 / rank, rank, rank) for rank, passage in enumerate(passages, start=1)]


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"])), st.dictionaries(st.sampled_from(["a", "b", "c"]), st.floats(0, 1))
)
def test_a_share_is_between_zero_and_one(terms: list[str], weights: dict[str, float]) -> None:
    assert 0 <= share(terms, weights, idf) <= 1 + 1e-9


def test_rare_words_weigh_more_in_a_share() -> None:
    assert share(("rare", "banal"), {"rare": 1.0}, lambda t: 9.0 if t == "rare" else 1.0) == pytest.approx(0.9)


@given(st.text(alphabet="ab .!?\n-|:é1", max_size=300))
def test_units_are_copies_of_their_passage(text: str) -> None:
    passage = make_passage(text or "x")
    for start, end in spans_of(passage):
        assert 0 <= start < end <= len(passage.text)
        assert passage.text[start:end].strip()


def test_the_headings_a_passage_opens_with_are_no_evidence() -> None:
    passage = make_passage("Mesure 1\n\nLe comité évalue le plan.", body=10)
    assert [passage.text[s:e] for s, e in spans_of(passage)] == ["Le comité évalue le plan."]


def test_the_number_of_a_footnote_is_no_part_of_it() -> None:
    passage = make_passage("12 Le comité évalue le plan.", kind="note")
    assert [passage.text[s:e] for s, e in spans_of(passage)] == ["Le comité évalue le plan."]


@pytest.mark.parametrize(
    ("passage", "quoted"),
    [
        (make_passage(kind="toc"), False),
        (make_passage(doc="fiche-x", kind="note"), False),
        (make_passage(doc="fiche-x", heading=("X", "Sources")), False),
        (make_passage(doc="fiche-x", heading=("X", "Ce que les documents ne précisent pas")), False),
        (make_passage(doc="fiche-x", heading=("X", "Calendrier")), True),
        (make_passage(doc="plan", kind="note"), True),
        (make_passage(doc="plan", heading=("Sources",)), True),
    ],
)
def test_what_may_be_quoted(passage: Passage, quoted: bool) -> None:
    assert quotable(passage) is quoted


def test_the_sentence_that_holds_the_value_comes_first() -> None:
    understood = ask(FACT)
    good = make_passage("L'enveloppe des ateliers est de 2 millions d'euros.", doc="a")
    vague = make_passage("L'enveloppe des ateliers sera discutée par la région.", doc="b")
    far = make_passage("Les vergers donnent des pommes.", doc="c")
    documents = {doc: make_info(doc) for doc in "abc"}
    units = read_units(hits(far, vague, good), documents, understood, idf)
    vectors = ENCODER.encode_queries([understood.text])
    ranked = measured(units, Found((), {}, vectors, vectors), ENCODER.encode_passages)
    assert ranked[0].passage.doc == "a"
    assert [u.expected for u in ranked if u.passage.doc == "a"] == [True]
    assert all(not u.expected for u in ranked if u.passage.doc == "b")


def test_a_count_is_of_the_noun_it_counts() -> None:
    understood = ask("Combien de salariés seront formés ?")
    (part,) = understood.parts
    assert answers_type(part, understood, "3 000 salariés seront formés.")
    assert not answers_type(part, understood, "40 ateliers seront équipés.")


def test_a_unit_is_about_the_scheme_it_or_its_headings_name() -> None:
    understood = ask("Combien de temps dure Lanterne IA ?")
    assert about(make_unit("Elle dure 6 mois.", heading=("Lanterne IA",)), understood)
    assert about(make_unit("IA Lanterne dure 6 mois."), understood)
    assert not about(make_unit("Chèque Phare dure 5 jours."), understood)


def test_what_names_the_source_is_not_what_is_asked() -> None:
    documents = {"avis-garonne": make_info("avis-garonne", title="Avis de la Garonne"), "plan": make_info("plan")}
    understood = ask("D'après l'avis de la Garonne, quelle part des emplois de bureau sera transformée ?")
    terms = subject_terms(understood, documents)
    assert not set(content_tokens("Garonne")) & set(terms)
    assert set(content_tokens("emplois bureau")) <= set(terms)


def test_nothing_found_is_no_evidence() -> None:
    assert measured([], Found((), {}, *np.zeros((2, 1, 256), np.float32)), ENCODER.encode_passages) == []


def test_a_better_cosine_never_lowers_a_unit() -> None:
    from assistant.evidence import score_of

    unit = replace(make_unit("Le plan."), coverage=0.5, own=0.5)
    scores = [score_of(unit, value / 100) for value in range(50, 100)]
    assert scores == sorted(scores)


def test_the_address_of_a_letter_answers_where_to_write_alone() -> None:
    letter = make_passage("Que recommande la note ? Écrire au 1 rue de la Loire 44 966 Nantes cedex.", doc="a")
    documents = {"a": make_info("a")}
    asked = read_units(hits(letter), documents, ask("Quelles sont les coordonnées de la note ?"), idf)
    assert any("rue de la Loire" in unit.text for unit in asked)
    other = read_units(hits(letter), documents, ask("Que recommande la note ?"), idf)
    assert other
    assert not any("rue de la Loire" in unit.text for unit in other)
