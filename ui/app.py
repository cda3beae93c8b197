"""The web application: our FastAPI, its shield, our style and script, and the pages mounted in it."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI, Response

from ui.security import Shield
from ui.transfer_routes import add_routes
from ui.transfers import Transfers

if TYPE_CHECKING:
    from ui.pages.context import Answering

SCRIPT = "text/javascript; charset=utf-8"
ASSETS = {"page.css": "text/css; charset=utf-8", "page.js": SCRIPT, "transfers.js": SCRIPT}


def create_app(assistant: Answering) -> FastAPI:
    """The application over an open assistant, which whoever opened it closes."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio as it is imported: it would call its makers
    from ui.pages.context import make_context
    from ui.pages.frame import mount

    app = FastAPI(title="Guichet IA", docs_url=None, redoc_url=None, openapi_url=None)
    contents = {name: files("ui").joinpath("assets", name).read_bytes() for name in ASSETS}

    @app.get("/guichet/{name}")
    def asset(name: str) -> Response:
        if name not in ASSETS:
            return Response("Ce fichier n'existe pas.", status_code=404, media_type="text/plain; charset=utf-8")
        return Response(contents[name], media_type=ASSETS[name], headers={"cache-control": "no-cache"})

    @app.get("/sante")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    transfers = Transfers()
    add_routes(app, transfers)
    for language in ("en", "fr"):  # the French pages, at the root, take what no other route takes: mounted last
        mount(app, make_context(assistant, language, transfers), "/en" if language == "en" else "")
    app.add_middleware(Shield)
    return app
