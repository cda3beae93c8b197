"""What a question asks: language, intent, expected type of answer, schemes named, attribute asked about.

Rules on folded text, in data (wording/cues.yaml); the generator is never needed to route.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from assistant.answers import Question, Turn
from assistant.folding import fold
from assistant.wording import load_cues
from ingest.schemes import Field, Scheme

Intent = Literal[
    "which_aid", "fact", "list", "comparison", "small_talk", "off_topic", "steering", "personal_data"
]
Expected = Literal[
    "amount", "percent", "count", "date", "duration", "contact", "who", "where", "list", "reason", "yes_no", "explanation"
]
MIN_OWN_TERMS = 4  # a follow-up shorter than this, in words of three letters or more, leans on what was said before


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question understood. `text` is the question made whole with its history; `parts` are its clauses."""

    text: str
    language: Literal["fr", "en"]
    intent: Intent
    expected: Expected | None
    schemes: tuple[Scheme, ...]
    fields: tuple[Field, ...]
    parts: tuple[str, ...]
    first_person: bool


def folded_text(text: str) -> str:
    """Lower case, no accents, plain apostrophes, single spaces: the form that cues and aliases are matched on."""
    return " ".join(fold(text).split())


@cache
def _pattern(sources: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{source})" for source in sources), re.DOTALL)


def heard(cue: str, folded: str) -> bool:
    """Whether a cue of cues.yaml stands in a folded text."""
    return _pattern(tuple(load_cues()[cue])).search(folded) is not None


def language_of(text: str) -> Literal["fr", "en"]:
    """French unless English function words outnumber the French ones."""
    cues, folded = load_cues(), folded_text(text)
    english = len(_pattern(tuple(cues["english"])).findall(folded))
    french = len(_pattern(tuple(cues["french"])).findall(folded))
    return "en" if english > french else "fr"


@cache
def _alias_pattern(alias: str) -> re.Pattern[str]:
    words = re.split(r"[\s\-_]+", folded_text(alias))
    return re.compile(r"(?<![\w+])" + r"[\s\-_]*".join(re.escape(word) for word in words) + r"(?![\w+])")


def names_of(scheme: Scheme) -> tuple[str, ...]:
    """The names a scheme goes by; a short alias in lower case is kept, since people write without capitals."""
    return (scheme.name, *scheme.aliases)


def mentions(folded: str, scheme: Scheme) -> bool:
    """Whether a folded text names a scheme."""
    return any(_alias_pattern(name).search(folded) for name in names_of(scheme))


def schemes_named(text: str, schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """Schemes whose name or alias stands in the text as whole words; the longest name wins where two overlap."""
    folded = folded_text(text)
    spans: list[tuple[int, int, int, Scheme]] = []
    for scheme in schemes:
        for name in names_of(scheme):
            spans += [(m.end() - m.start(), m.start(), m.end(), scheme) for m in _alias_pattern(name).finditer(folded)]
    spans.sort(key=lambda span: (-span[0], span[1], span[3].id))
    kept: list[tuple[int, int, Scheme]] = []
    for _, start, end, scheme in spans:
        same_span = any((start, end) == (s, e) for s, e, _ in kept)
        if same_span or all(end <= s or start >= e for s, e, _ in kept):
            kept.append((start, end, scheme))
    kept.sort(key=lambda span: span[0])
    return tuple(dict.fromkeys(scheme for _, _, scheme in kept))


def without_names(folded: str, schemes: Sequence[Scheme]) -> str:
    """A folded text less the names of schemes: "mon assistant IA" says nothing of an "I"."""
    for scheme in schemes:
        for name in names_of(scheme):
            folded = _alias_pattern(name).sub(" ", folded)
    return folded


def expected_type(folded: str) -> Expected | None:
    """The type of answer a folded question expects: the earliest cue in it, the order of cues.yaml breaking ties."""
    found: list[tuple[int, int, str]] = []
    for order, (name, sources) in enumerate(load_cues()["expects"].items()):
        match = _pattern(tuple(sources)).search(folded)
        if match:
            found.append((match.start(), order, name))
    return cast(Expected, min(found)[2]) if found else None


def fields_asked(folded: str) -> tuple[Field, ...]:
    """The attributes of a scheme that a folded question asks about, the most specific first."""
    return tuple(
        cast(Field, name) for name, cue in load_cues()["fields"].items() if _pattern(tuple(cue["asks"])).search(folded)
    )


def says_field(field: Field, text: str) -> bool:
    """Whether a text holds the words by which a source would speak of that attribute."""
    says = tuple(load_cues()["fields"][field]["says"])
    return not says or _pattern(says).search(folded_text(text)) is not None


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a question joined by "et", a comma or a full stop, when each asks something of its own."""
    pieces = re.split(
        r"(?<=[.?!;:])\s+|,?\s+(?:et|and|puis|ensuite)\s+(?=(?:qui|que|quel\w*|combien|où|quand|comment|à partir|pour|dans|"
        r"what|how|who|when|where|which|with)\b)",
        text,
    )
    kept = tuple(piece.strip(" ,;:?") for piece in pieces if piece and len(piece.split()) >= 3)
    return kept if len(kept) > 1 else (text,)


def made_whole(text: str, history: Sequence[Turn]) -> str:
    """A follow-up with the user's previous question before it; any other question as it is."""
    previous = [turn.content for turn in history if turn.role == "user"]
    if not previous:
        return text
    folded = folded_text(text)
    words = [word for word in re.findall(r"\w{3,}", folded) if word not in {"les", "des", "une", "pour", "est", "que"}]
    leans = re.match(r"^(et|mais|and|so|alors|sinon|donc|ok|what about)\b", folded) is not None
    points_back = re.search(r"\b(celui-ci|celle-ci|cette aide|ce dispositif|ce programme|this one|that one)\b", folded)
    if leans or points_back or len(words) < MIN_OWN_TERMS:
        return f"{previous[-1].rstrip()} {text}"
    return text


def _intent(folded: str, whole: str, first_person: bool, named: tuple[Scheme, ...], fields: tuple[Field, ...]) -> Intent:
    if heard("steering", folded):
        return "steering"
    if heard("personal_data", folded):
        return "personal_data"
    if heard("small_talk", folded):
        return "small_talk"
    if heard("errand", folded):
        return "off_topic"
    if heard("comparison", whole) and not first_person:
        return "comparison"
    if heard("which_aid", whole) and first_person and not (named and fields):
        return "which_aid"
    if heard("list", whole):
        return "list"
    return "fact"


def understand(question: Question, schemes: Sequence[Scheme]) -> Understanding:
    """Language, intent, expected type, schemes and attribute of a question, with its history. Deterministic."""
    whole = made_whole(question.text, question.history)
    folded, folded_whole = folded_text(question.text), folded_text(whole)
    named = schemes_named(question.text, schemes) or schemes_named(whole, schemes)
    fields = fields_asked(folded) or fields_asked(folded_whole)
    first_person = heard("first_person", without_names(folded_whole, named))
    return Understanding(
        text=whole,
        language=language_of(question.text),
        intent=_intent(folded, folded_whole, first_person, named, fields),
        expected=expected_type(folded) or expected_type(folded_whole),
        schemes=named,
        fields=fields,
        parts=clauses(whole),
        first_person=first_person,
    )
