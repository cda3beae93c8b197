"""What callers send, checked and bounded by pydantic. An unknown key is refused, so that a misspelt one is noticed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr, StringConstraints

from assistant.answers import GivenPassage, GivenProfile, Question, Turn
from assistant.personal_data import mask_personal_data
from ui.api.jobs import MAX_QUESTIONS

MAX_QUESTION = 2000  # characters; a page of text, beyond which it is a document and not a question
MAX_SAID = 100  # characters of one field about the company
MAX_TURNS = 12  # messages of a history; the assistant leans on the last few
MAX_TURN = 4000
MAX_PASSAGES = 50  # passages given with a question
MAX_PASSAGE = 8000

SAID = r"[^\s\u001c-\u001f\u0085\ufeff]"  # something to read; every dialect of \s leaves out one of these blanks
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_QUESTION, pattern=SAID)]
Id = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
# JSON has no whole numbers of its own: 45.0 is one
whole = BeforeValidator(lambda n: int(n) if isinstance(n, float) and n.is_integer() else n)
Said = Annotated[StrictStr, StringConstraints(max_length=MAX_SAID)] | None


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProfileBody(Body):
    region: Said = None
    size: Said | Annotated[StrictInt, Field(ge=0, le=10_000_000), whole] = None
    sector: Said = None
    need: Said = None

    def to_profile(self) -> GivenProfile:
        size = None if self.size is None else str(self.size)
        return GivenProfile(*(_said(part) for part in (self.region, size, self.sector, self.need)))

    def masked(self) -> Self:
        """The same, personal data in what was written replaced."""
        written = {name: said for name, said in self if isinstance(said, str)}
        return self.model_copy(update={name: mask_personal_data(said) for name, said in written.items()})


class TurnBody(Body):
    role: Literal["user", "assistant"]
    content: Annotated[str, StringConstraints(strict=True, max_length=MAX_TURN)]


class PassageBody(Body):
    doc: Annotated[str, StringConstraints(strict=True, max_length=200)] = ""
    text: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_PASSAGE)]


class QuestionBody(Body):
    """A question record, as in the files of `guichet batch`."""

    question: Text
    id: Id | None = None
    profile: ProfileBody | None = None
    history: Annotated[list[TurnBody], Field(max_length=MAX_TURNS)] | None = None
    passages: Annotated[list[PassageBody], Field(max_length=MAX_PASSAGES)] | None = None

    def to_question(self, default_id: str) -> Question:
        return Question(
            text=self.question.strip(),
            id=self.id or default_id,
            profile=(self.profile or ProfileBody()).to_profile(),
            history=tuple(Turn(turn.role, turn.content) for turn in self.history or ()),
            passages=None if self.passages is None else tuple(_passages(self.passages)),
        )

    def masked(self) -> Self:
        """The same, personal data of the asker replaced: what may be written to a file."""
        turns = [turn.model_copy(update={"content": mask_personal_data(turn.content)}) for turn in self.history or ()]
        return self.model_copy(
            update={
                "question": mask_personal_data(self.question),
                "history": turns if self.history else self.history,
                "profile": self.profile and self.profile.masked(),
            }
        )


class AskBody(QuestionBody):
    llm: StrictBool = True  # False: the answer made of quotes, at once


class MatchBody(Body):
    profile: ProfileBody | None = None
    text: Annotated[str, StringConstraints(strict=True, max_length=MAX_QUESTION)] | None = None
    every: StrictBool = False  # also the aids that do not fit
    limit: Annotated[StrictInt, Field(ge=1, le=500), whole] = 20


class JobBody(Body):
    questions: Annotated[list[QuestionBody], Field(min_length=1, max_length=MAX_QUESTIONS)]
    llm: StrictBool = True


class GoldQuestionBody(QuestionBody):
    """A question with what is expected of its answer, as in the files of `guichet evaluate`."""

    gold: dict[str, Any]


class EvaluationBody(Body):
    questions: Annotated[list[GoldQuestionBody], Field(min_length=1, max_length=MAX_QUESTIONS)]
    llm: StrictBool = True


def _said(value: str | None) -> str | None:
    return (value or "").strip() or None


def _passages(given: list[PassageBody]) -> list[GivenPassage]:
    return [GivenPassage(passage.doc or f"passage-{n}", passage.text) for n, passage in enumerate(given, start=1)]
