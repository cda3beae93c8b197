"""A server that lives for weeks: the newest documents and today's date, at each question."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from api_worlds import wait_for
from worlds import HashingEncoder, make_entry, make_scheme

from assistant.answers import Final, GivenProfile, Question
from assistant.assistant import Assistant
from index.build import update_index
from index.store import Index, Place
from ingest.catalogue import load_vocabulary
from ingest.errors import GuichetError
from ui.living import LivingAssistant, _stamps

SCHOOL = make_entry("ecole", "Le diagnostic régional coûte huit cents euros par entreprise.", date=date(2024, 6, 28))
BAKERY = make_entry("pain", "Le chèque numérique finance mille deux cents euros de matériel.", date=date(2025, 1, 3))


class World:
    """An index on the disk, and the server's assistant over it."""

    def __init__(self, place: Place) -> None:
        self.place, self.encoder, self.day = place, HashingEncoder(), date(2026, 1, 1)
        self.put(SCHOOL)
        self.assistant = LivingAssistant(place, self.encoder, None, self._make, grace_s=0)

    def _make(self, index: Index) -> Assistant:
        scheme = make_scheme("aide", closes_on=date(2026, 6, 30))
        return Assistant(index, self.encoder, [scheme], load_vocabulary(), today=lambda: self.day)

    def put(self, *entries: object, remove: tuple[str, ...] = ()) -> None:
        update_index(self.place, HashingEncoder(), put=entries, remove=remove)  # type: ignore[arg-type]


@pytest.fixture
def world(place: Place) -> Iterator[World]:
    made = World(place)
    yield made
    made.assistant.close()


def found(world: World, text: str = "Que finance le chèque numérique ?") -> set[str]:
    return {passage.doc for passage in world.assistant.answer(Question(text)).retrieved}


def test_a_document_added_by_another_process_answers_the_next_question(world: World) -> None:
    assert found(world) == {"ecole"}
    world.put(BAKERY)
    assert "pain" in found(world)


def test_a_document_removed_answers_no_more(world: World) -> None:
    world.put(BAKERY)
    assert "pain" in found(world)
    world.put(remove=("pain",))
    assert found(world) == {"ecole"}


def test_an_index_that_did_not_change_is_not_opened_again(world: World) -> None:
    before = world.assistant.index
    world.put(SCHOOL)
    found(world)
    assert world.assistant.index is before
    assert world.assistant.refresh() is False


def test_an_answer_under_way_keeps_the_version_it_began_with(world: World) -> None:
    began = world.assistant.index
    events = world.assistant.stream(Question("Combien coûte le diagnostic ?"))
    next(events)
    world.put(BAKERY, remove=("ecole",))
    assert world.assistant.refresh()
    *_, last = events
    assert isinstance(last, Final)
    assert {p.doc for p in last.answer.retrieved} == {"ecole"}
    assert last.answer.index == began.fingerprint != world.assistant.index.fingerprint


def test_a_version_is_closed_after_its_last_answer(world: World) -> None:
    began = world.assistant.index
    events = world.assistant.stream(Question("Combien coûte le diagnostic ?"))
    next(events)
    world.put(BAKERY)
    world.assistant.refresh()
    assert began.text_of("ecole")
    for _ in events:
        pass
    with pytest.raises(GuichetError):
        began.text_of("ecole")


def test_a_reader_who_leaves_closes_what_it_held(world: World) -> None:
    began = world.assistant.index
    events = world.assistant.stream(Question("Combien coûte le diagnostic ?"))
    next(events)
    world.put(BAKERY)
    world.assistant.refresh()
    events.close()  # type: ignore[attr-defined]
    with pytest.raises(GuichetError):
        began.text_of("ecole")


def test_a_replaced_version_can_be_read_for_a_while(world: World) -> None:
    assistant = LivingAssistant(world.place, world.encoder, None, world._make, grace_s=0.5)
    began = assistant.index
    world.put(BAKERY)
    assert assistant.refresh()
    assert began.text_of("ecole")
    time.sleep(2)
    with pytest.raises(GuichetError):
        began.text_of("ecole")
    assistant.close()


def test_a_damaged_newer_version_leaves_the_one_in_use(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    world = World(tmp_path)
    world.put(BAKERY)
    number = (tmp_path / "CURRENT").read_text().split()[0]
    for path in (tmp_path / "versions" / number).rglob("*.sqlite"):
        path.write_bytes(b"nothing")
    assert found(world) == {"ecole"}
    assert "cannot be opened" in caplog.text


def test_an_index_put_back_is_damaged_no_more(tmp_path: Path) -> None:
    world = World(tmp_path / "index")
    files = [
        path for path in (tmp_path / "index" / "versions").rglob("*.*") if path.suffix in (".faiss", ".npy", ".sqlite")
    ]
    kept = {path: path.read_bytes() for path in files}
    began = world.assistant.index
    assert world.assistant.condition == "ok"
    for path in files:
        path.write_bytes(b"x" * path.stat().st_size)
    assert world.assistant.condition == "damaged"
    wait_for(lambda: world.assistant._wrong == _stamps(began), 30)
    assert world.assistant.condition == "damaged", "looked at once, and not again while it is the same"
    assert world.assistant.index is began
    for path, data in kept.items():
        path.unlink()  # as a copy made elsewhere and moved back does
        path.write_bytes(data)
    wait_for(lambda: world.assistant.condition == "ok", 30)
    assert world.assistant.index is not began
    assert found(world) == {"ecole"}
    world.assistant.close()


def test_many_askers_while_documents_come_and_go_all_get_an_answer(world: World) -> None:
    answered: list[str] = []

    def ask() -> None:
        for _ in range(10):
            answered.append(world.assistant.answer(Question("Combien coûte le diagnostic ?")).status)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(5):
        world.put(BAKERY) if n % 2 == 0 else world.put(remove=("pain",))
    for thread in threads:
        thread.join(60)
    assert len(answered) == 40


def test_an_aid_closes_on_its_day_without_a_restart(world: World) -> None:
    question = Question(
        "Je suis une PME à Nice, l'aide me convient-elle ?", profile=GivenProfile(region="Nice", size="PME")
    )
    assert [m.verdict for m in world.assistant.answer(question).schemes] == ["to_confirm"]
    world.day = date(2026, 7, 1)
    assert [m.verdict for m in world.assistant.answer(question).schemes] == ["closed"]
