"""What a page of HTML holds and does not show: nobody reads it there, so that it is no text of the page.

Told from attributes, from inline styles and from the rules of the page's own style sheets. Sheets and scripts kept
elsewhere are not read. What a reader opens by a control that shows (a tab, a fold) is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from ingest.readers.css import SMALL, Colour, Painted, Style, alike, colour, font_size, ground, length, vanishes
from ingest.readers.stylesheets import Sheet, sheet

SILENT = frozenset(
    ("template", "script", "style", "noscript", "noframes", "noembed", "object", "iframe", "canvas", "datalist", "audio", "video", "progress",
     "meter", "rp", "annotation", "annotation-xml")
)  # fmt: skip
STRUCK = frozenset(("del", "s", "strike"))  # withdrawn, by who wrote it
VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "track", "wbr"))
WHITE: Colour = (255, 255, 255)
MOST = 0.4  # of the letters of a page: what holds more is its subject, whatever it is said to be to screen readers
NO_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # read from "&#1;", and refused when written
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,20})((?:\s[^<>]{0,2000})?)>")
FENCED = re.compile(r"(^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)[^\n]*$|\Z))", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--")
STRICKEN = re.compile(r"(?<![~\\])~~(?=[^\s~])(?:[^\n~]|\n(?!\s*\n)|~(?!~)){1,4000}?(?<=\S)~~(?!~)")
SHEET = re.compile(r"<style\b[^>]{0,200}>(.*?)</style", re.IGNORECASE | re.DOTALL)
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


@dataclass(frozen=True, slots=True)
class _Look:
    """What text inherits: its colour, what is painted under it, and its size in pixels."""

    letters: Painted = (0, 0, 0)
    ground: Painted = WHITE
    size: float = 16.0

    def shows(self) -> bool:
        if self.size < SMALL or self.letters == "clear":
            return False
        if self.letters is None or self.ground is None or self.ground == "clear":
            return True
        return not alike(self.letters, self.ground)


def hides(tag: str, attributes: Mapping[str, str], style: Style) -> bool:
    """Whether an element shows nothing, its children neither, by what it says of itself."""
    if tag in SILENT or tag in STRUCK or "hidden" in attributes or "popover" in attributes:
        return True
    if tag == "dialog" and "open" not in attributes:
        return True
    return vanishes(style)


def without_hidden(root: Any) -> int:
    """Takes out of a tree of HTML what does not show. How many letters that made."""
    sheets = sheet(element.text or "" for element in root.iter("style"))
    controlled = _controlled(root, sheets)
    letters = len("".join(root.itertext()))
    gone = 0
    waiting: list[tuple[Any, _Look]] = [(root, _Look())]
    doomed: list[Any] = []
    while waiting:
        element, inherited = waiting.pop()
        style = _style(element, sheets)
        if element is not root and _is_hidden(element, style, controlled, letters):
            doomed.append(element)
            continue
        look = _look(element, style, inherited)
        if not look.shows():
            gone += len(element.text or "") + sum(len(child.tail or "") for child in element)
            element.text = None
            for child in element:
                child.tail = None
        waiting.extend((child, look) for child in element if isinstance(child.tag, str))
    for element in doomed:
        gone += len("".join(element.itertext()).strip()) if element.tag not in SILENT else 0
        _drop(element)
    etree.strip_tags(root, etree.Comment)
    return gone


def _style(element: Any, sheets: Sheet) -> Style:
    """The properties of an element: those of its attributes of old, of the rules that suit it, of its own style."""
    found: dict[str, str] = {}
    if element.get("color") and element.tag == "font":
        found["color"] = element.get("color")
    if element.get("text") and element.tag == "body":
        found["color"] = element.get("text")
    if element.get("bgcolor"):
        found["background-color"] = element.get("bgcolor")
    if element.get("background"):
        found["background-image"] = "url"
    return sheets.style(element, found, element.get("style") or "")


def _is_hidden(element: Any, style: Style, controlled: frozenset[str], letters: int) -> bool:
    if element.tag in SILENT:
        return True
    if element.tag in ("body", "html", "head", "title"):
        return False
    if not hides(element.tag, element.attrib, style):
        return element.get("aria-hidden", "").lower() == "true" and not _is_the_subject(element, letters, controlled)
    return element.get("id", "") not in controlled or not element.get("id")


def _is_the_subject(element: Any, letters: int, controlled: frozenset[str]) -> bool:
    """Whether what screen readers skip for now is the page itself, under a window that asks for cookies."""
    held = len("".join(element.itertext()))
    return element.get("id", "") in controlled or held > MOST * letters or element.find(".//h1") is not None


def _look(element: Any, style: Style, inherited: _Look) -> _Look:
    look = inherited
    painted = ground(style) if style else "clear"
    said = style.get("-webkit-text-fill-color") or style.get("color")
    if said and said not in ("inherit", "currentcolor", "initial", "unset"):
        look = replace(look, letters=colour(said))
    if "currentcolor" in (style.get("background-color"), style.get("background")):
        look = replace(look, ground=look.letters)
    elif painted != "clear":
        look = replace(look, ground=painted)
    if said := font_size(style):
        size = length(said)
        if size is not None:
            relative = size / 16 * inherited.size if re.search(r"\d(?:em|%)", said) else size
            look = replace(look, size=relative)
        elif re.fullmatch(r"(?:xx?-)?(?:small|large)|medium|smaller|larger", said):
            look = replace(look, size=16.0)
    return look


def _controlled(root: Any, sheets: Sheet) -> frozenset[str]:
    """The names of the elements that something which shows, with words on it, opens."""
    found: set[str] = set()
    for element in root.iter("a", "button", "summary", "label", "li", "div", "span", "h2", "h3", "h4"):
        names = [*element.get("aria-controls", "").split(), *element.get("popovertarget", "").split()]
        for link in (element.get("href", ""), element.get("data-target", ""), element.get("data-bs-target", "")):
            names += [link[1:]] if link.startswith("#") and len(link) > 1 else []
        if names and "".join(element.itertext()).strip():
            above = [element, *element.iterancestors()]
            if not any(isinstance(e.tag, str) and hides(e.tag, e.attrib, _style(e, sheets)) for e in above):
                found.update(names)
    return frozenset(found)


def _drop(element: Any) -> None:
    """Takes an element out, what follows it left in its place."""
    parent, tail = element.getparent(), element.tail or ""
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = NO_TEXT.sub("", (before.tail or "") + tail)
    else:
        parent.text = NO_TEXT.sub("", (parent.text or "") + tail)
    parent.remove(element)


def without_hidden_markup(text: str) -> str:
    """Markdown without its comments, what is struck out, and the elements of HTML in it that do not show; fences, which
    show their markup, are left alone."""
    if "<" not in text and "~~" not in text:
        return text
    parts = FENCED.split(text)
    sheets = sheet(inside for part in parts[::2] for inside in SHEET.findall(part))
    for n in range(0, len(parts), 2):
        parts[n] = "".join(_shown(STRICKEN.sub("", _without_comments(parts[n])), sheets))
    return "".join(parts)


def _without_comments(text: str) -> str:
    """One that opens a line and is never closed goes to the end, as it is shown."""
    kept: list[str] = []
    start = 0
    while opened := COMMENT.search(text, start):
        stop = text.find("-->", opened.end())
        if stop < 0:
            alone = re.compile(r"^ {0,3}<!--", re.MULTILINE).search(text, start)
            return "".join((*kept, text[start : alone.start()] if alone else text[start:]))
        kept.append(text[start : opened.start()])
        start = stop + 3
    return "".join((*kept, text[start:]))


def _shown(text: str, sheets: Sheet) -> Iterator[str]:
    start, name, depth, opened = 0, "", 0, 0
    for match in TAG.finditer(text):
        closes, tag, held = bool(match.group(1)), match.group(2).lower(), match.group(3)
        if name:
            if tag == name:
                depth += -1 if closes else 1
            if depth == 0:
                name, start = "", match.end()
        elif not closes and tag not in VOID and not held.rstrip().endswith("/") and _tag_hides(tag, held, sheets):
            yield text[start : match.start()]
            name, depth, opened = tag, 1, match.start()
    if name:  # never closed: as far as the next blank line
        stop = text.find("\n\n", opened)
        start = len(text) if stop < 0 else stop
    yield text[start:]


def _tag_hides(tag: str, held: str, sheets: Sheet) -> bool:
    element = etree.Element(tag)
    for match in ATTRIBUTE.finditer(NO_TEXT.sub("", held)):
        element.set(match.group(1).lower(), next((g for g in match.groups()[1:] if g), ""))
    style = _style(element, sheets)
    if hides(tag, element.attrib, style) or element.get("aria-hidden", "").lower() == "true":
        return True
    return not _look(element, style, _Look()).shows()
