"""The parts of a question: clauses that ask, a part a region, and the subject that a clause leans on."""

from __future__ import annotations

import pytest
from answer_worlds import PHARE, PLAN, SCHEMES, ask
from worlds import make_scheme

from assistant.answers import Question, Turn
from assistant.parts import clauses, parts_of
from assistant.understanding import understand


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Combien de salariés forme la mesure 1 et qui les accueille ?", 2),
        ("Le centre Aubépine, il est dans quelle ville et il a ouvert quand ?", 2),
        ("Nombre de serres au nord vs nombre de serres au sud ?", 2),
        ("Qui porte la mesure 1, et avec quel budget ?", 2),
        ("Quel est le budget du Plan Lumière ?", 1),
        ("Quels outils pour la traduction et l'écriture ?", 1),
    ],
)
def test_a_question_is_cut_where_each_side_asks(text: str, count: int) -> None:
    assert len(clauses(text)) == count
    assert len(parts_of(text, ())) == count


def test_a_question_about_two_regions_has_a_part_for_each() -> None:
    parts = parts_of("Quel budget pour la formation en Occitanie et en Bretagne ?", ())
    assert [part.regions for part in parts] == [("REG-76",), ("REG-53",)]
    assert "Bretagne" not in parts[0].text
    assert "Occitanie" not in parts[1].text


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("La CGT et la CFDT ont-elles voté, et que redoute chacune ?", "CGT", "CFDT"),
        ("Comparez la taille des réseaux Aube Bleue et La Lampe Verte, et dites où ils sont.", "Aube Bleue", "Lampe Verte"),
        ("Différence entre une lampe à remplacement et une lampe à amélioration ?", "remplacement", "amélioration"),
        ("Opt-out puis opt-in : que signifient ces deux termes ?", "Opt-out", "opt-in"),
        ("Le montant mis par Aube Bleue et celui que la Région verse, c'est combien chacun ?", "Aube Bleue", "Région verse"),
        ("Donnez un exemple de métier exposé et un exemple de métier à l'abri.", "exposé", "à l'abri"),
    ],
)  # fmt: skip
def test_each_side_of_a_couple_is_a_part(text: str, first: str, second: str) -> None:
    one, other = parts_of(text, ())
    assert first in one.text
    assert second not in one.text
    assert second in other.text
    assert first not in other.text


@pytest.mark.parametrize(
    "text", ["Quel budget pour la recherche et l'innovation ?", "Qui paie le centre et la serre ?"]
)
def test_two_words_of_one_thing_are_no_couple(text: str) -> None:
    assert len(parts_of(text, ())) == 1


def test_a_clause_with_a_pronoun_takes_the_name_it_leans_on() -> None:
    _, second = parts_of("Qui porte le Chèque Phare et combien de jours paie-t-il ?", [PHARE])
    assert "Chèque Phare" in second.text
    assert second.asked == "combien de jours paie-t-il"


def test_a_clause_with_a_subject_of_its_own_takes_no_other() -> None:
    _, second = parts_of("Qui dirige le centre Aubépine, et quel budget régional finance les serres marines ?", ())
    assert "Aubépine" not in second.text


def test_a_topic_before_a_colon_goes_with_the_clauses_that_lean_on_it() -> None:
    parts = parts_of("Les cabanes de pêche du littoral : combien y en a-t-il, et quand ouvrent-elles ?", ())
    assert all("cabanes de pêche" in part.text for part in parts)


# ---- follow-ups -----------------------------------------------------------------------------------------------


def followed(text: str, *turns: str) -> Question:
    roles = ("user", "assistant")
    return Question(text, history=tuple(Turn(roles[i % 2], content) for i, content in enumerate(turns)))


def test_a_follow_up_of_a_follow_up_goes_back_to_the_whole_question() -> None:
    understood = understand(
        followed("et combien ?", "Que paie le Chèque Phare ?", "Cinq jours.", "et pour une ETI ?", "Aussi."), SCHEMES
    )
    assert understood.schemes == (PHARE,)
    assert "ETI" in understood.text


def test_the_scheme_that_the_last_answer_spoke_of_is_meant_by_what_leans_on_it() -> None:
    question = followed("c'est payant ?", "Y a-t-il un diagnostic ?", "Oui, le Chèque Phare.")
    understood = understand(question, SCHEMES)
    assert understood.schemes == (PHARE,)
    assert "Oui" not in understood.text


def test_a_place_named_in_a_follow_up_takes_the_place_of_the_earlier_one() -> None:
    understood = understand(followed("et en Occitanie ?", "Quel diagnostic à Marseille ?", "Le Chèque Phare."), SCHEMES)
    assert "Marseille" not in understood.text
    assert PHARE not in understood.schemes  # it is of another region


def test_a_new_subject_takes_nothing_from_before() -> None:
    understood = understand(
        followed("merci, et sinon un restaurant ?", "Qui porte le Chèque Phare ?", "Clarté."), SCHEMES
    )
    assert understood.schemes == ()


def test_a_plan_that_mentions_is_where_to_read() -> None:
    assert ask("Combien de salariés cite le Plan Lumière ?").schemes == ()
    assert ask("Quel est le budget du Plan Lumière ?").schemes == (PLAN,)


@pytest.mark.parametrize(
    "text",
    [
        "Quand la chambre parle de filières, quels métiers cite-t-elle ?",
        "Taux de retour de l'enquête des serres : combien de réponses ?",
        "L'enquête des serres : combien de réponses ?",
    ],
)
def test_a_clause_that_tells_when_or_names_the_topic_asks_nothing(text: str) -> None:
    assert len(parts_of(text, ())) == 1


@pytest.mark.parametrize(
    "text", ["Quand ouvre la serre, et combien coûte l'entrée ?", "Quand la serre ouvre, et à quel prix ?"]
)
def test_when_asks_where_something_else_is_asked_besides(text: str) -> None:
    assert parts_of(text, ())[0].expected == "date"


BRUME = make_scheme("brume", name="Brume Bleue et Stratégie des Dunes", aliases=("Brume",))


@pytest.mark.parametrize(
    "text",
    [
        "Que relie Brume Bleue et Stratégie des Dunes, chacun le dit-il ?",
        "Comparez ce que fait Brume Bleue et Stratégie des Dunes.",
    ],
)
def test_one_name_with_and_inside_is_no_couple(text: str) -> None:
    assert len(parts_of(text, [BRUME])) == 1
    assert len(parts_of(text, ())) == 2


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Quel budget pour la formation en Occitanie et en Bretagne ?", True),
        ("La CGT et la CFDT ont-elles voté, et que redoute chacune ?", True),
        ("Qui porte la mesure 1, et avec quel budget ?", False),
        ("Quel est le budget des serres ?", False),
    ],
)
def test_the_sides_of_a_question_are_told_from_its_clauses(text: str, side: bool) -> None:
    assert {part.side for part in parts_of(text, ())} == {side}
