"""The text of a page that a person sees, told from what its drawing hides: invisible letters, white on white, letters
of no size, off the page or under a patch, layers switched off.

Forms drawn on the page are put in place of their calls, so that their text stands where it is seen. Objects are those
of the PDF library, seen as dictionaries; a malformed one makes the walk go on without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.drawing import Drawing, Shown, entry, numbers_of
from ingest.readers.painting import IDENTITY, WHITE, Box, alike, area, common, moved, times
from ingest.readers.pdf_objects import resolved

Operation = tuple[Any, bytes]
POINT = 1.0  # smaller letters are seen by nobody, on a page of usual size
FAINT = 0.06  # opacity under which letters are not seen
SCAN = 0.4  # of the page that images cover: under this, letters that are not drawn are no reading of a scan
MAX_FORMS, MAX_DEPTH = 2000, 20  # forms drawn on a page, one in another
MAX_STATES = 5000  # states saved and not restored
TEXT = frozenset((b"BT", b"ET", b"q", b"Q", b"cm", b"Tz", b"Tc", b"Tw", b"TL", b"Tf", b"Td", b"TD", b"Tm", b"T*"))
SHOWS = frozenset((b"Tj", b"TJ", b"'", b'"'))


@dataclass(frozen=True, slots=True)
class Seen:
    """The operations of a page that concern its text, forms in place; its fonts by the names these use; how many letters
    were left out because nobody sees them."""

    operations: list[Operation]
    fonts: dict[str, Any]
    hidden: int
    blind: bool = False  # most of it is in fonts that do not say which letters their shapes are
    cut: bool = False  # the page holds more than is read
    pictured: bool = False  # images cover most of it, those written in its drawing included


def seen(
    operations: Sequence[Operation],
    resources: Any,
    *,
    box: Box,
    expand: Callable[[Any], Sequence[Operation]],
    switched_off: Callable[[Any], bool],
) -> Seen:
    """What can be seen of a page whose box is this. `expand` gives the operations of a form."""
    walk = _Walk(box, expand=expand, switched_off=switched_off)
    walk.fonts.update(resolved(entry(resources, "/Font")) or {})
    walk.run(operations, resources, depth=0, page=True)
    return walk.seen()


@dataclass(slots=True)
class _Walk(Drawing):
    expand: Callable[[Any], Sequence[Operation]] = list
    switched_off: Callable[[Any], bool] = bool
    fonts: dict[str, Any] = field(default_factory=dict)
    kept: list[Operation] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    floor: int = 0  # states saved before the form being drawn
    forms: int = 0
    inside: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)

    # ---- the walk ---------------------------------------------------------------------------------------------

    def run(self, operations: Sequence[Operation], resources: Any, *, depth: int, page: bool = False) -> None:
        for operands, operator in operations:
            self.order += 1
            if operator in SHOWS:
                self._show(operands, operator)
            elif operator in TEXT:
                self._text(operands, operator, resources, page=page)
            elif operator == b"Do":
                self._draw(operands, resources, depth)
            elif operator in (b"BDC", b"BMC"):
                self.layers.append(self._is_off(operands, resources))
            elif operator == b"EMC":
                self.layers = self.layers[:-1]
            elif operator in (b"sh", b"INLINE IMAGE"):
                self.picture(whole=operator == b"sh")
            else:
                self.paint(operands, operator, resources)

    def _text(self, operands: Any, operator: bytes, resources: Any, *, page: bool) -> None:
        state = self.state
        numbers = numbers_of(operands) if isinstance(operands, list) else []
        if operator == b"q":
            if len(self.saved) >= MAX_STATES:
                return
            self.saved.append(copy(state))
        elif operator == b"Q":
            self.hide_clips()
            if len(self.saved) <= self.floor:
                return  # restores what nothing saved
            self.state = self.saved.pop()
        elif operator == b"cm" and len(numbers) == 6:
            state.ctm = times((numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]), state.ctm)
        elif operator == b"BT":
            self.tm = IDENTITY
        elif operator == b"Tm":
            self.tm = (
                (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
                if len(numbers) == 6
                else IDENTITY
            )
        elif operator in (b"Td", b"TD") and len(numbers) == 2:
            self.down(numbers[0], numbers[1])
            if operator == b"TD":
                state.leading = -numbers[1]
        elif operator == b"T*":
            self.down(0, -state.leading)
        elif operator == b"TL" and numbers:
            state.leading = numbers[0]
        elif operator == b"Tz" and numbers:
            state.stretch = numbers[0] / 100
        elif operator == b"Tf" and operands:
            if numbers:
                state.size = numbers[-1]
            held = entry(entry(resources, "/Font"), operands[0])
            state.font = resolved(held)
            if not page and held is not None:
                operands = [self._font(state.font), *operands[1:]]
        if operator in (b"Td", b"TD", b"Tm"):  # an identity before each move ends the piece of text before it
            self.kept.append(([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], b"cm"))
        self.kept.append((operands, operator))

    def _font(self, font: Any) -> str:
        name = self.names.setdefault(id(font), f"/in-form-{len(self.names)}")
        self.fonts[name] = font
        return name

    def _draw(self, operands: Any, resources: Any, depth: int) -> None:
        """An image, or a form put in place of its call."""
        found = resolved(entry(entry(resources, "/XObject"), operands[0] if operands else ""))
        if not isinstance(found, Mapping):
            return
        if found.get("/Subtype") == "/Image":
            masked = any(found.get(name) is not None for name in ("/SMask", "/Mask", "/SMaskInData"))
            self.picture(opaque=not masked and resolved(found.get("/ImageMask")) is not True)
            return
        if (
            found.get("/Subtype") != "/Form"
            or depth >= MAX_DEPTH
            or self.forms >= MAX_FORMS
            or id(found) in self.inside
        ):
            return
        self.forms += 1
        self.inside.add(id(found))
        before, tm, layers, floor = copy(self.state), self.tm, list(self.layers), self.floor
        self.floor = len(self.saved)
        matrix = numbers_of(resolved(found.get("/Matrix")) or [])
        matrix = matrix if len(matrix) == 6 else list(IDENTITY)
        self.kept.extend((([], b"q"), (matrix, b"cm")))
        self.state.ctm = times((matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]), self.state.ctm)
        corners = numbers_of(resolved(found.get("/BBox")) or [])
        if len(corners) == 4 and corners[0] != corners[2] and corners[1] != corners[3]:
            self.state.clip = common(self.state.clip, self.box_here(corners))
        self.layers.append(self.switched_off(entry(found, "/OC")))
        self.run(self.expand(found), entry(found, "/Resources") or resources, depth=depth + 1)
        self.kept.extend([([], b"Q")] * (len(self.saved) - self.floor + 1))
        self.saved = self.saved[: self.floor]
        self.state, self.tm, self.layers, self.floor = before, tm, layers, floor
        self.inside.discard(id(found))

    def _is_off(self, operands: Any, resources: Any) -> bool:
        if len(operands) < 2 or operands[0] != "/OC":
            return False
        named = operands[1]
        return self.switched_off(entry(entry(resources, "/Properties"), named) if isinstance(named, str) else named)

    # ---- what is shown ----------------------------------------------------------------------------------------

    def _show(self, operands: Any, operator: bytes) -> None:
        state = self.state
        if operator in (b"'", b'"'):
            self.down(0, -state.leading)
        letters = _letters(operands)
        m = times(self.tm, state.ctm)
        size = abs(state.size)
        high, wide = size * math.hypot(m[2], m[3]), size * math.hypot(m[0], m[1]) * abs(state.stretch)
        start = moved((0.1 * size, 0.3 * size), m)
        end = moved((0.4 * size * max(1, letters) * state.stretch, 0.3 * size), m)
        shown = Shown(len(self.kept), self.order, (start, end), letters, state.mode == 3, False, _is_blind(state.font))
        shown.hidden = (
            any(self.layers)
            or state.opacity < FAINT
            or self._is_tiny(high, wide)
            or self._is_outside(start, end, high)
            or self._is_like_its_ground(start)
        )
        if state.mode == 7:
            self.clipped_by.append(shown)
        self.shown.append(shown)
        self.kept.append((operands, operator))

    def _is_tiny(self, high: float, wide: float) -> bool:
        if not self.state.size:
            return True
        font = self.state.font
        if isinstance(font, Mapping) and font.get("/Subtype") == "/Type3":
            return False  # its letters have the size that their drawing has
        least = min(POINT, (self.box[3] - self.box[1]) / 842)
        return high < least or wide < least / 3

    def _is_outside(self, start: tuple[float, float], end: tuple[float, float], high: float) -> bool:
        left, bottom, right, top = self.state.clip
        slack = 2 + high / 2
        return (
            max(start[0], end[0]) < left - 2
            or min(start[0], end[0]) > right + 2
            or max(start[1], end[1]) < bottom - slack
            or min(start[1], end[1]) > top + slack
        )

    def _is_like_its_ground(self, place: tuple[float, float]) -> bool:
        state = self.state
        drawn = {0: (state.fill,), 1: (state.stroke,), 2: (state.fill, state.stroke)}.get(state.mode % 4)
        if drawn is None or any(colour is None for colour in drawn):
            return False
        known = [colour for colour in drawn if colour is not None]
        if not any(alike(colour, WHITE) for colour in known) and not self.grounds.shapes:
            return False
        ground = self.grounds.under(place)
        return ground is not None and all(alike(colour, ground) for colour in known)

    # ---- the end ----------------------------------------------------------------------------------------------

    def seen(self) -> Seen:
        """Letters that are not drawn stay where they are the reading of a scanned page."""
        self.hide_clips()
        drawn = sum(s.letters for s in self.shown if not s.undrawn and not s.hidden)
        undrawn = sum(s.letters for s in self.shown if s.undrawn and not s.hidden)
        pictured = self.pictured >= SCAN * area(self.box)  # a scan, over the words that software read in it
        read = pictured and undrawn > drawn
        hidden = 0
        for shown in self.shown:
            gone = shown.hidden or (shown.undrawn and not read)
            if gone or (not shown.undrawn and self.grounds.covered(shown.order, *shown.points, images=not pictured)):
                hidden += shown.letters
                operator = self.kept[shown.at][1]
                self.kept[shown.at] = ([], b"T*" if operator in (b"'", b'"') else b"BX")
        blind = sum(s.letters for s in self.shown if s.blind and not s.hidden)
        return Seen(self.kept, self.fonts, hidden, 2 * blind > drawn + undrawn, pictured=pictured)


def _is_blind(font: Any) -> bool:
    """Whether a font numbers its shapes and nothing says which letters they are."""
    if not isinstance(font, Mapping) or font.get("/Subtype") != "/Type0" or font.get("/ToUnicode") is not None:
        return False
    return str(resolved(font.get("/Encoding"))).startswith("/Identity")


def _letters(operands: Any) -> int:
    """About how many letters are shown: bytes of the strings, blanks left out."""
    held = operands[-1] if operands else ""
    parts = held if isinstance(held, list) else [held]
    return sum(
        len("".join(part.split()) if isinstance(part, str) else b"".join(part.split()))
        for part in parts
        if isinstance(part, (str, bytes))
    )
