"""Drafted questions: evidence copied, digests that tell a change, decisions read, a model kept in check."""

from __future__ import annotations

import pytest
from answer_worlds import ScriptedModel, documents, make_laid_out
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.gold import GoldRecord
from assistant.evaluation.matching import normal, says_any
from assistant.evaluation.proposals import ACCEPTED, EDITED, REFUSED, decision_of, digest, from_row, propose, to_row
from assistant.generator import GeneratorError
from assistant.quoting import folded_space
from ingest.passages import cut

PLAN = documents()[0]


def test_the_evidence_is_copied_and_says_the_key_fact() -> None:
    proposals = propose(cut(PLAN), PLAN.title, most=9)
    assert proposals
    for proposal in proposals:
        assert proposal.evidence in folded_space(PLAN.text)
        assert all(says_any(normal(proposal.evidence), fact) for fact in proposal.key_facts)
        assert proposal.question.endswith("?")


def test_a_question_by_rule_names_what_is_asked_and_hides_the_answer() -> None:
    questions = {p.key_facts[0][0]: p.question for p in propose(cut(PLAN), PLAN.title, most=9)}
    assert "quel montant est donné" in questions["2,5 millions d'euros"]
    assert all(fact not in question for fact, question in questions.items())


def test_what_an_amount_that_opens_a_sentence_is_for_is_asked() -> None:
    text = "Par ailleurs, 14 M€ serviront à la recherche sur les ateliers, et aux écoles. 9 M€ seront consacrés à la formation des salariés."
    document = make_laid_out("plan", f"# Plan\n{text}")
    assert [p.question for p in propose(cut(document), "Plan", most=9)] == [
        "D'après « Plan », quel montant servira à la recherche sur les ateliers ?",
        "D'après « Plan », quel montant sera consacré à la formation des salariés ?",
    ]


def test_a_sentence_that_does_not_name_its_subject_is_asked_with_a_gap() -> None:
    text = "Doté d'une enveloppe de 60 M€, celui-ci vise à structurer une filière pour tous les ateliers."
    [proposal] = propose(cut(make_laid_out("plan-2024", f"# Un plan de 60 M€\n{text}")), "Un plan de 60 M€", most=9)
    assert "quel montant manque dans « Doté d'une enveloppe de […], celui-ci vise" in proposal.question
    assert "60" not in proposal.question  # the title gives the answer away: the name of the document stands for it


def test_two_figures_of_one_subject_are_not_asked_in_the_same_words() -> None:
    text = (
        "Le plan des ateliers compte 12 machines pour la région. Le plan des ateliers compte 40 machines pour la ville."
    )
    first, second = (p.question for p in propose(cut(make_laid_out("plan", f"# Plan\n{text}")), "Plan", most=9))
    assert first != second
    assert "[…]" in second


def test_no_more_are_proposed_than_asked() -> None:
    assert len(propose(cut(PLAN), PLAN.title, most=1)) == 1


def test_what_the_model_writes_is_kept_when_it_asks_and_does_not_tell() -> None:
    good = "Combien de salariés la mesure de formation prévoit-elle de former ?"
    model = ScriptedModel().enqueue(
        f"« {good} »", "Le montant de 2,5 millions d'euros pour les ateliers, est-ce bien ?", "Oui."
    )
    written = [p.question for p in propose(cut(PLAN), PLAN.title, most=3, model=model)]
    assert written[0] == good
    assert all(question.startswith("D'après") for question in written[1:])


def test_a_model_that_fails_is_left_and_said() -> None:
    failures: list[GeneratorError] = []
    model = ScriptedModel().enqueue(GeneratorError("Trop lent."))
    proposals = propose(cut(PLAN), PLAN.title, most=3, model=model, failed=failures.append)
    assert (len(proposals), len(model.asked), [str(f) for f in failures]) == (3, 1, ["Trop lent."])


def test_a_proposal_written_and_read_is_a_question_with_its_gold() -> None:
    proposal = propose(cut(PLAN), PLAN.title, most=1)[0]
    gold = GoldRecord.model_validate(from_row(to_row(proposal))).to_gold(proposal.id, proposal.question)
    assert (gold.key_facts, gold.docs, gold.kind) == (proposal.key_facts, (PLAN.doc,), "fact")
    assert gold.evidence[0].digest == proposal.digest


def test_facts_and_their_wordings_are_parted_in_a_cell() -> None:
    record = from_row({"question": "?", "key_facts": "3 000 | trois mille ; 2028"})
    assert record["key_facts"] == [["3 000", "trois mille"], ["2028"]]


@given(st.text())
def test_the_digest_is_that_of_the_words_and_not_of_their_spaces(text: str) -> None:
    assert digest(text) == digest(f" {text.replace(' ', '  ')}\n")


@pytest.mark.parametrize(
    ("cell", "decision"),
    [
        ("Accepter", ACCEPTED),
        ("OUI", ACCEPTED),
        ("modifiée", EDITED),
        ("refusé", REFUSED),
        ("", None),
        ("peut-être", None),
    ],
)
def test_a_decision_is_read_as_people_write_it(cell: str, decision: str | None) -> None:
    assert decision_of(cell) == decision
