"""POST /match, GET /schemes and /schemes/{id}: the aids against a company, and what the catalogue says of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from assistant.answers import Answer, to_record
from assistant.folding import fold
from assistant.territories import bare_place
from ingest.catalogue import load_vocabulary
from ingest.schemes import State
from ui.api import records
from ui.api.bodies import MatchBody, ProfileBody
from ui.api.desk import desk_of
from ui.api.gate import Matching
from ui.api.plain import plain
from ui.api.problems import Problem
from ui.service import catalogue_today, match_company

router = APIRouter(tags=["aides"])
FITTING = ("eligible", "to_confirm")
LINE = tuple(records.SchemeLine.model_fields)

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Word = Annotated[str | None, Query(max_length=100)]


@router.post("/match", operation_id="match", responses={200: {"model": records.MatchesRecord}})
async def match(request: Request, body: MatchBody, caller: Matching) -> Response:
    given = (body.profile or ProfileBody()).to_profile()
    found = await run_in_threadpool(match_company, given, (body.text or "").strip(), desk_of(request).catalogue)
    kept = [match for match in found.schemes if body.every or match.verdict in FITTING]
    blank = Answer("", "", "answered", None, "", schemes=tuple(kept[: body.limit]), profile=found.profile)
    record = to_record(blank)
    return JSONResponse(
        {
            "profile": record["profile"],
            "schemes": record["schemes"],
            "not_understood": list(found.not_understood),
            "next_question": found.next_question,
            "total": len(kept),
        }
    )


@router.get("/schemes", operation_id="list_schemes", responses={200: {"model": records.SchemesRecord}})
def list_schemes(
    request: Request,
    caller: Matching,
    region: Word = None,
    state: Annotated[State | None, Query()] = None,
    text: Word = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    chosen = catalogue_today(desk_of(request).catalogue)
    if region and region.strip():
        code = _region(region)
        chosen = tuple(s for s in chosen if code in s.regions)
    if state:
        chosen = tuple(s for s in chosen if s.state == state)
    if text and text.strip():
        wanted = fold(text.strip())
        chosen = tuple(s for s in chosen if any(wanted in fold(said) for said in (s.id, s.name, *s.aliases, s.summary)))
    lines = [{name: plain(getattr(s, name)) for name in LINE} for s in chosen[offset : offset + limit]]
    return JSONResponse({"schemes": lines, "total": len(chosen)})


@router.get("/schemes/{id}", operation_id="get_scheme", responses={200: {"model": records.SchemeRecord}})
def get_scheme(request: Request, caller: Matching, id: Annotated[str, Path(max_length=200)]) -> Response:
    found = next((s for s in catalogue_today(desk_of(request).catalogue) if s.id == id), None)
    if found is None:
        raise Problem("not_found")
    return JSONResponse(plain(found))


def _region(said: str) -> str:
    """The code of a region, of a department's or of a town's. One that means nothing finds nothing."""
    regions = load_vocabulary().regions
    by_name = {fold(name): code for code, term in regions.items() for name in (code, term.label, *term.words)}
    place = bare_place(said)
    return by_name.get(fold(said.strip())) or (place.code if place and place.code else "?")
