"""What the API answers, as models: they write the OpenAPI pages. The records themselves are made by their own rooms."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from assistant.answers import CriterionVerdict, Status, Verdict
from ingest.documents import Kind, Nature
from ingest.schemes import State
from ui.api import jobs


class Record(BaseModel):
    """A record may gain fields: whoever reads one passes over those it does not know."""


class ProblemRecord(BaseModel):
    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None
    request: str | None = None


class SentenceRecord(Record):
    text: str
    citations: list[int]


class CitationRecord(Record):
    n: int
    doc: str
    title: str
    page: int | None
    heading: list[str]
    quote: str
    passage_id: str
    url: str | None
    nature: Nature | None
    date: str | None


class CriterionRecord(Record):
    name: str
    verdict: CriterionVerdict
    company: str | None
    scheme: str | None
    source: dict[str, Any] | None


class MatchRecord(Record):
    id: str
    name: str
    verdict: Verdict
    state: str
    as_of: str | None
    criteria: list[CriterionRecord]
    reasons: list[str]
    missing: list[str]


class ProfileRecord(Record):
    region: str | None
    size: str | None
    sector: str | None
    need: str | None


class RetrievedRecord(Record):
    doc: str
    passage_id: str
    page: int | None
    score: float
    text: str


class AnswerRecord(Record):
    """The answer record of the public contract."""

    id: str
    question: str
    status: Status
    reason: str | None
    answer: str
    sentences: list[SentenceRecord]
    citations: list[CitationRecord]
    schemes: list[MatchRecord]
    profile: ProfileRecord
    retrieved: list[RetrievedRecord]
    follow_ups: list[str]
    generator: str
    timings_ms: dict[str, float]
    tokens: dict[str, int]
    index: str


class MatchesRecord(Record):
    profile: ProfileRecord
    schemes: list[MatchRecord]
    not_understood: list[str]
    next_question: str | None
    total: int


class SchemeLine(Record):
    id: str
    name: str
    kind: str
    regions: list[str]
    state: State
    as_of: str | None
    checked_on: str | None
    closes_on: str | None
    summary: str
    url: str | None
    licence: str | None


class SchemesRecord(Record):
    schemes: list[SchemeLine]
    total: int


class SchemeRecord(BaseModel):
    """A whole fiche: facts with their sources, criteria, what the sources do not say."""

    id: str
    name: str
    aliases: list[str]
    kind: str
    regions: list[str]
    state: State
    as_of: str | None
    summary: str
    facts: list[dict[str, Any]]
    criteria: list[dict[str, Any]]
    silent_on: list[str]


class DocumentRecord(Record):
    doc: str
    title: str
    nature: Nature | None
    date: str | None
    region: str | None
    publisher: str | None
    url: str | None
    pages: int | None
    passages: int


class DocumentsRecord(Record):
    documents: list[DocumentRecord]
    total: int


class PassageRecord(Record):
    passage_id: str
    doc: str
    text: str
    heading: list[str]
    kind: Kind
    page: int | None
    page_label: str | None
    page_image: str | None


class PassagesRecord(Record):
    passages: list[PassageRecord]
    total: int


class JobRecord(Record):
    id: str
    kind: jobs.Kind
    state: jobs.State
    total: int
    answered: int
    created: str
    ended: str | None
    message: str | None
    results: str


class JobsRecord(Record):
    jobs: list[JobRecord]


class HealthRecord(Record):
    status: Literal["ok"]


class ReadyRecord(Record):
    status: Literal["ok", "degraded"]
    index: Literal["ok", "missing", "damaged"]
    generator: Literal["ok", "partial", "down", "none"]
