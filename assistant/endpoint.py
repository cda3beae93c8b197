"""One OpenAI-compatible address, asked once: the text in pieces, or a failure that tells whether to ask it again.

The one file that uses langchain_openai.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.breaker import Breaker
from assistant.deadline import Stalled, until
from assistant.embedded import EmbeddedServer, GeneratorError

if TYPE_CHECKING:
    import httpx
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

Message = tuple[str, str]  # (role, content); role is "system", "user" or "assistant"

LATER = frozenset({408, 409, 425, 429})  # and 5xx: what may be answered a moment later
STALLED_S = 15.0  # between two pieces of an answer: two hundred times what a token takes on two cores
MOST_SIGNS = 20  # of the text for each token asked for, five times what one holds: beyond, nothing bounds the endpoint
LONGEST_WAIT_S = 20.0  # of what an endpoint asks for by Retry-After


class Unanswered(GeneratorError):
    """An endpoint failed. `again`: the same one may do better after `after_s` seconds."""

    def __init__(self, message: str, *, again: bool = False, after_s: float = 0.0) -> None:
        super().__init__(message)
        self.again, self.after_s = again, after_s


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked. `grammar` (GBNF) constrains the embedded model only."""

    messages: Sequence[Message]
    max_tokens: int
    temperature: float = 0.0
    stop: Sequence[str] = ()
    grammar: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


class _Line:
    """The connections of one asking, which can be cut from another thread.

    A thread that waits for the first piece of an answer cannot close them itself, and a server goes on for one who has
    left as long as they are open: a long text then held the only slot until it was read whole.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._cut = False

    def watch(self, request: httpx.Request) -> None:
        """Sees the connections made for a request (https://www.encode.io/httpcore/extensions/#trace)."""
        request.extensions["trace"] = self._seen

    def cut(self) -> None:
        with self._lock:
            self._cut = True
            for one in self._sockets:
                with contextlib.suppress(OSError):  # closed already
                    one.shutdown(socket.SHUT_RDWR)

    def _seen(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            made = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.append(made)
            if self._cut:
                self.cut()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked for by its name, and whether it has worked lately."""

    model: str
    url: Callable[[], str]
    key: str | None
    breaker: Breaker
    embedded: EmbeddedServer | None = None

    def chunks(self, asked: Asked, deadline: float) -> Iterator[AIMessageChunk]:
        """The text as it comes, whole when the iteration ends by itself. Raises GeneratorError, QuestionLeft."""
        timeout_s = max(0.1, deadline - time.monotonic())
        extra = {"grammar": asked.grammar} if asked.grammar and self.embedded is not None else None
        arguments = {**asked.options, **({"stop": list(asked.stop)} if asked.stop else {})}

        line = _Line()

        def produce() -> Generator[AIMessageChunk]:
            import httpx

            url, left_s = self.url(), max(0.1, deadline - time.monotonic())  # the model may have to be loaded first
            with httpx.Client(
                trust_env=self.embedded is None,  # to 127.0.0.1 straight, whatever proxy the environment names
                timeout=left_s,
                follow_redirects=self.embedded is None,
                event_hooks={"request": [line.watch]},
            ) as http:
                yield from self._client(url, asked, left_s, extra, http).stream(list(asked.messages), **arguments)

        ended, left = False, MOST_SIGNS * asked.max_tokens
        try:
            pieces = until(produce, deadline, cut=line.cut, stalled_s=STALLED_S)
            for chunk in self._named_errors(pieces, timeout_s):
                ended = ended or bool(chunk.response_metadata.get("finish_reason"))
                left -= len(chunk.text) or 1  # what a model only thinks comes without text
                if left < 0:
                    raise Unanswered(f"Le modèle {self.model} écrit sans fin : réessayez ou choisissez-en un autre.")
                yield chunk
            if not ended:
                raise Unanswered(f"Le modèle {self.model} s'est arrêté au milieu de sa réponse : réessayez.")
        except Unanswered:
            if self.embedded is not None:
                self.embedded.recover()
            raise

    def _client(
        self, url: str, asked: Asked, timeout_s: float, extra: dict[str, Any] | None, http: httpx.Client
    ) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            base_url=url,
            api_key=SecretStr(self.key or "sans-clef"),
            model=self.model,
            temperature=asked.temperature,
            max_completion_tokens=None,
            timeout=timeout_s,
            max_retries=0,  # the pool retries, on the next endpoint first
            stream_usage=True,
            use_responses_api=False,
            extra_body={"max_tokens": asked.max_tokens, **(extra or {})},  # the name that every server knows
            http_client=http,
        )

    def _named_errors(self, chunks: Iterator[AIMessageChunk], timeout_s: float) -> Iterator[AIMessageChunk]:
        import httpx
        import openai

        try:
            yield from chunks
        except Stalled as error:
            raise Unanswered(f"Le modèle {self.model} s'est tu au milieu de sa réponse : réessayez.") from error
        except (TimeoutError, openai.APITimeoutError, httpx.TimeoutException) as error:
            raise Unanswered(
                f"Le modèle {self.model} n'a pas répondu en {timeout_s:.0f} s : réessayez ou choisissez-en un autre."
            ) from error
        except openai.APIStatusError as error:
            raise Unanswered(
                f"Le modèle {self.model} a refusé la demande (HTTP {error.status_code}) : "
                "vérifiez l'adresse, le nom du modèle et la clef.",
                again=error.status_code in LATER or error.status_code >= 500,
                after_s=_wait_asked(error.response.headers),
            ) from error
        except (openai.OpenAIError, httpx.HTTPError, httpx.StreamError) as error:
            raise Unanswered(
                f"Le modèle {self.model} est injoignable{self._where()} : vérifiez qu'il est en marche.", again=True
            ) from error
        except (ValueError, TypeError, KeyError) as error:
            raise Unanswered(
                f"Le modèle {self.model} n'a pas répondu{self._where()} comme un modèle compatible OpenAI : "
                "vérifiez l'adresse."
            ) from error

    def _where(self) -> str:
        """Its address, said; that of the embedded server, which changes and may be starting, is nothing to verify."""
        return "" if self.embedded is not None else f" à l'adresse {self.url()}"


def _wait_asked(headers: Mapping[str, str]) -> float:
    """Seconds, by the header Retry-After; 0 when it says none, or a date."""
    said = headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT_S) if said.isdecimal() else 0.0
