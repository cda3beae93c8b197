"""Other systems: what chains and endpoints give becomes an answer of the contract; the baseline answers and cites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from answer_worlds import ScriptedModel, documents
from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from worlds import HashingEncoder

from assistant.answers import Answer, Question, Turn
from assistant.evaluation.baseline import baseline, chunks
from assistant.evaluation.systems import ChainSystem, EndpointSystem, SystemUnusable, load_object, to_answer
from index.build import update_index
from index.store import Index, open_index
from ingest.passages import cut

QUESTION = Question("Quelle durée ?", id="7", history=(Turn("user", "Bonjour"),))


def given(value: Any) -> Answer:
    return to_answer(QUESTION, value, name="autre", total_ms=12.0)


def test_a_chain_with_its_documents_becomes_an_answer_with_citations() -> None:
    context = [
        Document("Il dure six mois.", metadata={"source": "/data/plan.pdf"}),
        Document("Rien.", metadata={"doc": "avis", "title": "Avis"}),
    ]
    answer = given({"answer": "Six mois [1]. Peut-être plus [9].", "context": context})
    assert [r.doc for r in answer.retrieved] == ["plan", "avis"]
    assert [(c.n, c.doc, c.quote) for c in answer.citations] == [(1, "plan", "Il dure six mois.")]
    assert [s.citations for s in answer.sentences] == [(1,), ()]
    assert (answer.id, answer.status, answer.timings_ms["total"]) == ("7", "answered", 12.0)


@pytest.mark.parametrize(
    "value", ["Six mois.", AIMessage("Six mois."), {"result": "Six mois."}, {"answer": AIMessage("Six mois.")}]
)
def test_a_text_is_found_wherever_chains_put_it(value: Any) -> None:
    assert given(value).answer == "Six mois."


@pytest.mark.parametrize(
    "text",
    [
        "Je ne sais pas.",
        "Désolé, je ne trouve pas cette information.",
        "Les extraits ne précisent pas la durée.",
        "I don't know.",
        "The context does not say.",
        "INCONNU",
        "  ",
    ],
)
def test_a_system_that_declines_has_abstained(text: str) -> None:
    assert given(text).status == "abstained"


@pytest.mark.parametrize("text", ["La durée est de six mois.", "Le plan ne dure que six mois.", "Non, six mois."])
def test_an_answer_that_denies_something_is_an_answer(text: str) -> None:
    assert given(text).status == "answered"


def test_a_record_of_the_contract_is_kept_as_it_is() -> None:
    answer = given({"status": "refused", "answer": "Non.", "citations": [], "reason": "off_topic"})
    assert (answer.status, answer.reason) == ("refused", "off_topic")


def test_a_chain_is_given_a_text_or_an_object_as_its_schema_says() -> None:
    seen: list[Any] = []
    text = RunnableLambda(lambda question: seen.append(question) or "Oui.")
    wanted = RunnablePassthrough.assign(answer=lambda data: seen.append(data) or "Oui.").with_types(
        input_type=dict[str, Any]
    )
    ChainSystem(text, "a").answer(QUESTION)
    assert ChainSystem(wanted, "b").answer(QUESTION).answer == "Oui."
    assert seen[0] == "Quelle durée ?"
    assert seen[1]["input"] == seen[1]["question"] == "Quelle durée ?"
    assert seen[1]["chat_history"] == [("user", "Bonjour")]


@pytest.mark.parametrize("value", [3, {"autre": "x"}, None])
def test_what_cannot_be_read_is_said(value: Any) -> None:
    with pytest.raises(SystemUnusable, match="adaptez"):
        given(value)


def test_an_endpoint_is_given_the_conversation_and_nothing_else() -> None:
    model = ScriptedModel().enqueue("Six mois.")
    answer = EndpointSystem(model, "hote").answer(QUESTION)
    assert model.asked == [[("user", "Bonjour"), ("user", "Quelle durée ?")]]
    assert answer.tokens == {"prompt": 100, "completion": 2}


def test_an_object_is_found_by_module_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_chain_of_test.py").write_text("class A:\n    chain = staticmethod(str.upper)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_object("my_chain_of_test:A.chain")("a") == "A"
    for wrong in ("my_chain_of_test:B", "no_such_module_of_test:a", ":a"):
        with pytest.raises(SystemUnusable, match="module:objet"):
            load_object(wrong)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    encoder = HashingEncoder(256)
    update_index(tmp_path / "index", encoder, put=[(document, cut(document)) for document in documents()])
    return open_index(tmp_path / "index")


def test_the_baseline_shows_the_model_four_chunks_and_each_sentence_cites_them(index: Index) -> None:
    model = ScriptedModel().enqueue("Six mois. Et voilà.")
    chain = ChainSystem(baseline(index, HashingEncoder(256), model), "baseline")
    answer = chain.answer(Question("Combien de temps dure l'accompagnement de Lanterne IA ?"))
    assert len(answer.retrieved) == 4
    assert answer.retrieved[0].doc == "fiche-lanterne-ia"
    assert [sentence.citations for sentence in answer.sentences] == [(1, 2, 3, 4)] * 2
    assert [citation.quote for citation in answer.citations] == [" ".join(p.text.split()) for p in answer.retrieved]
    assert all(passage.text in model.asked[0][0][1] for passage in answer.retrieved)
    assert answer.timings_ms.keys() >= {"retrieval", "first_token", "total"}
    assert answer.tokens == {"prompt": 100, "completion": 4}


def test_the_baseline_that_does_not_know_abstains(index: Index) -> None:
    model = ScriptedModel().enqueue("Je ne sais pas.")
    chain = ChainSystem(baseline(index, HashingEncoder(256), model), "baseline")
    assert chain.answer(Question("Quelle est la recette de la bouillabaisse ?")).status == "abstained"


def test_the_baseline_cuts_every_document(index: Index) -> None:
    assert {chunk.metadata["doc"] for chunk in chunks(index)} == set(index.documents)
    assert all(len(chunk.page_content) <= 1000 for chunk in chunks(index))
