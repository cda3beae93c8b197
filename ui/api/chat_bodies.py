"""What OpenAI's clients send and read. Fields that are not ours are let through: each client adds its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ASSISTANT = "guichet"  # quotes, then a verified draft where the generator is there
QUOTES_ALONE = "guichet-citations"  # quotes alone, at once
MODELS = (ASSISTANT, QUOTES_ALONE)
MAX_MESSAGES = 100
MAX_CONTENT = 20_000  # characters of one message; clients put long instructions in front, which are left aside

Content = Annotated[str, StringConstraints(max_length=MAX_CONTENT)]


class Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(Given):
    type: Annotated[str, StringConstraints(max_length=50)] = "text"
    text: Content = ""


class Message(Given):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | Annotated[list[Part], Field(max_length=50)] | None = None

    def text(self) -> str:
        """The words of a message; images and sounds are left aside."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(Given):
    include_usage: bool = False


class ChatBody(Given):
    model: Annotated[str, StringConstraints(max_length=100)]
    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = None  # the answer is the same each time


class Choice(BaseModel):
    index: int
    message: dict[str, Any]
    finish_reason: Literal["stop"]
    logprobs: None


class CompletionRecord(BaseModel):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: dict[str, int]
    guichet: dict[str, Any]


class ModelRecord(BaseModel):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsRecord(BaseModel):
    object: Literal["list"]
    data: list[ModelRecord]


class ErrorDetail(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorRecord(BaseModel):
    error: ErrorDetail
