"""Vectors of sentences: made one by one, remembered, kept; the same whichever it is, and whatever came before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from worlds import HashingEncoder, make_entry

from assistant.answers import Question, to_record
from assistant.assistant import Assistant
from assistant.remembering import remembering, sentence_vectors
from index.build import update_index
from index.kept_vectors import KeptVectors
from index.store import Index, open_index
from ingest.catalogue import load_vocabulary

SENTENCES = [f"Le diagnostic {n} coûte {n} euros par entreprise." for n in range(1, 9)]


class Batched(HashingEncoder):
    """An encoder whose vectors depend on the batch they were made in, far more than real ones do."""

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        vectors = super().encode_passages(texts)
        noise = np.random.default_rng(len(texts)).standard_normal(vectors.shape)
        mixed = vectors + 0.3 * noise * (len(texts) > 1)
        return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    update_index(
        tmp_path / "index",
        HashingEncoder(),
        put=[make_entry(f"aide-{n}", *SENTENCES[n : n + 3]) for n in range(6)],
    )
    return open_index(tmp_path / "index")


def answers(index: Index, questions: Sequence[str], embed: object = None) -> dict[str, object]:
    encoder = Batched()
    assistant = Assistant(index, encoder, [], load_vocabulary(), today=date(2026, 1, 1), embed=embed)  # type: ignore[arg-type]
    found = {}
    for text in questions:
        record = to_record(assistant.answer(Question(text, id="q")))
        found[text] = {name: value for name, value in record.items() if name != "timings_ms"}
    return found


QUESTIONS = [f"Combien coûte le diagnostic {n} ?" for n in (3, 1, 5, 2, 7, 4)]


def test_the_order_of_questions_does_not_change_an_answer(index: Index) -> None:
    first = answers(index, QUESTIONS)
    assert answers(index, QUESTIONS[::-1]) == first
    assert {text: answers(index, [text])[text] for text in QUESTIONS} == first
    assert any(answer["status"] == "answered" for answer in first.values())  # type: ignore[index]


def test_the_encoder_of_this_test_would_tell_batches_apart() -> None:
    vectors = remembering(Batched().encode_passages)
    together, alone = vectors(SENTENCES[:3])[0], remembering(Batched().encode_passages)(SENTENCES[:1])[0]
    assert not np.allclose(together, alone, atol=0.01)


def test_kept_or_made_the_vectors_are_the_same(tmp_path: Path) -> None:
    kept = KeptVectors([tmp_path / "kept.sqlite"], Batched().fingerprint)
    made = sentence_vectors(Batched())(SENTENCES)
    assert kept.put(dict(zip(SENTENCES[:4], made[:4], strict=True)))
    encoder = Batched()
    mixed = sentence_vectors(encoder, kept)
    assert mixed(SENTENCES).tobytes() == made.tobytes()
    assert encoder.passages_encoded == SENTENCES[4:]
    assert mixed(SENTENCES[::-1]).tobytes() == made[::-1].tobytes()
    assert encoder.passages_encoded == SENTENCES[4:]


def test_what_is_remembered_is_bounded() -> None:
    encoder = HashingEncoder()
    vectors = remembering(encoder.encode_passages, most=2)
    for text in (*SENTENCES[:3], SENTENCES[2], SENTENCES[0]):
        vectors([text])
    assert encoder.passages_encoded == [*SENTENCES[:3], SENTENCES[0]]
