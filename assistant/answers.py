"""The nouns of this room: Question, Citation, Sentence, Match, Answer and its Status. The public record is made here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["answered", "partial", "clarify", "abstained", "refused", "error"]
Verdict = Literal["eligible", "to_confirm", "not_eligible", "closed"]
CriterionVerdict = Literal["yes", "no", "unknown_company", "unknown_scheme"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation; `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class GivenPassage:
    """A passage that came with the question: the answer is drawn from such passages alone."""

    doc: str
    text: str


@dataclass(frozen=True, slots=True)
class GivenProfile:
    """What the caller says of the company, in its own words; None where it says nothing."""

    region: str | None = None
    size: str | None = None
    sector: str | None = None
    need: str | None = None


BEFORE_THE_QUESTION = (1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """A question record, validated. `passages` is None when the index is to be searched.

    `said_since` counts the user's messages that came after each part of the profile was given, this question being one:
    0 for a part that corrects the question's own words.
    """

    text: str
    id: str = "1"
    profile: GivenProfile = GivenProfile()
    history: tuple[Turn, ...] = ()
    said_since: tuple[int, ...] = BEFORE_THE_QUESTION
    passages: tuple[GivenPassage, ...] | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote, copied from its source letter for letter, white space folded, at most 600 characters."""

    n: int
    doc: str
    title: str
    quote: str
    passage_id: str
    page: int | None = None
    heading: tuple[str, ...] = ()
    url: str | None = None
    nature: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer, its marks left out of `text`, and the numbers of the citations that prove it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CriterionMatch:
    """One criterion of one scheme against one company; `source` is {doc, heading, page} or None.

    `change` says what would change its verdict, in French; None where it is a yes.
    """

    name: str
    verdict: CriterionVerdict
    company: str | None
    scheme: str | None
    source: dict[str, Any] | None
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A scheme against a company: the verdict, criterion by criterion, and what would settle it."""

    id: str
    name: str
    verdict: Verdict
    state: str
    as_of: str | None
    criteria: tuple[CriterionMatch, ...]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    doc: str
    passage_id: str
    page: int | None
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One ending, named by its `status` and `reason`. See docs: the answer record."""

    id: str
    question: str
    status: Status
    reason: str | None
    answer: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    schemes: tuple[Match, ...] = ()
    profile: GivenProfile = GivenProfile()
    retrieved: tuple[RetrievedPassage, ...] = ()
    follow_ups: tuple[str, ...] = ()
    generator: str = "extractive"
    timings_ms: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    index: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage has begun: "understand", "search", "match", "evidence", "draft" or "verify"."""

    name: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The passages retrieved, before anything is written."""

    retrieved: tuple[RetrievedPassage, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    """The answer made of quotes, complete and verified, ready before the generator writes."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Final:
    """The answer to keep; always the last event."""

    answer: Answer


Event = Step | Sources | Quotes | Final


def to_record(answer: Answer) -> dict[str, Any]:
    """The answer record of the public contract: plain dicts and lists, keys in their public order."""
    return {
        "id": answer.id,
        "question": answer.question,
        "status": answer.status,
        "reason": answer.reason,
        "answer": answer.answer,
        "sentences": [{"text": s.text, "citations": list(s.citations)} for s in answer.sentences],
        "citations": [
            {
                "n": c.n,
                "doc": c.doc,
                "title": c.title,
                "page": c.page,
                "heading": list(c.heading),
                "quote": c.quote,
                "passage_id": c.passage_id,
                "url": c.url,
                "nature": c.nature,
                "date": c.date,
            }
            for c in answer.citations
        ],
        "schemes": [
            {
                "id": m.id,
                "name": m.name,
                "verdict": m.verdict,
                "state": m.state,
                "as_of": m.as_of,
                "criteria": [
                    {
                        "name": k.name,
                        "verdict": k.verdict,
                        "company": k.company,
                        "scheme": k.scheme,
                        "source": k.source,
                        "change": k.change,
                    }
                    for k in m.criteria
                ],
                "reasons": list(m.reasons),
                "missing": list(m.missing),
            }
            for m in answer.schemes
        ],
        "profile": {
            "region": answer.profile.region,
            "size": answer.profile.size,
            "sector": answer.profile.sector,
            "need": answer.profile.need,
        },
        "retrieved": [
            {"doc": r.doc, "passage_id": r.passage_id, "page": r.page, "score": r.score, "text": r.text}
            for r in answer.retrieved
        ],
        "follow_ups": list(answer.follow_ups),
        "generator": answer.generator,
        "timings_ms": answer.timings_ms,
        "tokens": answer.tokens,
        "index": answer.index,
    }
