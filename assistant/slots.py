"""What a question fixes besides its subject (a year, a place, a post, a number), looked for in the very sentences kept.

A near miss tells of the right subject with another year, another town, another post: its words are all around, and
only the sentence that would answer shows that it is another's. Measures for the judge of answerability.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.counted import in_french
from assistant.cues import folded_text, heard
from assistant.evidence import Idf, Unit, held_by, share
from assistant.folding import fold
from assistant.naming import names_in
from assistant.people import holders, people
from assistant.sufficiency import speaks_of_to_come
from assistant.territories import Place, places
from assistant.understanding import Understanding, asking_sentences
from assistant.wording import load_cues
from index.tokens import content_tokens

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_COUNT_WORD = re.compile(
    r"[(«]?\d|(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    r"quarante|cinquante|soixante|cent|mille|dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine|"
    r"centaine|millier|two|three|four|five|six|seven|eight|nine|ten)s?$"
)
_TELLER = re.compile(  # before a place that only names who tells it: "d'après le CESER…", "mentioned in the … report"
    r"\b(?:d'apres|selon|suivant|according to|(?:cit|mentionn|evoqu|mention|quot)\w* (?:dans|par|in|by))"
    r"(?: [\w'’-]+){0,4} ?$"
)
_ONE = re.compile(r"une?$")  # "une fois par an" counts, "une cohorte d'agents" counts no agents
BRACKETED = 2  # words before a number in brackets in which the noun it counts stands ("FinTech (12)")
NEAR = 5  # words after a number in which the noun it counts stands


@dataclass(frozen=True, slots=True)
class Slots:
    """Shares in 0..1 and flags: what is asked (`…_asked`), and how far the units kept hold it; 1 where it is not asked.

    `year_first`: the first unit tells a year asked; `year_other`: it tells others only. `place_first`: the first unit is
    of a place asked; `place_other`: it names other places only. `person_told`: the share of the names in the question
    beside a person named, halved where the post asked does not stand there. `count_near`: the noun counted stands by a
    number; `of_whom_told`: that of which a share is asked stands in a unit with one. `to_come`: asked what came out of something, the first two units tell of what will. `names_valued`: the
    largest share of the names in a unit with a value of the type asked, or in any unit where none is asked;
    `terms_missing`, `most_missing`: the least share, and idf, of the question's terms that such a unit lacks; `terms`
    their number, `docs` that of the documents kept.
    """

    year_first: float
    year_other: float
    place_asked: float
    place_first: float
    place_other: float
    person_asked: float
    person_told: float
    counted: float
    count_near: float
    of_whom: float
    of_whom_told: float
    to_come: float
    names_valued: float
    terms_missing: float
    most_missing: float
    terms: float
    docs: float


def slots(understanding: Understanding, kept: Sequence[Unit], idf: Idf) -> Slots:
    """The slots of a question, measured over at least one unit kept."""
    text, first = understanding.text, kept[0]
    folded = folded_text(text)
    years = set(_YEAR.findall(text))
    told = set(_YEAR.findall(first.text))
    asks = asking_sentences(text)
    said = [place for place in places(asks) if not _TELLER.search(folded_text(asks[: place.start]))]
    counted = set(understanding.counted)
    several = len(understanding.parts) > 1
    asks_share = set(understanding.of_whom) if understanding.expected in ("share", "percent") else set()
    person, posts = _asks_person(folded)
    read = in_french if understanding.language == "en" else str
    names = [t for name in names_in(text) for t in content_tokens(read(name))]
    formed = any(part.expected for part in understanding.parts)
    valued = [unit for unit in kept if unit.expected] if formed else list(kept)
    terms = dict.fromkeys(understanding.terms)
    lacks = [_lacking(terms, unit, idf) for unit in valued if unit is first or formed]
    return Slots(
        year_first=float(not years or bool(years & told)),
        year_other=float(bool(years and told) and not years & told),
        place_asked=float(bool(said)),
        place_first=float(not said or any(_of_place(unit, said) for unit in (kept if several else [first]))),
        place_other=float(bool(said) and not several and not _of_place(first, said) and bool(places(first.text))),
        person_asked=float(person),
        person_told=max((_names_holder(unit, posts, names, idf) for unit in kept), default=0.0) if person else 1.0,
        counted=float(bool(counted)),
        count_near=float(not counted or any(counts(counted, unit.text) for unit in kept)),
        of_whom=float(bool(asks_share)),
        of_whom_told=float(not asks_share or any(asks_share & set(content_tokens(unit.text)) for unit in valued)),
        to_come=float(heard("outcome", folded) and all(speaks_of_to_come(unit.text) for unit in kept[:2])),
        names_valued=max((share(names, held_by(_around(unit)), idf) for unit in valued), default=0.0) if names else 1.0,
        terms_missing=min((missing for missing, _ in lacks), default=1.0),
        most_missing=min((most for _, most in lacks), default=max(map(idf, terms), default=0.0)),
        terms=float(len(terms)),
        docs=float(len({unit.passage.doc for unit in kept})),
    )


def _around(unit: Unit) -> set[str]:
    """The tokens of a unit, of its headings and of its title."""
    return set(content_tokens(" ".join((unit.title, *unit.passage.heading, unit.text))))


def _lacking(terms: Collection[str], unit: Unit, idf: Idf) -> tuple[float, float]:
    """The idf share of the terms that a unit and its headings lack, and the idf of the rarest of them."""
    around = _around(unit)
    missing = [term for term in terms if term not in around]
    return share(terms, held_by(missing), idf), max(map(idf, missing), default=0.0)


def _of_place(unit: Unit, said: Sequence[Place]) -> bool:
    """Whether a unit is of one of the places said: by its own words, its headings or the region of its document."""
    codes = {place.code for place in said if place.code}
    if unit.region in codes or any(place.code in codes for place in places(unit.text)):
        return True
    around = fold(" ".join((unit.title, *unit.passage.heading, unit.text)))
    return any(re.search(rf"(?<!\w){re.escape(fold(place.name))}(?!\w)", around) for place in said)


def _asks_person(folded: str) -> tuple[bool, tuple[str, ...]]:
    """Whether a person is asked for, and the beginnings of the words for the post, none where any person does."""
    if not heard("person", folded):
        return False, ()
    words = re.findall(r"[a-z]+", folded)
    posts = (tuple(post) for post in load_cues()["posts"])
    return True, next((post for post in posts if any(word.startswith(post) for word in words)), ())


def _names_holder(unit: Unit, posts: Sequence[str], names: Sequence[str], idf: Idf) -> float:
    if not any(people(unit.text)):
        return 0.0
    held = holders(unit.text, posts)
    own = set(content_tokens(" ".join((*unit.passage.heading, unit.text))))
    return (share(names, held_by(own), idf) if names else 1.0) * (1.0 if held else 0.5)


def counts(counted: Collection[str], text: str) -> bool:
    """Whether a number stands in a text right before one of the tokens counted, or in brackets right after it."""
    words = fold(text).split()
    if any(
        set(counted) & set(content_tokens(" ".join(words[max(0, i - BRACKETED) : i])))
        for i, word in enumerate(words)
        if re.match(r"\(\d", word)
    ):
        return True
    return any(
        set(counted) & set(content_tokens(" ".join(_noun_of(words[i + 1 : i + 1 + (1 if _ONE.match(word) else NEAR)]))))
        for i, word in enumerate(words)
        if _COUNT_WORD.match(word) or _ONE.match(word)
    )


def _noun_of(words: Sequence[str]) -> Sequence[str]:
    """Those of the words after a number that may name what it counts: up to another thing ("et des ateliers")."""
    return words[: next((i for i, word in enumerate(words) if word in ("et", "des", "dont", "and")), len(words))]
