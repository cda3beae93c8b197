"""Where a quote stands on a page: its letters found among those of the page, as boxes, one a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENOUGH = 0.5  # share of the quote that has to be found: marking the wrong sentence is worse than marking none
NEARLY = 0.9  # share beyond which what is missing is a mark of the text, and no part of it
SURE = 12  # letters: fewer than this in a row are found anywhere by chance
SMALL, RAISED = 0.95, 0.25  # of the height of the letter before: a figure smaller and higher than so calls a note
MAX_SKIPPED = 60  # letters of the quote in a row that the page may lack: a call for a note, a page's foot
SAME_LINE = 0.5  # of the height of a letter: beyond, another line
NEXT_WORD = 1.6  # of the height of a letter: a wider gap parts two columns or two cells
CALLED = 3.0  # of the height of a letter: the gap that calls for notes leave in a line, when they are left out


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points of the page, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character drawn on the page and its box."""

    character: str
    box: Box


@dataclass(frozen=True, slots=True)
class _Segment:
    """Glyphs of one line, side by side: their folded letters, the glyph of each, and their box."""

    letters: str
    glyphs: tuple[int, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Located:
    """The boxes of a quote on a page, a line each, and whether all of it is there: the rest may be on the next."""

    boxes: tuple[Box, ...] = ()
    whole: bool = False


def locate(glyphs: Sequence[Glyph], quote: str) -> Located:
    """Where `quote` stands; no box when less than half of it is on the page.

    Only letters and digits are compared, folded: ligatures, hyphens, line ends, accents and spacing may differ. The
    glyphs are tried in their order first, then without the calls for notes, which a quote has not, then line by line,
    since two columns may be drawn across.
    """
    needle = "".join(map(folded, quote))
    if not needle:
        return Located()
    read = _without_calls(glyphs)
    for chosen, gap in ((glyphs, NEXT_WORD), (read, CALLED)):
        letters, owners = _letters(chosen, range(len(chosen)))
        start = letters.find(needle)
        if start >= 0:
            return Located(lines(chosen, owners[start : start + len(needle)], gap), whole=True)
    found, share = _covered(needle, _segments(read))
    return Located(lines(read, found), share >= NEARLY) if found else Located()


def folded(character: str) -> str:
    """The letters and digits of a character: "ﬁ" is "fi", "É" is "e", a hyphen is nothing."""
    return "".join(c for c in unicodedata.normalize("NFKD", character).casefold() if c.isalnum())


def lines(glyphs: Sequence[Glyph], chosen: Iterable[int], gap: float = NEXT_WORD) -> tuple[Box, ...]:
    """The boxes of these glyphs, those of a line in one."""
    boxes: list[Box] = []
    for n in dict.fromkeys(chosen):
        box = glyphs[n].box
        if boxes and _beside(boxes[-1], box, gap):
            boxes[-1] = union(boxes[-1], box)
        else:
            boxes.append(box)
    return tuple(boxes)


def union(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.bottom, other.bottom),
        max(one.right, other.right),
        max(one.top, other.top),
    )


def areas(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The frames around lines that follow each other down one column."""
    frames: list[Box] = []
    for box in boxes:
        last = frames[-1] if frames else None
        under = last is not None and -0.5 * box.height < last.bottom - box.top < 1.5 * box.height
        if last is not None and under and box.left < last.right and last.left < box.right:
            frames[-1] = union(last, box)
        else:
            frames.append(box)
    return tuple(frames)


def _without_calls(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """The glyphs without the small raised figures that send to a note."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        last, box = kept[-1].box if kept else glyph.box, glyph.box
        raised = box.height < SMALL * last.height and box.middle > last.middle + RAISED * last.height
        if not (raised and glyph.character.isdigit() and _beside(last, box)):
            kept.append(glyph)
    return kept


def _letters(glyphs: Sequence[Glyph], chosen: Iterable[int]) -> tuple[str, list[int]]:
    """The folded letters of these glyphs, and the glyph of each."""
    letters: list[str] = []
    owners: list[int] = []
    for n in chosen:
        for letter in folded(glyphs[n].character):
            letters.append(letter)
            owners.append(n)
    return "".join(letters), owners


def _beside(line: Box, box: Box, gap: float = NEXT_WORD) -> bool:
    """Whether `box` goes on with `line`, to its right, or over its last letter: those of a ligature share their box."""
    height = max(line.height, box.height, 1e-6)
    return abs(line.middle - box.middle) < SAME_LINE * height and -height < box.left - line.right < gap * height


def _segments(glyphs: Sequence[Glyph]) -> list[_Segment]:
    """The glyphs cut into pieces of line, in their order."""
    groups: list[list[int]] = []
    box: Box | None = None
    for n, glyph in enumerate(glyphs):
        if not folded(glyph.character):
            continue
        if box is not None and _beside(box, glyph.box):
            groups[-1].append(n)
            box = union(box, glyph.box)
        else:
            groups.append([n])
            box = glyph.box
    found = []
    for group in groups:
        letters, owners = _letters(glyphs, group)
        whole = glyphs[group[0]].box
        for n in group[1:]:
            whole = union(whole, glyphs[n].box)
        found.append(_Segment(letters, tuple(owners), whole))
    return found


def _covered(needle: str, segments: Sequence[_Segment]) -> tuple[list[int], float]:
    """The glyphs of the needle followed from line to line, and the share of it that they are; none when that is too little.

    A piece that is taken goes to the end of its line or of the needle; the line just below is preferred to a longer
    piece elsewhere.
    """
    chosen: list[int] = []
    position = matched = skipped = 0
    last: _Segment | None = None
    while position < len(needle) and skipped <= MAX_SKIPPED:
        best: tuple[float, int, _Segment] | None = None
        for segment in segments:
            offset, length = _run(segment.letters, needle, position, resumes=last is not None and skipped == 0)
            if length == 0 or (length < SURE and not (last is not None and _below(last, segment))):
                continue
            score = length + (len(needle) if last is not None and _below(last, segment) else 0)
            if best is None or score > best[0]:
                best = (score, offset, segment)
        if best is None:  # before the first piece, any number of letters: a quote may begin on the page before
            position, skipped = position + 1, skipped + (last is not None)
            continue
        _, offset, segment = best
        length = _run(segment.letters, needle, position, resumes=last is not None and skipped == 0)[1]
        chosen += segment.glyphs[offset : offset + length]
        position, matched, skipped, last = position + length, matched + length, 0, segment
    enough = matched >= max(ENOUGH * len(needle), min(SURE, len(needle)))
    return (chosen, matched / len(needle)) if enough else ([], 0.0)


def _run(letters: str, needle: str, position: int, *, resumes: bool) -> tuple[int, int]:
    """Where the needle from `position` runs in a line, and how far: to the end of the line or of the needle."""
    rest = needle[position : position + len(letters)]
    for offset in range(1 if resumes else len(letters)):
        length = min(len(letters) - offset, len(rest))
        if length and letters.startswith(rest[:length], offset):
            return offset, length
    return 0, 0


def _below(last: _Segment, segment: _Segment) -> bool:
    """Whether a line comes just under another, in the same column."""
    height = max(last.box.height, segment.box.height, 1e-6)
    drop = last.box.middle - segment.box.middle
    return 0 < drop < 3 * height and segment.box.left < last.box.right and last.box.left < segment.box.right
