"""The API put together: its two rooms, /api/v1 and /v1, over one desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from ui.api import asking, batches, catalogue, chat, health, library, page_images, problems
from ui.api.database import Database
from ui.api.desk import Access, Answering, Desk
from ui.api.door import MAX_JOB, Room
from ui.api.metrics import Metrics
from ui.api.openapi import serve_openapi
from ui.api.page_images import PageImages
from ui.api.register import Register
from ui.api.running import Running
from ui.api.work import Worker
from ui.settings import Language

API, CHAT = "/api/v1", "/v1"
ROUTERS = (asking.router, catalogue.router, library.router, page_images.router, batches.router, health.router)


def make_desk(
    answering: Answering,
    database: Database,
    *,
    access: Access | None = None,
    language: Language = "fr",
    catalogue: Path | None = None,
    metrics: Path | None = None,
    kept_days: int | None = None,
) -> Desk:
    """The desk over an open assistant and the service's file, both closed by whoever opened them.

    Processes behind one address count together in the folder `metrics`. Questions are kept for `kept_days`, or not.
    """
    counters = Metrics(metrics)
    register = Register(database, kept_days, metrics=counters)
    return Desk(answering, database, Running(), counters, register, access or Access(), language, catalogue)


def make_rooms(desk: Desk, images: PageImages | None = None) -> dict[str, Room]:
    """The two applications by their prefix; with `images`, the pages of the PDFs that are kept can be seen."""
    api = _room(desk, problems.install, ROUTERS)
    api.state.images = images
    serve_openapi(api, API, "about", kept_days=desk.register.days)
    conversation = _room(desk, chat.install, (chat.router,))
    serve_openapi(conversation, CHAT, "chat_about", problems=False, kept_days=desk.register.days)
    return {API: Room(api, {"/jobs": MAX_JOB, "/evaluations": MAX_JOB}), CHAT: Room(conversation, {})}


def working(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The life of an application: the worker of jobs runs while it serves."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker = Worker(desk)
        worker.start()
        try:
            yield
        finally:
            worker.stop()
            desk.running.close()

    return lifespan


def _room(desk: Desk, install: Callable[[FastAPI], None], routers: Sequence[APIRouter]) -> FastAPI:
    app = FastAPI(title="Guichet IA", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk = desk
    app.state.routes = [route for router in routers for route in router.routes]
    for router in routers:
        app.include_router(router)
    install(app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=desk.access.origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["authorization", "content-type", "accept-language"],
        expose_headers=[
            "retry-after",
            "guichet-request",
            "guichet-personal-data",
            "guichet-kept-days",
            "guichet-page",
            "guichet-quote",
            "location",
        ],
    )
    return app
