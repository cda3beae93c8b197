"""The web application: our FastAPI, its shield, our style and script, and the pages mounted in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI, Response

from ui.api.app import make_rooms, working
from ui.api.database import memory_database
from ui.api.door import Door
from ui.api.gate import page_wait
from ui.api.hosts import Hosts
from ui.api.page_images import PageImages
from ui.house import House
from ui.management.routes import add_management
from ui.pacing import Paced
from ui.page_routes import Drawings, add_page_routes
from ui.page_views import no_page
from ui.relay import Pages, Relay
from ui.security import Shield
from ui.transfer_routes import add_routes
from ui.transfers import Transfers

if TYPE_CHECKING:
    from ui.api.desk import Desk
    from ui.library import Library
    from ui.management.works import Works
    from ui.pages.context import Answering

SCRIPT = "text/javascript; charset=utf-8"
ASSETS = {
    "page.css": "text/css; charset=utf-8",
    "relay.js": SCRIPT,
    "page.js": SCRIPT,
    "transfers.js": SCRIPT,
    "catalogue.js": SCRIPT,
    "pages.js": SCRIPT,
    "places.js": SCRIPT,
    "choices.js": SCRIPT,
    "kept.js": SCRIPT,
    "frame.js": SCRIPT,
    "addresses.js": SCRIPT,
    "embed.js": SCRIPT,
    "gestion.css": "text/css; charset=utf-8",
    "gestion.js": SCRIPT,
}


def create_app(
    assistant: Answering, desk: Desk | None = None, library: Library | None = None, house: House | None = None
) -> FastAPI:
    """The application over an open assistant, which whoever opened it closes; with a desk, the API before the pages;
    with a library, the pages of cited documents and the management of all of them."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio as it is imported: it would call its makers
    from ui.pages.context import make_context
    from ui.pages.frame import mount

    works: list[Works] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if desk is not None:
                await stack.enter_async_context(working(desk)(app))
            for each in works:
                stack.enter_context(each.watched())
            yield

    app = FastAPI(title="Guichet IA", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    contents = {name: files("ui").joinpath("assets", name).read_bytes() for name in ASSETS}

    @app.get("/guichet/{name}")
    def asset(name: str) -> Response:
        if name not in ASSETS:
            return Response("Ce fichier n'existe pas.", status_code=404, media_type="text/plain; charset=utf-8")
        return Response(contents[name], media_type=ASSETS[name], headers={"cache-control": "no-cache"})

    @app.get("/sante")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    paced = assistant if isinstance(assistant, Paced) else Paced(assistant)
    database = desk.database if desk is not None else memory_database()
    transfers = Transfers(database)
    add_routes(app, transfers)
    images = None
    if library is not None:
        images = PageImages(library.views, Drawings())
        add_page_routes(app, images.views, images.drawings)
        works.append(add_management(app, library, database))
    pages: dict[str, Pages] = {}
    see_page = library.views if library is not None else no_page
    for language in ("en", "fr"):  # the French pages, at the root, take what no other route takes: mounted last
        context = make_context(
            paced,
            language,
            transfers,
            see_page,
            house or House(),
            database,
            desk.catalogue if desk else None,
            desk.register if desk else None,
        )
        prefix = "/en" if language == "en" else ""
        pages[prefix] = mount(app, context, prefix)
    app.add_middleware(Relay, pages=pages, wait=partial(page_wait, desk) if desk is not None else None)
    app.add_middleware(Shield, origins=desk.access.origins if desk is not None else ())
    if desk is not None:
        app.add_middleware(Door, rooms=make_rooms(desk, images), desk=desk)
        app.add_middleware(Hosts, desk=desk)
    return app
