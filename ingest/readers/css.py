"""As much of CSS as tells whether an element shows: declarations, simple rules of a style sheet, colours, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Style = Mapping[str, str]
Colour = tuple[int, int, int]
Painted = Colour | Literal["clear"] | None  # "clear": nothing is painted; None: a picture, or not understood

NAMED: Mapping[str, Colour] = {
    "white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245),
    "mintcream": (245, 255, 250), "azure": (240, 255, 255), "floralwhite": (255, 250, 240), "seashell": (255, 245, 238),
    "honeydew": (240, 255, 240), "aliceblue": (240, 248, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192), "navy": (0, 0, 128),
    "maroon": (128, 0, 0), "purple": (128, 0, 128), "teal": (0, 128, 128), "olive": (128, 128, 0), "lime": (0, 255, 0), "aqua": (0, 255, 255),
    "fuchsia": (255, 0, 255), "orange": (255, 165, 0), "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "darkblue": (0, 0, 139),
}  # fmt: skip
ALIKE = 20  # of 255, of one channel: two colours as near as that are one to the eye
FAR = -400.0  # pixels: a text moved that far is off the page
FAINT = 0.06
SMALL = 2.0  # pixels: letters under that are seen by nobody
PIXELS = {
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "%": 0.16,
    "vw": 12.0,
    "vh": 8.0,
    "cm": 37.8,
    "mm": 3.78,
    "in": 96.0,
    "": 1.0,
}
LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|%|vw|vh|cm|mm|in|)(?![\w%.])")
SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)")
BEARING = frozenset(
    ("display", "visibility", "content-visibility", "opacity", "filter", "color", "background", "background-color", "background-image", "font-size",
     "position", "left", "top", "right", "bottom", "margin-left", "margin-top", "clip", "clip-path", "overflow", "text-indent", "transform")
)  # fmt: skip
NONE: Style = {}


def declarations(text: str) -> dict[str, str]:
    """The properties of a style attribute or of the inside of a rule, lower case; the last of a name wins."""
    bare = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL).lower()
    found: dict[str, str] = {}
    for part in bare.split(";"):
        name, colon, value = part.partition(":")
        if colon and name.strip():
            found[name.strip()] = re.sub(r"\s*!\s*important", "", value).strip()
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule whose selector names at most a tag, an id and classes: « p.note »."""

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]
    style: Style

    def suits(self, tag: str, name: str, classes: frozenset[str]) -> bool:
        return (not self.tag or self.tag == tag) and self.ids <= {name} and self.classes <= classes


@dataclass(slots=True)
class Sheet:
    """The simple rules of the style sheets of a page that bear on what shows, in their order."""

    rules: Sequence[Rule]
    by_name: dict[str, list[int]] = field(default_factory=dict)
    known: dict[tuple[str, str, str], Style] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, rule in enumerate(self.rules):
            self.by_name.setdefault(next(iter(rule.classes or rule.ids), rule.tag), []).append(number)

    def style(self, tag: str, name: str, classes: str) -> Style:
        """What the rules say of an element of this tag, id and classes."""
        key = (tag, name, classes)
        if key not in self.known:
            its = frozenset(classes.split())
            numbers = {n for held in (tag, name, *its) for n in self.by_name.get(held, ())}
            suited = [self.rules[n] for n in sorted(numbers) if self.rules[n].suits(tag, name, its)]
            self.known[key] = {prop: value for rule in suited for prop, value in rule.style.items()}
        return self.known[key]


def sheet(texts: Iterable[str]) -> Sheet:
    return Sheet([rule for text in texts for rule in rules(text) if BEARING & rule.style.keys()])


def rules(sheet: str) -> list[Rule]:
    """The simple rules of a style sheet, those of screens included; what depends on more than one element is left out."""
    found: list[Rule] = []
    for heads, inside in _blocks(re.sub(r"/\*.*?\*/|<!--|-->", " ", sheet, flags=re.DOTALL)):
        if heads.startswith("@media") and not re.search(r"print|max-|min-|prefers|orientation", heads):
            found.extend(rules(inside))
        elif not heads.startswith("@"):
            style = declarations(inside)
            for head in heads.split(","):
                if (match := SELECTOR.fullmatch(head.strip())) and match.group():
                    names = re.findall(r"[.#][\w-]+", match.group(2))
                    ids = frozenset(name[1:] for name in names if name[0] == "#")
                    classes = frozenset(name[1:] for name in names if name[0] == ".")
                    found.append(Rule(match.group(1) or "", ids, classes, style))
    return found


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """(what stands before a brace, what stands between it and its own), at the outer level."""
    depth, start, head = 0, 0, ""
    for match in re.finditer(r"[{}]", sheet):
        if match.group() == "{":
            if depth == 0:
                head, start = sheet[start : match.start()].rpartition(";")[2].strip(), match.end()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield head, sheet[start : match.start()]
                start = match.end()


