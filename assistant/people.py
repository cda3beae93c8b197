"""People named in a text beside what they are: "Charles Bouveyron, directeur de…", "la présidente Émilie Jean"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from assistant.folding import fold
from assistant.wording import load_cues

BESIDE = 60  # characters between a name and the word for the post
_GIVEN = r"[A-ZÀ-ÖØ-Ý](?:[a-zà-öø-ÿ]+|\.)(?:[- ][A-ZÀ-ÖØ-Ý][a-zà-öø-ÿ]*\.?)?"
_NAME = re.compile(
    rf"(?<![\w'’-])(?P<title>(?:M\.|Mme|MM\.|Mr\.?|Mrs\.?|Ms\.?|Dr|Pr|Monsieur|Madame) )?(?P<given>{_GIVEN}) "
    r"(?:(?:[Dd]e|[Dd]u|DE|DU|[Ll][ea]|L[EA]|[Vv]an|[Bb]en|BEN|[Ee]l|EL) ){0,2}(?:[dD]['’])?(?P<family>[A-ZÀ-ÖØ-Ý][\w'’-]{2,})"
)
_TITLED = re.compile(r"\b(?:M\.|Mme|Mr\.?|Mrs\.?|Ms\.?|Monsieur|Madame) [A-ZÀ-ÖØ-Ý][\w'’-]+")


def people(text: str) -> Iterator[tuple[int, int]]:
    """Where a text names people: a title and a name, or two words with capitals of which none is a word for a house."""
    houses = frozenset(load_cues()["houses"])
    for match in _TITLED.finditer(text):
        yield match.span()
    for match in _NAME.finditer(text):
        words = re.findall(r"[a-z]+", fold(f"{match['given']} {match['family']}"))
        if match["title"] or not houses & set(words):
            yield match.span("given")[0], match.end()


def holders(text: str, posts: Collection[str]) -> bool:
    """Whether a text names someone beside one of the posts, given by how their words begin; with none, beside any
    post, a comma or a bracket that tells who he is."""
    known = tuple(posts) or tuple(word for family in load_cues()["posts"] for word in family)
    for start, end in people(text):
        around = fold(text[max(0, start - BESIDE) : start] + " " + text[end : end + BESIDE])
        if any(word.startswith(known) for word in re.findall(r"[a-z-]+", around)):
            return True
        if text[end:].lstrip().startswith("("):
            return True
    return False
