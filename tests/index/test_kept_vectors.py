"""Vectors kept on the disk: those of this text and this encoder, or none."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from worlds import HashingEncoder

from index.kept_vectors import KeptVectors

TEXTS = ["Le diagnostic coûte 800 euros.", "Il dure cinq jours.", "Il est ouvert aux PME."]


def vectors(*texts: str) -> dict[str, np.ndarray]:
    return {text: HashingEncoder()._vector(text) for text in texts}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "sentences.sqlite"


@pytest.fixture
def kept(place: Path) -> KeptVectors:
    kept = KeptVectors([place], "encoder")
    assert kept.put(vectors(*TEXTS))
    return kept


def test_they_come_back_to_the_bit_from_another_process_of_the_same_encoder(kept: KeptVectors, place: Path) -> None:
    found = KeptVectors([place], "encoder").get([*TEXTS, "Une autre phrase."])
    assert {text: vector.tobytes() for text, vector in found.items()} == {
        text: vector.tobytes() for text, vector in vectors(*TEXTS).items()
    }
    assert place.stat().st_mode & 0o777 == 0o600


def test_another_encoder_and_another_text_find_nothing(kept: KeptVectors, place: Path) -> None:
    assert KeptVectors([place], "encoder-2").get(TEXTS) == {}
    assert kept.get([TEXTS[0] + " "]) == {}


@pytest.mark.parametrize("column", ["vector", "digest"])
def test_a_spoiled_one_is_as_if_it_were_not_there(kept: KeptVectors, place: Path, column: str) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        (held,) = connection.execute(f"SELECT {column} FROM vectors LIMIT 1").fetchone()  # noqa: S608
        changed = bytes([held[0] ^ 1]) + held[1:]
        connection.execute(f"UPDATE vectors SET {column} = ? WHERE {column} = ?", (changed, held))  # noqa: S608
    assert len(kept.get(TEXTS)) == len(TEXTS) - 1


def test_a_vector_moved_under_the_key_of_another_text_is_not_given(kept: KeptVectors, place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        rows = connection.execute("SELECT key, vector, digest FROM vectors").fetchall()
        connection.execute("UPDATE vectors SET vector = ?, digest = ? WHERE key = ?", (*rows[0][1:], rows[1][0]))
    found = kept.get(TEXTS)
    assert len(found) == len(TEXTS) - 1
    assert all((vector == vectors(text)[text]).all() for text, vector in found.items())


@pytest.mark.parametrize("content", [b"", b"nothing that SQLite knows" * 500])
def test_a_file_that_is_no_database_gives_nothing_and_is_made_again(
    kept: KeptVectors, place: Path, content: bytes
) -> None:
    place.write_bytes(content)
    assert kept.get(TEXTS) == {}
    assert kept.put(vectors(*TEXTS))
    assert len(kept.get(TEXTS)) == len(TEXTS)


def test_a_truncated_file_gives_nothing_wrong(kept: KeptVectors, place: Path) -> None:
    more = [f"Phrase {n}." for n in range(200)]
    kept.put(vectors(*more))
    place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])
    assert all((vector == vectors(text)[text]).all() for text, vector in kept.get(more).items())
    while not kept.put(vectors(*TEXTS)):  # removed by whoever finds it damaged
        pass
    assert len(kept.get(TEXTS)) == len(TEXTS)


def test_where_nothing_can_be_written_it_says_so_and_reads_the_other_place(kept: KeptVectors, place: Path) -> None:
    (place.parent / "a file").touch()
    reading = KeptVectors([place.parent / "a file" / "sentences.sqlite", place], "encoder")
    assert not reading.put(vectors("Une autre phrase."))
    assert len(reading.get(TEXTS)) == len(TEXTS)
    assert not place.with_name("sentences.sqlite-journal").exists()


def test_what_is_written_goes_to_the_first_place_alone(kept: KeptVectors, place: Path) -> None:
    own = place.parent / "own" / "sentences.sqlite"
    before = place.read_bytes()
    assert KeptVectors([own, place], "encoder").put(vectors("Une autre phrase."))
    assert place.read_bytes() == before
    assert len(KeptVectors([own], "encoder").get(["Une autre phrase."])) == 1


def test_what_is_forgotten_leaves_nothing_in_the_file(kept: KeptVectors, place: Path) -> None:
    gone = vectors(TEXTS[0])[TEXTS[0]].tobytes()
    assert gone in place.read_bytes()
    kept.keep_only(TEXTS[1:])
    assert set(kept.get(TEXTS)) == set(TEXTS[1:])
    assert gone not in place.read_bytes()


def test_several_writers_at_once_lose_no_answer(place: Path) -> None:
    def write(n: int) -> None:
        for m in range(10):
            KeptVectors([place], "encoder").put(vectors(f"Phrase {n} {m}."))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    texts = [f"Phrase {n} {m}." for n in range(4) for m in range(10)]
    found = KeptVectors([place], "encoder").get(texts)
    assert all((vector == vectors(text)[text]).all() for text, vector in found.items())
    assert found
