"""Vectors of texts met before are not made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

REMEMBERED = 20_000  # vectors of 384 float32: 30 MB

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Encoder(Protocol):
    """Questions and passages to unit vectors, (n, dimension) float32."""

    @property
    def fingerprint(self) -> str: ...
    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...
    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Kept(Protocol):
    """Vectors kept from before (index.kept_vectors.KeptVectors)."""

    def get(self, texts: Collection[str]) -> Mapping[str, NDArray[np.float32]]: ...


def remembering(encode: Encode, *, most: int = REMEMBERED) -> Encode:
    """The same function, (n, dim) float32, that keeps its last `most` vectors and encodes only new texts."""
    known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
    lock = Lock()

    def encoded(texts: Sequence[str]) -> NDArray[np.float32]:
        with lock:
            held = {text: known[text] for text in texts if text in known}
        missing = list(dict.fromkeys(text for text in texts if text not in held))
        if missing:
            held |= dict(zip(missing, encode(missing), strict=True))
        with lock:
            for text in held:
                known[text] = held[text]
                known.move_to_end(text)
            while len(known) > most:
                known.popitem(last=False)
        return np.stack([held[text] for text in texts])

    return encoded


def one_by_one(encode: Encode) -> Encode:
    """The same function, each text in a batch of its own: the vector of a text among others differs in its last digits,
    and an answer must not depend on the questions that came before it."""
    return lambda texts: np.concatenate([encode([text]) for text in texts])


def kept_before(encode: Encode, kept: Kept) -> Encode:
    """The same function, where what was kept is not encoded."""

    def encoded(texts: Sequence[str]) -> NDArray[np.float32]:
        held = dict(kept.get(texts))
        missing = list(dict.fromkeys(text for text in texts if text not in held))
        if missing:
            held |= dict(zip(missing, encode(missing), strict=True))
        return np.stack([held[text] for text in texts])

    return encoded


def sentence_vectors(encoder: Encoder, kept: Kept | None = None) -> Encode:
    """How sentences become vectors: remembered, else kept, else made; the same to the bit whichever it is."""
    made = one_by_one(encoder.encode_passages)
    return remembering(made if kept is None else kept_before(made, kept))


class OfOneQuestion:
    """The same encoder for the texts of one question, none of them encoded twice; it goes with the answer."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint = encoder.fingerprint
        self.encode_passages = encoder.encode_passages
        self.encode_queries = remembering(encoder.encode_queries)
