"""`guichet serve`: the web page, on this machine alone unless --host says otherwise."""

from __future__ import annotations

import errno
import gc
import ipaddress
import os
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.answers import Question
from ingest.errors import GuichetError
from ui import console
from ui.api.database import ServiceStoreError, open_database
from ui.api.journal import open_journal
from ui.living import living_assistant_at
from ui.memory import few_arenas, keep_trim
from ui.pacing import Paced
from ui.preparing import prepared
from ui.service import open_kept
from ui.settings import Settings
from ui.words import Words

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from ui.api.desk import Access

WARMING = "Qu'est-ce que le guichet IA ?"  # any question that is answered: it loads both models
WARMING_QUOTES = (  # what else a first visitor would wait for: the towns, the aids compared, an abstention, English
    "Je dirige une entreprise de 12 salariés à Bordeaux, quelle aide pour former mes équipes à l'IA ?",
    "Quel est le prix du pain à Paris ?",
    "What is this desk for?",
)
CONNECTIONS = 1000  # at once; a page holds two
OWN_PROXIES = ("127.0.0.1", "::1")  # a proxy of this machine is believed when it says whom it asks for
REMOTE_DRAFTS = 8  # at a time where the generator is a service; the one of this machine writes one by one


class ServeError(GuichetError):
    """The page cannot be served at that address."""


def run(settings: Settings, words: Words, host: str, port: int, *, llm: bool, workers: int = 1) -> int:
    """Serves until interrupted; the exit status. Raises ServeError when the address cannot be had."""
    listening = listen(host, port, words)
    address = address_to_open(host, listening)
    try:
        console.err().print(words.say("serve.loading"), soft_wrap=True)

        def ready() -> None:
            access = access_of(settings, listening)
            console.err().print(words.say("serve.ready", address=address), soft_wrap=True)
            console.err().print(words.say(_keys_line(access), address=address, rate=access.per_minute), soft_wrap=True)
            if settings.contact is None:
                console.err().print(words.say("serve.no_contact"), soft_wrap=True)
            if settings.kept_days is not None:
                console.err().print(words.count("serve.recording", settings.kept_days), soft_wrap=True)

        if workers == 1:
            serve_on(settings, listening, llm=llm, ready=ready)
            return 0
        return _several(settings, words, listening, ready, llm=llm, workers=workers)
    finally:
        listening.close()


def _several(
    settings: Settings, words: Words, listening: socket.socket, ready: Callable[[], None], *, llm: bool, workers: int
) -> int:
    """Serves by several processes, each with its part of the cores."""
    from ui.api.leases import released
    from ui.api.metrics import forget_process
    from ui.commands.supervising import Supervisor

    cores = settings.threads or os.cpu_count() or 1
    shared = replace(settings, threads=max(1, cores // workers))
    with (
        TemporaryDirectory(prefix="guichet-metrics-") as metrics,
        closing(open_database(settings.home, settings.shared)) as database,
    ):

        def died(pid: int) -> None:
            console.err().print(words.say("serve.worker_died", pid=pid), soft_wrap=True)
            forget_process(Path(metrics), pid)
            try:
                released(database, pid)
            except ServiceStoreError as error:  # the leases end by themselves, a little later
                console.err().print(str(error), soft_wrap=True)

        supervisor = Supervisor(workers, serve_worker, (shared, listening, metrics, llm), words)
        return supervisor.run(ready, died)


def serve_worker(opened: Event, settings: Settings, listening: socket.socket, metrics: str, llm: bool) -> None:
    """What one of several processes does, in a process of its own."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics  # read by prometheus_client as it is imported
    serve_on(settings, listening, llm=llm, ready=opened.set, metrics=Path(metrics))


def serve_on(
    settings: Settings, listening: socket.socket, *, llm: bool, ready: Callable[[], None], metrics: Path | None = None
) -> None:
    """Serves on an open socket until told to stop; `metrics` is where several processes count together."""
    few_arenas()
    import uvicorn

    with (
        closing(open_database(settings.home, settings.shared)) as database,
        living_assistant_at(settings, llm=llm) as assistant,
        prepared(assistant, open_kept(settings, assistant.encoder)) as preparing,
    ):
        from ui.api.app import make_desk
        from ui.api.server import Server
        from ui.app import create_app
        from ui.commands.connections import counting
        from ui.house import house_of
        from ui.library import open_library

        at_once = settings.threads or os.cpu_count() or 2
        drafts = REMOTE_DRAFTS if settings.llm_url else 1
        slots = max(2 if metrics is None else 1, at_once)
        paced = Paced(assistant, at_once=slots, drafts=drafts, generators=assistant.generators)
        desk = make_desk(
            paced,
            database,
            access=access_of(settings, listening),
            language=settings.lang,
            catalogue=settings.catalogue,
            metrics=metrics,
            kept_days=settings.kept_days,
        )
        app = create_app(paced, desk, library=open_library(settings, assistant), house=house_of(settings))
        warm(paced)
        settle()
        keep_trim()
        ready()
        open_journal(settings.journal)
        preparing.start()
        config = uvicorn.Config(
            app,
            http=counting(desk.metrics.refused),
            log_config=None,  # ours: the journal
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            forwarded_allow_ips=[*OWN_PROXIES, *settings.proxies],
        )
        Server(config, desk.running, preparing.leave).run(sockets=[listening])


def address_to_open(host: str, listening: socket.socket) -> str:
    """The address that is told at the start. A name of this machine alone, as of /etc/hosts, is not answered to
    (ui.api.hosts): its number is told instead."""
    number, port = listening.getsockname()[:2]
    name = number if host != "localhost" and _own_machine_alone(listening) else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def access_of(settings: Settings, listening: socket.socket) -> Access:
    """Who may come in, by the settings and by the address that is listened on."""
    from ui.api.desk import Access

    return Access(settings.api_keys, not _own_machine_alone(listening), settings.origins, settings.rate)


def warm(paced: Paced) -> None:
    """Loads all that answers, so that the first visitor waits as little as the next ones."""
    paced.answer(Question(WARMING))
    for text in WARMING_QUOTES:
        for _ in paced.stream(Question(text), draft=False):
            pass


def settle() -> None:
    """What was loaded is here to stay: the collector of cycles no longer walks it, 20 of the 80 ms of an answer.

    The first index opened is then not swept when a newer one replaces it; its files are closed all the same.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _own_machine_alone(listening: socket.socket) -> bool:
    return ipaddress.ip_address(listening.getsockname()[0].split("%")[0]).is_loopback


def _keys_line(access: Access) -> str:
    """The sentence that says who needs a key."""
    if access.keys == "auto":
        return "serve.keys_required" if access.open_to_network else "serve.keys_auto"
    return f"serve.keys_{access.keys}"


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
