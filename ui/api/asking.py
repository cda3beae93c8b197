"""POST /ask: the answer record, whole or as server-sent events while it is made."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from threading import Event as Signal
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.answers import Answer, Event, Final, Question, Quotes, Sources, Step, to_record
from assistant.personal_data import find_personal_data
from ui.api import records
from ui.api.bodies import AskBody
from ui.api.desk import Desk, desk_of
from ui.api.gate import Asking
from ui.api.problems import detail_of, met, problem_body, words_for
from ui.api.register import Door

router = APIRouter(tags=["questions"])
STREAM = "text/event-stream"
NEVER = re.compile(r"q=0(?:\.0{0,3})?")  # a form that is not wanted (RFC 9110, 12.4.2)
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}  # a proxy passes each event on at once


@router.post(
    "/ask",
    operation_id="ask",
    responses={200: {"model": records.AnswerRecord, "content": {STREAM: {"schema": {"type": "string"}}}}},
)
async def ask(request: Request, body: AskBody, caller: Asking) -> Response:
    desk = desk_of(request)
    question = body.to_question("1")
    headers = noticed(desk, question)
    stream = streaming(desk, "api", question, llm=body.llm, client=caller.client)
    if wants_stream(request.headers.get("accept")):
        return StreamingResponse(sent_events(request, stream), headers={**STREAM_HEADERS, **headers}, media_type=STREAM)
    answer = await desk.running.final(request, stream)
    desk.metrics.answer(answer)
    return JSONResponse(to_record(answer), headers={"cache-control": "no-store", **headers})


def streaming(
    desk: Desk, door: Door, question: Question, *, llm: bool, client: str
) -> Callable[[Signal], Iterator[Event]]:
    """What the threads run: the events of an answer, stopped by the signal they are given, for the register too."""

    def stream(gone: Signal) -> Iterator[Event]:
        return desk.register.recorded(door, desk.answering.stream(question, gone=gone, draft=llm, client=client))

    return stream


def wants_stream(accept: str | None) -> bool:
    parts = [part.lower().replace(" ", "").split(";") for part in (accept or "").split(",")]
    return any(kind == STREAM and not any(NEVER.fullmatch(held) for held in held_of) for kind, *held_of in parts)


def noticed(desk: Desk, question: Question) -> dict[str, str]:
    """Headers that tell the caller what personal data its question holds, none of which is kept, and for how many days
    the rest is, where the register is on."""
    headers = {} if desk.register.days is None else {"guichet-kept-days": str(desk.register.days)}
    return headers | personal_data_in(desk, [question.text])


def personal_data_in(desk: Desk, texts: Sequence[str]) -> dict[str, str]:
    """The header that names the kinds of personal data in the questions, each counted for each question."""
    kinds = [kind for text in texts for kind in sorted({found.kind for found in find_personal_data(text)})]
    for kind in kinds:
        desk.metrics.personal_data(kind)
    return {"guichet-personal-data": ", ".join(sorted(set(kinds)))} if kinds else {}


async def sent_events(request: Request, stream: Callable[[Signal], Iterator[Event]]) -> AsyncIterator[bytes]:
    """step, sources, quotes and final events, or a problem; an empty comment while nothing happens."""
    desk = desk_of(request)
    ended = False
    try:
        async with contextlib.aclosing(desk.running.events(stream)) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, Final):
                    ended = True
                    desk.metrics.answer(event.answer)
                yield b":\n\n" if event is None else sent(*_named(event))
    except Exception as error:
        ended = True
        problem, words = met(request, error), words_for(request)
        identity = request.scope.get("guichet.request")
        yield sent("problem", problem_body(problem.name, words, detail_of(problem, words), request_id=identity))
        if problem.name == "internal":
            raise  # a bug: its traceback goes to the journal
    finally:
        if not ended:
            desk.metrics.left()


def sent(name: str, data: object) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def _named(event: Event) -> tuple[str, Any]:
    if isinstance(event, Step):
        return "step", {"name": event.name}
    if isinstance(event, Sources):
        blank = Answer(id="", question="", status="answered", reason=None, answer="", retrieved=event.retrieved)
        return "sources", {"retrieved": to_record(blank)["retrieved"]}
    return ("quotes" if isinstance(event, Quotes) else "final"), to_record(event.answer)
