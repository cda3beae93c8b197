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

from ingest.readers.painting import (
    BLACK,
    IDENTITY,
    WHITE,
    Box,
    Colour,
    Grounds,
    Matrix,
    alike,
    area,
    box_of,
    colour_in,
    colour_of,
    common,
    moved,
    solid,
    times,
)
from ingest.readers.pdf_objects import resolved

Operation = tuple[Any, bytes]
POINT = 1.0  # smaller letters are seen by nobody, on a page of usual size
FAINT = 0.06  # opacity under which letters are not seen
SCAN = 0.4  # of the page that images cover: under this, letters that are not drawn are no reading of a scan
MAX_FORMS, MAX_DEPTH = 2000, 20  # forms drawn on a page, one in another
MAX_STATES = 5000  # states saved and not restored
TEXT = frozenset((b"BT", b"ET", b"q", b"Q", b"cm", b"Tz", b"Tc", b"Tw", b"TL", b"Tf", b"Td", b"TD", b"Tm", b"T*"))
SHOWS = frozenset((b"Tj", b"TJ", b"'", b'"'))
FILLS = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
ENDS = FILLS | {b"n", b"S", b"s"}


@dataclass(slots=True)
class _State:
    """The graphics state, as far as it decides what is seen."""

    clip: Box
    ctm: Matrix = IDENTITY
    fill: Colour | None = BLACK
    stroke: Colour | None = BLACK
    fill_space: Any = "/DeviceGray"
    stroke_space: Any = "/DeviceGray"
    opacity: float = 1.0
    blended: bool = False  # mixed with what lies under it, or masked
    ragged: bool = False  # clipped by something else than a rectangle
    mode: int = 0
    size: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    font: Any = None


