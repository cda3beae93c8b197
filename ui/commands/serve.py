"""`guichet serve`: the web page, on this machine alone unless --host says otherwise."""

from __future__ import annotations

import errno
import socket

from assistant.answers import Question
from ingest.errors import GuichetError
from ui import console
from ui.living import living_assistant_at
from ui.settings import Settings
from ui.words import Words

WARMING = "Qu'est-ce que le guichet IA ?"  # any question that is answered: it loads both models


class ServeError(GuichetError):
    """The page cannot be served at that address."""


def run(settings: Settings, words: Words, host: str, port: int, *, llm: bool) -> None:
    """Serves until interrupted. Raises ServeError when the address cannot be had."""
    import uvicorn

    listening = listen(host, port, words)
    try:
        console.err().print(words.say("serve.loading"), soft_wrap=True)
        with living_assistant_at(settings, llm=llm) as assistant:
            from ui.app import create_app

            app = create_app(assistant)
            assistant.answer(Question(WARMING))
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{listening.getsockname()[1]}"
            console.err().print(words.say("serve.ready", address=address), soft_wrap=True)
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
            )
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def listen(host: str, port: int, words: Words) -> socket.socket:
    """A socket bound to the address, before anything heavy is loaded. Raises ServeError."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError) as error:
        raise ServeError(words.say("serve.no_host", host=host)) from error
    bound = socket.socket(family, kind, proto)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        name = (
            "port_taken" if error.errno == errno.EADDRINUSE else "no_port" if error.errno == errno.EACCES else "no_host"
        )
        raise ServeError(words.say(f"serve.{name}", host=host, port=port)) from error
    return bound
