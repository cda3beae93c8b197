"""The one Assistant that serves every door, built from the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answers import GivenProfile, Match
from ingest.schemes import Scheme, standing
from ui.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.generator import LanguageModel
    from assistant.remembering import Encode
    from index.encoder import SentenceEncoder
    from index.kept_vectors import KeptVectors


def open_encoder(settings: Settings) -> SentenceEncoder:
    """The embedding model of the settings, or the one that `guichet setup` installs. Raises EncoderError.

    Its threads sleep where they wait for one another, unless the environment says otherwise: spinning, two on two cores
    of which one is busy took 5 s for what takes 0.5 s (docs/measurements.md). Read by OpenMP as torch is imported.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from index.encoder import SentenceEncoder
    from index.models import embedder_folder

    return SentenceEncoder(settings.embedder or embedder_folder(settings.home), threads=settings.threads)


def open_sentences(settings: Settings, encoder: SentenceEncoder) -> Encode:
    """How sentences become vectors, those kept on the disk not made again."""
    from assistant.remembering import sentence_vectors

    return sentence_vectors(encoder, open_kept(settings, encoder))


def open_kept(settings: Settings, encoder: SentenceEncoder) -> KeptVectors:
    """The vectors of sentences kept on the disk."""
    from index.kept_vectors import KeptVectors

    return KeptVectors(settings.kept_vectors, encoder.fingerprint)


def open_language_model(settings: Settings) -> LanguageModel:
    """The writing model: the endpoint of the settings, else their GGUF file, else that of `guichet setup`.

    Nothing is loaded or reached before the first draft. Raises GeneratorError for settings that cannot work.
    """
    from assistant.generator import open_model
    from index.models import generator_file

    return open_model(
        gguf=settings.gguf or generator_file(settings.home),
        url=settings.llm_url,
        model=settings.llm_model,
        key=settings.llm_key.get_secret_value() if settings.llm_key else None,
        threads=settings.threads,
    )


def today() -> date:
    return datetime.now().astimezone().date()


def catalogue_today(own: Path | None = None) -> tuple[Scheme, ...]:
    """The catalogue, with the schemes of the folder `own`, as it stands today. Raises CatalogueError as it is read."""
    from ingest.catalogue import load_catalogue

    return tuple(standing(scheme, today()) for scheme in load_catalogue(own))


def open_assistant(settings: Settings, *, llm: bool = True, day: Callable[[], date] = today) -> Assistant:
    """The Assistant over the index of the settings. Raises GuichetError when the index or a model is missing."""
    from assistant.assistant import Assistant
    from index.store import open_index
    from ingest.catalogue import load_catalogue, load_vocabulary

    encoder = open_encoder(settings)
    return Assistant(
        open_index(settings.place, encoder_fingerprint=encoder.fingerprint),
        encoder,
        load_catalogue(settings.catalogue),
        load_vocabulary(),
        model=open_language_model(settings) if llm else None,
        today=day,
        embed=open_sentences(settings, encoder),
    )


@contextmanager
def assistant_at(settings: Settings, *, llm: bool = True) -> Iterator[Assistant]:
    """An Assistant for the time of a command, closed afterwards."""
    assistant = open_assistant(settings, llm=llm)
    try:
        yield assistant
    finally:
        assistant.close()


THE_FORM_WINS = (0, 0, 0, 0)  # over the words written beside it


@dataclass(frozen=True, slots=True)
class Matches:
    """The company as understood, the schemes against it, best first, what was said that meant nothing, what to ask."""

    profile: GivenProfile
    schemes: tuple[Match, ...]
    not_understood: tuple[str, ...]
    next_question: str | None = None  # the missing datum that would change them most
    contradicted: tuple[tuple[str, str], ...] = ()  # what was given, and what the text says instead


def match_company(given: GivenProfile, text: str, own: Path | None = None) -> Matches:
    """Every scheme, with those of the folder `own`, against a company; needs neither model nor index."""
    from assistant.contradictions import contradictions
    from assistant.eligibility import match_schemes, next_question
    from assistant.profiles import described, understand_profile
    from ingest.catalogue import load_catalogue, load_vocabulary
    from ingest.naf import naf_sectors

    vocabulary = load_vocabulary()
    profile = understand_profile(text, given, (), vocabulary, about_me=True, said_since=THE_FORM_WINS)
    apart = understand_profile("", given, (), vocabulary)
    written = understand_profile(text, GivenProfile(), (), vocabulary, about_me=True)
    alone = described(apart, vocabulary)
    lost = [name for name in ("region", "size", "sector", "need") if getattr(given, name) and not getattr(alone, name)]
    if naf_sectors(given.sector or "") is not None:  # a code without a sector of ours is understood all the same
        lost = [name for name in lost if name != "sector"]
    matches = match_schemes(profile, load_catalogue(own), today=today())
    return Matches(
        described(profile, vocabulary),
        tuple(matches),
        tuple(lost),
        next_question(profile, matches),
        contradictions(given, apart, written),
    )
