"""The 4-bit file of multilingual-e5-small, dequantised into an ordinary sentence-transformers folder.

The file is little-endian: magic, version, the sizes of the network, a tokenizer this module steps over, then a
directory of tensors, float32 or q4. A q4 block holds 32 weights in 18 bytes: one float16 scale, then 16 bytes whose
byte j keeps weight j in its low nibble and weight j + 16 in its high one; weight = scale x (nibble - 8).
"""

from __future__ import annotations

import json
import mmap
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from ingest.errors import GuichetError

Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
Q4_WEIGHTS = 32  # weights in a block
Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (Q4_WEIGHTS // 2,))])
MAX_TOKENS = 512  # the positions the network was trained with
PROMPTS = {"query": "query: ", "document": "passage: "}  # Wang et al. 2024, arXiv 2402.05672, section 3

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class WeightsError(GuichetError):
    """A weights file that is not in the layout expected."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a BERT encoder, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of the tensor that the file calls `name`; matrices are (out, in)."""
        rows = {"emb.word": self.vocabulary, "emb.pos": self.positions, "emb.type": self.token_types}
        if name in rows:
            return (rows[name], self.hidden)
        part, _, kind = name.rpartition(".")
        wide = part.endswith(".fi")
        if kind == "b" or part.endswith("ln"):
            return (self.feed_forward if wide else self.hidden,)
        if wide:
            return (self.feed_forward, self.hidden)
        return (self.hidden, self.feed_forward if part.endswith(".fo") else self.hidden)


E5_SMALL = Sizes(384, 12, 12, 1536, 250_037, 512, 2, 1e-12)


def dequantise(blocks: bytes) -> Floats:
    """The float32 weights of consecutive q4 blocks, shape (32 x blocks,)."""
    packed = np.frombuffer(blocks, dtype=Q4_BLOCK)
    nibbles = packed["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - np.float32(8)
    weights *= packed["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def quantise(weights: Floats) -> bytes:
    """The q4 blocks nearest to `weights`, whose count is a multiple of 32: the inverse of `dequantise`."""
    rows = weights.reshape(-1, Q4_WEIGHTS).astype(np.float32)
    scale = (np.abs(rows).max(axis=1) / 7).astype("<f2")
    divisor = np.where(scale == 0, np.float16(1), scale).astype(np.float32)
    levels = np.clip(np.rint(rows / divisor[:, None]) + 8, 0, 15).astype(np.uint8)
    packed = np.empty(len(rows), dtype=Q4_BLOCK)
    packed["scale"] = scale
    packed["nibbles"] = levels[:, : Q4_WEIGHTS // 2] | (levels[:, Q4_WEIGHTS // 2 :] << 4)
    return packed.tobytes()


def read_weights(path: Path) -> tuple[Sizes, dict[str, Floats]]:
    """The sizes and the dequantised tensors of `path`, by the names of the file. Raises WeightsError."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            sizes, position = _read_header(data)
            return sizes, dict(_read_tensors(data, _after_tokenizer(data, position), sizes))
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise WeightsError(
            f"Le fichier de poids {path} est illisible ({error}) ; supprimez-le et relancez « guichet setup »."
        ) from error


def bert_tensors(sizes: Sizes, tensors: dict[str, Floats]) -> dict[str, Floats]:
    """The same tensors under the names of transformers' BertModel, with a pooler of zeros (mean pooling ignores it)."""
    named = {_bert_name(name): value for name, value in tensors.items()}
    named["pooler.dense.weight"] = np.zeros((sizes.hidden, sizes.hidden), dtype=np.float32)
    named["pooler.dense.bias"] = np.zeros(sizes.hidden, dtype=np.float32)
    return named


def convert(weights: Path, tokenizer: Path, folder: Path) -> None:
    """Writes `folder`, a sentence-transformers model, from the 4-bit file and the tokenizer. Atomic; replaces it."""
    sizes, tensors = read_weights(weights)
    named = bert_tensors(sizes, tensors)
    write_folder(folder, sizes, tokenizer, lambda path: save_file(named, path, metadata={"format": "pt"}))


def write_folder(folder: Path, sizes: Sizes, tokenizer: Path, write_weights: Callable[[Path], object]) -> None:
    """Writes a sentence-transformers folder; `write_weights` is given the path of its safetensors file. Atomic."""
    draft = folder.with_name(folder.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "1_Pooling").mkdir(parents=True)
    (draft / "2_Normalize").mkdir()
    write_weights(draft / "model.safetensors")
    (draft / "model.safetensors").chmod(0o644)  # written for its owner alone; a shared home must stay readable
    shutil.copyfile(tokenizer, draft / "tokenizer.json")
    for name, content in _configuration(sizes).items():
        (draft / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def _read_header(data: mmap.mmap) -> tuple[Sizes, int]:
    header = struct.Struct("<4sI7ifi")
    magic, _version, hidden, layers, heads, feed_forward, words, positions, types, epsilon, block = header.unpack_from(
        data
    )
    if magic != MAGIC or block != Q4_WEIGHTS:
        raise ValueError("en-tête inconnu")
    return Sizes(hidden, layers, heads, feed_forward, words, positions, types, epsilon), header.size


def _after_tokenizer(data: mmap.mmap, position: int) -> int:
    """The offset of the tensor directory: the tokenizer's pieces, scores, text and normalisation are stepped over."""
    pieces, _bos, _eos, _pad, _unk, text_bytes = struct.unpack_from("<5iQ", data, position)
    position += struct.calcsize("<5iQ") + 4 * (pieces + 1) + 4 * pieces + text_bytes
    _entries, normalisation_bytes = struct.unpack_from("<iI", data, position)
    return position + struct.calcsize("<iI") + int(normalisation_bytes)


def _read_tensors(data: mmap.mmap, position: int, sizes: Sizes) -> Iterator[tuple[str, Floats]]:
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode("ascii")
        position += 2 + length
        kind, elements, offset, size = struct.unpack_from("<BIQQ", data, position)
        position += struct.calcsize("<BIQQ")
        raw = data[offset : offset + size]
        flat = dequantise(raw) if kind == 1 else np.frombuffer(raw, dtype="<f4").astype(np.float32)
        if flat.size != elements:
            raise ValueError(f"tenseur {name} tronqué")
        yield name, np.ascontiguousarray(flat.reshape(sizes.shape(name)))


def _bert_name(name: str) -> str:
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _configuration(sizes: Sizes) -> dict[str, Any]:
    """The JSON files of the folder: network, tokenizer, and the three modules Transformer, mean Pooling, Normalize."""
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>"}
    special |= {"pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>"}
    package = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": float(np.format_float_scientific(np.float32(sizes.epsilon))),
            "hidden_act": "gelu",
            "pad_token_id": 0,  # of the embedding table only; the tokenizer pads with 1, which attention ignores
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "padding_side": "right",
            **special,
        },
        "special_tokens_map.json": special,
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
    }
