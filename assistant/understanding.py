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
from assistant.wording import load_cues, load_glossary
from index.tokens import content_tokens
from ingest.schemes import Field, Scheme

Intent = Literal["which_aid", "fact", "list", "comparison", "small_talk", "off_topic", "steering", "personal_data"]
Expected = Literal[
    "amount",
    "percent",
    "share",
    "count",
    "figure",
    "date",
    "duration",
    "phone",
    "email",
    "contact",
    "who",
    "where",
    "list",
    "reason",
    "yes_no",
    "explanation",
]
MIN_OWN_TERMS = 4  # a follow-up shorter than this, in words of three letters or more, leans on what was said before


@dataclass(frozen=True, slots=True)
class Part:
    """A clause that asks something of its own, with the names it leans on, the type and the attribute it expects."""

    text: str
    expected: Expected | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question understood. `text` is the question made whole with its history; `parts` are its clauses.

    `terms` are its content tokens, in French whatever its language; `counted` are the tokens of the noun after "combien de",
    `measured` those of the noun whose amount or share is asked ("l'amende", "le chiffre d'affaires"); `done` tells that it asks of something already done; `asked_terms`
    are the terms of the sentences that ask; `qualifiers` are patterns that a source of the amount asked must hold.
    """

    text: str
    language: Literal["fr", "en"]
    intent: Intent
    expected: Expected | None
    schemes: tuple[Scheme, ...]
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    first_person: bool
    terms: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    done: bool = False
    asked_terms: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()


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


_AS_SOURCE = re.compile(
    r"\b(?:dans|selon|d'apres|annexes?|du texte|lit-on|according to|in|says?|dit) (?:\w+ ){0,2}(?:d[ue]l?a?s? |le |la |les |l'|the )?$"
)


def only_a_source(scheme: Scheme, folded: str) -> bool:
    """Whether a plan is named as the place where to read, not as what is asked about."""
    if scheme.kind != "plan":
        return False
    found = [m for name in names_of(scheme) for m in _alias_pattern(name).finditer(folded)]
    return bool(found) and all(_AS_SOURCE.search(folded[max(0, m.start() - 30) : m.start()]) for m in found)


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
    """The clauses of a question joined by "et", a colon or a full stop, when each asks something of its own."""
    pieces = re.split(
        r"(?<=[.?!;:])\s+"
        r"|,?\s+(?:et|and|puis|ensuite)\s+(?=(?:(?:à|de|d'|en|dans|pour|sur|par|avec|in|with|at)\s+)?"
        r"(?:qui|que|quoi|quel\w*|combien|où|quand|comment|lequel|laquelle|ce sont|c'est|what|how|who|when|where|which)\b)"
        r"|,\s+(?=(?:livré|quand|combien|quel\w*|où|qui)\b)",
        text,
    )
    return tuple(piece.strip(" ,;:?") for piece in pieces if piece and len(piece.split()) >= 2)


def parts_of(text: str, schemes: Sequence[Scheme]) -> tuple[Part, ...]:
    """The clauses that ask something, each with the names of the whole question it lacks; one part when it is one."""
    pieces = clauses(text)
    asking = [
        p for p in pieces if expected_type(folded_text(p)) or re.search(r"\b(qu\w+|which|what)\b", folded_text(p))
    ]
    if len(asking) < 2:
        return (Part(text, expected_type(folded_text(text)), fields_asked(folded_text(text))),)
    names = list(dict.fromkeys([*(scheme.name for scheme in schemes), *names_in(text)]))
    kept = []
    for piece in asking:
        folded = folded_text(piece)
        own = names_in(f"– {piece}") or schemes_named(piece, schemes)
        subject = "" if own else " ".join(names)
        kept.append(Part(f"{piece} {subject}".strip(), expected_type(folded), fields_asked(folded)))
    return tuple(kept)


_NAME = re.compile(r"[A-ZÀ-Ý]{2,}[\w+&]*|\b\w+[A-Z]\w*|(?<![.?!:]\s)(?<!^)(?<!« )\b[A-ZÀ-Ý][\w'’-]+")
_NO_NAMES = frozenset(
    "region regions etat etats europe france ia ai pme tpe eti act union bonjour je on drh dg pdg rh sme eu l'ia d'ia qu'ia".split()
)


def names_in(text: str) -> list[str]:
    """Capitalised words, acronyms and mixed-case words of a text, those that tell nothing left out."""
    bare = [re.sub(r"^(?:[LDld]|[Qq]u)['’]", "", m.group()) for m in _NAME.finditer(text)]
    return list(dict.fromkeys(n for n in bare if folded_text(n) not in _NO_NAMES and len(n) > 1))


_COUNTED = re.compile(r"\b(?:combien d[e']|how many|nombre d[e'])\s*(?:\w+s? (?=d[e'])d[e'])?([\w-]+(?: [\w-]+)?)")


def counted_in(folded: str) -> tuple[str, ...]:
    """The first tokens of the noun a folded question counts; none when it counts nothing named."""
    match = _COUNTED.search(folded)
    return content_tokens(match[1].split()[0]) if match else ()


def asking_sentences(text: str) -> str:
    """The sentences of a text that end with a question mark, else its last one, else the whole."""
    pieces = [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|(?<=\s):\s", text) if piece.strip()]
    asking = [piece for piece in pieces if piece.endswith("?")]
    return " ".join(asking or pieces[-1:]) or text


_MEASURED = re.compile(
    r"(?:quel(?:le)?s?(?: est| etait| serait| sont)?(?: le| la| les| l'|)|de combien (?:est|sont|serait)(?: le| la| les| l'|)|"
    r"(?:montant|cout|prix) (?:de la|du|de l'|des|d'un|d'une))\s*([a-z][\w-]+)"
)
_MEASURES = frozenset(  # words for the measure itself, which a source need not repeat
    "montant budget enveloppe financement cout prix tarif somme apport dotation subvention aide part taux proportion poids pourcentage "
    "nombre chiffre total plafond ordre niveau credit fonds investissement contribution region date annee duree".split()
)


def measured_in(folded: str) -> tuple[str, ...]:
    """The token of the noun whose amount or share a folded question asks; none when it is a word for the measure."""
    if expected_type(folded) not in ("amount", "percent"):
        return ()
    match = _MEASURED.search(folded)
    return (
        content_tokens(match[1])
        if match and match[1] not in _MEASURES and match[1].rstrip("s") not in _MEASURES
        else ()
    )


def in_french(text: str) -> str:
    """An English question with the French words of the glossary after each English one: for its words, not to be read."""
    glossary = load_glossary()
    words = re.findall(r"[\w'’&+-]+", text)
    return " ".join(glossary.get(word.lower(), glossary.get(word.lower().rstrip("s"), word)) for word in words)


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


def _intent(
    folded: str, whole: str, first_person: bool, named: tuple[Scheme, ...], fields: tuple[Field, ...]
) -> Intent:
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
    if (
        heard("need", whole)
        and first_person
        and not named
        and expected_type(whole) in (None, "who", "explanation", "yes_no")
    ):
        return "which_aid"
    if heard("list", whole):
        return "list"
    return "fact"


def understand(question: Question, schemes: Sequence[Scheme]) -> Understanding:
    """Language, intent, expected type, schemes and attribute of a question, with its history. Deterministic."""
    whole = made_whole(question.text, question.history)
    folded, folded_whole = folded_text(question.text), folded_text(whole)
    named = schemes_named(question.text, schemes) or schemes_named(whole, schemes)
    named = tuple(s for s in named if not only_a_source(s, folded_whole))
    fields = fields_asked(folded) or fields_asked(folded_whole)
    language = language_of(question.text)
    first_person = heard("first_person", without_names(folded_whole, named))
    return Understanding(
        text=whole,
        language=language,
        intent=_intent(folded, folded_whole, first_person, named, fields),
        expected=expected_type(folded) or expected_type(folded_whole),
        schemes=named,
        fields=fields,
        parts=parts_of(whole, named),
        first_person=first_person,
        terms=content_tokens(whole if language == "fr" else in_french(whole)),
        counted=counted_in(folded),
        measured=measured_in(folded),
        done=heard("done", folded),
        asked_terms=content_tokens(asking_sentences(whole)) if language == "fr" else (),
        qualifiers=tuple(q["says"] for q in load_cues()["qualifiers"] if re.search(q["asks"], folded)),
    )
