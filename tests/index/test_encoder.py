"""The encoder: batches, fingerprint, errors, on a folder without weights; with the real model, its known vectors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import BATCH_CHARACTERS, BATCH_TEXTS, EncoderError, SentenceEncoder, batches_by_length, rounded_rows

ROOT = Path(__file__).resolve().parents[2]
VECTORS = Path(__file__).with_name("e5_vectors.json")


@given(st.lists(st.integers(0, 3000), max_size=80))
def test_batches_hold_every_text_once_and_stay_small(lengths: list[int]) -> None:
    batches = list(batches_by_length(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= BATCH_TEXTS
        assert len(batch) == 1 or max(lengths[row] for row in batch) * len(batch) <= BATCH_CHARACTERS


@given(st.integers(1, 100_000))
def test_numbers_of_rows_are_few_and_near(count: int) -> None:
    rounded = rounded_rows(count)
    assert count <= rounded <= max(count + 7, count * 9 / 8)
    assert rounded_rows(rounded) == rounded
    assert len({rounded_rows(n) for n in range(1, 4097)}) < 60


LAYERS = """
import ctypes, re, sys
from pathlib import Path
import torch
from index.encoder import _pack_linears, fast_bfloat16, rounded_rows

if not fast_bfloat16():
    sys.exit("slow")
module = torch.nn.Sequential(torch.nn.Linear(384, 1536, dtype=torch.bfloat16)).eval()
linear = module[0]
_pack_linears(module)
packed, trim = module[0], getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)

def held():
    trim(0)
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

with torch.inference_mode():
    for count in sorted({rounded_rows(n) for n in range(1, 201)}):
        packed(torch.randn(1, count, 384, dtype=torch.bfloat16))
    before = held()
    for count in range(1, 201):
        packed(torch.randn(1, count, 384, dtype=torch.bfloat16))
    after = held()
    texts = torch.randn(3, 7, 384, dtype=torch.bfloat16)
    alone = torch.ops.mkldnn._linear_pointwise(texts.reshape(-1, 384), packed.weight, packed.bias, "none", [], "")
    assert torch.equal(packed(texts).reshape(-1, 1536), alone), "the rows added change the others"
print(after - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read in /proc")
def test_texts_of_all_lengths_leave_nothing_behind() -> None:
    """In a process of its own. Without rounding, each of the 200 numbers of tokens leaves 0.6 MB: over 80 MB."""
    run = subprocess.run([sys.executable, "-c", LAYERS], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.stderr.strip() == "slow":
        pytest.skip("no processor that computes in bfloat16")
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < 20


def make_folder(path: Path) -> Path:
    path.mkdir()
    (path / "config.json").write_text("{}")
    (path / "model.safetensors").write_bytes(b"poids")
    return path


def test_the_fingerprint_follows_the_weights_not_the_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = make_folder(tmp_path / "a" / "e5"), make_folder(tmp_path / "b" / "e5")
    first = SentenceEncoder(one).fingerprint
    assert SentenceEncoder(one).fingerprint == first == SentenceEncoder(two, dtype="float32").fingerprint
    (two / "model.safetensors").write_bytes(b"autre")
    assert SentenceEncoder(two).fingerprint != first


def test_the_fingerprint_follows_the_prompts(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "e5")
    first = SentenceEncoder(folder).fingerprint
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "q: "}}')
    assert SentenceEncoder(folder).fingerprint != first


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"stamps": 1, "digest": 2}'])
def test_a_spoiled_side_file_changes_nothing(tmp_path: Path, kept: str) -> None:
    folder = make_folder(tmp_path / "e5")
    first = SentenceEncoder(folder).fingerprint
    (folder / ".guichet-digest.json").write_text(kept)
    assert SentenceEncoder(folder).fingerprint == first


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="guichet setup"):
        _ = SentenceEncoder(tmp_path / "absent").fingerprint


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="n'est pas un modèle"):
        SentenceEncoder(tmp_path).encode_queries(["bonjour"])


def installed_folder() -> Path:
    from index.models import embedder_folder
    from ui.settings import read_settings

    home = Path(os.environ["GUICHET_HOME"]) if os.environ.get("GUICHET_HOME") else read_settings().home
    folder = embedder_folder(home)
    if not folder.is_dir():
        pytest.skip("le modèle d'embedding n'est pas installé (guichet setup)")
    return folder


@pytest.mark.real
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_converted_model_gives_the_known_vectors(dtype: str) -> None:
    known = json.loads(VECTORS.read_text(encoding="utf-8"))
    encoder = SentenceEncoder(installed_folder(), dtype=dtype)  # type: ignore[arg-type]
    assert encoder.dimension == 384
    for kind, encode in (("query", encoder.encode_queries), ("passage", encoder.encode_passages)):
        rows = [row for row in known if row["kind"] == kind]
        vectors = encode([row["text"] for row in rows])
        expected = np.array([row["vector"] for row in rows])
        cosines = (vectors * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
        assert vectors.dtype == np.float32
        assert cosines.min() > 0.999
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.real
def test_order_is_kept_and_progress_reaches_the_end() -> None:
    encoder = SentenceEncoder(installed_folder())
    texts = ["Un.", "Une phrase bien plus longue sur les aides aux entreprises de la région. " * 20, "Deux chats."]
    told: list[tuple[int, int]] = []
    together = encoder.encode_passages(texts, lambda done, total: told.append((done, total)))
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert ((together * alone).sum(axis=1) > 0.999).all()
    assert told[-1] == (3, 3)
    assert encoder.encode_passages([]).shape == (0, 384)
