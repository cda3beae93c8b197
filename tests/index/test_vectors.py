"""The exact vector index against a brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors import SKETCH, Matrix, VectorIndex


def unit_rows(n: int, dimension: int, seed: int) -> Matrix:
    rows = np.random.default_rng(seed).standard_normal((n, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(1, 40), st.integers(1, 50), st.integers(0, 1000))
def test_the_nearest_are_those_of_brute_force(n: int, k: int, seed: int) -> None:
    rows, query = unit_rows(n, 8, seed), unit_rows(1, 8, seed + 1)[0]
    found = VectorIndex(rows).search(query, k)
    expected = np.argsort(-(rows @ query), kind="stable")[:k]
    assert [score for _, score in found] == pytest.approx([float(rows[row] @ query) for row in expected], abs=1e-5)
    assert len(found) == min(n, k)


def test_equal_rows_come_in_row_order() -> None:
    rows = np.repeat(unit_rows(1, 4, 0), 5, axis=0)
    assert [row for row, _ in VectorIndex(rows).search(rows[0], 5)] == [0, 1, 2, 3, 4]


def test_a_round_trip_on_disk_changes_nothing(tmp_path: Path) -> None:
    rows = unit_rows(7, 16, 3)
    VectorIndex(rows).save(tmp_path / "v.faiss")
    again = VectorIndex.load(tmp_path / "v.faiss")
    assert (len(again), again.dimension) == (7, 16)
    assert np.array_equal(again.rows(), rows)
    assert again.search(rows[2], 1)[0][0] == 2


def test_some_rows_are_those_of_all() -> None:
    rows = unit_rows(7, 8, 5)
    assert np.array_equal(VectorIndex(rows).some([4, 0, 4]), rows[[4, 0, 4]])
    assert VectorIndex(rows).some([]).shape == (0, 8)


def test_a_sketch_loses_little_and_scores_exactly(tmp_path: Path) -> None:
    centres = unit_rows(60, 32, 1)
    rows = centres[np.arange(3000) % 60] + 0.6 * unit_rows(3000, 32, 2)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    VectorIndex(rows, sketched_from=1000).save(tmp_path / "vectors.faiss")
    sketched, exact = VectorIndex.load(tmp_path / "vectors.faiss"), VectorIndex(rows)
    assert (tmp_path / SKETCH).exists()
    alive = np.arange(3000) % 3 > 0
    for seen in (None, alive):
        shared = []
        for query in unit_rows(40, 32, 4) + centres[:40]:
            found = dict(sketched.search(query, 20, alive=seen))
            expected = dict(exact.search(query, 20, alive=seen))
            assert len(found) == 20
            assert all(score == pytest.approx(float(rows[row] @ query), abs=1e-5) for row, score in found.items())
            assert seen is None or all(seen[row] for row in found)
            shared.append(len(found.keys() & expected.keys()) / 20)
        assert np.mean(shared) >= 0.97


def test_a_sketch_keeps_the_nearest_among_five_hundred_that_crowd_around_each(tmp_path: Path) -> None:
    centres = unit_rows(24, 128, 1)
    rows = centres[np.arange(12_000) % 24] + 0.25 * unit_rows(12_000, 128, 2)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    sketched, exact = VectorIndex(rows, sketched_from=1000), VectorIndex(rows)
    queries = centres + 0.3 * unit_rows(24, 128, 4)
    for asked in (20, 60):  # alone, and as a search asks
        shared = [
            len({row for row, _ in sketched.search(q, asked)[:20]} & {row for row, _ in exact.search(q, 20)}) / 20
            for q in queries.astype(np.float32)
        ]
        assert np.mean(shared) >= 0.99


def test_few_rows_alive_are_all_found() -> None:
    rows = unit_rows(2000, 16, 6)
    alive = np.zeros(2000, np.bool_)
    alive[[3, 900, 1999]] = True
    for index in (VectorIndex(rows), VectorIndex(rows, sketched_from=1000)):
        assert sorted(row for row, _ in index.search(rows[0], 5, alive=alive)) == [3, 900, 1999]
        assert index.search(rows[0], 5, alive=np.zeros(2000, np.bool_)) == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    VectorIndex(np.empty((0, 4), np.float32)).save(tmp_path / "v.faiss")
    again = VectorIndex.load(tmp_path / "v.faiss")
    assert again.search(np.ones(4, np.float32), 3) == []
    assert again.rows().shape == (0, 4)
