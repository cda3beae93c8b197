"""A Case: one question's gold beside one reply, with what the measures read of them computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from assistant.evaluation.gold import Gold
from assistant.evaluation.matching import normal
from assistant.evaluation.replies import Cited, Reply, Said

# Whether a sentence follows from citations: (sentence, citations, question).
Entails = Callable[[str, Sequence[Cited], str], bool]


class Case:
    """One question as it was asked and answered. `given` is None when there is no answer.

    `searches` is False for a system that shows nothing of what it retrieves: its retrieval is not measured.
    """

    def __init__(self, gold: Gold, reply: Reply | None, entails: Entails, *, searches: bool = True) -> None:
        self.gold = gold
        self.given = reply
        self.searches = searches
        self._entails = entails
        self._entailed: dict[tuple[str, tuple[int, ...]], bool] = {}

    @property
    def reply(self) -> Reply | None:
        """The reply to measure: None for a missing one and for an error."""
        return None if self.given is None or self.given.status == "error" else self.given

    @property
    def answered(self) -> Reply | None:
        """The reply where it answers: no abstention, no refusal."""
        return None if self.reply is None or self.reply.abstained else self.reply

    @cached_property
    def text(self) -> str:
        """The answer in normal form."""
        return normal(self.reply.answer) if self.reply else ""

    @cached_property
    def quotes(self) -> str:
        """Every quote, in normal form."""
        return normal(" \n ".join(c.quote for c in self.reply.citations)) if self.reply else ""

    @cached_property
    def sources(self) -> str:
        """Every quote, then the titles and headings of the sources, in normal form."""
        cited = self.reply.citations if self.reply else ()
        return self.quotes + normal(" \n ".join(" > ".join([c.title, *c.heading]) for c in cited))

    @cached_property
    def passages(self) -> list[str]:
        """The texts retrieved, best first, in normal form."""
        return [normal(found.text) for found in self.reply.retrieved] if self.reply else []

    @cached_property
    def ranked_documents(self) -> list[str]:
        """The distinct documents retrieved, in the order of their first passage."""
        return list(dict.fromkeys(found.doc for found in self.reply.retrieved)) if self.reply else []

    def entailed(self, sentence: Said, citations: Sequence[Cited]) -> bool:
        """Whether the citations, together, entail the sentence; asked once."""
        key = (sentence.text, tuple(c.n for c in citations))
        if key not in self._entailed:
            self._entailed[key] = bool(citations) and self._entails(sentence.text, citations, self.gold.question)
        return self._entailed[key]
