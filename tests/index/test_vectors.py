"""The exact vector index against a brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors import Matrix, VectorIndex


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


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    VectorIndex(np.empty((0, 4), np.float32)).save(tmp_path / "v.faiss")
    again = VectorIndex.load(tmp_path / "v.faiss")
    assert again.search(np.ones(4, np.float32), 3) == []
    assert again.rows().shape == (0, 4)
