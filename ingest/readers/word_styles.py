"""What the styles of a Word file say of its text: depth of headings, lists, and whether letters show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ingest.readers.css import Colour, alike, colour
from ingest.readers.ooxml import W, is_on, value

HEADING = re.compile(r"^(?:heading|titre|überschrift|título|titolo) ?(\d)", re.IGNORECASE)
LIST = re.compile(r"(?:list|liste)\b(?! paragraph$)", re.IGNORECASE)
CONTENTS = re.compile(r"(?:toc|tm|table of contents|table des matières) ?\d?$", re.IGNORECASE)
LIGHT = frozenset(("background1", "light1", "bg1", "lt1"))  # colours of a theme that are the paper's
WHITE: Colour = (255, 255, 255)
TINY = 2  # half points: letters of a point are seen by nobody
CLEAR = 94_000  # thousandths of a hundredth: letters more transparent are not seen
NARROW = 10  # hundredths of their width
STACKED = -150  # twentieths of a point between letters: one lies over the other
FAR = 400  # half points above or under their line
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
HIGHLIGHTS: Mapping[str, Colour] = {
    "black": (0, 0, 0), "blue": (0, 0, 255), "cyan": (0, 255, 255), "green": (0, 255, 0), "magenta": (255, 0, 255), "red": (255, 0, 0),
    "yellow": (255, 255, 0), "white": WHITE, "darkBlue": (0, 0, 128), "darkCyan": (0, 128, 128), "darkGreen": (0, 128, 0),
    "darkMagenta": (128, 0, 128), "darkRed": (128, 0, 0), "darkYellow": (128, 128, 0), "darkGray": (128, 128, 128), "lightGray": (192, 192, 192),
}  # fmt: skip
DEPTH = 12  # styles based on one another
Ground = Colour | Literal["unknown"] | None  # None: nothing is painted


@dataclass(frozen=True, slots=True)
class Look:
    """What is said of letters: None where nothing is."""

    vanish: bool | None = None
    colour: Colour | None = None
    size: int | None = None
    ground: Ground = None
    struck: bool | None = None  # shown with a line through it

    def over(self, under: Look) -> Look:
        """This look where it says something, `under` where it does not."""
        return Look(
            under.vanish if self.vanish is None else self.vanish,
            self.colour or under.colour,
            under.size if self.size is None else self.size,
            self.ground or under.ground,
            under.struck if self.struck is None else self.struck,
        )

    def shows(self) -> bool:
        if self.vanish or (self.size is not None and self.size <= TINY):
            return False
        if self.colour is None or self.ground == "unknown":
            return True
        return not alike(self.colour, self.ground or WHITE)


def look_of(properties: Any) -> Look:
    """What the properties of a run, or of a style, say."""
    if properties is None or not len(properties):
        return Look()
    size = value(properties, "sz") or ""
    shade = ground_of(properties)
    marker = value(properties, "highlight") or "none"
    if marker != "none":
        shade = HIGHLIGHTS.get(marker, "unknown")
    vanish = True if _is_unreadable(properties) else is_on(value(properties, "vanish"))
    struck = [said for name in ("strike", "dstrike") if (said := is_on(value(properties, name))) is not None]
    height = int(size) if size.isdecimal() else None
    return Look(vanish, _colour(properties), height, shade, any(struck) if struck else None)


def _is_unreadable(properties: Any) -> bool:
    """Whether letters are drawn without ink, or as narrow, as stacked or as far from their line as nobody reads."""
    fill = properties.find(f"{W14}textFill")
    if fill is not None:
        alphas = [_whole(element.get(f"{W14}val")) or 0 for element in fill.iter(f"{W14}alpha")]
        if fill.find(f"{W14}noFill") is not None or any(alpha > CLEAR for alpha in alphas):
            return True
    width, spacing, position = (_whole(value(properties, name)) for name in ("w", "spacing", "position"))
    return (width is not None and 0 < width < NARROW) or (spacing or 0) <= STACKED or abs(position or 0) >= FAR


def _whole(said: str | None) -> int | None:
    return int(said) if said and re.fullmatch(r"-?\d{1,9}", said) else None


def _colour(properties: Any) -> Colour | None:
    fill = properties.find(f"{W14}textFill/{W14}solidFill/{W14}srgbClr")
    if fill is not None and isinstance(drawn := colour(f"#{fill.get(f'{W14}val', '')}"), tuple):
        return drawn
    found = properties.find(f"{W}color")
    if found is None:
        return None
    if (found.get(f"{W}themeColor") or "").lower() in LIGHT and not found.get(f"{W}themeShade"):
        return WHITE
    said = colour(f"#{found.get(f'{W}val', '')}")
    return said if isinstance(said, tuple) else None  # "auto" is what shows


def ground_of(properties: Any) -> Ground:
    """What a shading paints under a run, a paragraph or a cell."""
    found = properties.find(f"{W}shd") if properties is not None else None
    if found is None:
        return None
    if found.get(f"{W}val", "clear") not in ("clear", "nil") or found.get(f"{W}themeFill"):
        return WHITE if (found.get(f"{W}themeFill") or "").lower() in LIGHT else "unknown"
    said = colour(f"#{found.get(f'{W}fill', '')}")
    return said if isinstance(said, tuple) else None


@dataclass(slots=True)
class Styles:
    """The styles of a file by their ids, each settled once."""

    by_id: dict[str, Any] = field(default_factory=dict)
    first: Look = field(default_factory=Look)  # of the file, where no style says otherwise
    levels: dict[str, int] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)

    def chain(self, style: str | None) -> Iterator[Any]:
        """A style and those it is based on."""
        for _ in range(DEPTH):
            found = self.by_id.get(style or "")
            if found is None:
                return
            yield found
            style = value(found, "basedOn")

    def name(self, style: str | None) -> str:
        found = self.by_id.get(style or "")
        return (value(found, "name") if found is not None else None) or style or ""

    def level(self, style: str | None) -> int:
        """1 to 6 for a style of headings, else 0."""
        if style is None:
            return 0
        if style not in self.levels:
            self.levels[style] = self._level(style)
        return self.levels[style]

    def _level(self, style: str) -> int:
        for number, found in enumerate(self.chain(style)):
            name = value(found, "name") or ""
            if name.lower() in ("title", "titre"):
                return 1
            if match := HEADING.match(name):
                return min(6, max(1, int(match.group(1))))
            outline = value(found.find(f"{W}pPr"), "outlineLvl") if number == 0 else None
            if outline is not None and outline.isdecimal() and int(outline) < 6:
                return int(outline) + 1
        return 0

    def is_list(self, style: str | None) -> bool:
        if LIST.match(self.name(style)):
            return True
        return any(_numbered(found.find(f"{W}pPr")) for found in self.chain(style))

    def look(self, style: str | None) -> Look:
        if style is None:
            return Look()
        if style not in self.looks:
            look = Look()
            for found in self.chain(style):
                said = look_of(found.find(f"{W}rPr"))
                look = look.over(replace(said, ground=said.ground or ground_of(found.find(f"{W}pPr"))))
            self.looks[style] = look
        return self.looks[style]

    def paints_cells(self, style: str | None) -> bool:
        """Whether a style of tables paints some of their cells, which ones only a renderer knows."""
        return any(next(found.iter(f"{W}shd"), None) is not None for found in self.chain(style))


def _numbered(properties: Any) -> bool:
    number = properties.find(f"{W}numPr") if properties is not None else None
    return number is not None and value(number, "numId") != "0"


def is_numbered(paragraph: Any) -> bool:
    """Whether a paragraph says of itself that it is an item of a list."""
    return _numbered(paragraph.find(f"{W}pPr"))


def styles_of(root: Any) -> Styles:
    """The styles in a part, none without one."""
    if root is None:
        return Styles()
    first = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
    return Styles({style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}, first)
