"""Entailment tests other than our own: what a judge is shown, and what is made of its answer."""

from __future__ import annotations

import pytest
from answer_worlds import ScriptedModel

from assistant.evaluation.entailment import by_inference, by_judge, by_verification
from assistant.evaluation.replies import Cited
from assistant.generator import GeneratorError

QUOTE = Cited(1, "plan", "Plan Lumière", ("Mesures",), "Le plan dure 6 mois {n}.")


def test_a_judge_is_shown_the_quote_with_its_section_and_the_sentence() -> None:
    model = ScriptedModel().enqueue("Oui.")
    assert by_judge(model)("Le plan dure six mois.", [QUOTE], "Combien ?")
    shown = model.asked[0][0][1]
    assert "(Plan Lumière > Mesures) Le plan dure 6 mois {n}." in shown
    assert "Le plan dure six mois." in shown


@pytest.mark.parametrize(("said", "verdict"), [("oui", True), ("**Oui**, car", True), ("Non", False), ("no.", False)])
def test_a_judge_says_yes_or_no(said: str, verdict: bool) -> None:
    assert by_judge(ScriptedModel().enqueue(said))("a", [QUOTE], "") is verdict


def test_a_judge_that_says_neither_is_not_one() -> None:
    with pytest.raises(GeneratorError, match="ni oui ni non"):
        by_judge(ScriptedModel().enqueue("Peut-être"))("a", [QUOTE], "")


@pytest.mark.parametrize(("given", "verdict"), [(True, True), (0.5, True), (0.49, False), (False, False)])
def test_a_function_gives_a_truth_or_a_probability(given: float, verdict: bool) -> None:
    seen: list[tuple[str, str]] = []

    def test(premise: str, hypothesis: str, /) -> float:
        seen.append((premise, hypothesis))
        return given

    assert by_inference(test)("Il dure.", [QUOTE], "") is verdict
    assert seen == [("(Plan Lumière > Mesures) Le plan dure 6 mois {n}.", "Il dure.")]


def test_our_verification_reads_titles_and_headings_as_context() -> None:
    assert by_verification("Le plan dure 6 mois.", [QUOTE], "Combien de temps dure le plan ?")
    assert not by_verification("Le plan dure 9 mois.", [QUOTE], "Combien de temps dure le plan ?")


@pytest.mark.parametrize(
    "sentence",
    [
        "The sources (in French) say: « Le plan dure 6 mois. »",
        "They also say: Mesures: « Le plan dure 6 mois. »",
        "« Le plan dure 6 mois. »",
    ],
)
def test_of_french_words_quoted_in_english_the_quote_is_checked(sentence: str) -> None:
    assert by_verification(sentence, [QUOTE], "How long does the plan last?")
    assert not by_verification(sentence.replace("6 mois", "9 mois"), [QUOTE], "How long does the plan last?")


def test_the_heading_a_quote_stands_under_is_no_claim_of_the_sentence_it_leads_in() -> None:
    source = Cited(
        1,
        "plan",
        "Plan Sud",
        ("Annexes", "3) Stratégie Nationale pour l'IA (SNIA) :"),
        "La SNIA suit le rapport Villani, avec 700 M€.",
    )
    led_in = "Stratégie Nationale pour l'IA (SNIA) : La SNIA suit le rapport Villani, avec 700 M€."
    assert by_verification(led_in, [source], "Combien ?")
    assert not by_verification(led_in.replace("700", "900"), [source], "Combien ?")
    assert not by_verification(led_in.replace("Stratégie Nationale", "Stratégie Occitane"), [source], "Combien ?")


@pytest.mark.parametrize(
    "sentence",
    [
        "Les documents disent autre chose : Le plan dure 6 mois.",
        "The sources (in French) say: The documents say something else: « Le plan dure 6 mois. »",
    ],
)
def test_of_a_premise_corrected_what_the_documents_say_instead_is_checked(sentence: str) -> None:
    question = "Puisque le plan dure 12 mois, qui le paie ?"
    assert by_verification(sentence, [QUOTE], question)
    assert not by_verification(sentence.replace("6 mois", "9 mois"), [QUOTE], question)
