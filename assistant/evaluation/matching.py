"""When a text says something: key facts, forbidden words, and pieces of evidence, on texts put in one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from index.tokens import content_tokens


def normal(text: str) -> str:
    """NFKC, lower case, plain apostrophes, no asterisks, thousands joined ("3 000" is "3000"), single spaces."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("*", "")
    text = re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", text)
    return re.sub(r"\s+", " ", text)


def says(text: str, wanted: str) -> bool:
    """Whether a normal text holds `wanted`; a digit at either end of it stands alone ("10" is not in "2010")."""
    wanted = normal(wanted)
    before = r"(?<![\d,.])" if wanted[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None


def says_any(text: str, alternatives: Iterable[str]) -> bool:
    return any(says(text, wanted) for wanted in alternatives)


def share_said(text: str, facts: Sequence[Sequence[str]]) -> float:
    """The share of the facts, each a list of alternatives, that a normal text says. `facts` is not empty."""
    return sum(says_any(text, alternatives) for alternatives in facts) / len(facts)


def coverage(wanted: str, text: str) -> float:
    """The share of the content words of `wanted` that stand in `text`, 0 when it has none."""
    terms = content_tokens(wanted)
    held = set(content_tokens(text))
    return sum(term in held for term in terms) / len(terms) if terms else 0.0


def same_name(a: str, b: str) -> bool:
    """Two names of a scheme: equal, or one inside the other."""
    a, b = normal(a), normal(b)
    return a in b or b in a
