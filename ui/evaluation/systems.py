"""The systems that --system names, opened: the guichet, the baseline, an address, an object of a Python module."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.answers import Answer, Question, Quotes
from assistant.steps import STEPS
from ingest.errors import GuichetError
from ui import service
from ui.settings import Settings
from ui.words import Words

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.generator import LanguageModel
    from index.store import Index

GUICHET, BASELINE = "guichet", "baseline"
WARMING = "Qui propose un diagnostic IA ?"  # any question that quotes are sought for


@dataclass(frozen=True, slots=True)
class Opened:
    """A system ready to be asked. `index` is there when it answers from ours; `about` describes it in metrics.json."""

    name: str
    answer: Callable[[Question], Answer]
    about: dict[str, Any] = field(default_factory=dict)
    index: Index | None = None
    intent: Callable[[Question], str] | None = None


def name_of(spec: str) -> str:
    """A short name for a file and a column: "guichet", "baseline", the host of an address, the object's name."""
    if spec in (GUICHET, BASELINE):
        return spec
    if "://" in spec:
        parts = urlsplit(spec)
        spec = "-".join(filter(None, (parts.hostname, parts.fragment)))
    return re.sub(r"[^\w.-]+", "-", spec).strip("-.") or "systeme"


@contextmanager
def opened(spec: str, settings: Settings, words: Words, *, llm: bool) -> Iterator[Opened]:
    """The system of a specification, closed afterwards. Raises GuichetError for one that cannot be opened."""
    if spec == GUICHET:
        yield from _guichet(settings, llm)
    elif spec == BASELINE:
        if not llm:
            raise GuichetError(words.say("evaluate.baseline_needs_model"))
        yield from _baseline(settings)
    elif "://" in spec:
        from assistant.evaluation.systems import EndpointSystem

        model = model_at(spec, settings, words)
        yield Opened(name_of(spec), EndpointSystem(model, name_of(spec)).answer, {"generator": model.name})
    elif ":" in spec:
        from assistant.evaluation.systems import ChainSystem, load_object

        yield Opened(name_of(spec), ChainSystem(load_object(spec), name_of(spec)).answer, {"generator": spec})
    else:
        raise GuichetError(words.say("evaluate.no_such_system", system=spec))


def model_at(spec: str, settings: Settings, words: Words) -> LanguageModel:
    """The model of "https://host/v1#model". GUICHET_LLM_KEY goes only to the hosts of GUICHET_LLM_URL."""
    from assistant.generator import open_model, services_of

    parts = urlsplit(spec)
    if not parts.fragment:
        raise GuichetError(words.say("evaluate.no_model_name", address=spec))
    secret = settings.llm_key.get_secret_value() if settings.llm_key else None
    services = services_of(settings.llm_url, settings.llm_model or parts.fragment, secret) if settings.llm_url else []
    keys = [
        own
        for address, _, own in services
        if (urlsplit(address).scheme, urlsplit(address).netloc) == (parts.scheme, parts.netloc)
    ]
    key = keys[0] if keys else None
    return open_model(url=parts._replace(fragment="").geturl(), model=parts.fragment, key=key)


def _guichet(settings: Settings, llm: bool) -> Iterator[Opened]:
    from assistant.understanding import understand
    from ingest.catalogue import load_catalogue

    schemes = load_catalogue(settings.catalogue)
    with service.assistant_at(settings, llm=llm) as assistant:
        warm(assistant)
        about = {"generator": _generator(settings) if llm else "extractive", "index": assistant.index.fingerprint}
        yield Opened(
            GUICHET,
            assistant.answer,
            about,
            assistant.index,
            lambda question: understand(question, schemes).intent,
        )


def warm(assistant: Assistant) -> None:
    """Loads what answers by quotes, so that the time of the first question is that of the others."""
    for event in assistant.taking(STEPS).stream(Question(WARMING)):
        if isinstance(event, Quotes):
            return


def _baseline(settings: Settings) -> Iterator[Opened]:
    from assistant.evaluation.baseline import baseline
    from assistant.evaluation.systems import ChainSystem
    from index.store import open_index

    encoder = service.open_encoder(settings)
    index = open_index(settings.place, encoder_fingerprint=encoder.fingerprint)
    model = service.open_language_model(settings)
    try:
        chain = ChainSystem(baseline(index, encoder, model), BASELINE)
        yield Opened(BASELINE, chain.answer, {"generator": model.name, "index": index.fingerprint}, index)
    finally:
        model.close()
        index.close()


def _generator(settings: Settings) -> str:
    """The name of the writing model, without opening it."""
    from index.models import generator_file

    return settings.llm_model or (settings.gguf or generator_file(settings.home)).stem


def digest_of(questions: tuple[Question, ...]) -> str:
    """What tells one list of questions from another."""
    return hashlib.sha256(repr(questions).encode("utf-8", "replace")).hexdigest()[:16]
