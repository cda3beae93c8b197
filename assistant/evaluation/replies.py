"""Answer records of any program, read leniently: what is missing is not measured, what is wrong is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from assistant.answers import GivenProfile, Status
from assistant.drafting import marked_sentences


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as its record says it."""

    n: int
    doc: str
    title: str
    heading: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A scheme shown with an answer."""

    id: str
    name: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Found:
    """A passage retrieved, in rank order within `Reply.retrieved`."""

    doc: str
    passage_id: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to score. Times in ms; `cpu_s`, `peak_mib` and `intent` where the run noted them."""

    id: str
    question: str | None
    status: str
    reason: str | None
    answer: str
    sentences: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    schemes: tuple[Offered, ...] = ()
    profile: GivenProfile | None = None
    retrieved: tuple[Found, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    generator: str = ""
    index: str = ""
    confidence: float | None = None
    intent: str | None = None
    cpu_s: float | None = None
    peak_mib: float | None = None

    @property
    def abstained(self) -> bool:
        return self.status in ("abstained", "refused")

    def quotes_of(self, sentence: Said) -> list[Cited]:
        """The citations of a sentence that exist."""
        return [c for c in self.citations if c.n in sentence.citations]


def _text(value: Any) -> Any:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _nothing(value: Any) -> Any:
    return [] if value is None else value


def _no_table(value: Any) -> Any:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else {}


Text = Annotated[str, BeforeValidator(_text)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Sentence(_Record):
    text: Text = ""
    citations: Annotated[list[int], BeforeValidator(_nothing)] = []


class _Citation(_Record):
    n: int
    doc: Text = ""
    title: Text = ""
    heading: Annotated[list[str], BeforeValidator(_nothing)] = []
    quote: Text = ""


class _Scheme(_Record):
    id: Text = ""
    name: Text = ""
    verdict: Text = ""


class _Retrieved(_Record):
    doc: Text = ""
    passage_id: Text = ""
    score: float | None = None
    text: Text = ""


class _Profile(_Record):
    region: str | None = None
    size: str | None = None
    sector: str | None = None
    need: str | None = None


class ReplyRecord(_Record):
    """An answer record: `id` and `answer` are enough."""

    id: Annotated[str, BeforeValidator(_text)]
    question: str | None = None
    status: Status | None = None
    reason: str | None = None
    answer: Text = ""
    sentences: list[_Sentence] | None = None
    citations: Annotated[list[_Citation], BeforeValidator(_nothing)] = []
    schemes: Annotated[list[_Scheme], BeforeValidator(_nothing)] = []
    profile: _Profile | None = None
    retrieved: Annotated[list[_Retrieved], BeforeValidator(_nothing)] = []
    timings_ms: Annotated[dict[str, float], BeforeValidator(_no_table)] = {}
    tokens: Annotated[dict[str, int], BeforeValidator(_no_table)] = {}
    generator: Text = ""
    index: Text = ""
    confidence: float | None = None
    intent: str | None = None
    cpu_s: float | None = None
    peak_mib: float | None = None

    def to_reply(self) -> Reply:
        profile = self.profile
        return Reply(
            id=self.id,
            question=self.question,
            status=self.status or ("answered" if self.answer.strip() else "abstained"),
            reason=self.reason,
            answer=self.answer,
            sentences=_sentences(self),
            citations=tuple(Cited(c.n, c.doc, c.title, tuple(c.heading), c.quote) for c in self.citations),
            schemes=tuple(Offered(s.id, s.name, s.verdict) for s in self.schemes),
            profile=None
            if profile is None
            else GivenProfile(profile.region, profile.size, profile.sector, profile.need),
            retrieved=tuple(Found(r.doc, r.passage_id, r.score or 0.0, r.text) for r in self.retrieved),
            timings_ms=self.timings_ms,
            tokens=self.tokens,
            generator=self.generator,
            index=self.index,
            confidence=self.confidence,
            intent=self.intent,
            cpu_s=self.cpu_s,
            peak_mib=self.peak_mib,
        )


def _sentences(record: ReplyRecord) -> tuple[Said, ...]:
    """The sentences of the record; read from the answer and its marks [n] where the program does not list them."""
    if record.sentences is not None:
        return tuple(Said(s.text, tuple(s.citations)) for s in record.sentences)
    return tuple(Said(text, numbers) for text, numbers in marked_sentences(record.answer))
