"""The OpenAPI page of an application, in French and in English: the same routes, the words of each language."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

from ui.api.problems import MEDIA_TYPE, words_for
from ui.api.records import ProblemRecord
from ui.settings import Language
from ui.words import Words, load_page_words

VERSION = "1.0.0"  # of the API: its first number is that of its address
REF = "#/components/schemas/ProblemRecord"


def serve_openapi(
    app: FastAPI, prefix: str, about: str, *, problems: bool = True, kept_days: int | None = None
) -> None:
    """Adds /openapi.json to `app`: `?lang=` says the language, else Accept-Language does."""
    made: dict[str, dict[str, Any]] = {}

    @app.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request, lang: Annotated[Language | None, Query()] = None) -> Response:
        words = load_page_words(lang) if lang else words_for(request)
        if words.language not in made:
            made[words.language] = described(app, prefix, about, words, problems=problems)
            made[words.language]["info"]["description"] += f" {kept(words, kept_days)}"
        headers = {"content-language": words.language, "vary": "accept-language"}
        return JSONResponse(made[words.language], headers=headers)


def kept(words: Words, days: int | None) -> str:
    """What becomes of the questions asked."""
    return words.say("api.openapi.not_kept") if days is None else words.count("api.openapi.kept", days)


def described(app: FastAPI, prefix: str, about: str, words: Words, *, problems: bool = True) -> dict[str, Any]:
    """The OpenAPI document of `app`, every operation and known field with its words."""
    page = get_openapi(
        title=words.say("api.openapi.title"),
        version=VERSION,
        description=words.say(f"api.openapi.{about}"),
        routes=app.routes,
        servers=[{"url": prefix}],
    )
    operations = [operation for path in page["paths"].values() for operation in path.values()]
    for operation in operations:
        _describe(operation, words, problems=problems)
    schemas = page.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    if problems:
        schemas["ProblemRecord"] = ProblemRecord.model_json_schema()
    for schema in schemas.values():
        schema.pop("description", None)  # docstrings are written for those who read the code
        for name, field in schema.get("properties", {}).items():
            _explain(field, name, words)
    for scheme in page["components"].get("securitySchemes", {}).values():
        scheme["description"] = words.say("api.openapi.key")
    tags = dict.fromkeys(tag for operation in operations for tag in operation.get("tags", []))
    page["tags"] = [{"name": tag, "description": words.say(f"api.tag.{tag}")} for tag in tags]
    return page


def _describe(operation: dict[str, Any], words: Words, *, problems: bool) -> None:
    name = operation["operationId"]
    operation["summary"] = words.say(f"api.operation.{name}.summary")
    operation["description"] = words.say(f"api.operation.{name}.about")
    for parameter in operation.get("parameters", []):
        _explain(parameter, parameter["name"], words)
    answers = operation["responses"]
    answers.pop("422", None)
    if problems:
        problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": REF}}}}
        answers |= {"4XX": dict(problem), "5XX": dict(problem)}
    for status, answer in answers.items():
        kind = "refused" if status.startswith("4") else "failed" if status.startswith("5") else "succeeded"
        answer["description"] = words.say(f"api.openapi.{kind}")
        if not re.fullmatch(r"2..", status):
            continue
        content = answer.get("content", {})
        if len(content) > 1 and content.get("application/json") == {"schema": {}}:
            del content["application/json"]  # FastAPI's guess for a route that says its own
    if "security" in operation:
        operation["security"] = [*operation["security"], {}]  # a key is optional where the service allows it


def _explain(field: dict[str, Any], name: str, words: Words) -> None:
    about = words.get(f"api.field.{name}")
    if about is not None:
        field["description"] = about
