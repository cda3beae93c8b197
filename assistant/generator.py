"""The language model: llama.cpp in a child process, or a pool of OpenAI-compatible endpoints, asked in the same way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from assistant.breaker import Breaker, Resting, State
from assistant.choices import first_token_logprobs
from assistant.deadline import rest
from assistant.embedded import CONTEXT_TOKENS, EmbeddedServer, GeneratorError
from assistant.endpoint import Asked, Endpoint, Message, Unanswered

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

__all__ = ["Completion", "EmbeddedServer", "GeneratorError", "Health", "LanguageModel", "Message", "open_model"]

TOP_LOGPROBS = 20  # the most that OpenAI's protocol allows
RETRIES = 2  # of endpoints that are busy, once all were asked; the time limit holds over all of them
PAUSE_S = 0.5  # before the first retry, doubled before the next
TRY_S = 20.0  # given to one endpoint where another may be asked: a draft takes 3 to 9 s
CLOSE_S = 5.0  # what a generation in progress is given to end when the model is closed


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote. Token counts are 0 when an endpoint does not give them; times are wall-clock."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    first_token_ms: float
    total_ms: float
    model: str = ""  # of the endpoint that answered


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does: `name` is its host, or "embedded"; `restarts` those of the embedded server."""

    name: str
    state: State
    restarts: int = 0


class LanguageModel:
    """A chat model behind OpenAI-compatible endpoints, asked in turn. One generation at a time on the embedded one.

    An endpoint that fails is left for the next; one that keeps failing rests a while (see Breaker). Thread-safe.
    """

    def __init__(self, endpoints: Sequence[Endpoint], names: Sequence[str]) -> None:
        self.name: Final = endpoints[0].model
        self._endpoints, self._names = tuple(endpoints), tuple(names)
        self._embedded = endpoints[0].embedded
        self._turn = threading.Lock()  # of the embedded server
        self._asked = 0

    def health(self) -> tuple[Health, ...]:
        """Each endpoint in the order of the settings."""
        if self._embedded is not None:
            return (Health(self._names[0], self._embedded.state, self._embedded.restarts),)
        return tuple(Health(n, e.breaker.state) for n, e in zip(self._names, self._endpoints, strict=True))

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        timeout_s: float,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        grammar: str | None = None,
    ) -> Completion:
        """The whole text. `grammar` (GBNF) constrains the embedded model only. Raises GeneratorError."""
        started = time.perf_counter()
        first: float | None = None
        parts: list[str] = []
        usage: dict[str, int] = {}
        model = ""
        for endpoint, chunk in self._chunks(Asked(messages, max_tokens, temperature, stop, grammar), timeout_s):
            if chunk is None:
                first, parts, usage, model = None, [], {}, endpoint.model
                continue
            if chunk.text and first is None:
                first = time.perf_counter()
            parts.append(chunk.text)
            usage = {**usage, **_counts(chunk)}
        ended = time.perf_counter()
        return Completion(
            text="".join(parts),
            prompt_tokens=usage.get("input_tokens", 0),
            completion_tokens=usage.get("output_tokens", 0),
            first_token_ms=((first or ended) - started) * 1000,
            total_ms=(ended - started) * 1000,
            model=model,
        )

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        timeout_s: float,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        grammar: str | None = None,
    ) -> Iterator[str]:
        """The text as it is written, in pieces. Leaving the iterator stops the generation. Raises GeneratorError.

        What was given is not taken back: an endpoint that fails after its first piece ends the stream.
        """
        said = False
        for endpoint, chunk in self._chunks(Asked(messages, max_tokens, temperature, stop, grammar), timeout_s):
            if chunk is None and said:
                raise GeneratorError(f"Le modèle {endpoint.model} s'est arrêté au milieu de sa réponse : réessayez.")
            if chunk is not None and chunk.text:
                said = True
                yield chunk.text

    def choice_logprobs(
        self, messages: Sequence[Message], choices: Sequence[str], *, timeout_s: float = 60.0
    ) -> dict[str, float]:
        """The natural log-probability that the answer begins as each choice, case and spaces apart.

        The tokens looked at are the 20 likeliest; a choice that is not among them gets the least of theirs, which is
        an upper bound of its own. Raises GeneratorError when the endpoint gives no log-probabilities.
        """
        options = {"logprobs": True, "top_logprobs": TOP_LOGPROBS}
        for _, chunk in self._chunks(Asked(messages, 1, options=options), timeout_s):
            content = (chunk.response_metadata.get("logprobs") or {}).get("content") or [] if chunk else []
            if content:
                return first_token_logprobs(content[0]["top_logprobs"], choices)
        raise GeneratorError(
            f"Le modèle {self.name} ne donne pas les probabilités de ses mots : choisissez-en un autre."
        )

    def close(self) -> None:
        """Stops the embedded server and frees its memory; the next call starts it again."""
        if self._embedded is not None:
            held = self._turn.acquire(timeout=CLOSE_S)
            try:
                self._embedded.close()
            finally:
                if held:
                    self._turn.release()

    def _chunks(self, asked: Asked, timeout_s: float) -> Iterator[tuple[Endpoint, AIMessageChunk | None]]:
        """The pieces of an answer; None where an endpoint begins one, and whatever came before is void."""
        deadline = time.monotonic() + timeout_s
        with self._one_at_a_time(deadline):
            asking = list(self._in_turn())
            failure: Unanswered | None = None
            for retry in range(1 + RETRIES):
                again: list[Endpoint] = []
                after_s = PAUSE_S * 2**retry
                for place, endpoint in enumerate(asking):
                    limit = _limit(deadline, left=len(asking) - place)
                    try:
                        with endpoint.breaker.attempt():
                            yield endpoint, None
                            yield from ((endpoint, chunk) for chunk in endpoint.chunks(asked, limit))
                        return
                    except Resting:
                        continue
                    except Unanswered as error:
                        failure = error
                        if error.again and endpoint.embedded is None:
                            again.append(endpoint)
                            after_s = max(after_s, error.after_s)
                if not again or time.monotonic() + after_s >= deadline:
                    break
                rest(after_s)
                asking = again
            raise failure or GeneratorError(
                "Le service de rédaction a échoué plusieurs fois de suite : il sera essayé de nouveau dans un moment."
            )

    def _in_turn(self) -> Iterator[Endpoint]:
        """Every endpoint, the first one being each in its turn: they share the work."""
        first, self._asked = self._asked, self._asked + 1
        for n in range(len(self._endpoints)):
            yield self._endpoints[(first + n) % len(self._endpoints)]

    @contextmanager
    def _one_at_a_time(self, deadline: float) -> Iterator[None]:
        if self._embedded is None:
            yield
            return
        if not self._turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise GeneratorError("Le modèle de langue est occupé par d'autres questions : réessayez dans un instant.")
        try:
            yield
        finally:
            self._turn.release()


