"""What stands before the pages: security headers, a Content-Security-Policy, and the few routes of Gradio left open."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from html import escape
from typing import Any

from starlette.requests import Request

from ui.addresses import addresses, page_at, window_title
from ui.lost import lost_page
from ui.transfers import COOKIE, SEND, new_owner, owner_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 256 * 1024  # bytes of a request: a question and a form take a hundredth of it
MAX_SENT = 64 * 1024 * 1024  # of a file sent (ui.transfers); each inlet takes less
BODY_S, SENT_S = 20.0, 300.0  # to receive one whole: the longest file at two megabits a second
# Gradio answers far more than the pages use: uploads, a file server, a proxy, REST calls that skip the queue,
# monitoring, code editing. Only what a browser needs to show the pages and press their buttons is let through.
OPEN = (  # each under / and, in English, under /en/
    re.compile(r"/"),
    re.compile(r"/(?:assets|static|guichet)/.+"),
    re.compile(r"/(?:theme\.css|favicon\.ico|robots\.txt|config/?|sante)"),
    re.compile(r"/envoi/[a-z-]+"),
    re.compile(r"/fichier/[A-Za-z0-9_-]+/[^/]+"),
    re.compile(r"/documents/[^/]+/(?:file|pages/\d{1,5}\.png)"),
    re.compile(r"/gestion(?:/[a-z]+)?"),  # ui.management asks for a session itself
    re.compile(r"/gradio_api/queue/join"),  # ui.relay answers it, and closes the others that Gradio would need
    re.compile(r"/gradio_api/(?:startup-events|info)/?"),
)
ENGLISH = "/en"
EMBED = "/guichet/embed.js"  # what other sites may be allowed, with the pages: the script that opens them
NOBODY = "'none'"
HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STYLE = '<link rel="stylesheet" href="/guichet/page.css">'  # last in the head: after Gradio's own
# first in the head: the script names the language of the page before Gradio asks the browser for it
HEAD = '<script src="/guichet/page.js"></script><script src="/guichet/relay.js"></script>'
HEAD += '<script src="/guichet/transfers.js" defer></script>'
HEAD += '<script src="/guichet/catalogue.js" defer></script><script src="/guichet/pages.js" defer></script>'
HEAD += '<script src="/guichet/choices.js" defer></script><script src="/guichet/kept.js" defer></script>'
HEAD += '<script src="/guichet/places.js" defer></script>'
HEAD += '<script src="/guichet/frame.js" defer></script><script src="/guichet/addresses.js" defer></script>'


def headers_of(path: str, origins: Sequence[str], *, page: bool) -> dict[str, str]:
    """The headers of what stands at `path`. The sites of the list may fetch the script that opens the panel and frame
    the pages themselves, which `policy` allows to them alone; nothing else is ever framed, the management of documents
    least of all."""
    headers = dict(HEADERS)
    if origins and page:
        del headers["x-frame-options"]  # it cannot name sites: frame-ancestors does
    if origins and path == EMBED:
        headers["cross-origin-resource-policy"] = "cross-origin"
    return headers


def policy(nonce: str, ancestors: Sequence[str] = (), *, page: bool) -> str:
    """The Content-Security-Policy of what is answered: of a `page`, whose own scripts carry this nonce, framed by these
    sites alone, or of anything else, the management of documents first.

    Styles may be inline, since Gradio sets style attributes. Scripts may not, so markup that slipped in would be inert.
    On the pages alone, strings may be evaluated, since Gradio's HTML component compiles its template ("${value}", always
    the same, the value being an argument): checked with gradio 6.31, which shows an error in place of every fragment
    without it.
    """
    evaluated = " 'unsafe-eval'" if page else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'{evaluated}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(ancestors) or NOBODY}",
            "object-src 'none'",
        )
    )


class Shield:
    """ASGI middleware: closed routes answer 404, long bodies 413, and every answer carries the headers.

    `origins` are the sites that may show the pages in a frame.
    """

    def __init__(self, app: App, origins: Sequence[str] = ()) -> None:
        self._app, self._origins = app, tuple(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        without = _without_slash(scope)
        language, path = language_of(scope["path"])
        file = path.startswith(f"{SEND}/") or path == "/gestion/envoi"
        most, patience_s = (MAX_SENT, SENT_S) if file else (MAX_BODY, BODY_S)
        opened = page_at(scope["path"])
        ours = headers_of(path, self._origins, page=opened is not None)
        ours["content-security-policy"] = policy(nonce, self._origins if opened else (), page=opened is not None)
        shielded = _Shielded(send, nonce, language, _visit(scope), ours, window_title(*opened) if opened else None)
        if without is not None:
            await _refuse(shielded, 308, "Cette page est ailleurs.", location=without)
            return
        if opened is not None:  # one document for all those of a language: its script opens the page of the address
            path, scope = "/", _at(scope, addresses(language)["assistant"])
        if not any(route.fullmatch(path) for route in OPEN):
            await _refuse(shielded, 404, "Cette adresse n'existe pas.", lost_page(language) if _reads(scope) else None)
        elif _length(scope) > most:
            await _refuse(shielded, 413, "Cette demande est trop longue.")
        else:
            # a page is rewritten on its way out, so it has to come uncompressed
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            await self._app(scope, _bounded(receive, most, patience_s), shielded)


class _Shielded:
    """The sender that adds the headers and rewrites the HTML of a page."""

    def __init__(
        self, send: Send, nonce: str, language: str, visit: str | None, headers: dict[str, str], title: str | None
    ) -> None:
        self._send, self._nonce, self._language, self._visit = send, nonce, language, visit
        self._headers, self._title = headers, title
        self._start: Message | None = None  # kept back while the HTML of a page is gathered
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(k, v) for k, v in message["headers"] if k.lower().decode() not in HEADERS]
            headers += [(k.encode(), v.encode()) for k, v in self._headers.items()]
            message = {**message, "headers": headers}
            if any(k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in headers):
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = page(self._body.decode("utf-8"), self._nonce, self._language, self._title).encode()
            start, self._start = self._start, None
            headers = [(k, v) for k, v in start["headers"] if k.lower() not in (b"content-length", b"cache-control")]
            headers += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
            if self._visit is not None:
                headers.append((b"set-cookie", self._visit.encode()))
            await self._send({**start, "headers": headers})
            message = {"type": "http.response.body", "body": body}
        await self._send(message)


def language_of(path: str) -> tuple[str, str]:
    """The language of an address, and the address without it: "/en/config" is "en" and "/config"."""
    if path == ENGLISH or path.startswith(f"{ENGLISH}/"):
        return "en", path.removeprefix(ENGLISH) or "/"
    return "fr", path


def page(html: str, nonce: str, language: str, title: str | None) -> str:
    """Gradio's page made ours: in our language, without addresses of other sites, its scripts marked, our style and
    scripts in, named after the page at its address, `title`. Of a page that is ours already, without one, the style."""
    html = re.sub(r'(<html\s[^>]*?lang=)"en"', rf'\1"{language}"', html, count=1)
    html = html.replace("</head>", f"{STYLE}</head>", 1)
    if title is not None:
        html = re.sub(r"<meta\s[^>]*(?:og:|twitter:)[^>]*>", "", html)
        html = re.sub(r"<link\s[^>]*(?:https?://|manifest\.json)[^>]*>", "", html)
        html = re.sub(r"<base\s[^>]*>", "", html)  # by which a link to a part of the page would lead to another page
        html = html.replace("<head>", f"<head>{HEAD}<title>{escape(title)}</title>", 1)
        html = html.replace('control_page_title="true"', 'control_page_title="false"', 1)
    return re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)


def _at(scope: Scope, path: str) -> Scope:
    """The same request, of another path."""
    return {**scope, "path": path, "raw_path": path.encode()}


def _without_slash(scope: Scope) -> str | None:
    """Where the page is whose address was written with a slash at its end; None for any other address."""
    path = scope["path"].removesuffix("/")
    ours = page_at(path) is not None or language_of(path)[1] == "/gestion"
    if path == scope["path"] or not ours or scope["method"] not in ("GET", "HEAD"):
        return None
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _length(scope: Scope) -> int:
    value = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


def _visit(scope: Scope) -> str | None:
    """The cookie of a new visit, to be set with a page; None for a visitor who has one."""
    if owner_of(Request(scope).cookies) is not None:
        return None
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{COOKIE}={new_owner()}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _bounded(receive: Receive, most: int, patience_s: float) -> Receive:
    """A receiver that stops a body, of whatever announced length, at `most` bytes or after `patience_s`."""
    seen, whole, until = 0, False, time.monotonic() + patience_s

    async def bounded() -> Message:
        nonlocal seen, whole
        if whole:
            return await receive()  # the client going away
        try:
            message = await asyncio.wait_for(receive(), max(0.01, until - time.monotonic()))
        except TimeoutError:
            return {"type": "http.disconnect"}
        seen += len(message.get("body", b""))
        whole = not message.get("more_body")
        return {"type": "http.disconnect"} if seen > most else message

    return bounded


def _reads(scope: Scope) -> bool:
    """Whether somebody reads the answer in a browser, rather than a program."""
    accepted = next((v for k, v in scope["headers"] if k == b"accept"), b"")
    return scope["method"] in ("GET", "HEAD") and b"text/html" in accepted


async def _refuse(
    send: Send, status: int, sentence: str, page: str | None = None, *, location: str | None = None
) -> None:
    kind = b"text/plain" if page is None else b"text/html"
    body = (page or sentence).encode()
    headers = [(b"content-type", kind + b"; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if location is not None:
        headers.append((b"location", location.encode("latin-1")))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
