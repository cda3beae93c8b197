"""Whether the evidence holds the answer: a decision of its own, taken before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.evidence import Unit, share
from assistant.understanding import Understanding, folded_text, mentions, says_field
from assistant.values import holds
from index.retriever import Hit
from index.tokens import content_tokens, fold

_NAME = re.compile(r"[A-ZÀ-Ý]{2,}[\w+&]*|\b\w+[A-Z]\w*|(?<![.?!:]\s)(?<!^)(?<!« )\b[A-ZÀ-Ý][\w'’-]+")
_COMMON = frozenset("region regions etat etats europe france ia ai pme tpe eti act union bonjour je on".split())


@dataclass(frozen=True, slots=True)
class Support:
    """What the decision looks at; all in 0..1 but `similarity` (a cosine) and the booleans."""

    similarity: float  # best cosine of a unit kept
    coverage: float  # best idf share of the question's terms by a unit with its headings and neighbours
    together: float  # idf share of the question's terms that the units kept hold between them, headings included
    names: float  # share of the names in the question that stand in the passages kept; 1 when it names nothing
    expected: bool  # a unit kept holds a value of the expected type
    attribute: bool  # a unit kept speaks of the attribute asked about, of the scheme asked about
    subject: bool  # a unit kept, or its heading, names the scheme asked about
    known: float  # idf share of the question's terms that the whole index knows


def names_in(text: str) -> list[str]:
    """Capitalised words, acronyms and mixed-case words of a question, those of no information left out."""
    found = [m.group() for m in _NAME.finditer(text)]
    bare = [re.sub(r"^[LDld]['’]", "", name) for name in found]
    return list(dict.fromkeys(n for n in bare if fold(n) not in _COMMON and len(n) > 1))


def support(
    understanding: Understanding, kept: Sequence[Unit], hits: Sequence[Hit], idf: Callable[[str], float],
    frequency: Callable[[str], int],
) -> Support:
    """The features of a decision; `hits` are the passages found, of which `kept` are the units chosen."""
    terms = content_tokens(understanding.text)
    held: dict[str, float] = {}
    for unit in kept:
        for token in content_tokens(" ".join((unit.title, *unit.passage.heading, unit.text))):
            held[token] = 1.0
        for token in content_tokens(unit.passage.text):
            held.setdefault(token, 0.5)
    names = [t for name in names_in(understanding.text) for t in content_tokens(name)]
    around = {t for unit in kept for t in content_tokens(" ".join((unit.title, *unit.passage.heading, unit.passage.text)))}
    about = [u for u in kept if _about(u, understanding)]
    expected = understanding.expected
    return Support(
        similarity=max((u.similarity for u in kept), default=0.0),
        coverage=max((u.coverage for u in kept), default=0.0),
        together=share(terms, held, idf),
        names=share(names, dict.fromkeys(around, 1.0), idf) if names else 1.0,
        expected=any(u.expected for u in kept) if expected else True,
        attribute=not understanding.fields
        or any(
            says_field(field, u.text) and (expected is None or holds(expected, u.text) or field in ("cost", "how_to_apply"))
            for u in about
            for field in understanding.fields[:1]
        ),
        subject=bool(about) if understanding.schemes else True,
        known=share(terms, {t: 1.0 for t in terms if frequency(t)}, idf),
    )


def _about(unit: Unit, understanding: Understanding) -> bool:
    if not understanding.schemes:
        return True
    place = folded_text(" ".join((unit.title, *unit.passage.heading, unit.passage.text)))
    return any(mentions(place, scheme) for scheme in understanding.schemes)


# Thresholds chosen on the development set so that no more than one answerable question in forty is held back; see
# docs/measurements.md for the curve.
LOW_SIMILARITY = 0.845
LOW_TOGETHER = 0.30
LOW_NAMES = 0.60


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer, and if not the contract's reason; `failed` names what decided."""

    answer: bool
    reason: str
    failed: tuple[str, ...]
    support: Support


def decide(understanding: Understanding, measures: Support) -> Decision:
    """To answer, the evidence must speak of the subject and the attribute asked about, hold the type of value
    expected, know the names in the question, and be close enough to it."""
    failed = []
    if not measures.expected and understanding.expected not in (None, "reason", "explanation", "yes_no", "list"):
        failed.append("expected")
    if understanding.schemes and not measures.subject:
        failed.append("subject")
    if understanding.schemes and not measures.attribute:
        failed.append("attribute")
    if measures.names < LOW_NAMES and measures.together < 0.6:
        failed.append("names")
    if measures.similarity < LOW_SIMILARITY and measures.together < 0.5:
        failed.append("similarity")
    if measures.known < 0.35 and measures.together < LOW_TOGETHER:
        failed.append("unknown_words")
    return Decision(not failed, "not_in_documents" if failed else "", tuple(failed), measures)
