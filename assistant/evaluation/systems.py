"""Other systems asked the same questions: a LangChain runnable, a plain function, an OpenAI-compatible address."""

from __future__ import annotations

import importlib
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from assistant.answers import Answer, Citation, GivenProfile, Match, Question, RetrievedPassage, Sentence
from assistant.drafting import Generator, marked_sentences
from assistant.folding import fold
from assistant.quoting import folded_space
from ingest.errors import GuichetError

ANSWER_KEYS = ("answer", "result", "output", "output_text", "text")  # where chains put what they wrote
CONTEXT_KEYS = ("context", "source_documents", "documents", "retrieved")
INPUT_KEYS = ("input", "question", "query")
MAX_TOKENS = 400  # of an answer asked from an endpoint
TIMEOUT_S = 180.0
# How other systems say that they do not know, at the head of an answer; folded text.
_DECLINES = re.compile(
    r"^\W*(?:(?:desole|je suis desole|i'm sorry|sorry|malheureusement|unfortunately)\b[^.]{0,40}?)?"
    r"(?:je ne (?:sais|dispose|trouve|peux) pas|je n'ai pas|inconnu\b|unknown\b|i (?:do not|don't|cannot|can't) (?:know|answer|find|have)|"
    r"(?:les|le|ces|cette|ce|aucune?) [^.]{0,60}? (?:ne (?:contien\w+|preci\w+|mentionn\w+|donn\w+|dit|disent|indiqu\w+|permet\w*|fourni\w+)"
    r"(?: pas| aucun\w*)?|ne (?:repond\w*|sont|est) pas)|the (?:context|documents?|excerpts?|provided)[^.]{0,60}? (?:not|no)\b)"
)


class SystemUnusable(GuichetError):
    """A system that cannot be loaded or asked."""


class System(Protocol):
    """What can be asked a question."""

    def answer(self, question: Question) -> Answer: ...


class ChainSystem:
    """A LangChain runnable, or a function of the question, as a System.

    It is given a text, or {"input", "question", "query", "chat_history"} when its input schema is an object. What it
    gives back: a text; a message; a mapping with the answer under one of ANSWER_KEYS and, where it shows them, the
    documents under one of CONTEXT_KEYS; or an answer record of the contract. Marks [n] cite the n-th document.
    """

    def __init__(self, chain: Any, name: str) -> None:
        self.name = name
        self._call = _caller(chain)

    def answer(self, question: Question) -> Answer:
        started = time.perf_counter()
        given = self._call(question)
        total = round((time.perf_counter() - started) * 1000, 1)
        return to_answer(question, given, name=self.name, total_ms=total)


class EndpointSystem:
    """A model, or a whole assistant, behind an OpenAI-compatible address: the question is all it is given."""

    def __init__(self, model: Generator, name: str) -> None:
        self.name = name
        self._model = model

    def answer(self, question: Question) -> Answer:
        messages = [(turn.role, turn.content) for turn in question.history] + [("user", question.text)]
        done = self._model.complete(messages, max_tokens=MAX_TOKENS, timeout_s=TIMEOUT_S)
        answer = to_answer(question, done.text, name=self.name, total_ms=round(done.total_ms, 1))
        answer.timings_ms["first_token"] = round(done.first_token_ms, 1)
        answer.tokens.update(prompt=done.prompt_tokens, completion=done.completion_tokens)
        return answer


def load_object(where: str) -> Any:
    """The object named "module:object", the current folder being on the path. Raises SystemUnusable."""
    module, _, name = where.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise SystemUnusable(
            f"« {where} » ne désigne rien que Python trouve : écrivez module:objet, depuis le dossier du module."
        ) from error
    return found


def to_answer(question: Question, given: Any, *, name: str, total_ms: float) -> Answer:
    """What a system gave, as an answer of the contract. Raises SystemUnusable for what cannot be read."""
    if isinstance(given, Mapping) and "citations" in given and "status" in given:
        return _of_record(question, given, name, total_ms)
    text, documents = _text_of(given), _documents_of(given)
    retrieved = tuple(
        RetrievedPassage(_name(d, n), str(getattr(d, "id", None) or f"{_name(d, n)}#{n}"), None, 1 / n, _page(d))
        for n, d in enumerate(documents, start=1)
    )
    marked = marked_sentences(text)
    cited = sorted({n for _, numbers in marked for n in numbers if 1 <= n <= len(documents)})
    citations = tuple(
        Citation(n, retrieved[n - 1].doc, _title(documents[n - 1]), folded_space(retrieved[n - 1].text), f"{name}-{n}")
        for n in cited
    )
    declined = not text.strip() or _DECLINES.match(fold(text)) is not None
    return Answer(
        id=question.id,
        question=question.text,
        status="abstained" if declined else "answered",
        reason="not_in_documents" if declined else None,
        answer=text,
        sentences=tuple(Sentence(said, tuple(n for n in numbers if n in cited)) for said, numbers in marked),
        citations=citations,
        retrieved=retrieved,
        generator=name,
        timings_ms={**_timings(given), "total": total_ms},
        tokens=_usage(given),
    )