@dataclass(slots=True)
class _Shown:
    """A piece of text as it is shown; `at` is its place among the operations kept."""

    at: int
    order: int
    points: tuple[tuple[float, float], ...]
    letters: int
    undrawn: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The operations of a page that concern its text, forms in place; its fonts by the names these use; how many letters
    were left out because nobody sees them."""

    operations: list[Operation]
    fonts: dict[str, Any]
    hidden: int


def seen(
    operations: Sequence[Operation],
    resources: Any,
    *,
    box: Box,
    expand: Callable[[Any], Sequence[Operation]],
    switched_off: Callable[[Any], bool],
) -> Seen:
    """What can be seen of a page whose box is this. `expand` gives the operations of a form."""
    walk = _Walk(box, expand, switched_off)
    walk.fonts.update(resolved(_entry(resources, "/Font")) or {})
    walk.run(operations, resources, depth=0, page=True)
    return walk.seen()


def _entry(holder: Any, name: str) -> Any:
    held = resolved(holder)
    return held.get(name) if isinstance(held, Mapping) else None


def _numbers(operands: Any) -> list[float]:
    values = [float(v) for v in operands if isinstance(v, (int, float))]
    return [v if math.isfinite(v) else 0.0 for v in values]


@dataclass(slots=True)
class _Walk:
    box: Box
    expand: Callable[[Any], Sequence[Operation]]
    switched_off: Callable[[Any], bool]
    fonts: dict[str, Any] = field(default_factory=dict)
    kept: list[Operation] = field(default_factory=list)
    shown: list[_Shown] = field(default_factory=list)
    grounds: Grounds = field(default_factory=Grounds)
    pictured: float = 0.0  # of the page, what images cover
    order: int = 0
    forms: int = 0
    inside: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)
    state: _State = field(init=False)
    saved: list[_State] = field(default_factory=list)
    floor: int = 0  # states saved before the form being drawn
    layers: list[bool] = field(default_factory=list)
    lines: list[list[tuple[float, float]]] = field(default_factory=list)  # the path being made
    square: bool = False  # whether it is one rectangle
    clipping: bool = False
    clipped_by: list[_Shown] = field(default_factory=list)  # texts that only clip what is painted next
    tm: Matrix = IDENTITY

    def __post_init__(self) -> None:
        self.state = _State(clip=self.box)

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
                self._picture(whole=operator == b"sh")
            else:
                self._paint(operands, operator, resources)

    def _text(self, operands: Any, operator: bytes, resources: Any, *, page: bool) -> None:
        state = self.state
        numbers = _numbers(operands) if isinstance(operands, list) else []
        if operator == b"q":
            if len(self.saved) >= MAX_STATES:
                return
            self.saved.append(copy(state))
        elif operator == b"Q":
            self._hide_clips()
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
            self._down(numbers[0], numbers[1])
            if operator == b"TD":
                state.leading = -numbers[1]
        elif operator == b"T*":
            self._down(0, -state.leading)
        elif operator == b"TL" and numbers:
            state.leading = numbers[0]
        elif operator == b"Tz" and numbers:
            state.stretch = numbers[0] / 100
        elif operator == b"Tf" and operands:
            if numbers:
                state.size = numbers[-1]
            held = _entry(_entry(resources, "/Font"), operands[0])
            state.font = resolved(held)
            if not page and held is not None:
                operands = [self._font(state.font), *operands[1:]]
        if operator in (b"Td", b"TD", b"Tm"):  # an identity before each move ends the piece of text before it
            self.kept.append(([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], b"cm"))
        self.kept.append((operands, operator))

    def _down(self, across: float, up: float) -> None:
        self.tm = times((1.0, 0.0, 0.0, 1.0, across, up), self.tm)

    def _font(self, font: Any) -> str:
        name = self.names.setdefault(id(font), f"/in-form-{len(self.names)}")
        self.fonts[name] = font
        return name

    def _draw(self, operands: Any, resources: Any, depth: int) -> None:
        """An image, or a form put in place of its call."""
        found = resolved(_entry(_entry(resources, "/XObject"), operands[0] if operands else ""))
        if not isinstance(found, Mapping):
            return
        if found.get("/Subtype") == "/Image":
            self._picture()
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
        matrix = _numbers(resolved(found.get("/Matrix")) or [])
        matrix = matrix if len(matrix) == 6 else list(IDENTITY)
        self.kept.extend((([], b"q"), (matrix, b"cm")))
        self.state.ctm = times((matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]), self.state.ctm)
        corners = _numbers(resolved(found.get("/BBox")) or [])
        if len(corners) == 4 and corners[0] != corners[2] and corners[1] != corners[3]:
            self.state.clip = common(self.state.clip, self._box_here(corners))
        self.layers.append(self.switched_off(_entry(found, "/OC")))
        self.run(self.expand(found), _entry(found, "/Resources") or resources, depth=depth + 1)
        self.kept.extend([([], b"Q")] * (len(self.saved) - self.floor + 1))
        self.saved = self.saved[: self.floor]
        self.state, self.tm, self.layers, self.floor = before, tm, layers, floor
        self.inside.discard(id(found))

    def _box_here(self, corners: Sequence[float]) -> Box:
        left, bottom, right, top = corners
        return box_of([moved(p, self.state.ctm) for p in ((left, bottom), (left, top), (right, bottom), (right, top))])

    def _is_off(self, operands: Any, resources: Any) -> bool:
        if len(operands) < 2 or operands[0] != "/OC":
            return False
        named = operands[1]
        return self.switched_off(_entry(_entry(resources, "/Properties"), named) if isinstance(named, str) else named)

    # ---- what is painted --------------------------------------------------------------------------------------

    def _picture(self, *, whole: bool = False) -> None:
        """An image at its place, or a shading over all that may be painted: whatever is under it, its colours vary."""
        box = common(self.state.clip, self.state.clip if whole else self._box_here((0, 0, 1, 1)))
        self.grounds.paint(self.order, box, None)
        self.clipped_by.clear()
        if not whole:
            self.pictured += area(common(box, self.box))

    def _paint(self, operands: Any, operator: bytes, resources: Any) -> None:
        state = self.state
        if operator in (b"g", b"rg", b"k"):
            state.fill, state.fill_space = colour_of(_numbers(operands)), "/DeviceGray"
        elif operator in (b"G", b"RG", b"K"):
            state.stroke, state.stroke_space = colour_of(_numbers(operands)), "/DeviceGray"
        elif operator in (b"cs", b"CS") and operands:
            space = _entry(_entry(resources, "/ColorSpace"), operands[0]) or operands[0]
            if operator == b"cs":
                state.fill_space, state.fill = space, BLACK
            else:
                state.stroke_space, state.stroke = space, BLACK
        elif operator in (b"sc", b"scn"):
            state.fill = None if _patterned(operands) else colour_in(state.fill_space, _numbers(operands))
        elif operator in (b"SC", b"SCN"):
            state.stroke = None if _patterned(operands) else colour_in(state.stroke_space, _numbers(operands))
        elif operator == b"Tr":
            state.mode = int((_numbers(operands) or [0])[0])
        elif operator == b"gs" and operands:
            self._settings(resolved(_entry(_entry(resources, "/ExtGState"), operands[0])))
        elif operator == b"re":
            self._rectangle(_numbers(operands))
        elif operator in (b"m", b"l", b"c", b"v", b"y"):
            numbers = _numbers(operands)[-2:]
            if len(numbers) == 2:
                self._to(moved((numbers[0], numbers[1]), state.ctm), opens=operator == b"m")
        elif operator in (b"W", b"W*"):
            self.clipping = True
        elif operator in ENDS:
            self._end(filled=operator in FILLS)

    def _settings(self, found: Any) -> None:
        if not isinstance(found, Mapping):
            return
        opacity = resolved(found.get("/ca"))
        if isinstance(opacity, (int, float)):
            self.state.opacity = float(opacity)
        blend, mask = resolved(found.get("/BM")), resolved(found.get("/SMask"))
        if blend is not None or mask is not None:
            self.state.blended = blend not in (None, "/Normal", "/Compatible") or mask not in (None, "/None")
        held = resolved(found.get("/Font"))
        if isinstance(held, list) and len(held) == 2 and isinstance(held[1], (int, float)):
            self.state.font, self.state.size = resolved(held[0]), float(held[1])

    def _rectangle(self, numbers: Sequence[float]) -> None:
        if len(numbers) != 4:
            return
        x, y, width, height = numbers
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self.square = not self.lines
        self.lines.append([moved(corner, self.state.ctm) for corner in corners])

    def _to(self, point: tuple[float, float], *, opens: bool) -> None:
        self.square = False
        if opens or not self.lines:
            self.lines.append([])
        self.lines[-1].append(point)

    def _end(self, *, filled: bool) -> None:
        points = [point for line in self.lines for point in line]
        lines, self.lines = [line for line in self.lines if line], []
        clipping, self.clipping = self.clipping, False
        if not points:
            return
        box = box_of(points)
        if filled:
            self.clipped_by.clear()
        if filled and self.state.opacity > 0.5 and (self.square or solid(lines, box)):
            state = self.state
            plain = self.square and state.opacity > 0.99 and not state.blended and not state.ragged
            if not any(self.layers):
                ground = common(box, state.clip)
                self.grounds.paint(self.order, ground, state.fill, covers=plain and state.fill is not None)
        if clipping:
            self.state.clip = common(self.state.clip, box)
            self.state.ragged = self.state.ragged or not self.square

    # ---- what is shown ----------------------------------------------------------------------------------------

    def _show(self, operands: Any, operator: bytes) -> None:
        state = self.state
        if operator in (b"'", b'"'):
            self._down(0, -state.leading)
        letters = _letters(operands)
        m = times(self.tm, state.ctm)
        size = abs(state.size)
        high, wide = size * math.hypot(m[2], m[3]), size * math.hypot(m[0], m[1]) * abs(state.stretch)
        start = moved((0.1 * size, 0.3 * size), m)
        end = moved((0.4 * size * max(1, letters) * state.stretch, 0.3 * size), m)
        shown = _Shown(len(self.kept), self.order, (start, end), letters, state.mode == 3, False)
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

    def _hide_clips(self) -> None:
        for shown in self.clipped_by:
            shown.hidden = True
        self.clipped_by.clear()

    # ---- the end ----------------------------------------------------------------------------------------------

    def seen(self) -> Seen:
        """Letters that are not drawn stay where they are the reading of a scanned page."""
        self._hide_clips()
        drawn = sum(s.letters for s in self.shown if not s.undrawn and not s.hidden)
        undrawn = sum(s.letters for s in self.shown if s.undrawn and not s.hidden)
        read = self.pictured >= SCAN * area(self.box) and undrawn > drawn
        hidden = 0
        for shown in self.shown:
            gone = shown.hidden or (shown.undrawn and not read)
            if gone or (not shown.undrawn and self.grounds.covered(shown.order, *shown.points)):
                hidden += shown.letters
                operator = self.kept[shown.at][1]
                self.kept[shown.at] = ([], b"T*" if operator in (b"'", b'"') else b"BX")
        return Seen(self.kept, self.fonts, hidden)


def _patterned(operands: Any) -> bool:
    return bool(operands) and isinstance(operands[-1], str)


def _letters(operands: Any) -> int:
    """About how many letters are shown: bytes of the strings, blanks left out."""
    held = operands[-1] if operands else ""
    parts = held if isinstance(held, list) else [held]
    return sum(
        len(part) - part.count(b" " if isinstance(part, bytes) else " ")
        for part in parts
        if isinstance(part, (str, bytes))
    )  # type: ignore[arg-type]
