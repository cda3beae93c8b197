"""The addresses under /gestion and /en/gestion. But for the login, every one asks for a session first.

Every request that changes something carries the token of its session: a form of another site has neither the cookie
(SameSite=Strict) nor the token. Nothing here is reached through Gradio, which knows nothing of it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ingest.errors import GuichetError
from ui.access import folded_name, read_people, signed_in
from ui.api.database import Database
from ui.library import Library
from ui.management.listing import read_listing
from ui.management.page import documents_page, login_page, root
from ui.management.sections import progress_text
from ui.management.staging import Staging
from ui.management.works import Busy, Works
from ui.service import today
from ui.sessions import Session, Sessions, Throttle
from ui.settings import Language
from ui.transfers import Refused, plain_name
from ui.words import load_page_words, load_words

SESSION: Final = "guichet-session"
LOGIN: Final = "guichet-connexion"  # ties the form of the login to the browser it was shown to
LOCAL: Final = ("127.0.0.1", "::1", "localhost")
NO_STORE: Final = {"cache-control": "no-store"}
MAX_REFUSED: Final = 500  # files of one sending told as refused
MAX_WHY: Final = 500  # characters of why
Handler = Callable[[Request, Session], Awaitable[Response]]


class Management:
    """The addresses of one language over what both share."""

    def __init__(
        self,
        library: Library,
        sessions: Sessions,
        throttle: Throttle,
        staging: Staging,
        works: Works,
        language: Language,
    ) -> None:
        self._library, self._sessions, self._throttle = library, sessions, throttle
        self._staging, self._works = staging, works
        self._words = load_page_words(language)
        self._language = language

    def add_routes(self, app: FastAPI) -> None:
        here = root(self._words)
        app.add_api_route(here, self.page, methods=["GET"])
        app.add_api_route(f"{here}/connexion", self.sign_in, methods=["POST"])
        app.add_api_route(f"{here}/deconnexion", self.sign_out, methods=["POST"])
        app.add_api_route(f"{here}/envoi", self._changing(self.receive), methods=["POST"])
        app.add_api_route(f"{here}/ajout", self._changing(self.add), methods=["POST"])
        app.add_api_route(f"{here}/retrait", self._changing(self.remove), methods=["POST"])
        app.add_api_route(f"{here}/sources", self._changing(self.visit), methods=["POST"])
        app.add_api_route(f"{here}/travail", self.progress, methods=["GET"])

    async def page(self, request: Request) -> Response:
        """The documents for somebody signed in, the login for anybody else."""
        session = await run_in_threadpool(self._session, request)
        if session is None:
            return self._login(request)
        listing = await run_in_threadpool(read_listing, self._library)
        html = documents_page(self._words, session, listing, self._works.last, today())
        return HTMLResponse(html, headers=NO_STORE)

    async def sign_in(self, request: Request) -> Response:
        """Opens a session for the right name and password; any other ends the same way, after the same time."""
        form = await _form(request)
        kept = request.cookies.get(LOGIN, "")
        if not kept or not _same(kept, form.get("form", "")) or _from_elsewhere(request):
            return self._login(request, "again", status=403)
        name, password = form.get("name", ""), form.get("password", "")
        address = request.client.host if request.client else ""
        wait = self._throttle.begin(address, folded_name(name))
        if wait > 0:
            answer = self._login(request, "wait", name=name, status=429, minutes=int(wait // 60) + 1)
            answer.headers["retry-after"] = str(int(wait) + 1)
            return answer
        people = read_people(self._library.settings.home, load_words(self._language))
        person = await run_in_threadpool(signed_in, people, name, password)
        if person is None:
            return self._login(request, "wrong" if people else "nobody", name=name, status=401)
        self._throttle.succeeded(address, folded_name(name))
        self._sessions.close(request.cookies.get(SESSION, ""))
        answer = RedirectResponse(root(self._words), status_code=303, headers=NO_STORE)
        _set(answer, request, SESSION, self._sessions.open(person.name, _stamp(person.hash)))
        answer.delete_cookie(LOGIN)
        return answer

    async def sign_out(self, request: Request) -> Response:
        session = await run_in_threadpool(self._session, request)
        form = await _form(request)
        if session is not None and _same(session.form, form.get("form", "")):
            self._sessions.close(request.cookies.get(SESSION, ""))
        answer = RedirectResponse(root(self._words), status_code=303, headers=NO_STORE)
        answer.delete_cookie(SESSION)
        return answer

    async def receive(self, request: Request, session: Session) -> Response:
        """A file, its bytes as the body, its name percent-encoded in x-file-name."""
        length = request.headers.get("content-length", "")
        try:
            if not length.isdecimal():
                raise Refused(411, self._words.say("transfers.no_length"))
            name = unquote(request.headers.get("x-file-name", ""))
            staged = await self._staging.receive(name, int(length), request.stream(), self._words)
        except Refused as refusal:
            answer = _json({"error": str(refusal)}, refusal.status)
            answer.headers.update(refusal.headers)
            return answer
        except ClientDisconnect:
            return _json({"error": self._words.say("transfers.interrupted")}, 408)
        return _json({"token": staged.token, "name": staged.name, "size": staged.size})

    async def add(self, request: Request, session: Session) -> Response:
        """Ingests the files of {"files": [token], "refused": [[name, why]]}, the latter being what `receive` refused."""
        body = await _body(request)
        files = self._staging.take([str(token) for token in _list(body.get("files"))])
        refused = [
            (plain_name(pair[0]), pair[1][:MAX_WHY])
            for pair in _list(body.get("refused"))[:MAX_REFUSED]
            if isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
        ]
        if not files and not refused:
            return _json({"error": self._words.say("documents.nothing")}, 422)
        return _json({"work": self._works.add(files, session.name, self._words, refused).id})

    async def remove(self, request: Request, session: Session) -> Response:
        """Removes the document of {"doc": name}: one that people added, not the built-in catalogue."""
        doc = (await _body(request)).get("doc")
        listing = await run_in_threadpool(read_listing, self._library)
        if not isinstance(doc, str) or doc not in {info.doc for info in listing.added}:
            return _json({"error": load_words(self._language).say("ingest.not_indexed", doc=doc)}, 404)
        return _json({"work": self._works.remove(doc, session.name, self._words).id})

    async def visit(self, request: Request, session: Session) -> Response:
        """Checks or downloads the sources: {"action": "check" or "fetch"}."""
        action = (await _body(request)).get("action")
        if action not in ("check", "fetch"):
            return _json({"error": self._words.say("documents.refused")}, 422)
        return _json({"work": self._works.visit(action, session.name, self._words).id})

    async def progress(self, request: Request) -> Response:
        """How far the work under way is, or how the last one ended."""
        session = await run_in_threadpool(self._session, request)
        if session is None:
            return _json({"error": self._words.say("documents.expired")}, 401)
        work = self._works.last
        if work is None:
            return _json({"work": None})
        said = {"work": work.id, "stage": work.stage, "done": work.done, "total": work.total, "ended": work.ended}
        return _json({**said, "text": progress_text(self._words, work)})

    def _changing(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """The handler behind the session and its token; the body is not read before."""

        async def guarded(request: Request) -> Response:
            session = await run_in_threadpool(self._session, request)
            if session is None:
                return _json({"error": self._words.say("documents.expired")}, 401)
            if not _same(session.form, request.headers.get("x-form", "")) or _from_elsewhere(request):
                return _json({"error": self._words.say("documents.refused")}, 403)
            try:
                return await handler(request, session)
            except Busy as error:
                return _json({"error": str(error)}, 409)

        return guarded

    def _session(self, request: Request) -> Session | None:
        """The session of a request, of somebody still let in with the password they signed in with."""
        session = self._sessions.find(request.cookies.get(SESSION, ""))
        if session is None:
            return None
        try:
            person = read_people(self._library.settings.home, load_words(self._language)).get(session.name)
        except GuichetError:
            return None  # a damaged file lets nobody in
        return session if person is not None and _same(_stamp(person.hash), session.stamp) else None

    def _login(
        self, request: Request, said: str | None = None, *, name: str = "", status: int = 200, **values: object
    ) -> Response:
        token = request.cookies.get(LOGIN, "")
        token = token if len(token) == 32 and token.isascii() else secrets.token_urlsafe(24)
        message = self._words.say(f"documents.login.{said}", **values) if said else None
        plain = request.url.scheme != "https" and request.url.hostname not in LOCAL
        html = login_page(self._words, token, message=message, name=name[:64], plain=plain)
        answer = HTMLResponse(html, status_code=status, headers=NO_STORE)
        _set(answer, request, LOGIN, token)
        return answer


def add_management(app: FastAPI, library: Library, database: Database) -> Works:
    """The pages of those who manage the documents, in both languages, over the same sessions; their works."""
    staging = Staging(library.settings.home, database)
    works = Works(library, staging, database)
    shared = (library, Sessions(database), Throttle(database), staging, works)
    for language in ("fr", "en"):
        Management(*shared, language=language).add_routes(app)
    return works


def _set(answer: Response, request: Request, name: str, value: str) -> None:
    answer.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https")


def _stamp(kept: str) -> str:
    return hashlib.sha256(kept.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))


def _from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site asks."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a plain form, each once."""
    try:
        body = (await request.body()).decode("utf-8", "replace")
        fields = parse_qs(body, max_num_fields=10, keep_blank_values=True)
    except (ClientDisconnect, ValueError):
        return {}  # a form that did not come whole, or more fields than any form of ours has
    return {name: values[0] for name, values in fields.items()}


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a request; empty for anything else."""
    try:
        content = json.loads(await request.body())
    except (ClientDisconnect, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _json(content: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(content, status_code=status, headers=NO_STORE)
