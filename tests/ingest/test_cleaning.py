"""What a typesetter, a converter or a scanner left in a text, undone."""

from __future__ import annotations

from collections import Counter

import pytest

from ingest.cleaning import flow, rejoin, running_lines, tidy, words_of


def test_ligatures_and_invisible_characters_go_and_letters_stay() -> None:
    assert (
        tidy("e\ufb03cace, c\u0153ur, mot\u00adcl\u00e9, z\u200b\u00e9ro\ufeff")
        == "efficace, c\u0153ur, motcl\u00e9, z\u00e9ro"
    )


def test_bidirectional_controls_cannot_hide_in_a_text() -> None:
    assert tidy("montant \u202e000 01\u202c \u2066euros\u2069") == "montant 000 01 euros"


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009"])
def test_french_spaces_become_plain_ones(space: str) -> None:
    assert tidy(f"3{space}000 \u20ac{space}: oui{space}!") == "3 000 \u20ac : oui !"


def test_apostrophes_are_left_as_they_are() -> None:
    assert tidy("l'IA et l\u2019outil") == "l'IA et l\u2019outil"


@pytest.mark.parametrize(
    ("text", "elsewhere", "expected"),
    [
        ("une plani-\nfication", "", "une planification"),
        ("une plani\u2010\nfication", "", "une planification"),
        ("peut-\n\u00eatre demain", "", "peut-\u00eatre demain"),
        ("celui-\nci", "", "celui-ci"),
        ("le haut-\nd\u00e9bit", "le haut-d\u00e9bit partout", "le haut-d\u00e9bit"),
        ("un porte-\nfeuille", "un portefeuille", "un portefeuille"),
        ("Rh\u00f4ne-\nAlpes", "", "Rh\u00f4ne-Alpes"),
        ("un savoir-\nfaire", "le savoir sert, il faut faire", "un savoir-faire"),
    ],
)
def test_words_divided_at_line_ends_are_made_whole_and_compounds_kept(text: str, elsewhere: str, expected: str) -> None:
    assert rejoin(text, words_of([elsewhere])) == expected


def test_a_word_divided_by_a_page_is_whole_and_the_page_break_follows_it() -> None:
    assert flow(rejoin("une plani-\f\nfication nouvelle", Counter())) == "une planification\f nouvelle"


def test_running_heads_and_page_numbers_are_found_by_repetition() -> None:
    pages = [
        [f"Rapport annuel \u2014 page {n}", f"Texte propre {'abcdef'[n]}", "suite", "fin", f"{n} / 6"] for n in range(6)
    ]
    found = running_lines(pages)
    assert all((n, pages[n][0]) in found and (n, pages[n][4]) in found for n in range(6))
    assert not any("Texte" in line for _, line in found)


def test_a_single_page_keeps_all_its_lines() -> None:
    assert running_lines([["Titre", "Texte", "12"]]) == set()
