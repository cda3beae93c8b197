"""The language model: llama.cpp inside this process, or any OpenAI-compatible endpoint, through one client.

The one file that uses xllamacpp and langchain_openai. The embedded server listens on a free loopback port.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from assistant.choices import first_token_logprobs
from assistant.deadline import until
from ingest.errors import GuichetError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

Message = tuple[str, str]  # (role, content); role is "system", "user" or "assistant"

CONTEXT_TOKENS = 4096  # evidence and answer take under 2,000; the cache of 4,096 costs 115 MB
BATCH_TOKENS = 128  # a question that was left is let go between two batches: 2,048 held the next one up 20 s
TOP_LOGPROBS = 20  # the most that OpenAI's protocol allows
RETRIES = 2  # of a remote endpoint that is busy; the time limit holds over all of them
CLOSE_S = 5.0  # what a generation in progress is given to end when the model is closed


class GeneratorError(GuichetError):
    """The language model is missing, unreachable, too slow, or answered what cannot be used."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote. Token counts are 0 when an endpoint does not give them; times are wall-clock."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    first_token_ms: float
    total_ms: float


class EmbeddedServer:
    """llama.cpp's server in this process, started at its first use. Raises GeneratorError, when asked, if it cannot."""

    def __init__(self, gguf: Path, *, threads: int | None = None, context: int = CONTEXT_TOKENS) -> None:
        self.gguf = gguf
        self._threads = threads
        self._context = context
        self._lock = threading.Lock()
        self._server: Any = None

    def url(self) -> str:
        """The base address of the running server, http://127.0.0.1:<port>/v1; it is started when it is not."""
        with self._lock:
            if self._server is None:
                self._server = self._start()
            return f"{self._server.listening_address}/v1"

    def close(self) -> None:
        with self._lock:
            self._server = None  # its destructor stops the server

    def _start(self) -> Any:
        if not self.gguf.is_file():
            raise GeneratorError(f"Le modèle de langue est absent de {self.gguf} : lancez « guichet setup ».")
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(self.gguf)
        params.model_alias = {self.gguf.stem}
        params.n_ctx = self._context
        params.n_batch = BATCH_TOKENS
        params.n_ubatch = BATCH_TOKENS
        params.n_parallel = 1
        params.hostnames = ["127.0.0.1"]
        params.port = 0  # chosen free by the system
        params.offline = True
        params.ui = False
        params.use_jinja = True
        params.warmup = False  # a first question warms it as well
        params.verbosity = -1
        if self._threads is not None:
            params.cpuparams.n_threads = self._threads
            params.cpuparams_batch.n_threads = self._threads
        try:
            return xllamacpp.Server(params)
        except (RuntimeError, ValueError, OSError) as error:
            raise GeneratorError(
                f"Le modèle de langue {self.gguf} n'a pas pu être chargé : vérifiez que c'est un fichier GGUF entier "
                "et que la mémoire suffit, ou relancez « guichet setup »."
            ) from error


