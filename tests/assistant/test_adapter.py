"""The query adapter: weights that ship, unit vectors in and out, and nothing for another encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from assistant.adapter import Adapter, about, adapted, adapter_from, load_adapter

E5 = "multilingual-e5-small-0123456789abcdef"


def unit_vectors(n: int, dim: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@given(st.integers(1, 5), st.integers(0, 1000))
def test_what_ships_turns_unit_vectors_into_unit_vectors(n: int, seed: int) -> None:
    bent = adapted(unit_vectors(n, 384, seed), E5)
    assert bent.shape == (n, 384)
    assert bent.dtype == np.float32
    assert np.linalg.norm(bent, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_what_ships_moves_a_question() -> None:
    question = unit_vectors(1, 384, 7)
    assert float((adapted(question, E5) @ question.T)[0, 0]) < 0.999


def test_vectors_of_another_encoder_are_left_as_they_are() -> None:
    question = unit_vectors(2, 8, 3)
    assert adapted(question, "another-model-0123") is question


def test_the_weights_are_finite_and_their_encoder_is_named() -> None:
    adapter = load_adapter()
    assert adapter.encoder == about()["encoder"] == "multilingual-e5-small"
    assert adapter.down.shape == adapter.up.T.shape == (384, adapter.down.shape[1])
    assert np.isfinite(adapter.down).all()
    assert np.isfinite(adapter.up).all()


def test_a_residual_of_nothing_changes_nothing() -> None:
    question = unit_vectors(3, 8, 1)
    same = Adapter("any", np.zeros((8, 2), np.float32), np.zeros((2, 8), np.float32))(question)
    assert same == pytest.approx(question, abs=1e-6)


def test_weights_written_are_read(tmp_path: Path) -> None:
    down, up = unit_vectors(8, 2, 1), unit_vectors(2, 8, 2)
    save_file({"down": down.astype(np.float16), "up": up.astype(np.float16)}, tmp_path / "a.safetensors")
    read = adapter_from((tmp_path / "a.safetensors").read_bytes(), "any")
    assert read.down == pytest.approx(down, abs=1e-3)
    assert read.up == pytest.approx(up, abs=1e-3)
