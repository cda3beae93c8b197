"""The Assistant as LangChain knows such things: a Runnable from a question to a cited answer, and a tool for agents.

Citations are LangChain's own annotations of a text block, with the quote and where it stands. Importing this file
loads no model: whoever uses it opens an Assistant and hands it over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage, convert_to_messages
from langchain_core.messages.content import Citation as CitationBlock
from langchain_core.messages.content import create_citation, create_text_block
from langchain_core.runnables import AddableDict, Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config
from langchain_core.tools import BaseTool, ToolException
from pydantic import BaseModel, ConfigDict, Field

from assistant.answers import (
    Answer,
    Citation,
    Event,
    Final,
    GivenProfile,
    Question,
    RetrievedPassage,
    Sources,
    Turn,
    to_record,
)
from ingest.errors import GuichetError
from ingest.sentences import sentences

ROLES = {"human": "user", "ai": "assistant"}  # what others say (system, tools) is no part of the conversation
MARK = re.compile(r"\[(\d+)\]")
PROFILE = ("region", "size", "sector", "need")


class LangChainInputError(GuichetError):
    """An input without a question."""


class Answering(Protocol):
    """What answers: an Assistant, or one that follows its index."""

    def stream(self, question: Question) -> Iterator[Event]: ...


class GuichetAnswer(Runnable[Any, dict[str, Any]]):
    """`{"input": str, "chat_history": messages}` to `{…, "context": [Document], "answer": str, "message": AIMessage}`.

    The shape of LangChain's retrieval chains; a str alone is the question. `profile` in the input may hold `region`,
    `size`, `sector` and `need`. `message` holds the answer as a text block whose annotations are citations; its
    `response_metadata` names the `status` and its `reason`. `stream` gives the input, the context as soon as it is
    found, then the answer. Raises LangChainInputError without a question, GuichetError as the Assistant does.
    """

    def __init__(self, assistant: Answering) -> None:
        self.assistant = assistant

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> dict[str, Any]:
        return self._call_with_config(self._whole, input, config)

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[dict[str, Any]]:
        yield from self._transform_stream_with_config(iter([input]), self._transform, ensure_config(config))

    def _whole(self, input: Any) -> dict[str, Any]:
        whole = AddableDict()
        for piece in self._pieces(input):
            whole += piece
        return dict(whole)

    def _transform(self, inputs: Iterator[Any]) -> Iterator[dict[str, Any]]:
        for given in inputs:
            yield from self._pieces(given)

    def _pieces(self, input: Any) -> Iterator[AddableDict]:
        given = {"input": input} if isinstance(input, str) else dict(input)
        yield AddableDict(given)
        for event in self.assistant.stream(to_question(given)):
            if isinstance(event, Sources):
                yield AddableDict(context=[as_document(passage) for passage in event.retrieved])
            if isinstance(event, Final):
                found: dict[str, Any] = {} if event.answer.retrieved else {"context": []}  # a refusal searches nothing
                yield AddableDict(answer=event.answer.answer, message=as_message(event.answer), **found)


class GuichetInput(BaseModel):
    """What an agent says to the tool."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=2000, description="La question, en français ou en anglais.")
    region: str | None = Field(None, max_length=100, description="Région, département ou ville de l'entreprise.")
    size: str | None = Field(None, max_length=100, description="TPE, PME, ETI, association… ou un effectif.")
    sector: str | None = Field(None, max_length=100, description="Secteur d'activité.")
    need: str | None = Field(None, max_length=100, description="Besoin : diagnostic, financement, formation…")


