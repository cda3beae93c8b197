"""The 4-bit file: its blocks, its directory, and the folder made of it."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from index.convert import MAGIC, Sizes, WeightsError, bert_tensors, convert, dequantise, quantise, read_weights

TINY = Sizes(hidden=32, layers=1, heads=2, feed_forward=64, vocabulary=5, positions=8, token_types=2, epsilon=1e-12)


def names(sizes: Sizes) -> list[str]:
    found = ["emb.word", "emb.pos", "emb.type", "emb.ln.w", "emb.ln.b"]
    for layer in range(sizes.layers):
        found += [
            f"l{layer}.{part}.{kind}" for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln") for kind in "wb"
        ]
    return found


def write_q4(path: Path, sizes: Sizes, tensors: dict[str, np.ndarray]) -> None:
    """A 4-bit file as the layout says: matrices in q4, vectors in float32, a tokenizer of two pieces to step over."""
    head = struct.pack("<4sI7ifi", MAGIC, 1, *[getattr(sizes, n) for n in Sizes.__slots__[:7]], sizes.epsilon, 32)
    text = "<s>é".encode()
    head += (
        struct.pack("<5iQ", 2, 0, 2, 1, 3, len(text)) + struct.pack("<3I", 0, 3, 5) + struct.pack("<2f", 0, -1) + text
    )
    head += struct.pack("<iI", 1, 3) + b"abc"
    payloads = {n: quantise(t) if t.ndim == 2 else t.astype("<f4").tobytes() for n, t in tensors.items()}
    entry = {n: 2 + len(n) + struct.calcsize("<BIQQ") for n in tensors}
    offset = len(head) + 4 + sum(entry.values())
    directory = struct.pack("<i", len(tensors))
    for name, tensor in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", int(tensor.ndim == 2), tensor.size, offset, len(payloads[name]))
        offset += len(payloads[name])
    path.write_bytes(head + directory + b"".join(payloads.values()))


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Path, dict[str, np.ndarray]]:
    rng = np.random.default_rng(1)
    tensors = {name: rng.normal(size=TINY.shape(name)).astype(np.float32) for name in names(TINY)}
    path = tmp_path / "tiny.bin"
    write_q4(path, TINY, tensors)
    return path, tensors


def test_a_block_keeps_weight_j_low_and_weight_j_plus_16_high() -> None:
    block = np.float16(0.5).tobytes() + bytes([0x1F, *[0x88] * 15])
    weights = dequantise(block)
    assert weights[0] == 0.5 * (15 - 8)
    assert weights[16] == 0.5 * (1 - 8)
    assert not weights[1:16].any()
    assert not weights[17:].any()


@given(st.lists(st.floats(-8, 8, width=32), min_size=64, max_size=64))
@settings(max_examples=50, deadline=None)
def test_a_weight_comes_back_within_half_a_step(values: list[float]) -> None:
    weights = np.array(values, dtype=np.float32)
    back = dequantise(quantise(weights)).reshape(-1, 32)
    steps = np.abs(weights.reshape(-1, 32)).max(axis=1, keepdims=True) / 7
    assert (np.abs(back - weights.reshape(-1, 32)) <= steps * 0.51 + 1e-3).all()


def test_the_file_gives_back_its_sizes_and_tensors(tiny: tuple[Path, dict[str, np.ndarray]]) -> None:
    path, tensors = tiny
    sizes, read = read_weights(path)
    assert (sizes.hidden, sizes.layers, sizes.vocabulary) == (32, 1, 5)
    assert list(read) == list(tensors)
    np.testing.assert_array_equal(read["l0.fi.b"], tensors["l0.fi.b"])
    assert read["l0.fo.w"].shape == (32, 64)
    assert float(np.corrcoef(read["l0.q.w"].ravel(), tensors["l0.q.w"].ravel())[0, 1]) > 0.99


def test_every_tensor_has_its_name_in_bert(tiny: tuple[Path, dict[str, np.ndarray]]) -> None:
    sizes, read = read_weights(tiny[0])
    named = bert_tensors(sizes, read)
    assert len(named) == len(read) + 2
    assert "encoder.layer.0.attention.output.LayerNorm.weight" in named
    assert "embeddings.token_type_embeddings.weight" in named


def test_the_folder_is_complete_and_replaces_the_one_before(
    tiny: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    folder, tokenizer = tmp_path / "modele", tmp_path / "tokenizer.json"
    tokenizer.write_text("{}")
    folder.mkdir()
    (folder / "reste.txt").write_text("ancien")
    convert(tiny[0], tokenizer, folder)
    assert not (folder / "reste.txt").exists()
    assert not (tmp_path / "modele.draft").exists()
    assert json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]["query"] == "query: "
    assert len(json.loads((folder / "modules.json").read_text())) == 3
    assert load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].shape == (5, 32)


@pytest.mark.parametrize("keep", [0, 3, 40, 120, 400])
def test_a_truncated_file_is_refused_in_one_sentence(
    tiny: tuple[Path, dict[str, np.ndarray]], tmp_path: Path, keep: int
) -> None:
    short = tmp_path / "court.bin"
    short.write_bytes(tiny[0].read_bytes()[:keep])
    with pytest.raises(WeightsError, match="illisible"):
        read_weights(short)


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "autre.bin"
    other.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(WeightsError, match="en-tête inconnu"):
        read_weights(other)
