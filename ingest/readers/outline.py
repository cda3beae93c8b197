"""Headings: how to know one, and how deep it stands when its marks cannot be trusted.

Converters give the same rank now two marks, now three. What the author wrote is steadier: numbers (2.1.3), series
(« Mesure 14 : », « Faiblesse 1 : »), the table of contents. Marks decide where these say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MAX_DEPTH = 6  # as Block.level; a mark beyond it is of letters smaller than the text, under any other
LONG_LEADER = re.compile(r"[. …]{60,}|_{60,}")  # made short first: the patterns below look at each of its points
LEADER = re.compile(r"\.[ ]?\.[ ]?\.[. ]*|…[ .…]*|____+")
ENTRY = re.compile(r"(?:\.[ ]?\.[. ]*|…[ .…]*|____+)[ |\n]*(?P<page>\d{1,3}|[ivxl]{1,6})(?=\s|\||$)")
DOTTED = re.compile(r"^(?:(?:chapitre|partie|titre|section)\s+)?(\d{1,2}(?:\.\d{1,2})+)[.)]?\s+(?=[^\W\d_]|[«“\"'])")
SIMPLE = re.compile(
    r"^(?:(?:chapitre|partie|titre|section)\s+)?(\d{1,2})\s*(?:[.)]|[-–—:](?=\s))\s*(?=[^\W\d_]|[«“\"'])"
)
BARE = re.compile(r"^(\d{1,2})\s+(?=[A-ZÀ-Ý«])")
SERIES = re.compile(r"^([^\W\d_]{3,}(?:\s+n[°o])?)\s+(\d{1,3}|[IVX]{1,5}|[A-Z])(?:er|re|e|ère|ème)?\s*(?:[:.)–—-]|$)")
ROMAN = re.compile(r"^([IVX]{1,5})(?:\s*[-.)–—:]\s*|\s+)(?=[^\W\d_]|[«“])")
LETTER = re.compile(r"^([A-Ha-h])\s*[-.)–—]\s+(?=\S)")
TOP = re.compile(
    r"^(?:annexes?|bibliographie|glossaire|remerciements?|sommaire|table des|tables? of contents|lexique|index|avertissements?)\b",
    re.IGNORECASE,
)
END = re.compile(r"[ |](\d{1,3})$")
CONTENTS = re.compile(r"^(?:sommaire|table|index|avertissement)", re.IGNORECASE)
FIGURE = re.compile(
    r"^(?:source|sources|figure|fig\.|photo|crédits?|©|graphique|lecture \d|nb|https?:|www\.)\b|^©", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Title:
    """A heading before its depth is known. `leads` says that another heading follows at once."""

    text: str
    mark: int
    soft: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    depth: int
    mark: int
    kind: str  # "number", "series", "plain", "group" above a series, "soft" before a heading, "minor" before text
    key: str = ""


def fold(text: str) -> str:
    """Letters and digits of `text`, without case or accents: what two spellings of one heading share."""
    plain = unicodedata.normalize("NFD", text.lower())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


def is_contents(text: str) -> bool:
    """Whether `text` is part of a table of contents: most of its lines lead by dots to a page number, or, without dots,
    end in page numbers that never go down."""
    text = LONG_LEADER.sub(" ......... ", text)
    lines = [line for line in text.replace("\f", "\n").split("\n") if line.strip()]
    numbers = [int(page) for page in ENTRY.findall(text) if page.isdigit()]
    entries = len(ENTRY.findall(text))
    if not _climbs(numbers):
        return False
    if len(lines) == 1:
        return entries >= 3 or (
            entries == 1 and len(text) < 200 and bool(re.search(r"(?:\.[ ]?){4,}[ |]*\d{1,3}$", text))
        )
    if entries >= 2 and entries + sum(bool(LEADER.search(line)) for line in lines) >= len(lines):
        return True
    ends = [(line, END.search(line.rstrip()[-8:])) for line in lines]
    pages = [int(match.group(1)) for line, match in ends if match and any(c.isalpha() for c in line[:200])]
    return len(pages) >= 4 and len(pages) > 0.8 * len(lines) and pages == sorted(pages) and pages[-1] - pages[0] >= 3


def _climbs(numbers: Sequence[int]) -> bool:
    """Whether numbers go up like pages: a list of prices or codes with dot leaders does not."""
    steps = [b >= a for a, b in zip(numbers, numbers[1:], strict=False)]
    return not steps or sum(steps) >= 0.8 * len(steps)


def contents_entries(text: str) -> list[str]:
    """The titles a table of contents names, in order."""
    flat = LONG_LEADER.sub(" ......... ", text.replace("\f", "\n"))
    titles: list[str] = []
    last = 0
    for match in ENTRY.finditer(flat):
        lines = flat[last : match.start()].strip("\n").split("\n")
        # A title too long for its line goes on with the next one, or an entry without a page stands above it.
        titles.extend(_entry(text) for text in dict.fromkeys((" ".join(lines), lines[-1])))
        last = match.end()
    if not titles:
        titles = [re.sub(r"[ |]+\d{1,3}$", "", line.strip()).strip(" |") for line in flat.split("\n")]
    return [title for title in titles if title]


def _entry(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" .|")


def looks_like_heading(line: str) -> bool:
    """Whether a line that stands alone, unmarked, reads as a heading: short, no end of sentence, opens like a title."""
    line = line.strip()
    if not 3 <= len(line) <= 110 or "\n" in line or FIGURE.match(line) or len(line.split()) > 16:
        return False
    letters = [c for c in line if c.isalpha()]
    if len(letters) < 3 or len(letters) < len(line) / 2:
        return False
    capitals = sum(c.isupper() for c in letters) > 0.8 * len(letters)
    if line[-1] in ".;,…|)-‐" or (line[-1] == ":" and not capitals):
        return False
    if line[0] in '-–—•■▪*«“"(':
        return False
    return line[0].isupper() or line[0].isdigit() or bool(re.match(r"[ldLD]['’][A-ZÀ-Ý]", line))


def levels(titles: Sequence[Title], contents: Sequence[str] = ()) -> list[int]:
    """The depth, 1 to 6, of each heading, in document order."""
    state = _Outline(contents)
    return [
        state.place(title, titles[i + 1] if title.leads and i + 1 < len(titles) else None)
        for i, title in enumerate(titles)
    ]


class _Outline:
    """The headings open at this point of the document, outermost first."""

    def __init__(self, contents: Sequence[str]) -> None:
        self.stack: list[_Open] = []
        self.last: tuple[int, ...] = ()  # the last number of the main chain
        self.series: dict[str, tuple[int, int]] = {}  # key: depth, strongest mark
        self.parents = _contents_parents(contents)

    def place(self, title: Title, following: Title | None) -> int:
        opened = (
            self._numbered(title)
            or self._in_series(title)
            or self._top(title)
            or self._soft(title, following)
            or self._plain(title, following)
        )
        while self.stack and self.stack[-1].depth >= opened.depth:
            self.stack.pop()
        self.stack.append(opened)
        return min(opened.depth, MAX_DEPTH)

    def _numbered(self, title: Title) -> _Open | None:
        number = main_number(title.text)
        if number is None:
            return None
        if len(number) == 1 and not self._continues(number[0], bare=BARE.match(title.text) is not None):
            return None
        self.last = number
        self.series.clear()
        return _Open(len(number), title.mark, "number")

    def _continues(self, value: int, *, bare: bool) -> bool:
        """Whether a lone number goes on with the main chain, or is a local list of headings that starts again."""
        if not self.last:
            return value <= 1 or not bare
        return self.last[0] < value <= self.last[0] + (1 if bare else 3)

    def _in_series(self, title: Title) -> _Open | None:
        key = series_key(title.text)
        if key is None or (TOP.match(title.text) and not key.startswith("#")):
            return None
        known = self.series.get(key)
        if known and not (key.startswith("#") and not any(o.key == key for o in self.stack)):
            depth, mark = known[0], min(known[1], title.mark or known[1])
        else:
            depth, mark = self._under(title).depth, title.mark
        self.series[key] = (depth, mark)
        return _Open(depth, mark, "series", key)

    def _top(self, title: Title) -> _Open | None:
        if title.soft or not TOP.match(title.text):
            return None
        return _Open(1, title.mark, "plain" if CONTENTS.match(title.text) else "number")

    def _soft(self, title: Title, following: Title | None) -> _Open | None:
        if not title.soft:
            return None
        stack = self._above_series(following)
        while stack and stack[-1].kind in ("soft", "minor") and not title.mark > MAX_DEPTH >= stack[-1].mark:
            stack.pop()
        leads = following is not None and following.mark <= title.mark
        return _Open(stack[-1].depth + 1 if stack else 1, title.mark, "soft" if leads else "minor")

    def _above_series(self, following: Title | None) -> list[_Open]:
        """The headings that stay open when a title comes between two of a series: it groups those that follow."""
        stack = list(self.stack)
        key = series_key(following.text) if following is not None else None
        while key is not None and any(o.key == key for o in stack):
            stack.pop()
        return stack

    def _plain(self, title: Title, following: Title | None) -> _Open:
        number = self.parents.get(fold(title.text), self.last)
        if self.last and number[:1] != self.last[:1]:
            return _Open(
                1, title.mark, "plain"
            )  # the contents put it under another chapter, whose own heading was lost
        stack = self._above_series(following)
        if len(stack) < len(self.stack):
            while stack and (stack[-1].kind in ("soft", "minor", "group") or _is_beside(stack[-1], title)):
                stack.pop()
            return _Open(stack[-1].depth + 1 if stack else 1, title.mark, "group")
        return self._under(title)

    def _under(self, title: Title) -> _Open:
        stack = list(self.stack)
        chapters = [o.mark for o in stack if o.kind == "number"]
        if chapters and title.mark and title.mark < min(chapters):
            stack.clear()
        while stack and stack[-1].kind != "number":
            top = stack[-1]
            if top.kind == "series":
                strongest = self.series.get(top.key, (0, top.mark))[1]
                closed = title.mark < strongest or (top.key == "#digit" and title.mark == strongest)
            else:
                closed = top.kind == "minor" or (top.kind == "plain" and top.mark >= title.mark)
            if not closed:
                break
            stack.pop()
        return _Open(stack[-1].depth + 1 if stack else 1, title.mark, "plain")


def _is_beside(opened: _Open, title: Title) -> bool:
    """Whether a title that groups a part of a series stands beside the one that groups the part before."""
    return opened.kind == "plain" and 0 < title.mark <= opened.mark


def main_number(text: str) -> tuple[int, ...] | None:
    """The number a heading opens with: « 2.1. Éléments » → (2, 1); None for « 22 M€ pour… »."""
    for pattern in (DOTTED, SIMPLE, BARE):
        if match := pattern.match(text):
            if pattern is BARE and re.match(r"\d+\s+(?:[MkK]?€|[MK]\w?\s|M€|Md)", text):
                return None
            return tuple(int(part) for part in match.group(1).split("."))
    return None


def series_key(text: str) -> str | None:
    """What headings of one series share: « Mesure 14 : » → mesure; « II – » → #roman; a number that is local → #digit."""
    if match := SERIES.match(text):
        return fold(match.group(1))
    if ROMAN.match(text):
        return "#roman"
    if LETTER.match(text):
        return "#letter"
    return "#digit" if SIMPLE.match(text) else None


def _contents_parents(contents: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """For each unnumbered entry of the contents, the number of the last numbered entry before it."""
    parents: dict[str, tuple[int, ...]] = {}
    current: tuple[int, ...] = ()
    for entry in contents:
        number = main_number(entry)
        if number is not None and not (TOP.match(entry)):
            current = number
        elif current:
            parents.setdefault(fold(entry), current)
    return parents