def open_model(
    *,
    gguf: Path | None = None,
    url: str | None = None,
    model: str | None = None,
    key: str | None = None,
    threads: int | None = None,
    context: int = CONTEXT_TOKENS,
) -> LanguageModel:
    """The model at `url` when there is one, else the file `gguf`. Nothing is loaded before the first call.

    `url` may name several endpoints, parted by commas; `model` and `key` are then one for all, or one for each.
    """
    if url is not None:
        services = services_of(url, model, key)
        endpoints = [Endpoint(name, partial(str, address), own, Breaker()) for address, name, own in services]
        return LanguageModel(endpoints, _hosts([address for address, _, _ in services]))
    if gguf is None:
        raise GeneratorError("Aucun modèle de langue n'est réglé : lancez « guichet setup » ou donnez GUICHET_LLM_URL.")
    server = EmbeddedServer(gguf, threads=threads, context=context)
    return LanguageModel([Endpoint(gguf.stem, server.url, server.key, Breaker(failures=None), server)], ["embedded"])


def services_of(url: str, model: str | None, key: str | None) -> list[tuple[str, str, str | None]]:
    """The address, model and key of each endpoint. Raises GeneratorError for what cannot be used."""
    urls = [part.strip() for part in url.split(",") if part.strip()]
    models = _for_each(model, len(urls), "GUICHET_LLM_MODEL")
    keys = _for_each(key, len(urls), "GUICHET_LLM_KEY")
    found: list[tuple[str, str, str | None]] = []
    for one, name, own in zip(urls, models, keys, strict=True):
        if not name:
            raise GeneratorError(f"Le nom du modèle servi à l'adresse {one} manque : donnez-le dans GUICHET_LLM_MODEL.")
        address = one.rstrip("/")
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise GeneratorError(
                f"L'adresse du modèle « {one} » n'est pas une adresse http : corrigez GUICHET_LLM_URL."
            )
        found.append((address if parts.path else f"{address}/v1", name, own))
    return found


def _for_each(value: str | None, services: int, name: str) -> list[str | None]:
    """One value for all, or as many as there are endpoints."""
    values = [part.strip() for part in value.split(",")] if value and services > 1 else [value]
    if len(values) not in (1, services):
        raise GeneratorError(
            f"{name} doit avoir une seule valeur, ou autant que GUICHET_LLM_URL a d'adresses : corrigez-le."
        )
    return list(values) * services if len(values) == 1 else list(values)


def _hosts(addresses: Sequence[str]) -> list[str]:
    """A name for each: its host and port, its rank before where two have the same; never a key."""
    hosts = [urlsplit(address).netloc.rpartition("@")[2] for address in addresses]
    return [f"{n}:{host}" if hosts.count(host) > 1 else host for n, host in enumerate(hosts, start=1)]


def _limit(deadline: float, *, left: int) -> float:
    """Until when an endpoint is waited for, of `left` still to ask."""
    now = time.monotonic()
    return deadline if left == 1 else now + min(TRY_S, (deadline - now) / left)


def _counts(chunk: AIMessageChunk) -> dict[str, int]:
    """The token counts that came with this piece, usually the last; none with the others."""
    usage = chunk.usage_metadata
    if usage is None:
        return {}
    return {"input_tokens": usage["input_tokens"], "output_tokens": usage["output_tokens"]}
