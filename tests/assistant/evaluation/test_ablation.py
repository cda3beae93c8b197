"""Each stage left out in turn does without what it brings, and leaves the whole assistant as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answer_worlds import ScriptedModel, open_world

from assistant.answers import Answer, Question
from assistant.assistant import Assistant
from assistant.evaluation.ablation import STAGES
from assistant.steps import STEPS

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


@pytest.mark.parametrize("stage", ["words", "meaning", "scheme", "region"])
def test_a_stage_of_the_search_changes_what_is_found_first(whole: Assistant, stage: str) -> None:
    question = "Je dirige une PME à Marseille : que paie Chèque Phare pour un diagnostic ?"
    assert ranks(without(whole, stage, question)) != ranks(whole.answer(Question(question)))


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
