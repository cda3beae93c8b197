"""Whether citations entail a sentence: our verification, a judge behind an address, or a function of yours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

from assistant.cues import language_of
from assistant.drafting import Generator
from assistant.english import unframed
from assistant.evaluation.cases import Entails
from assistant.evaluation.replies import Cited
from assistant.generator import GeneratorError
from assistant.quoting import lead_of
from assistant.verification import verify
from assistant.wording import load_wording

LANGUAGES = ("fr", "en")
JUDGE_TOKENS = 8
JUDGE_TIMEOUT_S = 60.0
THRESHOLD = 0.5  # of a function that gives a probability
_YES = re.compile(r"^\W*(?:oui|yes|1)\b", re.IGNORECASE)
_NO = re.compile(r"^\W*(?:non|no|0)\b", re.IGNORECASE)


class NaturalLanguageInference(Protocol):
    """Any entailment test: (premise, hypothesis) to a truth or a probability."""

    def __call__(self, premise: str, hypothesis: str, /) -> float: ...


def by_verification(sentence: str, citations: Sequence[Cited], question: str) -> bool:
    """The checks every answer of ours passes: figures, dates, names, negation, modality, wording.

    Of French words quoted in an answer in English, what is checked is the quote, not the English words that lead in; of
    a sentence led in by the heading it stands under in its source, what comes after: the heading is itself a copy; of one
    that corrects the question, what the documents say instead.
    """
    sentence = _without_lead(_without_premise(unframed(sentence)), citations)
    quotes = [c.quote for c in citations]
    contexts = [" ".join([c.title, *c.heading]) for c in citations]
    return verify(sentence, quotes, contexts, question, same_language=language_of(sentence) == "fr").passed


def _without_premise(sentence: str) -> str:
    leads = (f"{load_wording(language).texts['premise']} : " for language in LANGUAGES)
    return next((sentence.removeprefix(lead) for lead in leads if sentence.startswith(lead)), sentence)


def _without_lead(sentence: str, citations: Sequence[Cited]) -> str:
    leads = (f"{lead_of(heading)} : " for c in citations for heading in c.heading)
    return next((sentence.removeprefix(lead) for lead in leads if sentence.startswith(lead)), sentence)


def by_inference(test: NaturalLanguageInference) -> Entails:
    """The premise is the quotes, each after its title and headings; a probability counts from one half."""

    def entails(sentence: str, citations: Sequence[Cited], question: str) -> bool:
        return float(test(premise(citations), sentence)) >= THRESHOLD

    return entails


def by_judge(model: Generator) -> Entails:
    """A model asked yes or no. Raises GeneratorError for an answer that is neither."""

    def entails(sentence: str, citations: Sequence[Cited], question: str) -> bool:
        asked = _prompt().format(premise=premise(citations), hypothesis=sentence)
        said = model.complete([("user", asked)], max_tokens=JUDGE_TOKENS, timeout_s=JUDGE_TIMEOUT_S).text
        if _YES.match(said):
            return True
        if _NO.match(said):
            return False
        raise GeneratorError("Le juge n'a répondu ni oui ni non : choisissez un autre modèle pour juger.")

    return entails


def premise(citations: Sequence[Cited]) -> str:
    return "\n".join(f"({' > '.join([c.title, *c.heading])}) {c.quote}" for c in citations)


@cache
def _prompt() -> str:
    return (files("assistant") / "prompts" / "judge.fr.txt").read_text(encoding="utf-8").strip()
