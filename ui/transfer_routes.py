"""The two addresses of ui.transfers: one takes what a page sends, one gives what a page offers."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import quote, unquote

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from ui.transfers import FETCH, SEND, Inlet, Refused, Transfers, megabytes, owner_of, plain_name
from ui.words import Words, load_page_words

PATIENCE_S: Final = 120  # for a body to come: 50 MB over a slow line


def add_routes(app: FastAPI, transfers: Transfers) -> None:
    """Sending at /envoi/<inlet> and /en/envoi/<inlet>, the bytes as the body; fetching at /fichier/<token>/<name>.

    A file is sent with its name, percent-encoded, in the header x-file-name: a form of another site cannot set it.
    The answer is {"token", "name", "size"}, or {"error": a sentence} with the status that fits.
    """

    async def send(request: Request) -> Response:
        words = load_page_words("en" if request.url.path.startswith("/en/") else "fr")
        try:
            inlet, owner, name, size = _announced(request, transfers, words)
            with transfers.reserved(size, words):
                content = await _body(request, inlet, name, words)
            file = transfers.receive(inlet, owner, name, content, words)
        except Refused as refusal:
            return JSONResponse({"error": str(refusal)}, status_code=refusal.status, headers=refusal.headers)
        return JSONResponse({"token": file.token, "name": file.name, "size": len(content)})

    def fetch(request: Request) -> Response:
        owner = owner_of(request.cookies)
        file = transfers.fetch(owner, request.path_params["token"]) if owner else None
        if file is None:
            sentence = load_page_words("fr").say("transfers.gone")
            return Response(sentence, status_code=404, media_type="text/plain; charset=utf-8")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "cache-control": "no-store",
        }
        return Response(file.content, media_type=file.media_type, headers=headers)

    for prefix in ("", "/en"):
        app.add_api_route(f"{prefix}{SEND}/{{inlet}}", send, methods=["POST"])
    app.add_api_route(f"{FETCH}/{{token}}/{{name}}", fetch, methods=["GET"])


def _announced(request: Request, transfers: Transfers, words: Words) -> tuple[Inlet, str, str, int]:
    """The inlet, the owner, the name and the size that a request announces. Raises Refused."""
    inlet = transfers.inlet(request.path_params["inlet"])
    if inlet is None or not inlet.allows(request.cookies):
        raise Refused(403, words.say("transfers.not_allowed"))
    owner = owner_of(request.cookies)
    given = request.headers.get("x-file-name", "")
    if owner is None or not given:
        raise Refused(403, words.say("transfers.no_session"))
    name, length = plain_name(unquote(given)), request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Refused(411, words.say("transfers.no_length"))
    if int(length) > inlet.max_bytes:
        raise _too_long(inlet, name, words)
    return inlet, owner, name, int(length)


async def _body(request: Request, inlet: Inlet, name: str, words: Words) -> bytes:
    """The bytes of the request, never more than the inlet takes. Raises Refused."""
    content = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for piece in request.stream():
                content += piece
                if len(content) > inlet.max_bytes:
                    raise _too_long(inlet, name, words)
    except (ClientDisconnect, TimeoutError) as error:
        raise Refused(408, words.say("transfers.interrupted")) from error
    return bytes(content)


def _too_long(inlet: Inlet, name: str, words: Words) -> Refused:
    return Refused(413, words.say("transfers.too_long", name=name, most=megabytes(inlet.max_bytes, words)))
