"""The graphics state of a page of PDF as its operations go by, and the shapes that they paint."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.painting import (
    BLACK,
    IDENTITY,
    MAX_GROUNDS,
    Box,
    Colour,
    Grounds,
    Matrix,
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

FILLS = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
ENDS = FILLS | {b"n", b"S", b"s"}


@dataclass(slots=True)
class State:
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
class Shown:
    """A piece of text as it is shown; `at` is its place among the operations kept."""

    at: int
    order: int
    points: tuple[tuple[float, float], ...]
    letters: int
    undrawn: bool
    hidden: bool
    blind: bool = False  # in a font that does not say which letters its shapes are


def entry(holder: Any, name: str) -> Any:
    held = resolved(holder)
    return held.get(name) if isinstance(held, Mapping) else None


def numbers_of(operands: Any) -> list[float]:
    values = [float(v) for v in operands if isinstance(v, (int, float))]
    return [v if math.isfinite(v) else 0.0 for v in values]


@dataclass(slots=True)
class Drawing:
    """What a page paints, up to the operation that goes by."""

    box: Box
    grounds: Grounds = field(default_factory=Grounds)
    pictured: float = 0.0  # of the page, what images cover
    order: int = 0
    state: State = field(init=False)
    saved: list[State] = field(default_factory=list)
    layers: list[bool] = field(default_factory=list)
    lines: list[list[tuple[float, float]]] = field(default_factory=list)  # the path being made
    square: bool = False  # whether it is one rectangle
    clipping: bool = False
    clipped_by: list[Shown] = field(default_factory=list)  # texts that only clip what is painted next
    tm: Matrix = IDENTITY

    def __post_init__(self) -> None:
        self.state = State(clip=self.box)

    def box_here(self, corners: Sequence[float]) -> Box:
        left, bottom, right, top = corners
        return box_of([moved(p, self.state.ctm) for p in ((left, bottom), (left, top), (right, bottom), (right, top))])

    def picture(self, *, whole: bool = False, opaque: bool = False) -> None:
        """An image at its place, or a shading over all that may be painted: whatever is under it, its colours vary."""
        state = self.state
        upright = abs(state.ctm[1]) < 1e-6 and abs(state.ctm[2]) < 1e-6
        plain = upright and state.opacity > 0.99 and not state.blended and not state.ragged and not any(self.layers)
        box = common(self.state.clip, self.state.clip if whole else self.box_here((0, 0, 1, 1)))
        self.grounds.paint(self.order, box, None)
        self.clipped_by.clear()
        if opaque and plain and len(self.grounds.images) < MAX_GROUNDS:
            self.grounds.images.append((self.order, box))
        if not whole:
            self.pictured += area(common(box, self.box))

    def paint(self, operands: Any, operator: bytes, resources: Any) -> None:
        state = self.state
        if operator in (b"g", b"rg", b"k"):
            state.fill, state.fill_space = colour_of(numbers_of(operands)), "/DeviceGray"
        elif operator in (b"G", b"RG", b"K"):
            state.stroke, state.stroke_space = colour_of(numbers_of(operands)), "/DeviceGray"
        elif operator in (b"cs", b"CS") and operands:
            space = entry(entry(resources, "/ColorSpace"), operands[0]) or operands[0]
            if operator == b"cs":
                state.fill_space, state.fill = space, BLACK
            else:
                state.stroke_space, state.stroke = space, BLACK
        elif operator in (b"sc", b"scn"):
            state.fill = None if _patterned(operands) else colour_in(state.fill_space, numbers_of(operands))
        elif operator in (b"SC", b"SCN"):
            state.stroke = None if _patterned(operands) else colour_in(state.stroke_space, numbers_of(operands))
        elif operator == b"Tr":
            state.mode = int((numbers_of(operands) or [0])[0])
        elif operator == b"gs" and operands:
            self._settings(resolved(entry(entry(resources, "/ExtGState"), operands[0])))
        elif operator == b"re":
            self._rectangle(numbers_of(operands))
        elif operator in (b"m", b"l", b"c", b"v", b"y"):
            numbers = numbers_of(operands)[-2:]
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

    def down(self, across: float, up: float) -> None:
        self.tm = times((1.0, 0.0, 0.0, 1.0, across, up), self.tm)

    def hide_clips(self) -> None:
        for shown in self.clipped_by:
            shown.hidden = True
        self.clipped_by.clear()


def _patterned(operands: Any) -> bool:
    return bool(operands) and isinstance(operands[-1], str)
