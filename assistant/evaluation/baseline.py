"""The retrieval chain of LangChain's tutorial, over our documents, with our embedder and our generator.

Chunks of 1,000 characters that overlap by 200, cosine over an in-memory store, the four nearest in the tutorial's prompt,
put in French. It shows its four chunks beside its answer: each sentence is taken to cite all four, which is the most
that can be said for it (asked for numbers after its sentences, the small model writes little else). The one file that
uses langchain_text_splitters.
"""

from __future__ import annotations

import time
from functools import cache
from importlib.resources import files
from typing import Any

from langchain_core.documents import Document as LangChainDocument
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.drafting import Generator
from index.langchain import Encoder, GuichetEmbeddings
from index.store import Index
from ingest.sentences import sentences

CHUNK, OVERLAP, NEAREST = 1000, 200, 4  # the tutorial's
MAX_TOKENS = 220  # three sentences, as its prompt asks
TIMEOUT_S = 400.0  # nobody waits for an evaluation: a slow machine is no error of the chain


def baseline(index: Index, encoder: Encoder, model: Generator) -> Runnable[str, dict[str, Any]]:
    """A chain from a question to {"answer", "context", "timings", "usage"}; its store is filled here, once."""
    store = InMemoryVectorStore(GuichetEmbeddings(encoder))
    store.add_documents(chunks(index))
    return RunnableLambda(lambda question: _answer(store, model, question), name="baseline")


def chunks(index: Index) -> list[LangChainDocument]:
    """Every document of the index cut as the tutorial cuts."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    whole = [
        LangChainDocument(index.text_of(doc), metadata={"doc": doc, "title": info.title})
        for doc, info in index.documents.items()
    ]
    return splitter.split_documents(whole)


def _answer(store: InMemoryVectorStore, model: Generator, question: str) -> dict[str, Any]:
    started = time.perf_counter()
    found = store.similarity_search(question, k=NEAREST)
    retrieval = (time.perf_counter() - started) * 1000
    context = "\n\n".join(document.page_content for document in found)
    asked = _prompt().format(context=context, question=question)
    done = model.complete([("user", asked)], max_tokens=MAX_TOKENS, timeout_s=TIMEOUT_S)
    return {
        "answer": citing_all(done.text.strip(), len(found)),
        "context": found,
        "timings": {"retrieval": round(retrieval, 1), "first_token": round(retrieval + done.first_token_ms, 1)},
        "usage": {"input_tokens": done.prompt_tokens, "output_tokens": done.completion_tokens},
    }


def citing_all(text: str, shown: int) -> str:
    """The text with the marks of every chunk shown after each of its sentences."""
    marks = "".join(f"[{n}]" for n in range(1, shown + 1))
    return " ".join(f"{text[start:end].strip()} {marks}" for start, end in sentences(text) if text[start:end].strip())


@cache
def _prompt() -> str:
    return (files("assistant") / "prompts" / "baseline.fr.txt").read_text(encoding="utf-8").strip()
