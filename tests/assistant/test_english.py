"""A question in English: English words lead in, the quotes stay in French between quotation marks."""

from __future__ import annotations

import re

import pytest
from answer_worlds import open_world

from assistant.answers import Answer, Citation, Question, Sentence
from assistant.assistant import Assistant
from assistant.eligibility import QUESTIONS
from assistant.english import asked, framed
from assistant.quoting import Composed
from assistant.wording import load_wording

ENGLISH = load_wording("en")
ONE, TWO = "Le chèque Phare couvre 60 % des dépenses.", "Il est réservé aux PME."


def composed(text: str, *sentences: str) -> Composed:
    cited = tuple(Citation(n, "doc", "doc", s.split(" : ")[-1], f"doc#{n}") for n, s in enumerate(sentences, start=1))
    return Composed(text, tuple(Sentence(s, (n,)) for n, s in enumerate(sentences, start=1)), cited)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_world(tmp_path_factory.mktemp("index"))


def answer(assistant: Assistant, question: str) -> Answer:
    return assistant.answer(Question(question))


def test_the_first_sentence_of_a_line_is_led_in() -> None:
    made = framed(composed(f"{ONE} [1] {TWO} [2]", ONE, TWO), ENGLISH)
    assert made.text == f"The sources (in French) say: « {ONE} » [1] « {TWO} » [2]"
    assert [s.citations for s in made.sentences] == [(1,), (2,)]


def test_each_line_is_led_in_once() -> None:
    made = framed(composed(f"{ONE} [1]\n{TWO} [2]", ONE, TWO), ENGLISH)
    assert made.text.splitlines()[1] == f"They also say: « {TWO} » [2]"


def test_an_item_of_a_list_has_its_quote_alone() -> None:
    made = framed(composed("Les jeux :  [1]\n- Les cars [2]", "Les jeux :", "Les cars"), ENGLISH)
    assert made.text.splitlines()[1] == "- « Les cars. » [2]"


def test_a_heading_that_leads_in_stays_out_of_the_quote() -> None:
    made = framed(composed(f"Mesure 2 : {TWO} [1]", f"Mesure 2 : {TWO}"), ENGLISH)
    assert made.text == f"The sources (in French) say: Mesure 2: « {TWO} » [1]"


def test_nothing_said_stays_as_it_is() -> None:
    empty = Composed("The documents do not say.", (), ())
    assert framed(empty, ENGLISH) == empty


def test_a_question_in_english_is_answered_in_english_around_french_quotes(assistant: Assistant) -> None:
    made = answer(assistant, "What is the budget of the Plan Lumière?")
    assert made.status == "answered"
    assert made.answer.startswith("The sources (in French) say: ")
    for quote in re.findall(r"« (.+?)\.? »", made.answer):
        assert any(quote in citation.quote for citation in made.citations)


def test_a_question_in_french_keeps_its_quotes_bare(assistant: Assistant) -> None:
    assert "«" not in answer(assistant, "Quelle est l'enveloppe des ateliers ?").answer


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_put_back_has_its_english_words(name: str) -> None:
    said = asked(QUESTIONS[name], ENGLISH)
    assert said is not None
    assert said != QUESTIONS[name]
    assert asked(QUESTIONS[name], load_wording("fr")) == QUESTIONS[name]
    assert asked(None, ENGLISH) is None
