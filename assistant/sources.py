"""The document a question names as its source: "le communiqué du CESER…", "d'après le Plan Sud"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from index.store import DocumentInfo
from index.tokens import content_tokens, fold

# A word that introduces a source; what it introduces says where to read, not what is asked.
_CUE = re.compile(
    r"\b(?:selon|d'apres|dans|annexes?|avis|communique|rapport|saisine|etude|ceser|plan|report|according)\b",
    re.IGNORECASE,
)


def source_named(text: str, documents: Mapping[str, DocumentInfo]) -> dict[str, float]:
    """How much of what the question says of its source names each document, 0..1; nothing under two words of a name.

    A word of an id, title or publisher weighs the logarithm of how few documents bear it.
    """
    names = _names(documents)
    asked = set(content_tokens(text))
    bearers = {token: sum(token in held for held in names.values()) for token in asked}
    weights = {t: math.log(1 + len(names) / n) for t, n in bearers.items() if n}
    total = sum(weights.values())
    if not total:
        return {}
    shares = {doc: sum(weights[t] for t in held if t in weights) / total for doc, held in names.items()}
    return {doc: value for doc, value in shares.items() if len(names[doc] & weights.keys()) >= 2}


def named_sources(text: str, documents: Mapping[str, DocumentInfo]) -> set[str]:
    """The tokens by which a question names the document most named, where a cue introduces a source; else none."""
    if not _CUE.search(fold(text)):
        return set()
    shares = source_named(text, documents)
    if not shares:
        return set()
    names, asked = _names(documents), set(content_tokens(text))
    best = max(shares, key=lambda doc: shares[doc])
    return names[best] & asked


def _names(documents: Mapping[str, DocumentInfo]) -> dict[str, set[str]]:
    return {
        doc: set(content_tokens(" ".join((doc.replace("-", " "), info.title, info.publisher or ""))))
        for doc, info in documents.items()
        if not doc.startswith("fiche-")
    }
