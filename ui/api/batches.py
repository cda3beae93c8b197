"""Batch jobs over HTTP: submitted, looked at, read, cancelled, deleted by whoever submitted them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ui.api import jobs, records
from ui.api.asking import personal_data_in
from ui.api.bodies import EvaluationBody, JobBody
from ui.api.desk import Desk, desk_of
from ui.api.evaluating import check_golds
from ui.api.gate import Batching, Caller, Evaluating, Working
from ui.api.problems import Problem

router = APIRouter(tags=["travaux"])
LINES = "application/x-ndjson"
Id = Annotated[str, Path(max_length=100)]


@router.post("/jobs", status_code=202, operation_id="submit_job", responses={202: {"model": records.JobRecord}})
def submit_job(request: Request, body: JobBody, caller: Batching) -> Response:
    desk = desk_of(request)
    questions = [question.masked().model_dump(exclude_none=True) for question in body.questions]
    job = jobs.submit(desk.database, caller.owner, "batch", questions, {"llm": body.llm}, now=desk.clock())
    desk.wake.set()
    held = personal_data_in(desk, [question.question for question in body.questions])
    return JSONResponse(job_record(request, job), 202, headers={"location": _address(request, job), **held})


@router.post(
    "/evaluations", status_code=202, operation_id="submit_evaluation", responses={202: {"model": records.JobRecord}}
)
def submit_evaluation(request: Request, body: EvaluationBody, caller: Evaluating) -> Response:
    desk = desk_of(request)
    check_golds([question.gold for question in body.questions])
    questions = [question.masked().model_dump(exclude_none=True) for question in body.questions]
    job = jobs.submit(desk.database, caller.owner, "evaluate", questions, {"llm": body.llm}, now=desk.clock())
    desk.wake.set()
    held = personal_data_in(desk, [question.question for question in body.questions])
    return JSONResponse(job_record(request, job), 202, headers={"location": _address(request, job), **held})


@router.get("/jobs", operation_id="list_jobs", responses={200: {"model": records.JobsRecord}})
def list_jobs(request: Request, caller: Working) -> Response:
    mine = jobs.of_owner(desk_of(request).database, caller.owner)
    return JSONResponse({"jobs": [job_record(request, job) for job in mine]})


@router.get("/jobs/{id}", operation_id="get_job", responses={200: {"model": records.JobRecord}})
def get_job(request: Request, caller: Working, id: Id) -> Response:
    return JSONResponse(job_record(request, _own(desk_of(request), caller, id)))


@router.get(
    "/jobs/{id}/results",
    operation_id="get_job_results",
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}}},
)
def get_job_results(request: Request, caller: Working, id: Id) -> Response:
    desk = desk_of(request)
    job = _own(desk, caller, id)
    return StreamingResponse(_lines(desk, job.id), media_type=LINES)


@router.get("/jobs/{id}/metrics", operation_id="get_job_metrics", responses={200: {"model": dict[str, Any]}})
def get_job_metrics(request: Request, caller: Evaluating, id: Id) -> Response:
    desk = desk_of(request)
    measured = jobs.result(desk.database, _own(desk, caller, id).id)
    if measured is None:
        raise Problem("no_metrics")
    return JSONResponse(measured)


@router.post("/jobs/{id}/cancel", operation_id="cancel_job", responses={200: {"model": records.JobRecord}})
def cancel_job(request: Request, caller: Working, id: Id) -> Response:
    desk = desk_of(request)
    job = _own(desk, caller, id)
    if job.state in ("done", "failed"):
        raise Problem("job_ended")
    jobs.cancel(desk.database, job.id, now=desk.clock())
    return JSONResponse(job_record(request, _own(desk, caller, id)))


@router.delete("/jobs/{id}", status_code=204, operation_id="delete_job")
def delete_job(request: Request, caller: Working, id: Id) -> Response:
    desk = desk_of(request)
    jobs.delete(desk.database, _own(desk, caller, id).id)
    return Response(status_code=204)


def job_record(request: Request, job: jobs.Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "total": job.total,
        "answered": job.answered,
        "created": _moment(job.created),
        "ended": None if job.ended is None else _moment(job.ended),
        "message": job.message,
        "results": f"{_address(request, job)}/results",
    }


def _own(desk: Desk, caller: Caller, id: str) -> jobs.Job:
    """The job, if it is the caller's; another's does not exist for it."""
    job = jobs.find(desk.database, id)
    if job is None or job.owner != caller.owner:
        raise Problem("not_found")
    return job


def _address(request: Request, job: jobs.Job) -> str:
    return f"{request.scope.get('root_path', '')}/jobs/{job.id}"


def _lines(desk: Desk, id: str) -> Iterator[bytes]:
    for record in jobs.records(desk.database, id):
        yield json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
