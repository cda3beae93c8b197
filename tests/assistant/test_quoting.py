"""The answer made of quotes: copies of their passages, cited one by one, figures in quotes only."""

from __future__ import annotations

import re

from answer_worlds import make_info, make_unit
from hypothesis import given
from hypothesis import strategies as st
from worlds import make_passage

from assistant.figures import unsupported_figures
from assistant.quoting import QUOTE_CHARS, cite, cleaned, ended, folded_space, itemised, lead_in, quoted, shortened

words = st.text("abcdéèàç0123456789", min_size=1, max_size=12)
texts = st.lists(words, min_size=1, max_size=120).map(" ".join)
spaced = st.lists(words, min_size=1, max_size=60).flatmap(
    lambda found: st.lists(
        st.sampled_from([" ", "\n", "  ", "\t", " \n "]), min_size=len(found), max_size=len(found)
    ).map(lambda gaps: "".join(word + gap for word, gap in zip(found, gaps, strict=True)).strip())
)


@given(spaced)
def test_a_quote_is_a_copy_of_its_passage_white_space_folded(text: str) -> None:
    passage = make_passage(f"Avant. {text} Après.")
    quote = cite(1, passage, text, {}).quote
    assert quote in folded_space(passage.text)
    assert "\n" not in quote
    assert len(quote) <= QUOTE_CHARS


@given(texts)
def test_a_long_text_is_cut_at_a_word_and_nothing_is_added(text: str) -> None:
    cut = shortened(text, 40)
    assert text.startswith(cut)
    assert len(cut) <= 40
    assert cut == text or text[len(cut)] == " "


def test_a_citation_says_where_its_quote_stands() -> None:
    passage = make_passage("Un texte.", doc="plan", heading=("Plan", "Mesure 1"), page=4)
    citation = cite(2, passage, "Un texte.", {"plan": make_info("plan", title="Plan Lumière")})
    assert (citation.n, citation.doc, citation.title, citation.page) == (2, "plan", "Plan Lumière", 4)
    assert (citation.heading, citation.passage_id) == (("Plan", "Mesure 1"), passage.passage_id)


def test_a_bullet_and_a_trailing_comma_are_no_part_of_a_sentence() -> None:
    assert cleaned("- Les cars,") == "Les cars"
    assert cleaned("3) Les marées ;") == "Les marées"
    assert cleaned("2,5 millions d'euros") == "2,5 millions d'euros"


def test_a_sentence_gets_its_mark_once() -> None:
    assert ended("Un") == "Un."
    assert ended("Un.") == "Un."
    assert ended("Un ?") == "Un ?"


@given(st.lists(texts, min_size=1, max_size=4, unique=True))
def test_every_sentence_is_cited_and_every_mark_has_its_citation(pieces: list[str]) -> None:
    units = [make_unit(piece, passage_id=f"p{n}", doc=f"d{n}") for n, piece in enumerate(pieces)]
    composed = quoted(units, {}, ())
    assert all(sentence.citations for sentence in composed.sentences)
    assert [c.n for c in composed.citations] == list(range(1, len(units) + 1))
    assert {int(n) for n in re.findall(r"\[(\d+)\]", composed.text)} == {c.n for c in composed.citations}


@given(st.lists(st.integers(2, 9_999_999), min_size=1, max_size=3, unique=True))
def test_no_figure_stands_outside_the_quotes(numbers: list[int]) -> None:
    units = [
        make_unit(
            f"La mesure prévoit {n} euros.", heading=(f"Mesure {n + 1}", "Budget des ateliers"), passage_id=str(n)
        )
        for n in numbers
    ]
    composed = quoted(units, {}, ("budget", "atelier", "mesur"))
    for sentence in composed.sentences:
        quotes = [composed.citations[n - 1].quote for n in sentence.citations]
        assert not unsupported_figures(sentence.text, quotes)


def test_a_heading_leads_in_when_it_names_what_the_sentence_does_not() -> None:
    unit = make_unit("Le budget est de 3 millions d'euros.", heading=("Plan", "Ateliers"))
    assert lead_in(unit, ("ateli", "budget")) in ("Ateliers", "")
    assert quoted([unit], {}, ("budget",)).text == "Le budget est de 3 millions d'euros. [1]"


def test_a_heading_with_a_figure_of_its_own_never_leads_in() -> None:
    unit = make_unit("Le budget est de 3 millions d'euros.", heading=("Les 40 ateliers",))
    assert lead_in(unit, ("atelier", "ateli")) == ""


def test_three_sentences_stand_on_three_lines_and_two_on_one() -> None:
    units = [make_unit(f"La phrase {name} est dite.", passage_id=name) for name in ("rouge", "verte", "bleue")]
    assert quoted(units, {}, ()).text.count("\n") == 2
    assert "\n" not in quoted(units[:2], {}, ()).text


@given(st.lists(texts, min_size=3, max_size=20, unique=True))
def test_items_are_quoted_from_their_passage_within_the_length_allowed(items: list[str]) -> None:
    passage = make_passage("\n".join(f"- {item}." for item in items))
    composed = itemised(None, [(passage, f"- {item}.") for item in items], {})
    assert len(composed.sentences) == len(items)
    for citation in composed.citations:
        assert len(citation.quote) <= QUOTE_CHARS
        assert citation.quote in folded_space(passage.text)
    for sentence in composed.sentences:
        quotes = " ".join(composed.citations[n - 1].quote for n in sentence.citations)
        assert sentence.text.rstrip(".")[:300] in quotes


def test_items_of_one_passage_share_a_quote_and_others_have_their_own() -> None:
    here, there = make_passage("- Un.\n- Deux."), make_passage("- Trois.", doc="autre")
    composed = itemised(None, [(here, "- Un."), (here, "- Deux."), (there, "- Trois.")], {})
    assert [s.citations for s in composed.sentences] == [(1,), (1,), (2,)]
    assert composed.citations[0].quote == "- Un. - Deux."
    assert composed.text == "- Un [1]\n- Deux [1]\n- Trois [2]"
