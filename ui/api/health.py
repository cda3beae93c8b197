"""GET /health/live, /health/ready and /metrics: for whoever keeps the service running."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from assistant.breaker import State
from ui.api import jobs, records
from ui.api.database import ServiceStoreError
from ui.api.desk import desk_of
from ui.api.gate import Watching
from ui.api.metrics import CONTENT_TYPE
from ui.api.problems import Problem

router = APIRouter(tags=["service"])


@router.head("/health/live", include_in_schema=False)  # what some watchers ask
@router.get("/health/live", operation_id="live", responses={200: {"model": records.HealthRecord}})
async def live() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.head("/health/ready", include_in_schema=False)
@router.get("/health/ready", operation_id="ready", responses={200: {"model": records.ReadyRecord}})
def ready(request: Request) -> Response:
    """The index is open and the service's file can be read: questions may be sent here. "degraded" says that they are
    answered without something: the index on the disk, or the writing model."""
    desk = desk_of(request)
    try:
        desk.database.rows("SELECT 1")
    except ServiceStoreError:
        raise Problem("not_ready", wait_s=10) from None
    if not desk.answering.index.documents:
        raise Problem("not_ready", wait_s=10)
    index, generator = desk.answering.condition, _generator([health.state for health in desk.answering.generators()])
    status = "ok" if index == "ok" and generator in ("ok", "none") else "degraded"
    return JSONResponse({"status": status, "index": index, "generator": generator})


def _generator(states: Sequence[State]) -> str:
    """What a caller without a key may know: not which endpoints there are."""
    if not states:
        return "none"
    working = sum(state == "closed" for state in states)
    return "ok" if working == len(states) else "partial" if working else "down"


@router.get(
    "/metrics",
    operation_id="metrics",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request, caller: Watching) -> Response:
    desk = desk_of(request)
    text = desk.metrics.text(
        waiting=len(desk.running),
        jobs=jobs.counts(desk.database),
        index_ok=desk.answering.condition == "ok",
        generators=desk.answering.generators(),
    )
    return Response(text, media_type=None, headers={"content-type": CONTENT_TYPE})