class GuichetTool(BaseTool):
    """Asks the guichet: the message is the answer and its quotes, the artifact is the answer record."""

    name: str = "guichet_ia"
    description: str = (
        "Répond sur les aides publiques à l'intelligence artificielle, à partir de documents officiels, phrase par "
        "phrase avec leurs citations [n], et dit quand les documents ne répondent pas. Ne complétez pas sa réponse."
    )
    args_schema: type[BaseModel] = GuichetInput
    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    handle_tool_error: bool = True  # a failure is a sentence that the agent reads
    assistant: Any  # an Answering

    def _run(
        self,
        question: str,
        region: str | None = None,
        size: str | None = None,
        sector: str | None = None,
        need: str | None = None,
    ) -> tuple[str, dict[str, Any]]:
        try:
            answer = _last(self.assistant, Question(question, profile=GivenProfile(region, size, sector, need)))
        except GuichetError as error:
            raise ToolException(str(error)) from error
        return _told(answer), to_record(answer)


def guichet_tool(assistant: Answering) -> GuichetTool:
    """The tool over an open Assistant."""
    return GuichetTool(assistant=assistant)


def to_question(given: Mapping[str, Any]) -> Question:
    """The question of a chain's input; its history may be messages, (role, text) pairs or dicts."""
    asked = given.get("input")
    if not isinstance(asked, str) or not asked.strip():
        raise LangChainInputError('Il manque la question : donnez {"input": "…"} ou un texte.')
    profile = given.get("profile") or {}
    said = GivenProfile(*(None if profile.get(name) is None else str(profile[name]) for name in PROFILE))
    messages = convert_to_messages(given.get("chat_history") or [])
    return Question(asked.strip(), profile=said, history=tuple(_turns(messages)))


def as_document(passage: RetrievedPassage) -> Document:
    """A passage as found; `page` is 0-based, as LangChain's loaders have it."""
    metadata = {
        "source": passage.doc,
        "doc": passage.doc,
        "passage_id": passage.passage_id,
        "page": None if passage.page is None else passage.page - 1,
        "score": passage.score,
    }
    return Document(id=passage.passage_id, page_content=passage.text, metadata=metadata)


def as_message(answer: Answer) -> AIMessage:
    """The answer as one text block with its citations; each spans the sentence that bears its mark."""
    spans, sources = sentences(answer.answer), {citation.n: citation for citation in answer.citations}
    marks = [(mark, sources.get(int(mark[1]))) for mark in MARK.finditer(answer.answer)]
    cited = [_cited(source, _span(spans, mark)) for mark, source in marks if source is not None]
    told = {"status": answer.status, "reason": answer.reason, "model_name": answer.generator, "index": answer.index}
    return AIMessage(
        content_blocks=[create_text_block(answer.answer, annotations=[*cited])],
        response_metadata=told,
        additional_kwargs={"guichet": to_record(answer)},
    )


def _cited(source: Citation, span: tuple[int, int]) -> CitationBlock:
    extras = {name: getattr(source, name) for name in ("n", "doc", "passage_id", "page", "nature", "date")}
    return create_citation(
        url=source.url,
        title=source.title,
        start_index=span[0],
        end_index=span[1],
        cited_text=source.quote,
        **extras,
        heading=list(source.heading),
    )


def _span(spans: Sequence[tuple[int, int]], mark: re.Match[str]) -> tuple[int, int]:
    """The sentence that ends at or after the mark, up to the mark: [1] after its full stop belongs to what precedes."""
    begins = [start for start, _ in spans if start < mark.start()]
    return (begins[-1] if begins else mark.start(), mark.end())


def _turns(messages: Sequence[BaseMessage]) -> Iterator[Turn]:
    for message in messages:
        if message.type in ROLES and message.text:
            yield Turn(ROLES[message.type], message.text)


def _last(assistant: Answering, question: Question) -> Answer:
    for event in assistant.stream(question):
        if isinstance(event, Final):
            return event.answer
    raise AssertionError("a stream ends with Final")


def _told(answer: Answer) -> str:
    """The answer, then its quotes and where they stand."""
    lines = [answer.answer]
    for source in answer.citations:
        page = "" if source.page is None else f", p. {source.page}"
        lines.append(f"[{source.n}] {source.title}{page} : « {source.quote} »")
    return "\n".join(lines)
