"""Each stage left out in turn does without what it brings, and leaves the whole assistant as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from answer_worlds import ScriptedModel, open_world
from worlds import HashingEncoder

from assistant.answers import Answer, Question
from assistant.assistant import Assistant
from assistant.composer import compose
from assistant.endings import Context, Ending
from assistant.evaluation.ablation import STAGES
from assistant.evaluation.without_in_search import WITHOUT_ADAPTER, bare_of_headings, without_meaning
from assistant.evidence import Unit
from assistant.searching import find
from assistant.steps import STEPS
from assistant.understanding import understand
from index.tokens import tokens

BY_NAME = {stage.name: stage for stage in STAGES}
DURATION = "Combien de temps dure l'accompagnement de Lanterne IA ?"
RECIPE = "Quelle est la recette de la bouillabaisse ?"


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Assistant]:
    opened = open_world(tmp_path / "index")
    yield opened
    opened.close()


def without(whole: Assistant, stage: str, text: str) -> Answer:
    """The answer to a question without a stage."""
    return whole.taking(BY_NAME[stage].without(STEPS)).answer(Question(text))


def ranks(answer: Answer) -> list[str]:
    return [found.passage_id for found in answer.retrieved]


@pytest.mark.parametrize("stage", [stage.name for stage in STAGES if not stage.drafts])
def test_without_a_stage_a_question_still_has_an_ending_and_the_whole_assistant_is_as_before(
    whole: Assistant, stage: str
) -> None:
    before = whole.answer(Question(DURATION))
    assert without(whole, stage, DURATION).answer
    after = whole.answer(Question(DURATION))
    assert (after.answer, ranks(after)) == (before.answer, ranks(before))


@pytest.mark.parametrize("stage", ["words", "meaning", "french", "context", "fusion", "scheme", "region", "source"])
def test_a_stage_of_the_search_changes_what_is_found_first(whole: Assistant, stage: str) -> None:
    question = "D'après le plan Lumière, pour une PME à Marseille, que paie Chèque Phare pour des diagnostics ?"
    alike = [[(f.passage_id, f.score) for f in answer.retrieved] for answer in (
        without(whole, stage, question), whole.answer(Question(question)))]  # fmt: skip
    assert alike[0] != alike[1]


def test_the_nature_and_date_of_sources_settle_ranks(whole: Assistant) -> None:
    scores = [[hit.score for hit in answer.retrieved] for answer in (
        whole.answer(Question(RECIPE)), without(whole, "nature", RECIPE))]  # fmt: skip
    assert scores[0] != scores[1]


def test_a_question_in_two_parts_is_searched_as_one(whole: Assistant) -> None:
    question = Question("Combien dure l'accompagnement de Lanterne IA et quelle est l'enveloppe des ateliers ?")
    assert len(STEPS.understand(question, whole._schemes).parts) == 2
    assert len(BY_NAME["parts"].without(STEPS).understand(question, whole._schemes).parts) == 1


def test_without_matching_no_aid_is_offered(whole: Assistant) -> None:
    question = "Je dirige une PME à Marseille, quelle aide pour m'équiper ?"
    assert whole.answer(Question(question)).schemes
    assert not without(whole, "matching", question).schemes


def test_without_abstention_what_the_documents_do_not_say_is_answered(whole: Assistant) -> None:
    assert whole.answer(Question(RECIPE)).status == "abstained"
    assert without(whole, "abstention", RECIPE).status == "answered"


def test_without_verification_a_false_draft_is_kept(tmp_path: Path) -> None:
    false = "L'accompagnement de Lanterne IA dure toujours 48 mois [1]."
    writing = open_world(tmp_path / "index", model=ScriptedModel().enqueue(false, false))
    assert "48" not in writing.answer(Question(DURATION)).answer
    assert "48 mois" in without(writing, "verification", DURATION).answer
    writing.close()


def test_without_its_name_added_a_scheme_is_searched_by_its_alias_alone(whole: Assistant) -> None:
    question = "Que fait LanterneIA ?"
    scores = [max(hit.score for hit in answer.retrieved) for answer in (
        whole.answer(Question(question)), without(whole, "names", question))]  # fmt: skip
    assert scores[0] > scores[1]


def test_without_the_adapter_questions_keep_the_vectors_of_their_encoder(whole: Assistant) -> None:
    encoder = HashingEncoder(384)
    encoder.fingerprint = "multilingual-e5-small-0123456789abcdef"
    understood = understand(Question("Quelle est l'enveloppe des ateliers ?"), ())
    bent = find(whole.index, encoder, understood, (), search=lambda *_, **__: [])
    plain = WITHOUT_ADAPTER(whole.index, encoder, understood, (), search=lambda *_, **__: [])
    assert np.array_equal(plain.towards, plain.vectors)
    assert np.array_equal(bent.vectors, plain.vectors)
    assert not np.allclose(bent.towards, bent.vectors, atol=0.01)


def test_without_french_words_are_searched_as_they_are_written(whole: Assistant) -> None:
    question = "enveloppes d'atelier"  # in the plan: "L'enveloppe des ateliers"
    by_words = replace(BY_NAME["french"].without(STEPS), find=without_meaning(BY_NAME["french"].without(STEPS).find))
    assert not whole.taking(by_words).answer(Question(question)).retrieved
    assert whole.taking(BY_NAME["meaning"].without(STEPS)).answer(Question(question)).retrieved


def test_without_their_context_passages_are_not_found_by_their_headings(whole: Assistant) -> None:
    bare = bare_of_headings(whole.index, HashingEncoder(256))
    assert whole.index.lexical.search(tokens("éclairer"), 5)  # stands in a heading alone
    assert not bare.lexical.search(tokens("éclairer"), 5)
    [(row, _), *_] = bare.lexical.search(tokens("l'enveloppe des ateliers"), 5)
    assert "L'enveloppe des ateliers" in whole.index.passages[row].text


LIST = "Quels jeux de données publiera le portail des données ouvertes ?"


def test_without_lists_the_items_are_no_longer_all_given(whole: Assistant) -> None:
    items = ("horaires des cars", "relevés des marées", "surfaces des vergers", "hauteurs des digues")
    assert all(item in whole.answer(Question(LIST)).answer for item in items)
    assert not all(item in without(whole, "lists", LIST).answer for item in items)


def test_without_windows_a_passage_is_quoted_from_its_beginning(whole: Assistant) -> None:
    question = "Quand le plan Lumière sera-t-il évalué par le comité Prisme ?"
    assert whole.answer(Question(question)).citations[0].quote.startswith("Le plan sera évalué")
    assert without(whole, "windows", question).citations[0].quote.startswith("L'enveloppe des ateliers")


def test_without_headings_what_is_quoted_still_stands_under_them(whole: Assistant) -> None:
    cited = without(whole, "headings", "Quelle est l'enveloppe des ateliers ?").citations
    assert cited
    assert all(citation.heading and citation.title for citation in cited)


def test_without_headings_sentences_are_weighed_by_their_own_words(whole: Assistant) -> None:
    [context] = contexts(whole, "Quelle est l'enveloppe des ateliers ?")
    seen: list[Unit] = []

    def choosing(units: list[Unit], *_: object, **__: object) -> list[Unit]:
        seen.extend(units)
        return []

    spied = replace(context, select=replace(context.select, choose=choosing))
    BY_NAME["headings"].without(STEPS).compose(spied)
    assert seen
    assert all(unit.coverage == unit.own and not unit.passage.heading for unit in seen)


def test_without_the_judge_the_named_checks_decide(whole: Assistant) -> None:
    [context] = contexts(whole, DURATION)
    [judge] = [changed.select.judge for changed in contexts(whole, DURATION, "judge")]
    assert judge("decision", context.understanding, []) == "decision"


def test_without_premises_nothing_is_said_to_be_contradicted(whole: Assistant) -> None:
    [context] = contexts(whole, DURATION, "premises")
    assert context.select.contradict("understanding", ["unit"], "idf") is None


def test_without_the_probes_nothing_is_read_of_a_vector() -> None:
    assert not BY_NAME["routing"].without(STEPS).asking(np.ones(3, np.float32), "encodeur").read


def test_without_the_reading_of_personas_all_is_looked_for(whole: Assistant) -> None:
    told = f"Je suis journaliste à Nice. {DURATION}"
    assert "journaliste" not in contexts(whole, told)[0].understanding.text
    assert "journaliste" in contexts(whole, told, "personas")[0].understanding.text


def contexts(whole: Assistant, text: str, *stages: str) -> list[Context]:
    """What composing is given for a question, without these stages."""
    seen: list[Context] = []

    def composed(context: Context) -> Ending:
        seen.append(context)
        return compose(context)

    steps = replace(STEPS, compose=composed)
    for stage in stages:
        steps = BY_NAME[stage].without(steps)
    whole.taking(steps).answer(Question(text))
    return seen
