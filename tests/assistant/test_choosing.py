"""Which units answer: the best of each part, then the best of all, each thing said once, within a number of words."""

from __future__ import annotations

from answer_worlds import ask, make_info, make_unit
from hypothesis import given
from hypothesis import strategies as st
from worlds import HashingEncoder, make_passage

from assistant.choosing import chosen, trimmed
from assistant.evidence import measured, read_units
from assistant.given import Found
from index.retriever import Hit
from ingest.documents import Passage

ENCODER = HashingEncoder(256)
FACT = "Quelle est l'enveloppe des ateliers ?"
LONG = (
    "La région, qui a beaucoup travaillé avec les communes, les écoles et les ports depuis des années, "
    "consacre aux ateliers une enveloppe de 2 millions d'euros, "
    "et continuera de réunir chaque printemps ceux qui veulent parler des vergers, des digues et des marées."
)


def idf(_: str) -> float:
    return 1.0


def hits(*passages: Passage) -> list[Hit]:
    return [Hit(passage, 1 / rank, rank, rank) for rank, passage in enumerate(passages, start=1)]


def test_what_is_said_again_is_left_out() -> None:
    understood = ask(FACT)
    text = "L'enveloppe des ateliers est de 2 millions d'euros."
    units = [make_unit(text, passage_id=str(n), score=1 - n / 10, similarities=(0.9,)) for n in range(3)]
    assert len(chosen(units, understood, idf, max_words=90, max_units=3)) == 1


def test_the_parts_of_a_question_each_have_their_evidence() -> None:
    understood = ask("Qui évalue le plan et combien de temps dure la formation ?")
    assert len(understood.parts) == 2
    passages = (
        make_passage("Le comité Prisme évalue le plan.", doc="a"),
        make_passage("La formation dure 6 mois.", doc="b"),
        make_passage("Le plan parle de la mer.", doc="c"),
    )
    units = read_units(hits(*passages), {doc: make_info(doc) for doc in "abc"}, understood, idf)
    vectors = ENCODER.encode_queries([understood.text, *(p.text for p in understood.parts)])
    kept = chosen(
        measured(units, Found((), {}, vectors, vectors), ENCODER.encode_passages),
        understood,
        idf,
        max_words=90,
        max_units=3,
    )
    assert {"a", "b"} <= {u.passage.doc for u in kept}


@given(st.lists(st.integers(3, 40), min_size=1, max_size=12), st.integers(1, 5), st.integers(20, 120))
def test_evidence_is_few_and_short(lengths: list[int], most: int, words: int) -> None:
    units = [
        make_unit(" ".join(f"mot{n}x{i}" for i in range(length)), passage_id=str(n), score=1.0, similarities=(0.9,))
        for n, length in enumerate(lengths)
    ]
    kept = chosen(units, ask(FACT), idf, max_words=words, max_units=most)
    assert 1 <= len(kept) <= most
    assert len(kept) == 1 or sum(len(u.text.split()) for u in kept) <= words


def test_the_best_come_first_and_others_fill_what_is_left() -> None:
    texts = (
        "L'enveloppe des ateliers est de 2 M€.",
        "Elle sera votée en juin.",
        "Un comité la suivra.",
        "La mer monte.",
    )
    units = [make_unit(t, passage_id=t, score=0.5 + n / 10, similarities=(0.9,)) for n, t in enumerate(texts)]
    kept = chosen(units, ask(FACT), idf, max_words=90, max_units=3)
    assert [u.text for u in kept] == [texts[3], texts[2], texts[1]]


def test_what_answers_half_as_well_is_left_out() -> None:
    near = make_unit("L'enveloppe des ateliers est de 2 M€.", passage_id="a", score=0.9, similarities=(0.9,))
    far = make_unit("La mer monte au printemps.", passage_id="b", score=0.4, similarities=(0.7,))
    assert chosen([near, far], ask(FACT), idf, max_words=90, max_units=3) == [near]


def test_of_a_sentence_too_long_the_clauses_that_answer_are_kept() -> None:
    unit = make_unit(LONG, score=1.0, similarities=(0.9,))
    kept = trimmed(unit, ask(FACT), idf, 20)
    assert "enveloppe de 2 millions d'euros" in kept.text
    assert len(kept.text.split()) <= 20
    assert kept.text == unit.passage.text[kept.start : kept.end]


def test_a_sentence_that_fits_is_kept_whole() -> None:
    unit = make_unit(LONG, score=1.0, similarities=(0.9,))
    assert trimmed(unit, ask(FACT), idf, 90) == unit


def test_nothing_found_chooses_nothing() -> None:
    assert chosen([], ask(FACT), idf, max_words=90, max_units=3) == []


def test_the_sum_of_another_aid_is_not_said_beside_that_of_the_aid_named() -> None:
    own = make_unit("Le chèque Aubépine est de 4 200 € par entreprise.", expected=True, score=0.9, rank=0)
    other = make_unit("Le fonds des serres est doté de 300 000 € en tout.", expected=True, score=0.8, rank=1)
    kept = chosen(
        [own, other], ask("Quel est le montant du chèque Aubépine ?"), lambda _: 1.0, max_words=80, max_units=4
    )
    assert kept == [own]


def test_the_two_sides_of_a_question_take_the_words_they_need() -> None:
    understood = ask("Combien dure la formation au nord et combien dure la formation au sud ?")
    assert len(understood.parts) == 2
    texts = [f"Au {side} la formation dure {n} mois {'et encore ' * 15}plus." for side, n in (("nord", 6), ("sud", 9))]
    units = [make_unit(t, passage_id=t, score=0.9, similarities=(0.9, 0.9)) for t in texts]
    bounds = {"max_words": 60, "max_units": 3}
    assert len(chosen(units, understood, idf, **bounds)) == 1
    assert {u.text for u in chosen(units, understood, idf, side_words=90, **bounds)} == {*texts}
    alone = ask(FACT)
    assert len(chosen(units, alone, idf, side_words=90, **bounds)) == 1
