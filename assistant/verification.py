"""Each sentence of a draft against the quotes it cites, without the generator. What fails is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.figures import unsupported_figures
from assistant.folding import fold
from assistant.understanding import names_in
from index.tokens import content_tokens

MIN_SHARED = 0.65  # share of a sentence's terms found in its quotes; verbatim drafts of the model sit above 0.8
_NEGATION = re.compile(
    r"\b(?:ne|n')\s?\w+.{0,20}\b(?:pas|plus|jamais|aucune?|rien|ni)\b|\b(?:sans|aucune?|not|no|never)\b|n't\b"
)
_OPEN = re.compile(
    r"\b(?:est|sont|is|are) (?:deja |already |actuellement |currently )?(?:ouvert\w*|disponible\w*|operationnel\w*|open|available|accessible\w*)\b"
)
_FUTURE = re.compile(
    r"\b\w+(?:era|eront|erait|eraient|ira|iront|irait|iraient)\b|\b(?:sera|seront|serait|seraient|pourra|pourrait|devra|devrait|"
    r"envisage\w*|prevoi\w*|prevu\w*|annonce\w*|propose\w*|souhaite\w*|recommande\w*|experimental|will|would|planned|announced)\b"
)
_CONTACT = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?:\+33|0)[ .]?\d(?:[ .]?\d{2}){4}")


@dataclass(frozen=True, slots=True)
class Check:
    """What a sentence failed on; empty when every check holds."""

    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def verify(
    sentence: str, quotes: Sequence[str], contexts: Sequence[str], question: str, *, same_language: bool
) -> Check:
    """Checks a sentence (marks left out) against the quotes it cites; `contexts` are their titles and headings.

    Figures and dates with their units and bounds, names and acronyms, polarity, modality, contacts, and, when the
    sentence is in the language of the quotes, its wording.
    """
    if not quotes:
        return Check(("no_citation",))
    whole = " \n ".join((*quotes, *contexts))
    failures = []
    if unsupported_figures(sentence, [*quotes, *contexts]):
        failures.append("figure")
    held = set(content_tokens(whole))
    names = [t for name in names_in(f"– {sentence}") for t in content_tokens(name)]
    if any(token not in held for token in names):
        failures.append("name")
    if any(contact.rstrip(".,;)") not in whole for contact in _CONTACT.findall(sentence)):
        failures.append("contact")
    folded, sources = fold(sentence), [fold(quote) for quote in quotes]
    denies, denied = bool(_NEGATION.search(folded)), [bool(_NEGATION.search(source)) for source in sources]
    if same_language and (not any(denied) if denies else all(denied)):
        failures.append("negation")  # either way: a draft that is doubted costs nothing, the quote stands in its place
    to_come = all(_FUTURE.search(source) for source in sources)
    opened = _OPEN.search(folded) and not any(_OPEN.search(source) for source in sources)
    if to_come and (opened or (same_language and not _FUTURE.search(folded))):
        failures.append("modality")
    if same_language and shared(sentence, held, question) < MIN_SHARED:
        failures.append("wording")
    return Check(tuple(failures))


def shared(sentence: str, held: set[str], question: str) -> float:
    """Share of the sentence's terms that stand in its quotes, those of the question counting half; 1 when it has none."""
    terms = content_tokens(sentence)
    asked = set(content_tokens(question))
    if not terms:
        return 0.0
    return sum(1.0 if t in held else 0.5 if t in asked else 0.0 for t in terms) / len(terms)
