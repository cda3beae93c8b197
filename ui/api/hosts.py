"""By which names the service answers. A site can make its own name lead to this machine (DNS rebinding): the browser then
takes the service for a part of that site, whose page may read it all. Only the `Host` header tells the two apart."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from ui.api.desk import Desk
from ui.security import App, Receive, Scope, Send
from ui.words import load_page_words

HEALTH = frozenset({"/sante", "/api/v1/health/live", "/api/v1/health/ready"})  # a probe names us as it likes
HTTP_PORT = 80  # what a browser leaves out; https is never spoken here
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?", re.IGNORECASE)
HEADERS = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class Hosts:
    """ASGI middleware before every route: a service of this machine alone answers 421 (RFC 9110) to a name not its own."""

    def __init__(self, app: App, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = self._desk.access
        if scope["type"] != "http" or access.open_to_network or scope["path"] in HEALTH or known(scope, access.origins):
            await self._app(scope, receive, send)
            return
        self._desk.metrics.refused("host")
        address = f"http://localhost:{scope['server'][1]}/"
        said = [load_page_words(language).say("api.other_name", address=address) for language in ("fr", "en")]
        body = "\n".join([*said, ""]).encode()
        headers = [*HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def local(host: str) -> bool:
    """Whether a Host header names this machine itself, on any port: no site can have such a name."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].lower().strip("[]")
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def known(scope: Scope, origins: Collection[str]) -> bool:
    """Whether a service of this machine alone was called by a name of its own: a local one, one of the listed sites, or
    any through a proxy of this machine. A page can say that it is a proxy, but its browser came to our port and says so
    in the name, where a visitor of the proxy names the proxy's."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if local(host) or host in {urlsplit(origin).netloc for origin in origins}:
        return True
    found = _HOST.fullmatch(host)
    return found is not None and "x-forwarded-for" in headers and int(found[2] or HTTP_PORT) != scope["server"][1]
