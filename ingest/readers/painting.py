"""What a page paints, as far as it decides whether a text can be seen: colours, boxes, and what lies under a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.pdf_objects import resolved

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top
Colour = tuple[float, float, float]  # red, green, blue, 0 to 1

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)
ALIKE = 0.08  # of one channel: two colours as near as that are one to the eye
NARROW = 4.0  # points: rules and borders are no ground for a text
MAX_GROUNDS = 4000  # painted shapes of a page; a map draws more, of which the last count
MAX_LOOKS = 1_500_000  # comparisons a page: about half a second
SOLID = 0.4  # of its box: a shape that fills less, a frame or a logo, is no ground


def times(m: Matrix, n: Matrix) -> Matrix:
    """`m` then `n`, as PDF writes matrices."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def moved(point: tuple[float, float], m: Matrix) -> tuple[float, float]:
    x, y = point
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


def box_of(points: Sequence[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def common(a: Box, b: Box) -> Box:
    """What two boxes share; one of no area when they share nothing."""
    left, bottom = max(a[0], b[0]), max(a[1], b[1])
    return left, bottom, max(left, min(a[2], b[2])), max(bottom, min(a[3], b[3]))


def area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def alike(a: Colour, b: Colour) -> bool:
    return all(abs(x - y) < ALIKE for x, y in zip(a, b, strict=True))


def colour_of(numbers: Sequence[float]) -> Colour | None:
    """The colour of one, three or four numbers: grey, red-green-blue, or cyan-magenta-yellow-black."""
    if len(numbers) == 1:
        return numbers[0], numbers[0], numbers[0]
    if len(numbers) == 3:
        return numbers[0], numbers[1], numbers[2]
    if len(numbers) == 4:
        c, m, y, k = (min(1.0, max(0.0, n)) for n in numbers)
        return (1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)
    return None


def colour_in(space: Any, numbers: Sequence[float]) -> Colour | None:
    """The colour of `numbers` in a colour space; None where only a renderer would know."""
    named = resolved(space)
    kind = str(resolved(named[0]) if isinstance(named, list) and named else named)
    if kind in ("/Separation", "/DeviceN"):
        return WHITE if numbers and not any(numbers) else None  # no ink
    if kind == "/Lab":
        return WHITE if numbers and numbers[0] >= 97 else None
    if kind in ("/Pattern", "/Indexed", "/I"):
        return None
    return colour_of(numbers)


@dataclass(slots=True)
class Grounds:
    """The shapes painted so far, in order: (box, colour or None where it varies), with where each was painted."""

    shapes: list[tuple[int, Box, Colour | None]] = field(default_factory=list)
    covers: list[tuple[int, Box]] = field(default_factory=list)  # plain rectangles, which hide what lies under them
    images: list[tuple[int, Box]] = field(default_factory=list)  # those that let nothing through
    looks: int = 0

    def paint(self, order: int, box: Box, colour: Colour | None, *, covers: bool = False) -> None:
        if box[2] - box[0] < NARROW or box[3] - box[1] < NARROW:
            return
        if len(self.shapes) < MAX_GROUNDS:
            self.shapes.append((order, box, colour))
        if covers and len(self.covers) < MAX_GROUNDS:
            self.covers.append((order, box))

    def under(self, point: tuple[float, float]) -> Colour | None:
        """The colour of what was painted last under a point: the white of the paper where nothing was."""
        for _, box, colour in reversed(self.shapes):
            self.looks += 1
            if self.looks > MAX_LOOKS:
                break
            if holds(box, point):
                return colour
        return WHITE

    def covered(self, order: int, *points: tuple[float, float], images: bool = True) -> bool:
        """Whether one rectangle, or one image, painted after `order` lies over all the points."""
        return self._over(self.covers, order, points) or (images and self._over(self.images, order, points))

    def _over(self, shapes: Sequence[tuple[int, Box]], order: int, points: Sequence[tuple[float, float]]) -> bool:
        for later, box in reversed(shapes):
            self.looks += 1
            if later < order or self.looks > MAX_LOOKS:
                return False
            if all(holds(box, point) for point in points):
                return True
        return False


def solid(points: Sequence[Sequence[tuple[float, float]]], box: Box) -> bool:
    """Whether closed lines enclose a good part of their box (by the shoelace formula)."""
    total = 0.0
    for line in points:
        total += sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(line, [*line[1:], line[0]], strict=True)) / 2
    return abs(total) >= SOLID * area(box)
