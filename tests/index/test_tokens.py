"""French tokens: what is asked meets what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import STOP_WORDS, content_tokens, fold, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Move2Digital", ["move2digital"]),
        ("R&D", ["r&d"]),
        ("l'IA et d’une IA", ["ia", "ia"]),
        ("I.A. et R.G.P.D.", ["ia", "rgpd"]),
        ("TPE/PME", ["tpe", "pme"]),
        ("aujourd’hui", ["aujourd'hui"]),
        ("3 000", ["3000"]),
        ("12\u202f500\u00a0000", ["12500000"]),
        ("1,4", ["1.4"]),
        ("10,00", ["10"]),
        ("2024-2028", ["2024", "2028"]),
        ("04 91 57 50 57", ["04", "91", "57", "50", "57"]),
        ("50 k€", ["50", "milli", "euro"]),
        ("1er janvier", ["1", "janvi"]),
        ("contact@exemple.fr", ["contact", "exempl", "fr"]),
    ],
)
def test_tokens_of(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_compound_gives_its_parts_and_the_whole() -> None:
    assert tokens("FEDER-FSE+") == [*tokens("feder"), "fse", f"{tokens('feder')[0]}-fse"]


def test_a_compound_counts_once_in_what_is_to_be_covered() -> None:
    assert content_tokens("FEDER-FSE+ et FEDER") == (*tokens("feder"), "fse")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("micro-entreprise", "microentreprises"),
        ("e-mail", "emails"),
        ("start-up", "startups"),
        ("accompagnées", "accompagné"),
        ("accompagnées", "accompagnees"),
        ("éligibilité", "eligibilite"),
        ("cœur", "coeur"),
        ("régional", "REGIONAL"),
        ("subventions", "subvention"),
        ("20 000 euros", "20000 €"),
        ("ﬁnancement", "financement"),
    ],
)
def test_spellings_meet(one: str, other: str) -> None:
    assert set(tokens(one)) & set(tokens(other))
    assert tokens(one)[-1] == tokens(other)[-1]


@pytest.mark.parametrize(
    "question", ["Quel est le ?", "Qu'est-ce que c'est ?", "Comment puis-je ?", "Y a-t-il ?", "Combien ?"]
)
def test_words_that_only_ask_leave_nothing(question: str) -> None:
    assert tokens(question) == []


def test_an_inverted_verb_leaves_no_compound() -> None:
    assert tokens("Le diagnostic existe-t-il ?") == ["diagnostic"]


@pytest.mark.parametrize("read", ["I'IA", "l'lA", "I'lA", "lA"])
def test_a_small_l_read_for_a_capital_i_is_mended(read: str) -> None:
    assert tokens(read) == ["ia"]


@pytest.mark.parametrize("word", ["ils", "Alpes", "le", "la", "l", "Al"])
def test_ordinary_words_are_not_mended(word: str) -> None:
    assert "i" not in "".join(tokens(word)).replace("ils", "")


def test_thousands_are_not_joined_to_a_year() -> None:
    assert tokens("en 2024 300 entreprises") == ["2024", "300", *tokens("entreprises")]


@given(st.text())
def test_any_text_has_tokens_without_stop_words_or_blanks(text: str) -> None:
    found = tokens(text)
    assert not any(token.isspace() or not token for token in found)
    assert set(content_tokens(text)) <= set(found)


@given(st.lists(st.sampled_from(["aide", "régionale", "IA", "Booster", "1 000", "PME"]), max_size=6))
def test_case_and_accents_change_nothing(words: list[str]) -> None:
    text = ", ".join(words)
    assert tokens(text) == tokens(text.upper()) == tokens(fold(text))


def test_stop_words_are_folded() -> None:
    assert all(word == fold(word) for word in STOP_WORDS)
