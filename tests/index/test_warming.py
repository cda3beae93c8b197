"""The files of an index are read ahead, those of every question first, within what memory allows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from worlds import HashingEncoder, make_entry

from index.build import update_index
from index.store import Index, open_index
from index.warming import hot_files, warm, warming


@pytest.fixture
def index(tmp_path: Path) -> Index:
    update_index(tmp_path / "index", HashingEncoder(), put=[make_entry("aide", "Une aide.", "Une autre aide.")])
    return open_index(tmp_path / "index")


def test_every_file_of_a_search_is_read_to_its_end(index: Index) -> None:
    names = [path.name for path in hot_files(index)]
    assert {"rows.npy", "counts.npy", "passages.sqlite", "vectors.faiss"} <= set(names)
    assert names[-1] == "vectors.faiss"
    assert warm(index, budget=1 << 30) == sum(path.stat().st_size for path in hot_files(index))


def test_what_does_not_fit_in_memory_is_left_on_the_disk(index: Index) -> None:
    sizes = [path.stat().st_size for path in hot_files(index)]
    assert warm(index, budget=sizes[0]) == sizes[0]
    assert warm(index, budget=0) == 0


def test_a_version_removed_meanwhile_stops_it_without_an_error(index: Index) -> None:
    shutil.rmtree(index.version.path)
    assert warm(index, budget=1 << 30) == 0


def test_it_is_read_in_a_thread_that_never_holds_the_process(index: Index) -> None:
    thread = warming(index)
    assert thread.daemon
    thread.join(30)
    assert not thread.is_alive()
