"""Each measure on cases small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest
from evaluation_worlds import entailed_by, make_case, make_citation, make_gold, make_record

from assistant.evaluation.battery import BY_NAME, MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.failures import failures
from assistant.evaluation.gold import GoldRecord
from assistant.evaluation.scoring import score


def value(name: str, case: Case) -> Any:
    return BY_NAME[name].of(case)


def figure(name: str, *cases: Case) -> float:
    return score(cases).figures[name].value


def cited(sentences: dict[str, list[int]], entailed: dict[str, set[frozenset[int]]]) -> Case:
    record = make_record(
        sentences=[{"text": text, "citations": numbers} for text, numbers in sentences.items()],
        citations=[make_citation("…", n) for n in (1, 2, 3)],
    )
    return make_case(record=record, entails=entailed_by(entailed))


def test_every_measure_has_its_own_name() -> None:
    assert len(BY_NAME) == len(MEASURES)


def test_citation_recall_is_the_share_of_sentences_entailed_by_all_their_citations() -> None:
    both = frozenset({1, 2})
    case = cited({"a": [1, 2], "b": [1], "c": [], "d": [9]}, {"a": {both}, "c": {frozenset()}})
    assert value("citation_recall", case) == 0.25


def test_a_citation_that_neither_proves_alone_nor_is_needed_is_imprecise() -> None:
    one, two = frozenset({1}), frozenset({1, 2})
    alone = cited({"a": [1, 2]}, {"a": {one, two}})  # 1 proves, 2 is not needed
    assert value("citation_precision", alone) == 0.5
    together = cited({"a": [1, 2]}, {"a": {two}})  # neither alone, both needed
    assert value("citation_precision", together) == 1


def test_the_citations_of_a_sentence_that_is_not_entailed_count_for_nothing() -> None:
    assert value("citation_precision", cited({"a": [1, 2], "b": [3]}, {"b": {frozenset({3})}})) == pytest.approx(1 / 3)


def test_our_own_verification_refuses_a_figure_that_the_quote_does_not_hold() -> None:
    record = make_record(
        sentences=[{"text": "Le plan coûte 12 millions d'euros.", "citations": [1]}],
        citations=[make_citation("Le plan coûte 11 millions d'euros.")],
    )
    assert value("citation_recall", make_case(record=record)) == 0


def test_a_figure_with_another_unit_is_a_wrong_unit_and_not_an_unsupported_number() -> None:
    record = make_record(
        answer="Le plan coûte 60 euros [1].",
        sentences=[{"text": "Le plan coûte 60 euros.", "citations": [1]}],
        citations=[make_citation("Le plan couvre 60 % des dépenses.")],
    )
    case = make_case(record=record)
    assert value("answers_with_unsupported_number", case) == 0
    assert value("answers_with_wrong_unit", case) == 1
    assert failures(case) == ["wrong_unit"]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [("fact", "answered", 1), ("fact", "abstained", 0), ("unanswerable", "answered", -1), ("off_topic", "refused", 1)],
)
def test_truthfulness_prefers_silence_to_a_wrong_answer(kind: str, status: str, expected: float) -> None:
    case = make_case(make_gold(kind=kind, key_facts=["dix"]), make_record(status=status))
    assert value("truthfulness", case) == expected


def test_grounded_refusal_is_the_mean_of_both_f1() -> None:
    pairs = [(True, True), (True, True), (True, False), (False, False), (False, True)]  # (answerable, refused)
    cases = [
        make_case(
            make_gold(f"q{n}", answerable=answerable), make_record(f"q{n}", status="abstained" if r else "answered")
        )
        for n, (answerable, r) in enumerate(pairs)
    ]
    reject, answer = 2 * 1 / (3 + 2), 2 * 1 / (2 + 3)
    assert figure("grounded_refusal_f1", *cases) == pytest.approx((reject + answer) / 2)


def test_grounded_refusal_of_a_file_without_a_question_to_refuse_is_the_f1_of_answering() -> None:
    cases = [make_case(make_gold(f"q{n}", answerable=True), make_record(f"q{n}")) for n in range(3)]
    assert figure("grounded_refusal_f1", *cases) == 1
    silent = make_case(make_gold("q3", answerable=True), make_record("q3", status="abstained"))
    assert figure("grounded_refusal_f1", *cases, silent) == pytest.approx((0 + 6 / 7) / 2)


def test_aurc_is_low_when_the_wrong_answers_are_the_least_sure() -> None:
    def cases(confidences: list[float]) -> list[Case]:
        return [
            make_case(
                make_gold(f"q{n}", kind="fact", key_facts=["dix" if n < 2 else "douze"]),
                make_record(f"q{n}", confidence=sure),
            )
            for n, sure in enumerate(confidences)
        ]

    good, bad = cases([0.9, 0.8, 0.2, 0.1]), cases([0.1, 0.2, 0.8, 0.9])
    assert figure("aurc", *good) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert figure("aurc", *bad) == pytest.approx((1 + 1 + 2 / 3 + 2 / 4) / 4)


def test_a_profile_is_compared_by_what_its_words_mean() -> None:
    gold = make_gold(gold_profile={"region": "Marseille", "size": "PME", "sector": None, "need": "diagnostic IA"})
    said = {
        "region": "Provence-Alpes-Côte d'Azur",
        "size": "TPE",
        "sector": "industrie",
        "need": "diagnostic ; formation",
    }
    case = make_case(gold, make_record(profile=said))
    assert [value(f"profile_{part}", case) for part in ("region", "size", "sector", "need")] == [1, 0, 0, 1]


def test_words_the_vocabulary_does_not_know_are_not_measured() -> None:
    case = make_case(make_gold(gold_profile={"need": "zinguerie ondulatoire"}), make_record())
    assert value("profile_need", case) is None


@pytest.mark.parametrize(
    ("keys", "intent", "expected"),
    [
        ({"kind": "fact"}, "list", 1),  # a kind tells only that it asks of the documents
        ({"intent": "fact"}, "list", 0),
        ({"kind": "scheme_match"}, "fact", 0),
        ({"kind": "off_topic"}, "small_talk", 1),
        ({"kind": "multi"}, "comparison", None),
    ],
)
def test_an_intent_is_compared_with_that_of_the_file_or_of_its_kind(
    keys: dict[str, str], intent: str, expected: float | None
) -> None:
    assert value("intent_accuracy", make_case(make_gold(**keys), make_record(intent=intent))) == expected


def test_exact_verdicts_are_compared_where_the_file_has_them() -> None:
    schemes = [{"id": "phare", "name": "Chèque Phare", "verdict": "eligible"}]
    gold = make_gold(verdicts={"phare": "eligible", "Chèque Phare": "closed", "autre": "eligible"})
    assert value("verdict_accuracy", make_case(gold, make_record(schemes=schemes))) == pytest.approx(1 / 3)


def test_gold_evidence_is_found_in_its_own_document_only() -> None:
    quote = "Le plan est doté de douze millions pour les ateliers"
    gold = make_gold(evidence=[{"doc": "plan", "quote": quote}])
    held = {"passage_id": "p", "page": None, "score": 1.0, "text": f"Avant. {quote}. Après."}
    for doc, expected in (("plan", 1), ("fiche-plan", 0)):
        record = make_record(retrieved=[held | {"doc": doc}], citations=[make_citation(quote, doc=doc)])
        case = make_case(gold, record)
        assert (value("evidence_found@10", case), value("evidence_cited", case)) == (expected, expected)


def test_a_file_with_documents_alone_is_measured_on_retrieval_and_cost_alone() -> None:
    cases = [make_case(make_gold(gold_doc="plan"), make_record(cpu_s=2.0, peak_mib=954.0))]
    found = score(cases).figures
    assert found["recall@1"].value == 1
    assert found["false_abstention"].value == 0
    assert not {"right", "key_facts", "answer_f1", "scheme_recall", "abstention_recall"} & found.keys()


def test_a_file_with_answers_alone_is_measured_by_words_in_common() -> None:
    case = make_case(
        make_gold(answers=["Dix mille euros", "Une somme"]), make_record(answer="La somme est de dix mille euros")
    )
    assert value("answer_recall", case) == 1
    assert 0 < value("answer_f1", case) < 1
    assert value("right", case) is None


def test_energy_is_that_of_busy_cores_and_of_memory_kept() -> None:
    record = make_record(cpu_s=3600.0, peak_mib=954.0, timings_ms={"total": 3_600_000.0})
    assert value("energy", make_case(record=record)) == pytest.approx(12 + 0.3725)


@pytest.mark.parametrize(
    ("gold", "record", "expected"),
    [
        ({"kind": "fact", "key_facts": ["dix"]}, None, ["missing"]),
        ({"kind": "fact", "key_facts": ["dix"]}, {"status": "error"}, ["error"]),
        ({"kind": "fact", "key_facts": ["dix"]}, {}, []),
        ({"kind": "fact", "key_facts": ["douze"]}, {}, ["not_retrieved"]),
        ({"kind": "fact", "key_facts": ["ailleurs"]}, {"retrieved": [{"text": "ailleurs"}]}, ["not_selected"]),
        ({"kind": "fact", "key_facts": ["dix"]}, {"status": "abstained", "answer": "", "retrieved": [{"text": "Dix"}]}, ["abstained", "not_selected"]),
        ({"kind": "unanswerable"}, {}, ["answered"]),
        ({"kind": "unanswerable"}, {"status": "abstained"}, []),
        ({"kind": "fact", "key_facts": ["dix"], "forbidden": ["dix"]}, {}, ["forbidden"]),
        ({"kind": "fact", "key_facts": ["dix"]}, {"citations": []}, ["not_cited"]),
        ({"gold_doc": "ailleurs"}, {}, ["document_missed"]),
        ({"kind": "fact", "key_facts": ["dix"]}, {"sentences": [{"text": "Dix.", "citations": []}]}, ["uncited_sentence"]),
    ],
)  # fmt: skip
def test_a_failure_has_a_name(gold: dict[str, Any], record: dict[str, Any] | None, expected: list[str]) -> None:
    made = None if record is None else make_record(**record)
    assert failures(make_case(make_gold(**gold), made)) == expected


def test_the_sentences_of_another_program_are_read_from_its_marks() -> None:
    case = make_case(record={"id": "q1", "answer": "Le plan vaut dix. [1] Il dure un an [2]."})
    assert case.given is not None
    assert [s.citations for s in case.given.sentences] == [(1,), (2,)]
    assert case.given.status == "answered"


def test_a_gold_that_says_nothing_tells_nothing() -> None:
    gold = GoldRecord.model_validate({}).to_gold("q", "?")
    assert (gold.answerable, gold.docs, gold.intent) == (None, (), None)
    assert "false_abstention" not in score([make_case(gold, make_record())]).figures
