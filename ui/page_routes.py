"""The addresses of cited pages: /documents/<doc>/pages/<n>.png and /documents/<doc>/file. Documents of the index alone.

Both are open to every visitor: they are the sources of the answers (docs/decisions/0005). Nothing in an address is ever
a path: the name is looked up in the index, the file is found by the digest of its bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote as percent

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse

from ingest.page_image import PageImage, PageNotDrawn, page_image
from ui.page_views import PageViews
from ui.words import Words, load_page_words

AT_ONCE: Final = 2  # child processes; each takes half a second of one core
WAITING: Final = 16  # requests behind them; beyond, the browser is told to come back
PATIENCE_S: Final = 12.0
CACHE_BYTES: Final = 48 * 1024 * 1024  # some two hundred pages
MAX_QUOTE: Final = 1200  # characters; a quote has 600 at most

Draw = Callable[[Path, int, str], PageImage]
Key = tuple[str, int, str]


class TooBusy(Exception):
    """More pages are asked for than can be drawn soon."""


class Drawings:
    """The pages drawn lately, and those being drawn: a few at once, each once."""

    def __init__(self, draw: Draw = page_image, *, room: int = CACHE_BYTES) -> None:
        self._draw, self._room = draw, room
        self._kept: OrderedDict[Key, PageImage] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(AT_ONCE)
        self._waiting = 0

    def image(self, path: Path, number: int, quote: str) -> PageImage:
        """The page, drawn or remembered. Raises PageNotDrawn or TooBusy."""
        key = (path.name, number, quote)  # the name is the digest of the file
        if (known := self._find(key)) is not None:
            return known
        with self._lock:
            if self._waiting >= WAITING:
                raise TooBusy
            self._waiting += 1
        try:
            if not self._slots.acquire(timeout=PATIENCE_S):
                raise TooBusy
        finally:
            with self._lock:
                self._waiting -= 1
        try:
            known = self._find(key)  # drawn for another visitor while this one waited
            return known if known is not None else self._keep(key, self._draw(path, number, quote))
        finally:
            self._slots.release()

    def _find(self, key: Key) -> PageImage | None:
        with self._lock:
            image = self._kept.get(key)
            if image is not None:
                self._kept.move_to_end(key)
            return image

    def _keep(self, key: Key, image: PageImage) -> PageImage:
        with self._lock:
            if len(image.png) <= self._room and key not in self._kept:
                self._kept[key] = image
                self._size += len(image.png)
            while self._size > self._room:
                self._size -= len(self._kept.popitem(last=False)[1].png)
        return image


def add_page_routes(app: FastAPI, views: PageViews, drawings: Drawings) -> None:
    """The two addresses, outside any language: what is in a document is the same in both."""

    def image(request: Request, doc: str, number: int, passage: str = "", quote: str = "") -> Response:
        words = load_page_words("fr")
        path = views.file(doc)
        if path is None or number < 1 or len(quote) > MAX_QUOTE or (quote and not views.has_quote(doc, passage, quote)):
            return _refusal(words, "sources.no_such_page", 404)
        try:
            drawn = drawings.image(path, number, quote)
        except PageNotDrawn as error:
            return Response(str(error), 404, media_type="text/plain; charset=utf-8")
        except TooBusy:
            return _refusal(words, "sources.busy", 503)
        boxed = "not-found" if not drawn.boxes else "boxed" if drawn.whole else "in-part"
        headers = {"cache-control": "private, max-age=3600", "x-quote": boxed}
        if drawn.boxes:  # between which parts of its height, for the panel to show them
            headers["x-quote-at"] = f"{drawn.top / drawn.height:.4f} {drawn.bottom / drawn.height:.4f}"
        return Response(drawn.png, media_type="image/png", headers=headers)

    def file(doc: str) -> Response:
        path = views.file(doc)
        if path is None:
            return _refusal(load_page_words("fr"), "sources.no_such_page", 404)
        headers = {
            "content-disposition": f"inline; filename*=UTF-8''{percent(doc, safe='')}.pdf",
            "cache-control": "private, no-cache",
        }
        return FileResponse(path, media_type="application/pdf", headers=headers)

    app.add_api_route("/documents/{doc}/pages/{number:int}.png", image, methods=["GET"])
    app.add_api_route("/documents/{doc}/file", file, methods=["GET", "HEAD"])


def _refusal(words: Words, name: str, status: int) -> Response:
    headers = {"retry-after": "5"} if status == 503 else None
    return Response(words.say(name), status, headers=headers, media_type="text/plain; charset=utf-8")
