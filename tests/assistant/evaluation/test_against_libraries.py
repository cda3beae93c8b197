"""Measures against other implementations: scikit-learn and numpy, the script of SQuAD, and ALCE's as its paper has it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import chain, combinations

import numpy as np
import pytest
from evaluation_worlds import entailed_by, make_case, make_citation, make_gold, make_record
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, ndcg_score, recall_score

from assistant.evaluation.battery import BY_NAME, MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.confusion import confusions
from assistant.evaluation.curves import risk_coverage
from assistant.evaluation.measure import one, percentile
from assistant.evaluation.measures.answer_overlap import overlap
from assistant.evaluation.scoring import score
from index.tokens import content_tokens

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def test_every_measure_names_where_it_comes_from() -> None:
    assert [measure.name for measure in MEASURES if not measure.source] == []


@given(PAIRS)
def test_refusals_are_measured_as_scikit_learn_does(pairs: list[tuple[bool, bool]]) -> None:
    """Pairs are (answerable, refused)."""
    cases = [
        make_case(make_gold(f"q{n}", answerable=a), make_record(f"q{n}", status="abstained" if r else "answered"))
        for n, (a, r) in enumerate(pairs)
    ]
    figures = score(cases, measures=[BY_NAME[n] for n in ("grounded_refusal_f1", "abstention_recall")]).figures
    due, refused = [not a for a, _ in pairs], [r for _, r in pairs]
    assert figures["grounded_refusal_f1"].value == pytest.approx(f1_score(due, refused, average="macro"))
    if any(due):
        assert figures["abstention_recall"].value == pytest.approx(recall_score(due, refused))


def test_intents_are_counted_as_scikit_learn_does() -> None:
    rng = random.Random(3)  # noqa: S311
    names = ["which_aid", "off_topic", "steering"]
    pairs = [(rng.choice(names), rng.choice(names)) for _ in range(80)]
    cases = [
        make_case(make_gold(f"q{n}", intent=gold), make_record(f"q{n}", intent=said))
        for n, (gold, said) in enumerate(pairs)
    ]
    gold, said = zip(*pairs, strict=True)
    theirs = confusion_matrix(gold, said, labels=names)
    ours = {(g, s): n for g, s, n in confusions(cases)["intent"]}
    assert [[ours.get((g, s), 0) for s in names] for g in names] == theirs.tolist()
    assert score(cases).figures["intent_accuracy"].value == pytest.approx(accuracy_score(gold, said))


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=60), st.sampled_from([0.5, 0.95]))
def test_a_percentile_is_a_value_that_numpy_holds_for_one(times: list[float], share: float) -> None:
    found = one(percentile(share), np.asarray(times))
    low, high = np.quantile(times, share, method="lower"), np.sort(times)[min(len(times) - 1, int(share * len(times)))]
    assert low <= found == high
    assert np.mean(np.asarray(times) <= found) >= share


def squad_f1(prediction: Sequence[str], truth: Sequence[str]) -> float:
    """The f1_score of SQuAD's evaluate-v1.1.py, on tokens."""
    common = Counter(prediction) & Counter(truth)
    same = sum(common.values())
    if same == 0:
        return 0
    precision, recall = same / len(prediction), same / len(truth)
    return 2 * precision * recall / (precision + recall)


WORDS = st.lists(st.sampled_from("aide région Sud diagnostic montant 10 euros gratuit formation".split())).map(" ".join)


@given(WORDS, WORDS)
def test_words_in_common_are_those_of_the_script_of_squad(answer: str, gold: str) -> None:
    assert overlap(answer, gold)[1] == pytest.approx(squad_f1(content_tokens(answer), content_tokens(gold)))


def alce(sentences: Sequence[Sequence[int]], entails: dict[int, set[frozenset[int]]]) -> tuple[float, float]:
    """Recall and precision of one answer as compute_autoais of ALCE's eval.py counts them, sentence by sentence."""
    recall = precise = total = 0
    for n, refs in enumerate(sentences):
        total += len(refs)
        joint = bool(refs) and frozenset(refs) in entails[n]
        recall += joint
        if joint and len(refs) > 1:
            for ref in refs:
                if frozenset([ref]) in entails[n] or frozenset(r for r in refs if r != ref) not in entails[n]:
                    precise += 1
        elif joint:
            precise += 1
    return recall / len(sentences), precise / total if total else 0.0


NUMBERS = (1, 2, 3)
SETS = [frozenset(s) for s in chain.from_iterable(combinations(NUMBERS, k) for k in (1, 2, 3))]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(NUMBERS), unique=True), st.sets(st.sampled_from(SETS))),
        min_size=1,
        max_size=4,
    )
)
def test_citations_are_counted_as_alce_does(said: list[tuple[list[int], set[frozenset[int]]]]) -> None:
    record = make_record(
        sentences=[{"text": f"s{n}", "citations": refs} for n, (refs, _) in enumerate(said)],
        citations=[make_citation("…", n) for n in NUMBERS],
    )
    case = make_case(record=record, entails=entailed_by({f"s{n}": proofs for n, (_, proofs) in enumerate(said)}))
    expected = alce([refs for refs, _ in said], {n: proofs for n, (_, proofs) in enumerate(said)})
    assert (BY_NAME["citation_recall"].of(case), BY_NAME["citation_precision"].of(case)) == pytest.approx(expected)


def answers(pairs: Sequence[tuple[float, bool]]) -> list[Case]:
    """Answers right or not, as sure as said."""
    return [
        make_case(
            make_gold(f"q{n}", kind="fact", key_facts=["dix" if right else "douze"]),
            make_record(f"q{n}", confidence=sure),
        )
        for n, (sure, right) in enumerate(pairs)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=30, unique_by=lambda pair: pair[0])
)
def test_the_area_under_risk_and_coverage_is_the_mean_risk_at_each_threshold(pairs: list[tuple[int, bool]]) -> None:
    cases = answers([(sure / 1000, right) for sure, right in pairs])
    risks = []
    for threshold, _ in sorted(pairs, reverse=True):  # the answers at least as sure as each of them
        kept = [not right for sure, right in pairs if sure >= threshold]
        risks.append(sum(kept) / len(kept))
    assert score(cases, measures=[BY_NAME["aurc"]]).figures["aurc"].value == pytest.approx(float(np.mean(risks)))
    assert [risk for _, risk in risk_coverage(cases)] == pytest.approx(risks)


@settings(deadline=None)
@given(st.permutations(range(12)), st.integers(1, 4))
def test_ndcg_is_that_of_scikit_learn(order: list[int], relevant: int) -> None:
    found = [{"doc": f"d{d}", "passage_id": f"p{d}", "page": None, "score": 1.0, "text": ""} for d in order]
    case = make_case(make_gold(gold_doc=[f"d{d}" for d in range(relevant)]), make_record(retrieved=found))
    truth = [[float(d < relevant) for d in order]]
    theirs = ndcg_score(truth, [list(range(len(order), 0, -1))], k=10)
    assert BY_NAME["ndcg@10"].of(case) == pytest.approx(theirs)
