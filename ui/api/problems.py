"""Refusals and failures as problem details (RFC 9457), in the language that the caller reads."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from assistant.deadline import QuestionLeft
from ingest.errors import GuichetError
from ui.api.database import ServiceStoreError
from ui.api.desk import desk_of
from ui.api.jobs import TooManyJobs
from ui.api.running import ClientGone
from ui.pacing import Busy
from ui.settings import Language
from ui.words import Words, load_page_words

MEDIA_TYPE = "application/problem+json"
STATUS = {  # the problems we name, and the status of each
    "bad_json": 400,
    "key_missing": 401,
    "key_invalid": 401,
    "scope_missing": 403,
    "origin_refused": 403,
    "not_found": 404,
    "no_such_page": 404,
    "no_such_quote": 404,
    "no_page_image": 404,
    "page_not_drawn": 404,
    "model_not_found": 404,
    "wrong_method": 405,
    "too_slow": 408,
    "job_ended": 409,
    "no_metrics": 409,
    "too_long": 413,
    "not_json": 415,
    "invalid": 422,
    "bad_gold": 422,
    "unsupported": 422,
    "too_many": 429,
    "too_many_jobs": 429,
    "internal": 500,
    "failed": 503,
    "busy": 503,
    "not_ready": 503,
    "stopping": 503,
}
LATER = (429, 503)  # what says when to come back
LATER_S = 10.0  # where nothing better is known
FULL = ("busy", "too_many_jobs")  # refused for want of room, before any work
OF_STATUS = {404: "not_found", 405: "wrong_method", 413: "too_long", 415: "not_json", 401: "key_missing"}


class Problem(Exception):
    """A request that ends here; `name` is one of STATUS, `values` fill its sentence."""

    def __init__(
        self, name: str, *, headers: Mapping[str, str] | None = None, wait_s: float | None = None, **values: object
    ) -> None:
        super().__init__(name)
        self.name = name
        self.values = values
        self.headers = dict(headers or {})
        if wait_s is not None or STATUS[name] in LATER:
            self.headers["retry-after"] = str(max(1, math.ceil(LATER_S if wait_s is None else wait_s)))


def language_asked(accept: str | None, default: Language) -> Language:
    """The one of our two languages that an Accept-Language header prefers (RFC 9110, 12.5.4)."""
    best: tuple[float, Language] = (0.0, default)
    for part in (accept or "")[:500].split(","):
        found = re.fullmatch(r"\s*([A-Za-z]{1,8}|\*)(?:-[\w-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*", part)
        if not found:
            continue
        weight = float(found[2]) if found[2] else 1.0
        for language in ("fr", "en"):
            if found[1].lower() == language and weight > best[0]:
                best = (weight, language)
    return best[1]


def words_for(request: Request) -> Words:
    default: Language = getattr(getattr(request.app.state, "desk", None), "language", "fr")
    return load_page_words(language_asked(request.headers.get("accept-language"), default))


def detail_of(problem: Problem, words: Words) -> str:
    return words.say(f"api.problem.{problem.name}.detail", **problem.values)


def problem_body(
    name: str, words: Words, detail: str, *, errors: Sequence[Mapping[str, str]] = (), request_id: str | None = None
) -> dict[str, Any]:
    """The members of RFC 9457, and ours: `errors` point into the request, `request` names it in the journal."""
    body: dict[str, Any] = {
        "type": f"urn:guichet:probleme:{name}",
        "title": words.say(f"api.problem.{name}.title"),
        "status": STATUS[name],
        "detail": detail,
    }
    if errors:
        body["errors"] = [dict(error) for error in errors]
    if request_id:
        body["request"] = request_id
    return body


def problem_response(request: Request, problem: Problem, *, errors: Sequence[Mapping[str, str]] = ()) -> Response:
    words = words_for(request)
    detail = detail_of(problem, words)
    body = problem_body(problem.name, words, detail, errors=errors, request_id=request.scope.get("guichet.request"))
    headers = {**problem.headers, "content-language": words.language, "vary": "accept-language"}
    if STATUS[problem.name] == 401:
        headers["www-authenticate"] = 'Bearer realm="guichet"'
    return Response(json.dumps(body, ensure_ascii=False), STATUS[problem.name], headers, MEDIA_TYPE)


def refusal(request: Request, error: Exception) -> Problem:
    """As `met`; one of a method names those that the address does answer, of all its routes."""
    problem = met(request, error)
    if problem.name == "wrong_method":
        asked = {**request.scope, "method": "?"}
        found = [route for route in request.app.state.routes if route.matches(asked)[0] is Match.PARTIAL]
        problem.headers = {"allow": ", ".join(sorted({method for route in found for method in route.methods or ()}))}
    return problem


def met(request: Request, error: Exception) -> Problem:
    """As `as_problem`, counted where it refuses for want of room."""
    problem = as_problem(error)
    if problem.name in FULL:
        desk_of(request).metrics.refused(problem.name)
    return problem


def as_problem(error: Exception) -> Problem:
    """What a failure of ours is to a caller. Its own sentence, which may name folders of this machine, is not said."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Busy):
        return Problem("busy", wait_s=error.wait_s)
    if isinstance(error, TooManyJobs):
        return Problem("too_many_jobs", wait_s=60)
    if isinstance(error, ServiceStoreError):
        return Problem("not_ready", wait_s=10)  # the sentence names a folder of this machine
    if isinstance(error, QuestionLeft | ClientGone):
        return Problem("stopping", wait_s=5)
    if isinstance(error, GuichetError):
        return Problem("failed", wait_s=10)
    if isinstance(error, HTTPException):
        name = OF_STATUS.get(error.status_code, "invalid" if error.status_code < 500 else "internal")
        return Problem(name, headers=error.headers)
    return Problem("internal")


def invalid_errors(error: RequestValidationError, words: Words) -> list[dict[str, str]]:
    """Where each fault is, as a JSON pointer or a parameter, and what it is. What was sent is not repeated."""
    said = []
    for fault in error.errors()[:20]:
        place, *path = (str(part) for part in fault["loc"] if isinstance(part, int) or re.fullmatch(r"\w+", part))
        where = (
            {"pointer": "#" + "".join(f"/{part}" for part in path)}
            if place == "body"
            else {"parameter": "/".join(path)}
        )
        known = words.get(f"api.invalid.{fault['type']}") or words.say("api.invalid.other")
        said.append({**where, "detail": known.format(**_bounds(fault.get("ctx", {})))})
    return said


def _bounds(context: Mapping[str, Any]) -> dict[str, object]:
    bounds = {"min_length", "max_length", "ge", "le", "gt", "lt", "expected", "pattern"}
    said = {name: context.get(name, "?") for name in bounds}
    values = re.findall(r"'([^']*)'", str(said["expected"]))  # pydantic writes "'user' or 'assistant'"
    return said | {"expected": ", ".join(values)} if values else said


def install(app: FastAPI) -> None:
    """Every refusal and failure of `app` becomes a problem detail; a bug keeps its traceback in the journal."""

    async def said(request: Request, error: Exception) -> Response:
        return problem_response(request, refusal(request, error))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it alone
        name = "bad_json" if any(fault["type"] == "json_invalid" for fault in error.errors()) else "invalid"
        return problem_response(request, Problem(name), errors=invalid_errors(error, words_for(request)))

    for kind in (Problem, GuichetError, HTTPException, ClientGone, Exception):
        app.add_exception_handler(kind, said)
    app.add_exception_handler(RequestValidationError, invalid)
