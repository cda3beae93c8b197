"""The OpenAI-compatible door: /v1/chat/completions and /v1/models, so that any chat client works.

Nobody's instructions steer the answer: system messages and sampling settings are read and left aside. An answer cites:
its marks [n] are `annotations` on the message, and the whole answer record is in `guichet`, beside the usual fields.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Event as Signal
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.answers import Answer, Event, Final, Question, Turn, to_record
from ingest.errors import GuichetError
from ingest.sentences import sentences
from ui.api.asking import STREAM, STREAM_HEADERS, noticed, streaming
from ui.api.chat_bodies import MODELS, QUOTES_ALONE, ChatBody, CompletionRecord, ErrorRecord, ModelsRecord
from ui.api.desk import desk_of
from ui.api.gate import Asking
from ui.api.problems import STATUS, Problem, detail_of, invalid_errors, met, refusal, words_for
from ui.api.running import ClientGone

router = APIRouter(tags=["chat"])
FAILED: dict[int | str, dict[str, Any]] = {"4XX": {"model": ErrorRecord}, "5XX": {"model": ErrorRecord}}


@router.get("/models", operation_id="list_models", responses={200: {"model": ModelsRecord}, **FAILED})
async def list_models(caller: Asking) -> Response:
    return JSONResponse({"object": "list", "data": [_model(name) for name in MODELS]})


@router.get("/models/{name}", operation_id="get_model", responses={200: {"model": dict[str, Any]}, **FAILED})
async def get_model(caller: Asking, name: str) -> Response:
    if name not in MODELS:
        raise Problem("model_not_found", model=name[:100], known=", ".join(MODELS))
    return JSONResponse(_model(name))


@router.post(
    "/chat/completions",
    operation_id="create_chat_completion",
    responses={
        200: {"model": CompletionRecord, "content": {STREAM: {"schema": {"type": "string"}}}},
        **FAILED,
    },
)
async def create_chat_completion(request: Request, body: ChatBody, caller: Asking) -> Response:
    if body.model not in MODELS:
        raise Problem("model_not_found", model=body.model[:100], known=", ".join(MODELS))
    desk, question = desk_of(request), to_question(body)
    headers = noticed(desk, question)
    stream = streaming(desk, "chat", question, llm=body.model != QUOTES_ALONE, client=caller.client)
    about = {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "created": int(desk.clock()),
        "model": body.model,
    }
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = _chunks(request, stream, about, usage=usage)
        return StreamingResponse(chunks, headers={**STREAM_HEADERS, **headers}, media_type=STREAM)
    answer = await desk.running.final(request, stream)
    desk.metrics.answer(answer)
    message = {
        "role": "assistant",
        "content": answer.answer,
        "refusal": None,
        "annotations": cited_marks(answer, str(request.base_url)),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    record = {**about, "object": "chat.completion", "choices": [choice], "usage": _usage(answer)}
    return JSONResponse({**record, "guichet": to_record(answer)}, headers={"cache-control": "no-store", **headers})


def to_question(body: ChatBody) -> Question:
    """The last message of the user is the question; what users and assistants said before is its history.

    Raises Problem when no message of a user ends the conversation.
    """
    said = [(m.role, m.text()) for m in body.messages if m.role in ("user", "assistant")]
    if not said or said[-1][0] != "user" or not said[-1][1].strip():
        raise Problem("unsupported", what="messages")
    *before, (_, asked) = said
    history = tuple(Turn(role, text) for role, text in before if text)[-12:]
    return Question(asked.strip(), history=history)


def cited_marks(answer: Answer, base: str) -> list[dict[str, Any]]:
    """A url_citation for each mark [n] of the answer; an address of ours for a source that has none of its own."""
    sources = {citation.n: citation for citation in answer.citations}
    marks = []
    for mark in re.finditer(r"\[(\d+)\]", answer.answer):
        source = sources.get(int(mark[1]))
        if source is not None:
            url = source.url or f"{base.rstrip('/').removesuffix('/v1')}/api/v1/passages/{source.passage_id}"
            span = {"start_index": mark.start(), "end_index": mark.end()}
            marks.append({"type": "url_citation", "url_citation": {**span, "title": source.title, "url": url}})
    return marks


async def _chunks(
    request: Request, stream: Callable[[Signal], Iterator[Event]], about: dict[str, Any], *, usage: bool
) -> AsyncIterator[bytes]:
    """The verified answer sentence by sentence: nothing is sent that verification could still take back."""

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _data({**about, "object": "chat.completion.chunk", "choices": [choice], **more})

    desk, ended = desk_of(request), False
    try:
        yield chunk({"role": "assistant", "content": ""})
        async with contextlib.aclosing(desk.running.events(stream)) as events:  # type: ignore[type-var]
            async for event in events:
                if not isinstance(event, Final):
                    yield b":\n\n"
                    continue
                answer, ended = event.answer, True
                desk.metrics.answer(answer)
                for piece in _pieces(answer.answer):
                    yield chunk({"content": piece})
                cited = {"annotations": cited_marks(answer, str(request.base_url))}
                yield chunk(cited, "stop", guichet=to_record(answer))
                if usage:
                    total = {**about, "object": "chat.completion.chunk", "choices": [], "usage": _usage(answer)}
                    yield _data(total)
        yield b"data: [DONE]\n\n"
    except Exception as error:
        ended = True
        problem = met(request, error)
        yield _data(error_body(request, problem))
        if problem.name == "internal":
            raise  # a bug: its traceback goes to the journal
    finally:
        if not ended:
            desk.metrics.left()


def _pieces(text: str) -> list[str]:
    """`text` cut after its sentences; joined again, it is the same."""
    ends = [end for _, end in sentences(text)]
    cuts = [0, *ends[:-1], len(text)] if ends else [0, len(text)]
    return [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False) if a < b]


def _data(record: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "guichet-ia"}


def _usage(answer: Answer) -> dict[str, int]:
    prompt, completion = answer.tokens.get("prompt", 0), answer.tokens.get("completion", 0)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


# ---- errors as OpenAI's clients read them ---------------------------------------------------------------------


def error_body(request: Request, problem: Problem, detail: str | None = None) -> dict[str, Any]:
    status = STATUS[problem.name]
    kind = "invalid_request_error" if status < 500 and status != 429 else "server_error"
    message = detail or detail_of(problem, words_for(request))
    return {"error": {"message": message, "type": kind, "param": None, "code": problem.name}}


def install(app: FastAPI) -> None:
    """Every refusal and failure of `app` in OpenAI's form."""

    async def said(request: Request, error: Exception) -> Response:
        problem = refusal(request, error)
        return JSONResponse(error_body(request, problem), STATUS[problem.name], headers=problem.headers)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it alone
        words, problem = words_for(request), Problem("invalid")
        faults = invalid_errors(error, words)
        detail = " ; ".join(f"{fault.get('pointer') or fault.get('parameter')} : {fault['detail']}" for fault in faults)
        return JSONResponse(error_body(request, problem, detail), 400)

    for kind in (Problem, GuichetError, HTTPException, ClientGone, Exception):
        app.add_exception_handler(kind, said)
    app.add_exception_handler(RequestValidationError, invalid)
