"""Text made readable and regular: what a typesetter, a converter or a scanner left in it is undone here."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)  # œ and æ are letters
CID = re.compile(r"(?:\(cid:\d+\)\s?)+")  # what some converters write for a letter they do not know
INVISIBLE = re.compile(  # of no width, of control, private to a font, or no character at all
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]"
)
SPACES = re.compile(r"[^\S\n\f]+")  # every blank but line and page breaks: no-break and thin spaces become plain ones
HYPHENS = "-‐\u2010\u2011"
DIVIDED = re.compile(
    rf"(?<![^\W\d_])[^\W\d_]++[{HYPHENS}][ ]*(?:[\n\f]+[ ]*[^\W\d_]+|$)"
)  # halves of words are no words
WORD = re.compile(r"[^\W\d_]+(?:[-‐'’][^\W\d_]+)*")
PAGE_NUMBER = re.compile(
    r"^(?:[-–—|\s]*(?:page|p\.)?\s*\d{1,4}(?:\s*(?:/|sur|of|de)\s*\d{1,4})?[-–—|\s]*|[-–—\s]*[ivxlc]{1,7}[-–—\s]*)$",
    re.IGNORECASE,
)
# Halves that French joins by a real hyphen: « celui-ci », « peut-être », « a-t-il », « sous-traitant ».
HYPHEN_TAILS = frozenset("ci là même mêmes il ils elle elles on je tu nous vous moi toi lui leur ce t être".split())
HYPHEN_HEADS = frozenset(
    "peut non quasi demi semi mi vice ex outre après avant celui celle ceux celles c est dix vingt cent".split()
)


def tidy(text: str) -> str:
    """`text` in composed form, without ligatures, invisible or control characters, with plain spaces.

    Line breaks and page breaks (form feeds) stay. A soft hyphen before a line break becomes a visible one, so that
    `rejoin` still sees a divided word there.
    """
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n\n")
        .replace("\x85", "\n")
    )
    text = re.sub(r"\u00ad(?=[ \t]*\n)", "‐", text)
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", CID.sub(" ", text))).translate(LIGATURES)
    return re.sub(r" *\n *", "\n", SPACES.sub(" ", text))


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word, lower-cased, compounds whole, stands in `texts`; what `rejoin` leans on."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(word.lower() for word in WORD.findall(DIVIDED.sub(" ", text)))
    return seen


def words_where_divided(texts: Sequence[str]) -> Counter[str]:
    """As `words_of`, empty where no word is divided: nothing will ask."""
    return words_of(texts) if any(DIVIDED.search(text) for text in texts) else Counter()


def joined(head: str, hyphen: str, tail: str, known: Counter[str]) -> str:
    """The word that a line end divided into `head` and `tail`: « plani-/fication » → planification, « peut-/être » kept.

    A typographic hyphen (U+2010, U+00AD) is only ever put there by a typesetter. For a plain one the document decides:
    the spelling seen elsewhere wins; never seen and both halves are words, the hyphen stays.
    """
    plain, compound = (head + tail).lower(), f"{head}-{tail}".lower()
    if known[compound] > known[plain]:
        return f"{head}-{tail}"
    if hyphen in "‐\u00ad" or known[plain]:
        return head + tail
    if head.lower() in HYPHEN_HEADS or tail.lower() in HYPHEN_TAILS or tail[0].isupper():
        return f"{head}-{tail}"
    if known[head.lower()] and known[tail.lower()]:
        return f"{head}-{tail}"
    return head + tail


def rejoin(text: str, known: Counter[str]) -> str:
    """`text` with the words divided at its line ends made whole. Page breaks between the halves move after the word."""
    pattern = re.compile(rf"(?<![^\W\d_])([^\W\d_]++)([{HYPHENS}])[ ]*([\n\f]+)[ ]*([^\W\d_]+)")

    def whole(match: re.Match[str]) -> str:
        head, hyphen, gap, tail = match.groups()
        return joined(head, hyphen, tail, known) + ("\f" * gap.count("\f"))

    return pattern.sub(whole, text)


def flow(text: str) -> str:
    """Running text on one line: every blank, line breaks included, folded to one space; page breaks are kept."""
    text = re.sub(r"[ \n]+", " ", text)
    text = re.sub(r" ?(\f+) ?", lambda m: m.group(1) + " ", text) if "\f" in text else text
    return text.strip(" \n")


def running_lines(pages: Sequence[Sequence[str]], depth: int = 3) -> set[tuple[int, str]]:
    """The running heads and feet of `pages`, each a sequence of lines: pairs (page index, line) to leave out.

    A line among the first or last `depth` of a page is one when it comes back in that place on at least three pages
    (both of two) and on a sixth of all, the same or with a number that goes up with the pages; or when it is the page
    number alone.
    """
    places: Counter[tuple[str, tuple[int, ...]]] = Counter()
    candidates: list[list[tuple[str, tuple[str, tuple[int, ...]]]]] = []
    for lines in pages:
        filled = [line for line in lines if line.strip()]
        edge = {*filled[:depth], *(filled[-depth:] if len(filled) > depth else ())}
        keyed = [(line, key) for line in edge for key in _running_keys(line, len(candidates))]
        candidates.append(keyed)
        places.update({key for _, key in keyed})
    enough = min(max(2, len(pages)), max(3, len(pages) // 6))
    found: set[tuple[int, str]] = set()
    for index, (lines, keyed) in enumerate(zip(pages, candidates, strict=True)):
        filled = [line for line in lines if line.strip()]
        ends = {filled[0], filled[-1]} if filled else set()
        for line, key in keyed:
            repeated = places[key] >= enough and len(key[0]) < 160
            if repeated or (line in ends and len(pages) > 1 and PAGE_NUMBER.match(line.strip())):
                found.add((index, line))
    return found


def _running_keys(line: str, page: int) -> list[tuple[str, tuple[int, ...]]]:
    """What a line shares with its likes on other pages: all of it, or all but a number that is ahead of the page by the
    same count each time."""
    text = line.strip().lower()
    masked = re.sub(r"\d+", "#", text)
    numbers = [int(n) for n in re.findall(r"\d+", text)[:6] if len(n) < 6]
    return [(text, ()), *((masked, (at, n - page)) for at, n in enumerate(numbers))]
