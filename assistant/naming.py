"""Names in a text: the schemes of the catalogue by their aliases, and whatever is written with capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from assistant.cues import folded_text
from assistant.folding import fold
from ingest.schemes import Scheme


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
    r"\b(?:dans|selon|d'apres|annexes?|du texte|lit-on|according to|in|says?|dit|cite|mentionne|evoque|recense) (?:\w+ ){0,2}(?:d[ue]l?a?s? |le |la |les |l'|the )?$"
)

_AS_TELLER = re.compile(
    r"\b(?:selon|d'apres|(?:cite|nomme|liste|repere|recense|mentionne)(?:e?s)? par|according to|listed by|named by) (?:le |la |les |l'|the )?$"
)


def only_a_source(scheme: Scheme, folded: str) -> bool:
    """Whether a plan is named as the place where to read, or another as who tells it ("cité par…"), not as what is asked
    about."""
    if scheme.kind != "plan":
        told = [m for name in names_of(scheme) for m in _alias_pattern(name).finditer(folded)]
        return bool(told) and all(_AS_TELLER.search(folded[max(0, m.start() - 30) : m.start()]) for m in told)
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


def spans_of_names(text: str, schemes: Sequence[Scheme]) -> list[tuple[int, int]]:
    """Where a text, as it is written, holds the names of schemes."""
    folded = fold(text)
    return [m.span() for scheme in schemes for name in names_of(scheme) for m in _alias_pattern(name).finditer(folded)]


def without_scheme_names(text: str, schemes: Sequence[Scheme]) -> str:
    """A text as it is written, less the names of schemes."""
    patterns = [_alias_pattern(name) for scheme in schemes for name in names_of(scheme)]
    for pattern in sorted(patterns, key=lambda pattern: -len(pattern.pattern)):
        for match in reversed(list(pattern.finditer(fold(text)))):
            text = text[: match.start()] + text[match.end() :]
    return text


def without_names(folded: str, schemes: Sequence[Scheme]) -> str:
    """A folded text less the names of schemes: "mon assistant IA" says nothing of an "I"."""
    for scheme in schemes:
        for name in names_of(scheme):
            folded = _alias_pattern(name).sub(" ", folded)
    return folded


_NAME = re.compile(r"[A-ZÀ-Ý]{2,}[\w+&]*|\b\w+[A-Z]\w*|(?<![.?!:]\s)(?<!^)(?<!« )\b[A-ZÀ-Ý][\w'’-]+")
_NO_NAMES = frozenset(
    "region regions etat etats europe france ia ai pme tpe eti act union bonjour je on drh dg pdg rh sme eu l'ia d'ia qu'ia".split()
)


def names_in(text: str) -> list[str]:
    """Capitalised words, acronyms and mixed-case words of a text, those that tell nothing left out."""
    bare = [re.sub(r"^(?:[LDld]|[Qq]u)['’]", "", m.group()) for m in _NAME.finditer(text)]
    return list(dict.fromkeys(n for n in bare if folded_text(n) not in _NO_NAMES and len(n) > 1))
