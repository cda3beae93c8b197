"""What a question file knows of the right answer: any part of it may be missing, and then its measures are too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from assistant.answers import GivenProfile

HELD_BACK = frozenset({"unanswerable", "off_topic", "injection"})  # kinds of questions that are not to be answered
INTENTS: Mapping[str, str] = {  # the intent that a kind of question has, where it has one
    "fact": "documents",  # a fact, a list or a comparison: a question of one kind is often worded as another
    "list": "documents",
    "scheme_match": "which_aid",
    "off_topic": "off_topic",
    "injection": "steering",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A gold quote and the document it stands in; `digest` is that of its passage, where the question was drafted."""

    doc: str
    quote: str
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold of one question. `answerable` is None when the file does not say and nothing tells."""

    id: str
    question: str
    kind: str | None = None
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    docs: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    schemes_wrong: tuple[str, ...] = ()
    verdicts: Mapping[str, str] = field(default_factory=dict)
    profile: GivenProfile | None = None
    intent: str | None = None


def _listed(value: Any) -> Any:
    """One string where a list is expected is a list of one; nothing is the empty list."""
    return [] if value is None else [value] if isinstance(value, str) else value


def _alternatives(value: Any) -> Any:
    return [_listed(fact) for fact in value] if isinstance(value, list) else _listed(value)


Texts = Annotated[list[str], BeforeValidator(_listed)]
Facts = Annotated[list[list[str]], BeforeValidator(_alternatives)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _ProfileRecord(_Record):
    region: str | None = None
    size: str | None = None
    sector: str | None = None
    need: str | None = None


class _EvidenceRecord(_Record):
    doc: str
    quote: str = ""
    digest: str | None = None


class GoldRecord(_Record):
    """The gold keys of a question record. What else the line holds is the question's, read apart."""

    kind: str | None = None
    answerable: bool | None = None
    answer: Texts = []
    answers: Texts = []
    key_facts: Facts = []
    forbidden: Texts = []
    evidence: list[_EvidenceRecord] = []
    gold_doc: Texts = []
    schemes: Texts = []
    schemes_wrong: Texts = []
    verdicts: dict[str, str] = {}
    gold_profile: _ProfileRecord | None = None
    intent: str | None = None

    def to_gold(self, identifier: str, question: str) -> Gold:
        evidence = tuple(Evidence(item.doc, item.quote, item.digest) for item in self.evidence)
        docs = tuple(dict.fromkeys(self.gold_doc or [item.doc for item in evidence]))
        answers = _said([*self.answer, *self.answers])
        profile = self.gold_profile
        return Gold(
            id=identifier,
            question=question,
            kind=self.kind,
            answerable=_answerable(self, bool(docs or answers or self.key_facts)),
            answers=answers,
            key_facts=tuple(kept for fact in self.key_facts if (kept := _said(fact))),
            forbidden=_said(self.forbidden),
            evidence=tuple(item for item in evidence if item.quote.strip()),
            docs=docs,
            schemes=tuple(self.schemes),
            schemes_wrong=tuple(self.schemes_wrong),
            verdicts=self.verdicts,
            profile=None
            if profile is None
            else GivenProfile(profile.region, profile.size, profile.sector, profile.need),
            intent=self.intent or INTENTS.get(self.kind or ""),
        )


def _said(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts that are not blank."""
    return tuple(text for text in texts if text.strip())


def _answerable(record: GoldRecord, has_gold: bool) -> bool | None:
    if record.answerable is not None:
        return record.answerable
    if record.kind is not None:
        return record.kind not in HELD_BACK
    return True if has_gold else None


def gold_documents(golds: Sequence[Gold]) -> dict[str, list[str]]:
    """The gold documents, each with the ids of the questions that name it."""
    found: dict[str, list[str]] = {}
    for gold in golds:
        for doc in gold.docs:
            found.setdefault(doc, []).append(gold.id)
    return found
