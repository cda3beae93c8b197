"""The questions offered after an answer: those that the fiches answer, in words that need no article."""

from __future__ import annotations

from page_worlds import make_answer
from worlds import make_scheme

from assistant.answers import Citation, Match, Question
from ingest.schemes import Fact, Field, Source
from ui.fragments.further import questions_about, suggestions
from ui.words import load_page_words

WORDS = load_page_words("fr")


def make_fact(field: Field) -> Fact:
    return Fact(field, "Une phrase.", Source("plan", "Partie"))


FACTS = (make_fact("operator"), make_fact("audience"), make_fact("purpose"), make_fact("how_to_apply"))
PLAN = make_scheme("plan-sud", name="Plan Sud", kind="plan", facts=(make_fact("audience"), make_fact("amount")))
AID = make_scheme("diva", name="DIVA", facts=FACTS)


def offered(*schemes: str, cited: tuple[tuple[str, str], ...] = ()) -> tuple[str, ...]:
    matches = tuple(Match(name, name, "to_confirm", "open", None, (), (), ()) for name in schemes)
    citations = tuple(Citation(n, doc, doc, "…", "p", None, (doc, part)) for n, (doc, part) in enumerate(cited, 1))
    return suggestions(WORDS, make_answer(Question("q"), schemes=matches, citations=citations), (PLAN, AID))


def plain(questions: tuple[str, ...]) -> list[str]:
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in questions]


def test_only_what_the_fiche_says_is_offered_the_most_useful_first() -> None:
    assert plain(offered("diva")) == ["Comment demander « DIVA » ?", "À qui s'adresse « DIVA » ?"]
    assert plain(offered("plan-sud")) == ["À qui s'adresse « Plan Sud » ?", "Quel est le budget de « Plan Sud » ?"]


def test_what_the_answer_has_just_quoted_is_not_offered_again() -> None:
    said = (("fiche-diva", "À qui il s'adresse"), ("fiche-autre", "Comment en bénéficier"))
    assert plain(offered("diva", cited=said)) == ["Comment demander « DIVA » ?", "Qui porte « DIVA » ?"]


def test_two_aids_share_the_three_questions() -> None:
    assert [("DIVA" in text, "Plan Sud" in text) for text in offered("diva", "plan-sud", "inconnue")] == [
        (True, False), (True, False), (False, True)
    ]  # fmt: skip


def test_a_fiche_that_says_nothing_offers_nothing() -> None:
    assert questions_about(WORDS, make_scheme("vide", facts=())) == []