def _caller(chain: Any) -> Callable[[Question], Any]:
    if hasattr(chain, "invoke"):
        takes_object = _takes_object(chain)
        return lambda question: chain.invoke(_input(question) if takes_object else question.text)
    if callable(chain):
        return lambda question: chain(question.text)
    raise SystemUnusable("Le système donné n'est ni un Runnable de LangChain ni une fonction : donnez l'un des deux.")


def _takes_object(chain: Any) -> bool:
    schema = chain.get_input_jsonschema() if hasattr(chain, "get_input_jsonschema") else {}
    return schema.get("type") == "object" and bool(set(INPUT_KEYS) & set(schema.get("properties") or INPUT_KEYS))


def _input(question: Question) -> dict[str, Any]:
    history = [(turn.role, turn.content) for turn in question.history]
    return {**dict.fromkeys(INPUT_KEYS, question.text), "chat_history": history}


def _text_of(given: Any) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        for key in ANSWER_KEYS:
            if key in given:
                return _text_of(given[key])
    content = getattr(given, "content", None)
    if isinstance(content, str):
        return content
    raise SystemUnusable(
        "Le système n'a rendu ni texte, ni message, ni table avec une réponse "
        f"({', '.join(ANSWER_KEYS)}) : adaptez ce qu'il rend."
    )


def _documents_of(given: Any) -> Sequence[Any]:
    if isinstance(given, Mapping):
        for key in CONTEXT_KEYS:
            if isinstance(given.get(key), list | tuple):
                return list(given[key])
    return []


def _page(document: Any) -> str:
    return document if isinstance(document, str) else str(getattr(document, "page_content", ""))


def _metadata(document: Any) -> Mapping[str, Any]:
    found = getattr(document, "metadata", None)
    return found if isinstance(found, Mapping) else {}


def _name(document: Any, n: int) -> str:
    """The document a chunk is of: its `doc`, else the stem of its `source`, as our own documents are named."""
    metadata = _metadata(document)
    if metadata.get("doc"):
        return str(metadata["doc"])
    return Path(str(metadata["source"])).stem if metadata.get("source") else f"document-{n}"


def _title(document: Any) -> str:
    return str(_metadata(document).get("title") or "")


def _timings(given: Any) -> dict[str, float]:
    found = given.get("timings") if isinstance(given, Mapping) else None
    return {str(k): float(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def _usage(given: Any) -> dict[str, int]:
    message = given.get("answer") if isinstance(given, Mapping) else given
    usage = getattr(message, "usage_metadata", None) or (given.get("usage") if isinstance(given, Mapping) else None)
    if not isinstance(usage, Mapping):
        return {}
    return {"prompt": int(usage.get("input_tokens", 0)), "completion": int(usage.get("output_tokens", 0))}


def _of_record(question: Question, given: Mapping[str, Any], name: str, total_ms: float) -> Answer:
    from assistant.evaluation.replies import ReplyRecord

    reply = ReplyRecord.model_validate({"id": question.id, **given}).to_reply()
    return Answer(
        id=question.id,
        question=question.text,
        status=reply.status,  # type: ignore[arg-type]  # checked by the record
        reason=reply.reason,
        answer=reply.answer,
        sentences=tuple(Sentence(s.text, s.citations) for s in reply.sentences),
        citations=tuple(Citation(c.n, c.doc, c.title, c.quote, "", None, c.heading) for c in reply.citations),
        schemes=tuple(
            Match(s.id, s.name, s.verdict, "unknown", None, (), (), ())  # type: ignore[arg-type]
            for s in reply.schemes
        ),
        profile=reply.profile or GivenProfile(),
        retrieved=tuple(RetrievedPassage(r.doc, r.passage_id, None, r.score, r.text) for r in reply.retrieved),
        generator=reply.generator or name,
        timings_ms={"total": total_ms, **reply.timings_ms},
        tokens=dict(reply.tokens),
    )
