"""The one Assistant that serves every door, built from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from assistant.answers import GivenProfile, Match
from ui.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.generator import LocalModel
    from index.encoder import SentenceEncoder


def open_encoder(settings: Settings) -> SentenceEncoder:
    """The embedding model of the settings, or the one that `guichet setup` installs. Raises EncoderError."""
    from index.encoder import SentenceEncoder
    from index.models import embedder_folder

    return SentenceEncoder(settings.embedder or embedder_folder(settings.home), threads=settings.threads)


def open_model(settings: Settings) -> LocalModel:
    """The writing model: the endpoint of the settings, else the GGUF file of the settings or of the setup."""
    from assistant.generator import LocalModel
    from index.models import generator_file

    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    if settings.llm_url:
        return LocalModel.remote(settings.llm_url, settings.llm_model, key)
    return LocalModel.embedded(settings.gguf or generator_file(settings.home), threads=settings.threads)


def open_assistant(settings: Settings, *, llm: bool = True) -> Assistant:
    """The Assistant over the index of the settings. Raises GuichetError when the index or a model is missing."""
    from assistant.assistant import Assistant
    from index.store import open_index
    from ingest.catalogue import load_schemes, load_vocabulary

    encoder = open_encoder(settings)
    return Assistant(
        open_index(settings.index, encoder_fingerprint=encoder.fingerprint),
        encoder,
        load_schemes(),
        load_vocabulary(),
        model=open_model(settings) if llm else None,
        today=date.today(),
    )


@contextmanager
def assistant_at(settings: Settings, *, llm: bool = True) -> Iterator[Assistant]:
    """An Assistant for the time of a command, closed afterwards."""
    assistant = open_assistant(settings, llm=llm)
    try:
        yield assistant
    finally:
        assistant.close()


def match_company(given: GivenProfile, text: str) -> tuple[GivenProfile, tuple[Match, ...]]:
    """The company as understood, and every scheme of the catalogue against it, best first."""
    raise AssertionError
