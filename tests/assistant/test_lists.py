"""Lists are given whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from answer_worlds import ask, make_info, make_unit, open_world
from worlds import make_passage

from assistant.answers import Question, Turn
from assistant.assistant import Assistant
from assistant.evidence import Unit
from assistant.lists import LIST_WORDS, MIN_ITEMS, in_passages, whole_list
from index.tokens import content_tokens
from ingest.documents import Passage


def idf(_: str) -> float:
    return 1.0


def units_of(text: str, **fields: object) -> list[Unit]:
    passage = make_passage(text, kind="list", **fields)
    return [Unit(passage, "Plan", 0, len(text), text, 0)]


FRUITS = "Les vergers portent les fruits suivants :\n- Les pommes.\n- Les poires.\n- Les figues.\n- Les coings."


def test_a_run_of_items_is_found_whole_with_the_sentence_that_introduces_it() -> None:
    (listing,) = in_passages(units_of(FRUITS), content_tokens("Quels fruits portent les vergers ?"), idf)
    assert len(listing.items) == 4
    assert listing.intro is not None
    assert listing.intro.text.startswith("Les vergers portent")


def test_two_items_are_no_list() -> None:
    assert MIN_ITEMS == 3
    assert in_passages(units_of("Voici :\n- Les pommes.\n- Les poires."), ("fruit",), idf) == []


def test_a_list_that_fits_is_answered_item_by_item() -> None:
    understood = ask("Quels sont les fruits que portent les vergers ?")
    composed = whole_list(None, (), units_of(FRUITS), (), understood, {"doc": make_info()}, idf, at_least=0.5)
    assert composed is not None
    assert [s.text for s in composed.sentences[1:]] == ["Les pommes.", "Les poires.", "Les figues.", "Les coings."]
    assert all(s.citations for s in composed.sentences)


def test_a_list_about_something_else_is_not_given() -> None:
    understood = ask("Quels sont les partenaires du comité ?")
    assert whole_list(None, (), units_of(FRUITS), (), understood, {}, idf, at_least=0.5) is None


def test_a_list_too_long_is_left_out_rather_than_cut() -> None:
    items = "\n".join(f"- Les vergers numéro {n} portent une quantité de fruits mûrs." for n in range(40))
    text = f"Les vergers portent les fruits suivants :\n{items}"
    assert len(items.split()) > LIST_WORDS
    understood = ask("Quels sont les fruits que portent les vergers ?")
    assert whole_list(None, (), units_of(text), (), understood, {}, idf, at_least=0.1) is None


def test_the_list_that_fits_best_wins() -> None:
    other = units_of(FRUITS.replace("vergers", "marchés").replace("fruits", "étals"), doc="autre", passage_id="autre#1")
    understood = ask("Quels sont les fruits que portent les vergers ?")
    composed = whole_list(None, (), [*other, *units_of(FRUITS)], (), understood, {}, idf, at_least=0.1)
    assert composed is not None
    assert {c.doc for c in composed.citations} == {"doc"}


def test_an_item_that_announces_opens_a_list_of_its_own_and_its_number_ends_it() -> None:
    text = "- 3 vergers au nord :\n- Le verger des pommes.\n- Le verger des poires.\n- Le verger des figues.\n- Une grange."
    (listing,) = in_passages(units_of(text), ("verger",), idf)
    assert listing.intro is not None
    assert listing.intro.text.startswith("- 3 vergers")
    assert [item for _, item in listing.items][-1] == "- Le verger des figues."


def test_a_list_that_an_answer_announces_fits_better() -> None:
    understood = ask("Que demande le comité des vergers du nord pour la saison prochaine ?")
    units = units_of(FRUITS)
    announcing = replace(units[0], end=41, text="Les vergers portent les fruits suivants :")
    unannounced = whole_list(None, (), units, (), understood, {"doc": make_info()}, idf, at_least=0.35)
    announced = whole_list(None, (), units, [announcing], understood, {"doc": make_info()}, idf, at_least=0.35)
    assert unannounced is None
    assert announced is not None


def test_no_list_without_items() -> None:
    assert in_passages([make_unit("Une phrase seule.")], ("phrase",), idf) == []


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("index")
    return open_world(folder)


def test_the_headings_of_a_series_are_a_list(assistant: Assistant) -> None:
    answer = assistant.answer(Question("Quelles sont les mesures du Plan Lumière ?"))
    assert answer.status == "answered"
    for title in ("former les salariés", "éclairer les ateliers", "ouvrir les données"):
        assert title in answer.answer


def test_the_items_of_a_document_are_all_there(assistant: Assistant) -> None:
    answer = assistant.answer(Question("Quels sont les jeux que publiera le portail des données ouvertes ?"))
    assert answer.status == "answered"
    for word in ("cars", "marées", "vergers", "digues"):
        assert word in answer.answer


LONG = " Les serres du nord en portent depuis vingt ans, et les vergers du sud les imitent depuis peu de temps." * 6


def test_long_items_are_said_by_their_first_sentence() -> None:
    text = f"Les vergers portent trois fruits :\n- Des pommes.{LONG}\n- Des poires.{LONG}\n- Des figues.{LONG}"
    understood = ask("Quels sont les fruits que portent les vergers ?")
    composed = whole_list(None, (), units_of(text), (), understood, {"doc": make_info()}, idf, at_least=0.5)
    assert composed is not None
    assert [s.text for s in composed.sentences[1:]] == ["Des pommes.", "Des poires.", "Des figues."]


def test_a_closer_mark_under_an_item_that_announces_is_a_part_of_it() -> None:
    text = "Trois fruits au verger :\n- Des pommes.\n- Des poires de deux sortes :\n- ✓ vertes ;\n- ✓ rouges.\n- Des figues."
    (listing,) = in_passages(units_of(text), ("verger",), idf)
    assert [item for _, item in listing.items] == ["- Des pommes.", "- Des poires de deux sortes :", "- Des figues."]


class Laid:
    """The passages of a document, as an index gives them."""

    def __init__(self, *texts: str) -> None:
        self.passages = [make_passage(text, kind="list", passage_id=f"doc#{n}") for n, text in enumerate(texts)]

    def of_document(self, _: str) -> list[Passage]:
        return self.passages


def test_a_list_goes_on_in_the_next_passage() -> None:
    laid = Laid("Le verger porte trois fruits :", f"- La pomme.{LONG}\n- La poire.{LONG}", f"- La figue.{LONG}", "Fin.")
    for passage in laid.passages[:3]:
        unit = Unit(passage, "Plan", 0, 10, passage.text[:10], 0)
        (listing,) = in_passages([unit], ("verger",), idf, laid)  # type: ignore[arg-type]  # all it asks of an index
        assert [text for _, text in listing.heads] == ["- La pomme.", "- La poire.", "- La figue."]
        assert listing.intro is not None


def test_a_list_of_as_many_things_as_are_asked_fits_better() -> None:
    units = units_of(FRUITS)
    four = ask("Sous quels quatre angles le comité des serres voit-il les vergers du nord ?")
    five = ask("Sous quels cinq angles le comité des serres voit-il les vergers du nord ?")
    found = [whole_list(None, (), units, (), asked, {"doc": make_info()}, idf, at_least=0.3) for asked in (four, five)]
    assert found[0] is not None
    assert found[1] is None


@pytest.mark.parametrize("order", ["cite-les tous", "détaille", "tu peux les énumérer ?"])
def test_the_list_spoken_of_is_told_in_full_where_that_is_ordered(assistant: Assistant, order: str) -> None:
    said = "Le portail des données ouvertes publiera les jeux suivants : les horaires des cars. [1]"
    history = (Turn("user", "Que prévoit le Plan Lumière ?"), Turn("assistant", said))
    answer = assistant.answer(Question(order, history=history))
    assert answer.status == "answered"
    assert all(word in answer.answer for word in ("cars", "marées", "vergers", "digues"))


def test_the_list_beside_what_answers_fits_better_where_all_of_it_is_ordered() -> None:
    units = units_of(FRUITS)
    understood = replace(ask("Que demande le comité des vergers du nord pour la saison prochaine ?"), in_full=True)
    found = [
        whole_list(None, (), units, kept, asked, {"doc": make_info()}, idf, at_least=0.35)
        for asked, kept in ((understood, units[:1]), (understood, ()), (replace(understood, in_full=False), units[:1]))
    ]
    assert found[0] is not None
    assert found[1:] == [None, None]
