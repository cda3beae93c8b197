"""A sentence laid along its source: copies, omissions, and what stands around a word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.alignment import align, alike, context, places_of, words_of

SOURCE = "La Région verse 18 M€ à la recherche, mais n'aide pas les vergers."
words = st.lists(st.sampled_from("région verse recherche ateliers vergers 18 euros ne pas , et".split()), min_size=1)


@given(words)
def test_a_copy_keeps_every_word_in_its_place(said: list[str]) -> None:
    text = " ".join(said)
    laid = align(text, text)
    assert list(laid.of) == list(range(len(laid.source.words)))


@given(words, words)
def test_words_are_kept_in_order(ours: list[str], theirs: list[str]) -> None:
    laid = align(" ".join(ours), " ".join(theirs))
    kept = [i for i in laid.of if i is not None]
    assert kept == sorted(set(kept))
    assert laid.kept == set(kept)


def test_a_figure_is_one_word_whatever_its_form() -> None:
    assert [words_of(f"Elle verse {amount}.").words for amount in ("18 M€", "18 millions d'euros")] == [
        ("elle", "verse", "#0#", "."),
        ("elle", "verse", "#0#", "."),
    ]


def test_a_clause_left_out_is_not_kept() -> None:
    laid = align("La Région verse 18 M€ à la recherche.", SOURCE)
    denial = laid.source.words.index("pas")
    assert not laid.clause_kept(denial)


def test_a_clause_said_without_its_denial_is_kept() -> None:
    laid = align("La Région verse 18 M€ à la recherche, mais aide les vergers.", SOURCE)
    denial = laid.source.words.index("pas")
    assert denial not in laid.kept
    assert laid.clause_kept(denial)


def test_what_stands_around_a_word_is_told_by_side_and_distance() -> None:
    said = words_of("La Région verse 18 M€ à la recherche")
    around = context(said, said.at[0])
    assert around["before", "vers"] > around["before", "region"]
    assert ("after", "vers") not in around
    assert alike(around, around) == sum(around.values())


def test_a_name_is_found_by_its_terms() -> None:
    said = words_of("Clarté aide Prisme, et Clarté évalue.")
    assert [said.words[i] for i in places_of(said, ("clart",))] == ["clarte", "clarte"]
