"""A tiny world for the page: an assistant with one document, whose every text attacks."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from assistant.answers import (
    Answer,
    Citation,
    Event,
    Final,
    Question,
    Quotes,
    RetrievedPassage,
    Sentence,
    Sources,
    Step,
)
from assistant.deadline import until
from index.store import DocumentInfo
from ingest.documents import Passage
from ingest.errors import GuichetError

ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>"
HELD_S = 120.0  # a question that nobody releases
TEXT = f"Titre\n\nAvant. Le plan dispose\nde 60 M€ {ATTACK}. Après."


def info(doc: str, title: str) -> DocumentInfo:
    return DocumentInfo(doc, title, "plan", date(2024, 6, 28), "REG-93", "Région", None, "0", 2, 1, {})


class TinyAssistant:
    """One document, one passage; cites it, abstains or fails as the question says.

    A question with "tue" in it is not answered, one with "retenue" is written, one with "muette" quoted, once `release` is called, however long that takes.
    """

    def __init__(self) -> None:
        passage = Passage("p1", "plan", TEXT, 0, len(TEXT), 7, ("Partie",), page=19)
        documents = {"plan": info("plan", f"Plan {ATTACK}"), "autre": info("autre", "Un autre document")}
        self.index = SimpleNamespace(
            documents=documents,
            passage={"p1": passage}.get,
            of_document=lambda doc: (passage,) if doc == "plan" else (),
            pages=lambda doc: (),
        )
        self.asked: list[Question] = []
        self._releases = threading.Semaphore(0)

    def release(self) -> None:
        """Lets one question that is held be written."""
        self._releases.release()

    def take_back(self) -> bool:
        """Takes back a release that no question used; whether there was one."""
        return self._releases.acquire(timeout=0)

    def stream(self, question: Question) -> Iterator[Event]:
        self.asked.append(question)
        yield Step("understand")
        if "panne" in question.text:
            raise GuichetError("L'index a disparu : relancez « guichet setup ».")
        if "bogue" in question.text:
            raise KeyError("a fault of ours")
        yield Sources(())
        if "muette" in question.text:
            self._wait()
        answer = make_answer(question)
        if "tue" in question.text:
            silent = "Les documents ne le disent pas. Recherché dans : Plan. Les documents ne nomment personne."
            answer = replace(answer, status="abstained", reason="not_in_documents", answer=silent, citations=())
        yield Quotes(answer)
        yield Step("draft")
        if "lente" in question.text:
            time.sleep(2)
        if "retenue" in question.text:
            self._wait()
        if "lente" in question.text or "retenue" in question.text:
            answer = replace(answer, answer="Une réponse écrite [1].", generator="tiny")
        yield Final(answer)

    def _wait(self) -> None:
        for _ in until(self._held, time.monotonic() + HELD_S):
            pass

    def _held(self) -> Generator[bool]:
        while not self._releases.acquire(timeout=0.05):
            yield True  # where one who left is noticed


def make_answer(question: Question, **fields: Any) -> Answer:
    quote = Citation(
        1, "plan", f"Plan {ATTACK}", "Le plan dispose de 60 M€", "p1", 19, ("Partie",), nature="plan", date="2024-06-28"
    )
    seen = (RetrievedPassage("plan", "p1", 19, 1.0, TEXT), RetrievedPassage("autre", "p2", 3, 0.5, "…"))
    given = {
        "id": question.id,
        "question": question.text,
        "status": "answered",
        "reason": None,
        "answer": f"60 M€ {ATTACK} [1] et [7].",
        "sentences": (Sentence("60 M€", (1,)),),
        "citations": (quote,),
        "retrieved": seen,
        "profile": question.profile,
    }
    return Answer(**{**given, **fields})


def make_own(folder: Path, **changes: Any) -> Path:
    """A folder of schemes of one's own that holds one."""
    record = {
        "id": "aide-essai",
        "name": "Aide d'essai",
        "kind": "financement",
        "regions": ["REG-53"],
        "state": "open",
        "as_of": None,
        "summary": "L'aide d'essai finance des essais.",
        "sources": {"plan": {"doc": "plan-essai", "section": "Mesure 1", "page": 4}},
        "facts": [{"field": "purpose", "text": "L'aide d'essai finance des essais.", "source": "plan"}],
        "criteria": {
            "region": {"allowed": ["REG-53"], "text": "Être en Bretagne.", "source": "plan"},
            "size": {"allowed": "any", "text": "Toutes.", "source": "plan"},
            "sector": {"allowed": "any", "text": "Tous.", "source": "plan"},
            "need": {"allowed": ["export"], "text": "Exporter.", "source": "plan"},
        },
        "silent_on": ["contact"],
    } | changes
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{record['id']}.yaml").write_text(yaml.safe_dump(record, allow_unicode=True), encoding="utf-8")
    return folder
