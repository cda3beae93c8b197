"""As much of CSS as tells whether an element shows: declarations, colours, lengths. Sheets are in `stylesheets.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
BEYOND = 4000.0  # to the right, or from the right: no screen is that wide
FAINT = 0.06
SHRUNK = 0.05  # of its size: letters that small are seen by nobody
STACKED = -8.0  # pixels between letters: one lies over the other
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
CALC = re.compile(r"calc\(\s*([^\s()]+)(?:\s*([-+])\s+([^\s()]+))?\s*\)")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
MAX_VALUE = 2000  # characters of a value: a longer one is none of those that hide
NONE: Style = {}


def unescaped(text: str) -> str:
    """CSS with its escapes of letters as these letters: "d\\69splay"."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda m: chr(code) if 31 < (code := int(m.group(1), 16)) < 0xD800 else " ", text)


def declarations(text: str) -> dict[str, str]:
    """The properties of a style attribute or of the inside of a rule, lower case; the last of a name wins."""
    return {name: value for name, value, _ in _declared(text)}


def important(text: str) -> dict[str, str]:
    """Those that are said to be."""
    return {name: value for name, value, forced in _declared(text) if forced}


def _declared(text: str) -> Iterator[tuple[str, str, bool]]:
    bare = unescaped(re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)).lower()
    for part in bare.split(";"):
        name, colon, value = part.partition(":")
        if colon and name.strip():
            said = re.sub(r"\s*!\s*important", "", value)
            yield name.strip(), said.strip(), said != value


def with_variables(style: Style, variables: Style) -> Style:
    """A style with the values of its variables in their place, a few deep."""
    if not any("var(" in value for value in style.values()):
        return style
    known = {**variables, **{name: value for name, value in style.items() if name.startswith("--")}}

    def put(match: re.Match[str]) -> str:
        return str(known.get(match.group(1), (match.group(2) or "").strip()))

    found = {name: value for name, value in style.items() if not name.startswith("--")}
    for _ in range(4):
        found = {name: VARIABLE.sub(put, value)[:MAX_VALUE] for name, value in found.items()}
    return found


def colour(text: str) -> Painted:
    """A colour as a page writes it."""
    text = text.strip().lower()
    if text == "transparent":
        return "clear"
    if text in NAMED:
        return NAMED[text]
    if match := re.fullmatch(r"#?([0-9a-f]{3,8})", text):
        return _of_hexadecimal(match.group(1))
    if match := re.fullmatch(r"(ok)?(?:lab|lch)\(([\d.]+)(%?)[^)]*\)", text):
        light = float(match.group(2)) * (100 if match.group(1) and not match.group(3) else 1)
        return (255, 255, 255) if light >= 97 else (0, 0, 0) if light <= 3 else None
    if match := re.fullmatch(r"hwb\([\d.]+\w*[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\)", text):
        white, black = float(match.group(1)), float(match.group(2))
        return (255, 255, 255) if white >= 96 and black <= 4 else (0, 0, 0) if black >= 96 else None
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


def font_size(style: Style) -> str:
    """What is said of the size of letters, alone or with the rest of their font: "0/0 a"."""
    said = style.get("font-size", "")
    if said or "font" not in style:
        return said
    return next(
        (word.partition("/")[0] for word in style["font"].split() if LENGTH.fullmatch(word.partition("/")[0])), ""
    )


def alike(a: Colour, b: Colour) -> bool:
    return all(abs(x - y) <= ALIKE for x, y in zip(a, b, strict=True))


def length(text: str) -> float | None:
    """The first length of a value, in pixels."""
    if calculated := CALC.search(text):
        first, second = length(calculated.group(1)), length(calculated.group(3) or "0")
        sign = -1 if calculated.group(2) == "-" else 1
        return None if first is None or second is None else first + sign * second
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
    if "line-through" in f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}":
        return True  # withdrawn, by who wrote it
    sheer = r"(?:-webkit-)?(?:linear|radial)-gradient\([^()]*?(?:transparent[^()]*?){2,}\)"
    if any(re.fullmatch(sheer, style.get(name, "")) for name in ("mask", "mask-image", "-webkit-mask-image")):
        return True
    return _is_shrunk(style) or _is_clipped(style) or _is_away(style)


def _is_shrunk(style: Style) -> bool:
    transform = style.get("transform", "")
    if re.search(
        r"scale[xy]?\(\s*0?\.?0*\s*[,)]|rotate[xy]\(\s*-?(?:90|270)deg|matrix\(\s*0(?:\.0*)?\s*,\s*0", transform
    ):
        return True
    sizes = [_number(style[name]) for name in ("zoom", "scale") if style.get(name, "none") not in ("none", "normal")]
    if any(size is not None and size < SHRUNK for size in sizes):
        return True
    return (length(style.get("letter-spacing", "")) or 0) <= STACKED


def _number(text: str) -> float | None:
    match = re.match(r"(\d*\.?\d+)\s*(%?)", text)
    return float(match.group(1)) * (0.01 if match.group(2) else 1) if match else None


def _is_clipped(style: Style) -> bool:
    cut = style.get("clip", "")
    if cut.startswith("rect") and all(abs(float(n)) <= 1 for n in re.findall(r"-?\d+\.?\d*", cut)):
        return "auto" not in cut
    if re.match(r"inset\(\s*(?:100|50)%|(?:circle|ellipse)\(\s*0|polygon\([\s0,pxem%]*\)", style.get("clip-path", "")):
        return True
    over = " ".join(style.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    if not re.search("hidden|clip|auto|scroll", over):
        return False
    said = [style[name] for name in ("height", "max-height", "width", "max-width") if name in style]
    sizes = [length(value) for value in said if not re.match(r"0*[1-9][\d.]*%", value)]  # a share of who knows what
    return any(size is not None and size <= 1 for size in sizes)


def _is_away(style: Style) -> bool:
    """Whether it is put off the page; what is far below its top can be scrolled to."""
    placed = style.get("position") in ("absolute", "fixed", "relative")
    sides: Sequence[str] = ("left", "top", "right", "bottom") if placed else ()
    moved = [length(style.get(side, "")) for side in (*sides, "margin-left", "margin-top", "text-indent")]
    moved += [length(part) for part in re.findall(r"translate[xy3d]*\(([^)]*)\)", style.get("transform", ""))]
    moved += [length(part) for part in style.get("translate", "").split()]
    moved += [length(part) for part in style.get("inset", "").split() if placed]
    across = [length(style.get(side, "")) for side in (*(set(sides) & {"left", "right"}), "margin-left", "text-indent")]
    if any(far is not None and far >= BEYOND for far in across):
        return True
    return any(far is not None and far <= FAR for far in moved)
