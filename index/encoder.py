"""Texts to vectors with any sentence-transformers model. The one file that uses sentence_transformers and torch."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import platform
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from index.hub import cached_folder
from ingest.errors import GuichetError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Dtype = Literal["auto", "bfloat16", "float32"]
Progress = Callable[[int, int], None]

BATCH_CHARACTERS = 2400  # ~650 tokens, 3 passages: beyond, the activations leave the cache (docs/measurements.md)
BATCH_TEXTS = 32  # short texts: beyond, the padding of one batch costs more than the calls saved
DIGEST_FILE = ".guichet-digest.json"  # beside the weights: their digest, valid while sizes and dates are the same
WEIGHT_SUFFIXES = {".safetensors", ".bin", ".json", ".txt", ".model"}


class EncoderError(GuichetError):
    """An embedding model that is missing or cannot be loaded."""


class SentenceEncoder:
    """An embedding model on this machine, loaded at its first use; nothing is ever fetched. Safe between threads.

    `folder_or_name` is a sentence-transformers folder, or the name of a model in the local Hugging Face cache. Prompts
    named "query" and "document" (or "passage") are put before texts where the model declares them.
    """

    def __init__(self, folder_or_name: str | Path, *, dtype: Dtype = "auto", threads: int | None = None) -> None:
        self.name = Path(folder_or_name).name if Path(folder_or_name).is_dir() else str(folder_or_name)
        self._wanted = folder_or_name
        self._dtype = dtype
        self._threads = threads
        self._lock = threading.Lock()

    @cached_property
    def folder(self) -> Path:
        """Where the model is. Raises EncoderError when it is nowhere on this machine."""
        folder = Path(self._wanted)
        if not folder.is_dir():
            if isinstance(self._wanted, Path) or folder.is_absolute():
                raise EncoderError(f"Le modèle d'embedding est absent de {folder} : lancez « guichet setup ».")
            _stay_offline()
            folder = cached_folder(str(self._wanted))
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise EncoderError(
                f"Le dossier {folder} n'est pas un modèle sentence-transformers : relancez l'installation."
            )
        return folder

    @cached_property
    def fingerprint(self) -> str:
        """Names the weights, tokenizer, prompts and pooling: the same on every machine, whatever the number format."""
        return f"{self.name}-{_folder_digest(self.folder)[:16]}"

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"Le modèle {self.folder} ne dit pas la dimension de ses vecteurs : choisissez-en un autre."
            )
        return int(dimension)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimension) float32, unit norm."""
        return self._encode(texts, ("query",), None)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(n_texts, dimension) float32, unit norm, in the order of `texts`; `progress(done, total)` by batch."""
        return self._encode(texts, ("document", "passage"), progress)

    def _encode(self, texts: Sequence[str], prompts: tuple[str, ...], progress: Progress | None) -> Vectors:
        model = self._model
        prompt = next((model.prompts[name] for name in prompts if model.prompts.get(name)), None)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for rows in batches_by_length([len(text) for text in texts]):
            batch = [texts[row] for row in rows]
            encoded = _sentence_vectors(model, batch, prompt)
            vectors[rows] = _unit(encoded.float().cpu().numpy())
            done += len(rows)
            if progress is not None:
                progress(done, len(texts))
        return vectors

    @property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        _stay_offline()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        folder = self.folder
        dtype = torch.bfloat16 if self._dtype == "bfloat16" or (self._dtype == "auto" and fast_bfloat16()) else None
        try:
            model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": dtype or torch.float32},
            )
            if dtype is not None and fast_bfloat16() and platform.machine().lower() in ("x86_64", "amd64"):
                _pack_linears(model[0])
            model.eval()
            return model
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise EncoderError(
                f"Le modèle d'embedding {folder} n'a pas pu être chargé ({error}) ; relancez « guichet setup »."
            ) from error


def _sentence_vectors(model: SentenceTransformer, batch: list[str], prompt: str | None) -> Any:
    """(n_texts, dimension), as `model.encode` makes them of one batch, without what it does around: 3 of the 17 ms of a
    question."""
    import torch

    with torch.inference_mode():
        vectors = model(model.preprocess(batch, prompt=prompt))["sentence_embedding"]
    return vectors if model.truncate_dim is None else vectors[..., : model.truncate_dim]


def fast_bfloat16() -> bool:
    """Whether the processor computes in bfloat16 itself (AMX or AVX512-BF16, or BF16 on Arm)."""
    import torch

    capabilities: dict[str, Any] = torch.cpu.get_capabilities()
    return any(bool(capabilities.get(name)) for name in ("amx_bf16", "avx512_bf16", "bf16"))


def _pack_linears(module: Any) -> None:
    """Lays the weights of every linear layer out for oneDNN once, not at each call, and does BERT's GELU in the same pass.

    The operators are those torch's own compiler emits for bfloat16 on processors; measured in docs/measurements.md. oneDNN
    compiles a kernel for each number of rows (tokens of a batch) that it meets and keeps it for the life of the process,
    0.6 MB a layout of weights: with numbers of rows rounded up there are few of them, and each row is computed as before.
    """
    import torch

    operators = torch.ops.mkldnn

    class PackedLinear(torch.nn.Module):  # type: ignore[misc]  # torch is not read by the type checker
        def __init__(self, linear: torch.nn.Linear, after: str) -> None:
            super().__init__()
            self.weight = operators._reorder_linear_weight(linear.weight.detach())
            self.bias = None if linear.bias is None else linear.bias.detach()
            self.after, self.way = after, "none" if after == "gelu" else ""

        def forward(self, values: torch.Tensor) -> Any:
            rows = values.reshape(-1, values.shape[-1])
            count = len(rows)
            if more := rounded_rows(count) - count:
                rows = torch.nn.functional.pad(rows, (0, 0, 0, more))
            made = operators._linear_pointwise(rows, self.weight, self.bias, self.after, [], self.way)
            return made[:count].view(*values.shape[:-1], -1)

    activation = getattr(module, "intermediate_act_fn", None)
    fused = type(activation).__name__ == "GELUActivation" and isinstance(
        getattr(module, "dense", None), torch.nn.Linear
    )
    if fused:
        module.intermediate_act_fn = torch.nn.Identity()
    for name, child in list(module.named_children()):
        if isinstance(child, torch.nn.Linear):
            setattr(module, name, PackedLinear(child, "gelu" if fused else "none"))
        else:
            _pack_linears(child)


def rounded_rows(count: int) -> int:
    """The next number of rows that is computed, at most an eighth or 7 more: 16 numbers up to 128, then 8 an octave."""
    step = max(8, 1 << max(0, (count - 1).bit_length() - 4))
    return -(-count // step) * step


def batches_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The positions of `lengths`, longest first, in batches of near lengths: little padding, few characters a batch."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        longest = lengths[batch[0]] if batch else 0
        if batch and (len(batch) >= BATCH_TEXTS or longest * (len(batch) + 1) > BATCH_CHARACTERS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit


def _stay_offline() -> None:
    """Tells the libraries, before they are imported, to reach no network and to draw no bars on our terminal."""
    for switch in (
        "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
        "HF_HUB_DISABLE_TELEMETRY",
        "HF_HUB_DISABLE_PROGRESS_BARS",
    ):
        os.environ[switch] = "1"
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)


def _folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the model's files; kept in a side file while sizes and dates hold."""
    files = sorted(path for path in _model_files(folder))
    stamps = {path.relative_to(folder).as_posix(): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}
    side = folder / DIGEST_FILE
    try:
        kept = json.loads(side.read_text(encoding="utf-8"))
        if kept["stamps"] == stamps:
            return str(kept["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no side file, or not one of ours: the digest is computed again
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            inner = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{inner}\n".encode())
    with contextlib.suppress(OSError):  # a folder that cannot be written to: the digest is computed at each start
        side.write_text(json.dumps({"digest": digest.hexdigest(), "stamps": stamps}), encoding="utf-8")
    return digest.hexdigest()


def _model_files(folder: Path) -> Iterable[Path]:
    """The files that decide the vectors: at the top, and one level down where the modules keep their settings."""
    for path in [*folder.glob("*"), *folder.glob("*_*/*")]:
        if path.is_file() and path.suffix in WEIGHT_SUFFIXES and not path.name.startswith("."):
            yield path
