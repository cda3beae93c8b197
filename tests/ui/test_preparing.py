"""Sentences made ready in the background: kept for the next start, few while answers are made, and stopped at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from worlds import HashingEncoder, make_entry

from assistant.answers import Question
from assistant.assistant import Assistant
from assistant.preparing import prepare, prepared_documents, sentence_texts
from assistant.remembering import sentence_vectors
from index.build import update_index
from index.kept_vectors import KeptVectors
from index.store import Index, open_index
from ingest.catalogue import load_vocabulary
from ui import preparing
from ui.living import LivingAssistant
from ui.preparing import Preparing, prepared

WAIT_S = 60
PLAN = make_entry("plan", "Le diagnostic régional coûte huit cents euros.", "Il dure cinq jours.")
FICHE = make_entry("fiche-aide", "Le chèque numérique finance mille deux cents euros.")


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


class Held(HashingEncoder):
    """An encoder that can be held in the middle of a sentence of the background."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        if threading.current_thread().name == "guichet-preparing":
            self.entered.set()
            assert self.open.wait(WAIT_S)
        return super().encode_passages(texts)


class World:
    def __init__(self, folder: Path) -> None:
        self.place, self.encoder = folder / "index", Held()
        self.kept = KeptVectors([folder / "sentences.sqlite"], self.encoder.fingerprint)
        self.put(PLAN, FICHE)
        self.living = self.started()

    def put(self, *entries: object, remove: tuple[str, ...] = ()) -> None:
        update_index(self.place, HashingEncoder(), put=entries, remove=remove)  # type: ignore[arg-type]

    def started(self) -> LivingAssistant:
        embed = sentence_vectors(self.encoder, self.kept)

        def make(index: Index) -> Assistant:
            return Assistant(index, self.encoder, [], load_vocabulary(), today=date(2026, 1, 1), embed=embed)

        return LivingAssistant(self.place, self.encoder, None, make, grace_s=0)

    @property
    def texts(self) -> list[str]:
        index = self.living.index
        return [text for texts in sentence_texts(index, prepared_documents(index)) for text in texts]

    def ready(self) -> bool:
        return len(self.kept.get(self.texts)) == len(self.texts)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.encoder.open.set()
    made.living.close()


def test_a_second_start_encodes_no_sentence_of_the_index(world: World) -> None:
    with prepared(world.living, world.kept) as work:
        work.start()
        until(world.ready)
    assert len(world.texts) == 3
    world.encoder.passages_encoded.clear()
    again = world.started()
    assert again.answer(Question("Combien coûte le diagnostic régional ?")).status == "answered"
    assert world.encoder.passages_encoded == []
    again.close()


def test_nothing_is_made_at_once_while_an_answer_is_and_all_of_it_after(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "GRANTED_S", 600.0)
    events = world.living.stream(Question("Combien coûte le diagnostic régional ?"))
    next(events)
    with prepared(world.living, world.kept) as made:
        made.start()
        assert not world.encoder.entered.wait(1)
        for _ in events:
            pass
        until(world.ready)


def test_a_service_that_is_never_idle_is_ready_all_the_same(world: World) -> None:
    events = world.living.stream(Question("Combien coûte le diagnostic régional ?"))
    next(events)
    with prepared(world.living, world.kept) as made:
        made.start()
        until(world.ready)
        assert world.living.answering, "and the answer is still being made"
    events.close()  # type: ignore[attr-defined]


def test_a_question_is_answered_while_a_sentence_is_being_made(world: World) -> None:
    world.encoder.open.clear()
    with prepared(world.living, world.kept) as work:
        work.start()
        assert world.encoder.entered.wait(WAIT_S)
        assert world.living.answer(Question("Combien coûte le diagnostic régional ?")).status == "answered"
        world.encoder.open.set()


def test_it_stops_after_the_sentence_under_way(world: World) -> None:
    world.encoder.open.clear()
    work = Preparing(world.living, world.kept)
    work.start()
    assert world.encoder.entered.wait(WAIT_S)
    stopping = threading.Thread(target=work.stop)
    stopping.start()
    until(work._stopping.is_set)
    world.encoder.open.set()
    stopping.join(WAIT_S)
    assert not work._thread.is_alive()
    assert len(world.encoder.passages_encoded) == 1


def test_a_new_version_is_made_ready_and_what_left_is_forgotten(world: World) -> None:
    with prepared(world.living, world.kept) as work:
        work.start()
        until(world.ready)
        before = world.texts
        world.put(make_entry("pain", "Une phrase encore jamais lue par ce guichet."), remove=("plan",))
        assert world.living.refresh()
        gone = set(before) - set(world.texts)
        assert len(gone) == 2
        until(lambda: world.ready() and not world.kept.get(gone))


def test_a_replaced_version_is_let_go_of(world: World) -> None:
    world.encoder.open.clear()
    began = world.living.index
    with prepared(world.living, world.kept) as work:
        work.start()
        assert world.encoder.entered.wait(WAIT_S)
        world.put(make_entry("pain", "Une phrase encore jamais lue par ce guichet."))
        assert world.living.refresh()
        assert began.text_of("plan")  # still read from: not closed under it
        world.encoder.open.set()
        until(world.ready)
    assert world.living.index is not began
    assert world.living._current.readers == 0


def test_where_nothing_can_be_kept_they_are_remembered(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    world = World(tmp_path)
    nowhere = KeptVectors([tmp_path / "file" / "sentences.sqlite"], world.encoder.fingerprint)
    world.kept = nowhere
    living = world.started()
    with prepared(living, nowhere) as work:
        work.start()
        until(lambda: len(world.encoder.passages_encoded) >= 3)
        until(lambda: not living._current.readers)
    world.encoder.passages_encoded.clear()
    assert living.answer(Question("Combien coûte le diagnostic régional ?")).status == "answered"
    assert world.encoder.passages_encoded == []
    living.close()


def test_the_catalogue_comes_first_and_the_number_is_bounded(world: World) -> None:
    index = open_index(world.place)
    assert prepared_documents(index) == ["fiche-aide", "plan"]
    assert prepared_documents(index, most=1) == ["fiche-aide"]
    assert prepared_documents(index, most=0) == []


def test_what_was_made_before_it_was_stopped_is_not_made_again(world: World) -> None:
    turns = iter([True, True, True, False])
    texts = [world.texts]
    embed = sentence_vectors(world.encoder, world.kept)
    assert list(prepare(texts, embed, world.kept, go_on=lambda: next(turns))) == []
    made = len(world.encoder.passages_encoded)
    assert made == 2
    assert len(world.kept.get(world.texts)) == made
