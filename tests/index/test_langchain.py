"""The LangChain doors: its standard suites, and what our metadata promises."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import RetrieversIntegrationTests, VectorStoreIntegrationTests
from worlds import HashingEncoder, make_document, make_entry, make_pages, make_passages

from index.build import update_index
from index.langchain import EmbeddingsEncoder, GuichetEmbeddings, GuichetRetriever, GuichetVectorStore
from index.store import open_index
from index.versions import IndexOutdated
from ingest.errors import GuichetError

# The suites mix plain and asynchronous tests and forbid overriding any: the mark is set on all, whatever the mode of
# pytest-asyncio, and its warning on the plain ones is silenced.
BOTH_KINDS = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore:.*is not an async function")]


class TestVectorStoreSuite(VectorStoreIntegrationTests):
    pytestmark = BOTH_KINDS

    @pytest.fixture
    def vectorstore(self) -> Generator[VectorStore, None, None]:  # type: ignore[override]
        return GuichetVectorStore(self.get_embeddings())


class TestRetrieverSuite(RetrieversIntegrationTests):
    pytestmark = BOTH_KINDS

    @pytest.fixture(autouse=True)
    def index_of_five(self, tmp_path: Path) -> None:
        self.encoder = HashingEncoder()
        paragraphs = [f"L'aide numéro {n} finance le diagnostic." for n in range(5)]
        update_index(tmp_path, self.encoder, put=[make_entry("plan", *paragraphs)])
        self.index = open_index(tmp_path)

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return GuichetRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.index, "encoder": self.encoder}

    @property
    def retriever_query_example(self) -> str:
        return "quelle aide finance un diagnostic ?"


def test_a_retrieved_document_carries_its_source_and_place(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    document = make_document(
        "plan", "Un avant-propos.", "Le diagnostic est gratuit.", nature="plan", date=date(2024, 6, 28)
    )
    document = make_document(
        "plan",
        "Un avant-propos.",
        "Le diagnostic est gratuit.",
        nature="plan",
        date=date(2024, 6, 28),
        pages=make_pages(document, "i", "1"),
    )
    put = [(document, make_passages(document, heading=("Aides", "Diagnostic")))]
    update_index(tmp_path, encoder, put=put, metadata={"plan": {"source": "/docs/plan.pdf"}})

    found = GuichetRetriever(index=open_index(tmp_path), encoder=encoder, k=1).invoke("diagnostic gratuit")

    assert [d.id for d in found] == ["plan#2"]
    assert found[0].page_content == "Le diagnostic est gratuit."
    assert 0 < found[0].metadata.pop("score") <= 1
    assert found[0].metadata == {
        "source": "/docs/plan.pdf",
        "title": "Titre de plan",
        "heading": "Aides > Diagnostic",
        "page": 1,
        "page_label": "1",
        "total_pages": 2,
        "start_index": 18,
        "nature": "plan",
        "date": "2024-06-28",
        "region": None,
        "doc": "plan",
        "passage_id": "plan#2",
    }


@pytest.fixture
def store(tmp_path: Path) -> GuichetVectorStore:
    texts = ["le riz de Camargue", "le riz de Camargue et le sel", "un diagnostic gratuit"]
    return GuichetVectorStore.from_texts(
        texts,
        GuichetEmbeddings(HashingEncoder()),
        [{"theme": "riz"}, {"theme": "riz"}, {"theme": "aide", "n": [1, 2]}],
        ids=["a", "b", "c"],
        folder=tmp_path / "index",
    )


def test_similarity_is_the_cosine(store: GuichetVectorStore) -> None:
    (document, score), *_ = store.similarity_search_with_score("riz de Camargue", k=3)
    assert document.id == "a"
    assert score == pytest.approx(1.0, abs=1e-5)


def test_a_filter_keeps_what_equals_it(store: GuichetVectorStore) -> None:
    assert [d.id for d in store.similarity_search("riz", k=3, filter={"theme": "aide"})] == ["c"]
    assert [d.id for d in store.similarity_search("riz", k=1, filter=lambda d: "sel" in d.page_content)] == ["b"]


def test_as_retriever_takes_filter_and_search_types(store: GuichetVectorStore) -> None:
    filtered = store.as_retriever(search_kwargs={"k": 2, "filter": {"theme": "riz"}})
    assert {d.id for d in filtered.invoke("diagnostic")} == {"a", "b"}
    scored = store.as_retriever(search_type="similarity_score_threshold", search_kwargs={"score_threshold": 0.95})
    assert [d.id for d in scored.invoke("diagnostic gratuit")] == ["c"]
    diverse = store.as_retriever(search_type="mmr", search_kwargs={"k": 2, "lambda_mult": 0.0})
    assert [d.id for d in diverse.invoke("riz de Camargue")] == ["a", "c"]


def test_search_by_vector_takes_any_norm(store: GuichetVectorStore) -> None:
    vector = np.asarray(store.embeddings.embed_query("diagnostic gratuit")) * 7
    assert store.similarity_search_by_vector(vector.tolist(), k=1)[0].id == "c"


def test_metadata_comes_back_as_given(store: GuichetVectorStore) -> None:
    expected = LangChainDocument(id="c", page_content="un diagnostic gratuit", metadata={"theme": "aide", "n": [1, 2]})
    assert store.get_by_ids(["c"]) == [expected]


def test_a_store_in_a_folder_is_found_again(store: GuichetVectorStore) -> None:
    again = GuichetVectorStore(GuichetEmbeddings(HashingEncoder()), store.place)
    assert [d.id for d in again.similarity_search("diagnostic", k=1)] == ["c"]


def test_a_store_in_a_database_is_found_again(database_url: str) -> None:
    embeddings = GuichetEmbeddings(HashingEncoder())
    GuichetVectorStore.from_texts(["le riz", "un diagnostic"], embeddings, ids=["a", "c"], folder=database_url)
    again = GuichetVectorStore(embeddings, database_url)
    assert [d.id for d in again.similarity_search("diagnostic", k=1)] == ["c"]
    assert again.delete(["c"])
    assert [d.id for d in again.similarity_search("diagnostic", k=4)] == ["a"]


def test_delete_without_ids_leaves_what_was_ingested(store: GuichetVectorStore) -> None:
    update_index(store.place, HashingEncoder(), put=[make_entry("plan", "Le plan régional.")])
    assert store.delete() is True
    assert [d.metadata["doc"] for d in store.similarity_search("riz", k=4)] == ["plan"]


def test_a_store_of_other_embeddings_is_refused(store: GuichetVectorStore) -> None:
    other = GuichetVectorStore(DeterministicFakeEmbedding(size=6), store.place)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        other.similarity_search("riz")
    with pytest.raises(GuichetError, match="--rebuild"):
        other.add_texts(["riz"])


def test_embeddings_become_unit_vectors() -> None:
    encoder = EmbeddingsEncoder(DeterministicFakeEmbedding(size=6))
    vectors = encoder.encode_passages(["a", "b"])
    assert vectors.shape == (2, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
