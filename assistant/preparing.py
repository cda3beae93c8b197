"""The sentences of an index made ready before questions come: their vectors, and whether they speak to a machine.

A question draws on the sentences of a dozen passages; met for the first time, they are four fifths of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.evidence import Embed, embedded, quotable, spans_of
from assistant.orders import addressed_to_machines
from index.kept_vectors import KeptVectors
from index.store import Index
from ingest.documents import Passage

PASSAGES = 5_000  # made ready: some 14,000 sentences of the 20,000 remembered, 30 MB of disk
AT_ONCE = 16  # sentences written together
OURS = ("fiche-", "dossier-")  # what most questions are about comes first


def catalogue_of(index: Index) -> list[str]:
    """The documents of the catalogue, which every installation has."""
    return [doc for doc in index.documents if doc.startswith(OURS)]


def prepared_documents(index: Index, *, most: int = PASSAGES) -> list[str]:
    """The documents to make ready: those of the catalogue first, then the others, `most` passages in all."""
    chosen, left = [], most
    for doc in sorted(index.documents, key=lambda doc: not doc.startswith(OURS)):
        if index.documents[doc].n_passages <= left:
            chosen.append(doc)
            left -= index.documents[doc].n_passages
    return chosen


def sentence_texts(index: Index, docs: Iterable[str]) -> Iterator[list[str]]:
    """What is embedded of each of these documents, read as it is asked for."""
    for doc in docs:
        yield list(dict.fromkeys(_of_passages(index.of_document(doc))))


def prepare(
    documents: Iterable[Sequence[str]], embed: Embed, kept: KeptVectors, *, go_on: Callable[[], bool]
) -> Iterator[int]:
    """Makes these texts ready, a few at a time, and keeps their vectors; how many are ready, as it goes.

    `go_on` is asked before each sentence, and may wait; False ends it. What is kept of other texts is forgotten at the
    end.
    """
    ready: set[str] = set()
    for texts in documents:
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            if not go_on():
                return
            held = kept.get(some)
            if held:
                embed(list(held))  # from the disk to the memory
            lacking = [text for text in some if text not in held]
            made = dict(_while(go_on, lacking, embed))
            if made:
                kept.put(made)
            if len(made) < len(lacking):
                return
            ready.update(some)
            yield len(ready)
    kept.keep_only(ready)


def _while(go_on: Callable[[], bool], texts: Sequence[str], embed: Embed) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for text in texts:
        if not go_on():
            return
        yield text, embed([text])[0]


def _of_passages(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        if quotable(passage):
            for start, end in spans_of(passage):
                if not addressed_to_machines(passage.text[start:end]):
                    yield embedded(passage, passage.text[start:end])
