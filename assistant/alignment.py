"""A sentence laid along its quotes, word by word: what was kept, left out and put in, and in which clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.figures import figures
from assistant.folding import fold
from index.tokens import content_tokens

REACH = 6  # words on each side that tell what a figure or a name is about
FUNCTION = 0.25  # weight of a word without meaning of its own, against 1
KEPT = 0.5  # share of a clause's terms that a sentence keeps, beyond which it says that clause
_WORD = re.compile(r"#\d+#|[^\W\d_]+'|[^\W_]+(?:-[^\W_]+)*|[€%$£]|[.,;:!?()«»\n]")
_ENDS_CLAUSE = frozenset(".,;:!?()«»\n")
_JOINS = frozenset("et ou mais qui que dont car puis ainsi comme pour afin and or but which that so to".split())


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words of a text, figures as "#0#"; `stems` their terms, "" for a word without meaning of its own;
    `clause` the number of the clause of each; `at` the word of each figure, in the order of `figures`."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    clause: tuple[int, ...]
    at: tuple[int, ...]


def words_of(text: str) -> Words:
    """The words of a text, marks of punctuation included."""
    folded = fold(text)
    found = figures(text)
    for i, figure in reversed(list(enumerate(found))):
        folded = f"{folded[: figure.start]} #{i}# {folded[figure.end :]}"
    words = tuple(_WORD.findall(folded))
    stems, clauses, number = [], [], 0
    for i, word in enumerate(words):
        joint = word in _JOINS and i > 0 and words[i - 1] not in _ENDS_CLAUSE
        number += word in _ENDS_CLAUSE or joint
        stems.append("" if word.startswith("#") else " ".join(content_tokens(word)))
        clauses.append(number)
    places = {int(word[1:-1]): i for i, word in enumerate(words) if word.startswith("#")}
    return Words(words, tuple(stems), tuple(clauses), tuple(places.get(i, 0) for i in range(len(found))))


@dataclass(frozen=True, slots=True)
class Alignment:
    """`of[i]` is the word of the source that word i of the sentence copies, or None; `kept` the words of the source
    that are copied."""

    sentence: Words
    source: Words
    of: tuple[int | None, ...]
    kept: frozenset[int]

    def clause_kept(self, j: int) -> bool:
        """Whether the sentence says the clause of word j of the source: the words next to it, and most of the clause."""
        source = self.source
        own = [k for k, c in enumerate(source.clause) if c == source.clause[j] and k != j and source.stems[k]]
        if not own:  # "annoncés", alone with a figure
            return bool({j - 1, j + 1} & self.kept)
        said = [k for k in own if k in self.kept]
        return len(said) >= KEPT * len(own) and any(abs(k - j) <= REACH for k in said)


def align(sentence: str, source: str) -> Alignment:
    """The longest runs of words in common, in order (difflib, Ratcliff and Obershelp)."""
    ours, theirs = words_of(sentence), words_of(source)
    a = ["#" if w.startswith("#") else w for w in theirs.words]
    b = ["#" if w.startswith("#") else w for w in ours.words]
    of: list[int | None] = [None] * len(b)
    for start, own, length in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        of[own : own + length] = range(start, start + length)
    return Alignment(ours, theirs, tuple(of), frozenset(i for i in of if i is not None))


def context(words: Words, at: int) -> dict[tuple[str, str], float]:
    """The terms around a word, by side, weighing less with their distance; other figures count by their place."""
    found: dict[tuple[str, str], float] = {}
    for side, step in (("before", -1), ("after", 1)):
        distance, k = 0, at + step
        while 0 <= k < len(words.words) and distance < REACH:
            stem = words.stems[k] or ("" if words.words[k] in _ENDS_CLAUSE else words.words[k])
            if not stem.startswith("#"):
                distance += 1
                weight = (1.0 if words.stems[k] else FUNCTION) / distance
                found[side, stem] = max(found.get((side, stem), 0.0), weight)
            k += step
    return found


def alike(one: dict[tuple[str, str], float], other: dict[tuple[str, str], float]) -> float:
    """What two contexts share, 0 for nothing; the sum of the least weights."""
    return sum(min(weight, other[key]) for key, weight in one.items() if key in other)


def places_of(words: Words, name: Sequence[str]) -> list[int]:
    """Where the terms of a name begin in the words."""
    return [i for i, stem in enumerate(words.stems) if stem and stem == name[0]]
