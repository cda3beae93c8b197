"""What an update encodes, replaces and keeps; that many small updates make the index one large one makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import HashingEncoder, make_document, make_entry, make_passage, make_passages

from index.build import embedded_text, searched_tokens, update_index
from index.postgres.connection import Database
from index.retriever import search
from index.store import Index, Place, open_index
from index.versions import IndexDamaged, IndexOutdated

SENTENCES = [
    "Le riz pousse en Camargue.",
    "Le sel aussi.",
    "Une aide finance le diagnostic.",
    "La région forme.",
    "La PME !",
]
UPDATES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3)),
        st.sets(st.sampled_from("abcz")),
    ),
    min_size=1,
    max_size=4,
)


def contents(index: Index) -> dict[str, object]:
    return {
        "passages": index.passages,
        "documents": dict(index.documents),
        "vectors": index.vectors.rows().tolist(),
        "found": [search(index, HashingEncoder(), sentence) for sentence in SENTENCES],
        "fingerprint": index.fingerprint,
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(UPDATES)
def test_many_updates_make_what_one_would(
    tmp_path_factory: pytest.TempPathFactory, updates: list[tuple[dict[str, list[str]], set[str]]]
) -> None:
    step_by_step, at_once = tmp_path_factory.mktemp("steps"), tmp_path_factory.mktemp("once")
    world: dict[str, list[str]] = {}
    for put, removed in updates:
        world = {doc: texts for doc, texts in world.items() if doc not in removed} | put
        entries = [make_entry(doc, *texts) for doc, texts in put.items()]
        update_index(step_by_step, HashingEncoder(), put=entries, remove=sorted(removed))
    update_index(at_once, HashingEncoder(), put=[make_entry(doc, *texts) for doc, texts in world.items()])
    assert contents(open_index(step_by_step)) == contents(open_index(at_once))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(UPDATES)
def test_a_database_holds_after_many_updates_what_a_folder_would(
    tmp_path_factory: pytest.TempPathFactory, database: Database, updates: list[tuple[dict[str, list[str]], set[str]]]
) -> None:
    at_once = tmp_path_factory.mktemp("once")
    world: dict[str, list[str]] = {}
    with database.transaction() as connection:
        connection.execute("TRUNCATE documents, texts, passages, postings, frequencies, versions, current")
    for put, removed in updates:
        world = {doc: texts for doc, texts in world.items() if doc not in removed} | put
        entries = [make_entry(doc, *texts) for doc, texts in put.items()]
        update_index(database, HashingEncoder(), put=entries, remove=sorted(removed))
    update_index(at_once, HashingEncoder(), put=[make_entry(doc, *texts) for doc, texts in world.items()])
    assert contents(open_index(database)) == contents(open_index(at_once))


def test_unchanged_passages_are_not_encoded_again(place: Place) -> None:
    encoder = HashingEncoder()
    first = update_index(place, encoder, put=[make_entry("a", "Le riz.", "Le sel."), make_entry("b", "Le blé.")])
    assert (first.encoded, first.reused, len(encoder.passages_encoded)) == (3, 0, 3)
    second = update_index(place, encoder, put=[make_entry("a", "Le riz.", "Le poivre.")])
    assert (second.encoded, second.reused) == (1, 2)
    assert encoder.passages_encoded[3:] == ["Titre de a\nLe poivre."]


def test_the_same_text_is_encoded_once(place: Place) -> None:
    encoder = HashingEncoder()
    report = update_index(
        place, encoder, put=[make_entry("a", "Le riz.", title="T"), make_entry("b", "Le riz.", title="T")]
    )
    assert (report.passages, len(encoder.passages_encoded)) == (2, 1)


def test_a_new_heading_is_encoded_again(place: Place) -> None:
    encoder = HashingEncoder()
    document = make_document("a", "Le riz.")
    update_index(place, encoder, put=[(document, make_passages(document))])
    report = update_index(place, encoder, put=[(document, make_passages(document, heading=("Cultures",)))])
    assert report.encoded == 1


def test_nothing_new_writes_no_version(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    update_index(tmp_path, encoder, put=[make_entry("a", "Le riz.")])
    report = update_index(tmp_path, encoder, put=[make_entry("a", "Le riz.")], remove=["inconnu"])
    assert (report.unchanged, report.removed, report.encoded) == (("a",), (), 0)
    assert [path.name for path in (tmp_path / "versions").iterdir()] == ["1"]


def test_the_report_names_what_happened(place: Place) -> None:
    encoder = HashingEncoder()
    update_index(place, encoder, put=[make_entry(doc, f"Texte {doc}.") for doc in "abc"])
    report = update_index(
        place,
        encoder,
        put=[make_entry("a", "Texte a."), make_entry("b", "Autre."), make_entry("d", "Nouveau.")],
        remove=["c", "inconnu"],
    )
    assert (report.unchanged, report.replaced, report.added, report.removed) == (("a",), ("b",), ("d",), ("c",))
    assert (report.documents, report.passages) == (3, 3)
    assert report.fingerprint == open_index(place).fingerprint


def test_progress_is_told(place: Place) -> None:
    told: list[tuple[int, int]] = []
    update_index(place, HashingEncoder(), put=[make_entry("a", "A.", "B.")], progress=lambda *s: told.append(s))
    assert told[-1] == (2, 2)


def test_another_encoder_is_refused_then_rebuilds_everything(place: Place) -> None:
    update_index(place, HashingEncoder(), put=[make_entry("a", "Le riz."), make_entry("b", "Le blé.")])
    other = HashingEncoder(dimension=32)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        update_index(place, other, put=[make_entry("c", "Le sel.")])
    report = update_index(place, other, put=[make_entry("c", "Le sel.")], rebuild=True)
    assert (report.documents, report.encoded, report.reused) == (3, 3, 0)
    assert open_index(place, encoder_fingerprint=other.fingerprint).vectors.dimension == 32


def test_a_damaged_index_is_refused_then_started_anew(tmp_path: Path) -> None:
    update_index(tmp_path, HashingEncoder(), put=[make_entry("a", "Le riz.")])
    next(tmp_path.rglob("vectors.faiss")).write_bytes(b"")
    with pytest.raises(IndexDamaged):
        update_index(tmp_path, HashingEncoder(), put=[make_entry("b", "Le sel.")])
    update_index(tmp_path, HashingEncoder(), put=[make_entry("b", "Le sel.")], rebuild=True)
    assert set(open_index(tmp_path).documents) == {"b"}


def test_an_index_may_become_empty(place: Place) -> None:
    encoder = HashingEncoder()
    update_index(place, encoder, put=[make_entry("a", "Le riz.")])
    update_index(place, encoder, remove=["a"])
    index = open_index(place)
    assert (index.passages, dict(index.documents), search(index, encoder, "riz")) == ((), {}, [])
    update_index(place, encoder, put=[make_entry("b", "Le sel.")])
    assert len(open_index(place).passages) == 1


def test_an_encoder_that_fails_changes_nothing(place: Place) -> None:
    class Failing(HashingEncoder):
        def encode_passages(self, texts: object, progress: object = None) -> np.ndarray:
            raise RuntimeError("plus de mémoire")

    update_index(place, HashingEncoder(), put=[make_entry("a", "Le riz.")])
    with pytest.raises(RuntimeError, match="plus de mémoire"):
        update_index(place, Failing(), put=[make_entry("b", "Le sel.")])
    assert set(open_index(place).documents) == {"a"}
    update_index(place, HashingEncoder(), put=[make_entry("b", "Le sel.")])


def test_vectors_that_are_no_numbers_are_a_bug(place: Place) -> None:
    class Broken(HashingEncoder):
        def encode_passages(self, texts: list[str], progress: object = None) -> np.ndarray:  # type: ignore[override]
            return np.full((len(texts), self.dimension), np.nan, np.float32)

    with pytest.raises(ValueError, match="no numbers"):
        update_index(place, Broken(), put=[make_entry("a", "Le riz.")])


def test_a_passage_that_is_no_span_is_a_bug(place: Place) -> None:
    with pytest.raises(ValueError, match="no span"):
        update_index(
            place, HashingEncoder(), put=[(make_document("a", "Le riz."), (make_passage("Le sel.", doc="a"),))]
        )


def test_what_is_embedded_says_each_title_once() -> None:
    document = make_document("a", "Aides\nLe diagnostic est gratuit.", title="Plan")
    passage = make_passage(document.text, doc="a", body=6, heading=("Plan", "Aides"))
    assert embedded_text(document, passage) == "Plan > Aides\nLe diagnostic est gratuit."
    assert searched_tokens(document, passage).count("aid") == 1