class LanguageModel:
    """A chat model behind an OpenAI-compatible address. One generation at a time on the embedded one; thread-safe."""

    def __init__(self, name: str, url: Callable[[], str], key: str | None, embedded: EmbeddedServer | None) -> None:
        self.name: Final = name
        self._url = url
        self._key = key
        self._embedded = embedded
        self._turn = threading.Lock()

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
        for chunk in self._chunks(messages, max_tokens, temperature, stop, grammar, timeout_s):
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
        """The text as it is written, in pieces. Leaving the iterator stops the generation. Raises GeneratorError."""
        for chunk in self._chunks(messages, max_tokens, temperature, stop, grammar, timeout_s):
            if chunk.text:
                yield chunk.text

    def choice_logprobs(
        self, messages: Sequence[Message], choices: Sequence[str], *, timeout_s: float = 60.0
    ) -> dict[str, float]:
        """The natural log-probability that the answer begins as each choice, case and spaces apart.

        The tokens looked at are the 20 likeliest; a choice that is not among them gets the least of theirs, which is
        an upper bound of its own. Raises GeneratorError when the endpoint gives no log-probabilities.
        """
        options = {"logprobs": True, "top_logprobs": TOP_LOGPROBS}
        for chunk in self._chunks(messages, 1, 0.0, (), None, timeout_s, options):
            content = (chunk.response_metadata.get("logprobs") or {}).get("content") or []
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

    def _chunks(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        temperature: float,
        stop: Sequence[str],
        grammar: str | None,
        timeout_s: float,
        options: dict[str, Any] | None = None,
    ) -> Iterator[AIMessageChunk]:
        deadline = time.monotonic() + timeout_s
        with self._one_at_a_time(deadline):
            extra = {"grammar": grammar} if grammar and self._embedded is not None else None
            arguments: dict[str, Any] = {**(options or {}), **({"stop": list(stop)} if stop else {})}

            def produce() -> Generator[AIMessageChunk]:
                client = self._client(max_tokens, temperature, max(0.1, deadline - time.monotonic()), extra)
                yield from client.stream(list(messages), **arguments)

            ended = False
            for chunk in self._named_errors(until(produce, deadline), timeout_s):
                ended = ended or bool(chunk.response_metadata.get("finish_reason"))
                yield chunk
            if not ended:
                raise GeneratorError(f"Le modèle {self.name} s'est arrêté au milieu de sa réponse : réessayez.")

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

    def _client(
        self, max_tokens: int, temperature: float, timeout_s: float, extra: dict[str, Any] | None
    ) -> ChatOpenAI:
        import httpx
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        own = httpx.Client(trust_env=False, timeout=timeout_s) if self._embedded is not None else None
        return ChatOpenAI(
            base_url=self._url(),
            api_key=SecretStr(self._key or "sans-clef"),
            model=self.name,
            temperature=temperature,
            max_completion_tokens=None,
            timeout=timeout_s,
            max_retries=0 if self._embedded is not None else RETRIES,
            stream_usage=True,
            use_responses_api=False,
            extra_body={"max_tokens": max_tokens, **(extra or {})},  # the name that every server knows
            http_client=own,  # to 127.0.0.1 straight, whatever proxy the environment names
        )

    def _named_errors(self, chunks: Iterator[AIMessageChunk], timeout_s: float) -> Iterator[AIMessageChunk]:
        import httpx
        import openai

        try:
            yield from chunks
        except (TimeoutError, openai.APITimeoutError, httpx.TimeoutException) as error:
            raise GeneratorError(
                f"Le modèle {self.name} n'a pas répondu en {timeout_s:.0f} s : réessayez ou choisissez-en un autre."
            ) from error
        except openai.APIStatusError as error:
            raise GeneratorError(
                f"Le modèle {self.name} a refusé la demande (HTTP {error.status_code}) : "
                "vérifiez l'adresse, le nom du modèle et la clef."
            ) from error
        except (openai.OpenAIError, httpx.HTTPError, httpx.StreamError) as error:
            raise GeneratorError(
                f"Le modèle {self.name} est injoignable à l'adresse {self._url()} : vérifiez qu'il est en marche."
            ) from error
        except (ValueError, TypeError, KeyError) as error:
            raise GeneratorError(
                f"L'adresse {self._url()} n'a pas répondu comme un modèle compatible OpenAI : vérifiez l'adresse."
            ) from error


def open_model(
    *,
    gguf: Path | None = None,
    url: str | None = None,
    model: str | None = None,
    key: str | None = None,
    threads: int | None = None,
    context: int = CONTEXT_TOKENS,
) -> LanguageModel:
    """The model at `url` when there is one, else the file `gguf`. Nothing is loaded before the first call."""
    if url is not None:
        if not model:
            raise GeneratorError(f"Le nom du modèle servi à l'adresse {url} manque : donnez-le dans GUICHET_LLM_MODEL.")
        address = url.rstrip("/")
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise GeneratorError(
                f"L'adresse du modèle « {url} » n'est pas une adresse http : corrigez GUICHET_LLM_URL."
            )
        address = address if parts.path else f"{address}/v1"
        return LanguageModel(model, lambda: address, key, None)
    if gguf is None:
        raise GeneratorError("Aucun modèle de langue n'est réglé : lancez « guichet setup » ou donnez GUICHET_LLM_URL.")
    server = EmbeddedServer(gguf, threads=threads, context=context)
    return LanguageModel(gguf.stem, server.url, None, server)


def _counts(chunk: AIMessageChunk) -> dict[str, int]:
    """The token counts that came with this piece, usually the last; none with the others."""
    usage = chunk.usage_metadata
    if usage is None:
        return {}
    return {"input_tokens": usage["input_tokens"], "output_tokens": usage["output_tokens"]}
