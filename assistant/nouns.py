"""The noun that a figure counts, as a stem shared by French and English."""

from __future__ import annotations

import re

_ADJECTIVES = r"(?:(?:nouve(?:aux|lles|l|lle)|petites?|grande?s?|jeunes?|autres?|premiere?s?|derniere?s?|future?s?|principa\w+|new|small|other|first) )*"
_NOUN = re.compile(rf" (?:(?:de |d'|of )(?=[a-z]))?{_ADJECTIVES}([a-z][a-z'-]{{2,}})")
_NO_NOUN = frozenset(
    [
        "aux",
        "avec",
        "car",
        "ces",
        "cette",
        "ceux",
        "chez",
        "comme",
        "dans",
        "depuis",
        "des",
        "dont",
        "elle",
        "elles",
        "entre",
        "est",
        "etaient",
        "etait",
        "ete",
        "ils",
        "les",
        "leur",
        "leurs",
        "lors",
        "mais",
        "nous",
        "ont",
        "ou",
        "par",
        "parmi",
        "pas",
        "plus",
        "pour",
        "puis",
        "que",
        "qui",
        "sans",
        "ses",
        "seront",
        "sera",
        "soit",
        "sont",
        "sous",
        "sur",
        "tous",
        "une",
        "vers",
        "via",
        "vous",
        "and",
        "are",
        "but",
        "for",
        "from",
        "has",
        "have",
        "her",
        "his",
        "into",
        "its",
        "not",
        "out",
        "over",
        "per",
        "she",
        "that",
        "the",
        "their",
        "they",
        "this",
        "was",
        "were",
        "which",
        "who",
        "will",
        "with",
        "fois",
        "times",
        "chacun",
        "chacune",
        "maximum",
        "minimum",
        "environ",
    ]
)
_ENGLISH_NOUNS = {
    "compani": "entrepris", "company": "entrepris", "firm": "entrepris", "business": "entrepris",
    "person": "personn", "peopl": "personn", "measur": "mesur", "project": "projet",
    "scheme": "dispositif", "schem": "dispositif", "researcher": "chercheur", "student": "etudiant", "member": "membr",
    "city": "vill", "objectiv": "objectif", "employ": "salari", "worker": "travailleur", "job": "emploi", "actor": "acteur",
}  # fmt: skip


def noun_after(folded: str, end: int) -> str | None:
    match = _NOUN.match(folded, end) or re.compile(r"-([a-z]{3,})").match(folded, end)
    return None if match is None or match[1] in _NO_NOUN else stem(match[1])


def stem(word: str) -> str:
    """A folded noun without its marks of number and gender, English ones turned to French."""
    word = re.sub(r"^[ldnsq]u?'", "", word)
    word = re.sub(r"e+$", "", re.sub(r"[sx]$", "", word))
    return _ENGLISH_NOUNS.get(word, word)
