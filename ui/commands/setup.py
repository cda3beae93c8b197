"""`guichet setup`: the models fetched and checked, then the index of the built-in catalogue and its sentences."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from assistant.preparing import catalogue_of, prepare, sentence_texts
from assistant.remembering import sentence_vectors
from index.build import update_index
from index.kept_vectors import KeptVectors
from index.models import setup as install_models
from index.store import open_index
from ui import console
from ui.commands.ingest import catalogue_changes, open_before
from ui.service import open_encoder
from ui.settings import Settings
from ui.words import Words

if TYPE_CHECKING:
    from index.encoder import SentenceEncoder


def run(settings: Settings, words: Words, source: str) -> None:
    """Leaves the models and an index ready; what is already right is left alone."""
    with console.downloads() as advance:
        install_models(settings.home, source=source, progress=advance)
    before = open_before(settings.place, rebuild=False)
    try:
        put, remove = catalogue_changes(before, wanted=True, always=True, folder=settings.catalogue)
    finally:
        if before:
            before.close()
    encoder = open_encoder(settings)
    with console.bar(words.say("setup.index")) as progress:
        built = update_index(settings.place, encoder, put=put, remove=remove, progress=progress)
    _keep_sentences(settings, encoder, words)
    console.out().print(words.say("setup.ready", documents=built.documents, passages=built.passages), soft_wrap=True)


def _keep_sentences(settings: Settings, encoder: SentenceEncoder, words: Words) -> None:
    """Leaves the vectors of the catalogue's sentences beside the models, so that no service has to make them."""
    kept = KeptVectors(settings.kept_vectors[::-1], encoder.fingerprint)
    with (
        closing(open_index(settings.place, encoder_fingerprint=encoder.fingerprint)) as index,
        console.bar(words.say("setup.sentences")) as progress,
    ):
        texts = list(sentence_texts(index, catalogue_of(index)))
        total = sum(map(len, texts))
        for ready in prepare(texts, sentence_vectors(encoder, kept), kept, go_on=lambda: True):
            progress(ready, total)