def colour(text: str) -> Painted:
    """A colour as a page writes it."""
    text = text.strip().lower()
    if text == "transparent":
        return "clear"
    if text in NAMED:
        return NAMED[text]
    if match := re.fullmatch(r"#?([0-9a-f]{3,8})", text):
        return _of_hexadecimal(match.group(1))
    if match := re.fullmatch(r"(rgb|hsl)a?\(([^)]*)\)", text):
        parts = [part for part in re.split(r"[\s,/]+", match.group(2)) if part]
        numbers = [float(n.group()) for part in parts if (n := re.match(r"-?[\d.]*\d", part))]
        if len(numbers) >= 4 and numbers[3] * (0.01 if parts[3].endswith("%") else 1) < FAINT:
            return "clear"
        if len(numbers) < 3:
            return None
        if match.group(1) == "hsl":
            return (255, 255, 255) if numbers[2] >= 96 else (0, 0, 0) if numbers[2] <= 4 else None
        scale = 2.55 if parts[0].endswith("%") else 1
        return round(numbers[0] * scale), round(numbers[1] * scale), round(numbers[2] * scale)
    return None


def _of_hexadecimal(digits: str) -> Painted:
    if len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    if len(digits) not in (6, 8):
        return None
    values = [int(digits[n : n + 2], 16) for n in range(0, len(digits), 2)]
    return "clear" if len(values) == 4 and values[3] < 255 * FAINT else (values[0], values[1], values[2])


def ground(style: Style) -> Painted:
    """What an element paints under its text."""
    said = style.get("background-color", "")
    shorthand = style.get("background", "")
    if "url(" in shorthand or "gradient(" in shorthand or style.get("background-image", "none") != "none":
        return None
    if said:
        return colour(said)
    words = re.findall(r"[a-z]+\([^)]*\)|[#\w-]+", shorthand)
    found = [painted for word in words if (painted := colour(word)) is not None]
    return found[0] if found else "clear"


def alike(a: Colour, b: Colour) -> bool:
    return all(abs(x - y) <= ALIKE for x, y in zip(a, b, strict=True))


def length(text: str) -> float | None:
    """The first length of a value, in pixels."""
    match = LENGTH.search(text)
    return float(match.group(1)) * PIXELS[match.group(2)] if match else None


def vanishes(style: Style) -> bool:
    """Whether an element with these properties shows nothing, its children neither."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if style.get("content-visibility") == "hidden" or style.get("mso-hide") == "all":
        return True
    faint = [style.get("opacity", ""), *re.findall(r"opacity\(([^)]*)\)", style.get("filter", ""))]
    if any(_number(value) is not None and (_number(value) or 0) < FAINT for value in faint):
        return True
    if re.search(r"scale[xy]?\(\s*0?\.?0*\s*[,)]", style.get("transform", "")):
        return True
    return _is_clipped(style) or _is_away(style)


def _number(text: str) -> float | None:
    match = re.match(r"(\d*\.?\d+)\s*(%?)", text)
    return float(match.group(1)) * (0.01 if match.group(2) else 1) if match else None


def _is_clipped(style: Style) -> bool:
    cut = style.get("clip", "")
    if cut.startswith("rect") and all(abs(float(n)) <= 1 for n in re.findall(r"-?\d+\.?\d*", cut)):
        return "auto" not in cut
    if re.match(r"inset\(\s*(?:100|50)%|circle\(\s*0", style.get("clip-path", "")):
        return True
    if "hidden" not in (style.get("overflow", "visible"), style.get("overflow-x"), style.get("overflow-y")):
        return False
    sizes = [length(style[name]) for name in ("height", "max-height", "width", "max-width") if name in style]
    return any(size is not None and size <= 1 for size in sizes)


def _is_away(style: Style) -> bool:
    if (length(style.get("text-indent", "")) or 0) <= FAR:
        return True
    placed = style.get("position") in ("absolute", "fixed", "relative")
    sides: Sequence[str] = ("left", "top", "right", "bottom") if placed else ()
    moved = [length(style.get(side, "")) for side in (*sides, "margin-left", "margin-top")]
    moved += [length(part) for part in re.findall(r"translate[xy3d]*\(([^)]*)\)", style.get("transform", ""))]
    return any(far is not None and far <= FAR for far in moved)
