"""GET /documents/{doc}/pages/{page}/image and /passages/{passage_id}/image: pages of kept PDFs, a quote boxed on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote as percent

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from ingest.documents import Passage
from ingest.page_image import PageNotDrawn
from ui.api.desk import desk_of
from ui.api.gate import Reading
from ui.api.problems import Problem
from ui.page_routes import MAX_QUOTE, Drawings, TooBusy
from ui.page_views import PageViews, place_on_page

router = APIRouter(tags=["documents"])

BUSY_S: Final = 5.0
Name = Annotated[str, Path(max_length=300)]
PNG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}


@dataclass(frozen=True, slots=True)
class PageImages:
    """The kept PDFs of the index in use, and the few pages drawn at once for the pages of the site and the API alike."""

    views: PageViews
    drawings: Drawings


class Image(Response):
    """A page as PNG."""

    media_type = "image/png"


@router.get("/documents/{doc}/pages/{page}/image", operation_id="get_page_image", response_class=Image, responses=PNG)
def get_page_image(
    request: Request, caller: Reading, doc: Name, page: Annotated[int, Path(ge=1, le=1_000_000)]
) -> Response:
    info = desk_of(request).answering.index.documents.get(doc)
    if info is None:
        raise Problem("not_found")
    if info.n_pages and page > info.n_pages:
        raise Problem("no_such_page", page=page, pages=info.n_pages)
    return _image(request, doc, page)


@router.get("/passages/{passage_id}/image", operation_id="get_passage_image", response_class=Image, responses=PNG)
def get_passage_image(
    request: Request,
    caller: Reading,
    passage_id: Name,
    quote: Annotated[str | None, Query(max_length=MAX_QUOTE)] = None,
) -> Response:
    index = desk_of(request).answering.index
    passage = index.passage(passage_id)
    if passage is None:
        raise Problem("not_found")
    if passage.page is None:
        raise Problem("no_page_image")
    place = place_on_page(passage, index.pages(passage.doc), quote)
    if place is None:
        raise Problem("no_such_quote")
    return _image(request, passage.doc, place.number, place.text)


def image_address(request: Request, passage: Passage) -> str | None:
    """Where the page of a passage can be seen; None when its document has no kept PDF."""
    images = _images(request)
    if images is None or passage.page is None or not images.views.has_file(passage.doc):
        return None
    return f"{request.scope['root_path']}/passages/{percent(passage.passage_id, safe='')}/image"


def _images(request: Request) -> PageImages | None:
    images: PageImages | None = request.app.state.images
    return images


def _image(request: Request, doc: str, number: int, quote: str = "") -> Response:
    """The page, drawn or remembered. Raises Problem."""
    images = _images(request)
    path = images.views.file(doc) if images is not None else None
    if images is None or path is None:
        raise Problem("no_page_image")
    try:
        drawn = images.drawings.image(path, number, quote)
    except PageNotDrawn as error:
        raise Problem("page_not_drawn", page=number) from error
    except TooBusy as error:
        raise Problem("busy", wait_s=BUSY_S) from error
    boxed = "none" if not quote else "boxed" if drawn.boxes else "not-found"
    headers = {"cache-control": "private, max-age=3600", "guichet-page": str(number), "guichet-quote": boxed}
    return Image(drawn.png, headers=headers)
