"""GET /documents and /passages: what the answers are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response

from index.store import DocumentInfo
from ingest.documents import Passage
from ui.api import records
from ui.api.desk import desk_of
from ui.api.gate import Reading
from ui.api.page_images import image_address
from ui.api.problems import Problem

router = APIRouter(tags=["documents"])

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Name = Annotated[str, Path(max_length=300)]


@router.get("/documents", operation_id="list_documents", responses={200: {"model": records.DocumentsRecord}})
def list_documents(request: Request, caller: Reading, limit: Limit = 100, offset: Offset = 0) -> Response:
    documents: Sequence[DocumentInfo] = tuple(desk_of(request).answering.index.documents.values())
    shown = [document_record(info) for info in documents[offset : offset + limit]]
    return JSONResponse({"documents": shown, "total": len(documents)})


@router.get("/documents/{doc}", operation_id="get_document", responses={200: {"model": records.DocumentRecord}})
def get_document(request: Request, caller: Reading, doc: Name) -> Response:
    info = desk_of(request).answering.index.documents.get(doc)
    if info is None:
        raise Problem("not_found")
    return JSONResponse(document_record(info))


@router.get(
    "/documents/{doc}/passages", operation_id="list_passages", responses={200: {"model": records.PassagesRecord}}
)
def list_passages(request: Request, caller: Reading, doc: Name, limit: Limit = 100, offset: Offset = 0) -> Response:
    index = desk_of(request).answering.index
    if doc not in index.documents:
        raise Problem("not_found")
    passages = index.of_document(doc)
    shown = [passage_record(request, passage) for passage in passages[offset : offset + limit]]
    return JSONResponse({"passages": shown, "total": len(passages)})


@router.get("/passages/{passage_id}", operation_id="get_passage", responses={200: {"model": records.PassageRecord}})
def get_passage(request: Request, caller: Reading, passage_id: Name) -> Response:
    passage = desk_of(request).answering.index.passage(passage_id)
    if passage is None:
        raise Problem("not_found")
    return JSONResponse(passage_record(request, passage))


def document_record(info: DocumentInfo) -> dict[str, Any]:
    return {
        "doc": info.doc,
        "title": info.title,
        "nature": info.nature,
        "date": info.date.isoformat() if info.date else None,
        "region": info.region,
        "publisher": info.publisher,
        "url": info.url,
        "pages": info.n_pages or None,
        "passages": info.n_passages,
    }


def passage_record(request: Request, passage: Passage) -> dict[str, Any]:
    return {
        "passage_id": passage.passage_id,
        "doc": passage.doc,
        "text": passage.text,
        "heading": list(passage.heading),
        "kind": passage.kind,
        "page": passage.page,
        "page_label": passage.page_label,
        "page_image": image_address(request, passage),
    }
