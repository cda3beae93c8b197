"""Retrieval measures: against ir-measures through our TREC files, and by hand where it has no such measure."""

from __future__ import annotations

import io

import ir_measures
import pytest
from evaluation_worlds import make_case, make_gold, make_record
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from assistant.evaluation.battery import BY_NAME, MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.scoring import score, values_of
from assistant.evaluation.trec import documents_qrels, documents_run, passages_qrels, passages_run

DOCS = tuple("abcdefghijklmno")


def case_of(n: int, retrieved: list[str], gold: list[str]) -> Case:
    found = [
        {"doc": doc, "passage_id": f"p{i}", "page": None, "score": 1.0, "text": ""} for i, doc in enumerate(retrieved)
    ]
    return make_case(make_gold(f"q{n}", gold_doc=gold), make_record(f"q{n}", retrieved=found))


def ir(measures: list[ir_measures.Measure], run: str, qrels: str) -> dict[str, dict[str, float]]:
    """Their value for each question, by their name."""
    found: dict[str, dict[str, float]] = {}
    judged = list(ir_measures.read_trec_qrels(io.StringIO(qrels)))
    for metric in ir_measures.iter_calc(measures, judged, list(ir_measures.read_trec_run(io.StringIO(run)))):
        found.setdefault(str(metric.measure), {})[metric.query_id] = metric.value
    return found


@settings(deadline=None, max_examples=30)  # ir-measures starts a provider at each call
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(DOCS), min_size=1, max_size=20),
            st.lists(st.sampled_from(DOCS), min_size=1, max_size=4, unique=True),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_by_document_our_figures_are_those_of_ir_measures(worlds: list[tuple[list[str], list[str]]]) -> None:
    cases = [case_of(n, retrieved, gold) for n, (retrieved, gold) in enumerate(worlds)]
    theirs = ir(
        [R @ 1, R @ 5, R @ 10, nDCG @ 10, RR @ 10],
        "".join(documents_run(cases, "ours")),
        "".join(documents_qrels(cases)),
    )
    ours = {m.name: values_of(m, cases) for m in MEASURES if m.component == "retrieval"}
    names = {"R@1": "recall@1", "R@5": "recall@5", "R@10": "recall@10", "nDCG@10": "ndcg@10", "RR@10": "mrr@10"}
    for name, own in names.items():
        assert ours[own] == pytest.approx(theirs[name]), name


TEXTS = ("le montant est de 10 €", "la date est 2028", "rien", "10 € en 2028")


@settings(deadline=None, max_examples=30)  # ir-measures starts a provider at each call
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12))
def test_by_fact_the_first_rank_is_that_of_ir_measures(texts: list[str]) -> None:
    found = [{"doc": "d", "passage_id": f"p{n}", "page": None, "score": 1.0, "text": t} for n, t in enumerate(texts)]
    case = make_case(make_gold(key_facts=[["10"], ["2028"]]), make_record(retrieved=found))
    run, qrels = "".join(passages_run([case], "ours")), "".join(passages_qrels([case]))
    assert values_of(BY_NAME["fact_mrr@10"], [case]) == pytest.approx(ir([RR @ 10], run, qrels)["RR@10"])


def test_a_fact_counts_once_at_its_first_rank() -> None:
    texts = ("rien", "10 euros", "10 euros encore", "en 2028")
    found = [{"doc": "d", "passage_id": t, "page": None, "score": 1.0, "text": t} for t in texts]
    case = make_case(make_gold(key_facts=[["10"], ["2028"]]), make_record(retrieved=found))
    values = score([case]).values
    assert values["fact_ndcg@10"]["q1"] == pytest.approx((1 / 1.584962500721156 + 1 / 2.321928094887362) / 2)
    assert values["fact_recall@5"]["q1"] == 1


def test_a_system_that_shows_no_passages_is_not_measured_on_them() -> None:
    case = make_case(make_gold(gold_doc="plan", key_facts=["10"]), make_record(retrieved=[]), searches=False)
    assert not {"recall@5", "fact_recall@5", "mrr@10"} & score([case]).figures.keys()


def test_names_with_blanks_do_not_break_the_columns() -> None:
    (line,) = documents_run([case_of(1, ["le plan"], ["le plan"])], "notre run")
    assert line == "q1 Q0 le_plan 1 1 notre_run\n"
