"""People named in a text beside what they are: "Charles Bouveyron, directeur de…", "la présidente Émilie Jean"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from assistant.cues import folded_text
from assistant.folding import fold
from assistant.wording import load_cues
from index.tokens import content_tokens

BESIDE = 60  # characters at most between a name and the word for the post
_GIVEN = r"[A-ZÀ-ÖØ-Ý](?:[a-zà-öø-ÿ]+|\.)(?:[- ][A-ZÀ-ÖØ-Ý][a-zà-öø-ÿ]*\.?)?"
_NAME = re.compile(
    rf"(?<![\w'’-])(?P<title>(?:M\.|Mme|MM\.|Mr\.?|Mrs\.?|Ms\.?|Dr|Pr|Monsieur|Madame) )?(?P<given>{_GIVEN}) "
    r"(?:(?:[Dd]e|[Dd]u|DE|DU|[Ll][ea]|L[EA]|[Vv]an|[Bb]en|BEN|[Ee]l|EL) ){0,2}(?:[dD]['’])?(?P<family>[A-ZÀ-ÖØ-Ý][\w'’-]{2,})"
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_DOES = re.compile(r"\b(?:a|ont|avait) [a-z]+e\b|\ba [a-z]+er\b|[.;!?] ")  # who does something to someone is not he
_COMMON = frozenset(content_tokens("région ville département état commission"))  # houses of which there are many
_TITLED = re.compile(r"\b(?:M\.|Mme|Mr\.?|Mrs\.?|Ms\.?|Monsieur|Madame) [A-ZÀ-ÖØ-Ý][\w'’-]+")


_HOUSE = re.compile(
    r"^[a-z-]* ?(?:generale?s? |regionale?s? |actuel\w* )*(?:-t-(?:il|elle) )?(?:de la|du|des|de l'|de|d'|la|le|les|l') ?([a-z0-9]+)"
)


@cache
def post_asked(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a question, how the words for the post asked begin, and the tokens of the house it is held in; none of either
    where none is named."""
    folded = folded_text(text)
    for match in re.finditer(r"[a-z]+(?:-[a-z]+)?", folded):
        family = next((tuple(f) for f in load_cues()["posts"] if match[0].startswith(tuple(f))), ())
        if family:
            held = family[0] in load_cues()["held_in_a_house"]  # who wrote a report is named without it
            house = _HOUSE.match(folded[match.start() :]) if held else None
            return family, content_tokens(house[1]) if house else ()
    return (), ()


def people(text: str) -> Iterator[tuple[int, int]]:
    """Where a text names people: a title and a name, or two words with capitals of which none is a word for a house."""
    houses = frozenset(load_cues()["houses"])
    for match in _TITLED.finditer(text):
        yield match.span()
    for match in _NAME.finditer(text):
        words = re.findall(r"[a-z]+", fold(f"{match['given']} {match['family']}"))
        if match["title"] or not houses & set(words):
            yield match.span("given")[0], match.end()


def holders(text: str, posts: Collection[str], house: Collection[str] = ()) -> bool:
    """Whether a text names someone beside one of the posts, given by how their words begin (any post where none is), or
    before a bracket that names the house asked, where one is."""
    known = tuple(posts) or tuple(word for family in load_cues()["posts"] for word in family)
    for start, end in people(text):
        before, after = fold(text[max(0, start - BESIDE - 20) : start]), fold(text[end : end + BESIDE + 20])
        left = (before[match.end() :] for match in _WORD.finditer(before) if match[0].startswith(known))
        right = (after[: match.start()] for match in _WORD.finditer(after) if match[0].startswith(known))
        if any(len(gap) <= BESIDE and not _DOES.search(gap) for gap in (*left, *right)):
            return True
        bracket = re.match(r" ?\(([^)]*)\)", text[end:])
        named = set(house) - _COMMON
        if bracket and (named & set(content_tokens(bracket[1])) or not (house or posts)):
            return True
    return False
