"""The style sheets of a page: their rules, those within conditions that a screen meets included, and what they say of an
element. What only paper, a small screen or a visitor's preference brings about is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.css import NONE, Style, declarations, important, length, unescaped, with_variables
from ingest.readers.selectors import Selector, Weight, selectors

BEARING = frozenset(
    ("display", "visibility", "content-visibility", "opacity", "filter", "color", "background", "background-color", "background-image", "font-size",
     "font", "position", "left", "top", "right", "bottom", "inset", "margin-left", "margin-top", "clip", "clip-path", "overflow", "overflow-x",
     "overflow-y", "text-indent", "transform", "scale", "translate", "zoom", "mask", "mask-image", "-webkit-mask-image", "letter-spacing",
     "-webkit-text-fill-color", "text-decoration", "text-decoration-line", "height", "max-height", "width", "max-width")
)  # fmt: skip
SCREEN = 1280.0  # pixels: the width at which conditions are looked at
GROUPS = ("@media", "@supports", "@layer", "@container")
MAX_RULES = 20_000
MAX_DEPTH = 8  # blocks within blocks


@dataclass(frozen=True, slots=True)
class Rule:
    selector: Selector
    needs: frozenset[str]  # names borne above
    place: tuple[Weight, int]  # of two that disagree, the later in this order wins
    style: Style
    forced: Style  # what is said to be important


@dataclass(slots=True)
class Sheet:
    """The rules of the style sheets of a page that bear on what shows."""

    rules: Sequence[Rule]
    variables: Style = field(default_factory=dict)
    by_name: dict[str, list[Rule]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.rules:
            self.by_name.setdefault(rule.selector.key, []).append(rule)

    def style(self, element: Any, before: Style, own: str) -> Style:
        """What holds of an element: what its attributes of old say, then the rules, its own style, what is forced."""
        near = [rule for name in {"", *_names(element)} for rule in self.by_name.get(name, ())] if self.rules else []
        above = {name for over in element.iterancestors() for name in _names(over)} if near else set()
        near = [rule for rule in near if rule.needs <= above and rule.selector.suits(element)]
        suited = sorted(near, key=lambda rule: rule.place)
        if not suited and not own:
            return before or NONE
        found = dict(before)
        for rule in suited:
            found |= rule.style
        found |= declarations(own)
        for rule in suited:
            found |= rule.forced
        found |= important(own)
        return with_variables(found, self.variables)


def sheet(texts: Iterable[str]) -> Sheet:
    found: list[Rule] = []
    variables: dict[str, str] = {}
    for text in texts:
        bare = unescaped(re.sub(r"/\*.*?\*/|<!--|-->", " ", text, flags=re.DOTALL))
        for head, inside in _rules(bare, "", 0):
            style = declarations(inside)
            variables |= {name: value for name, value in style.items() if name.startswith("--")}
            if BEARING & style.keys() and len(found) < MAX_RULES:
                forced = important(inside)
                for one in selectors(head):
                    found.append(Rule(one, one.needs, (one.weight, len(found)), style, forced))
    return Sheet(found, variables)


def _names(element: Any) -> tuple[str, ...]:
    return element.tag, element.get("id", ""), *element.get("class", "").split()


def _rules(text: str, under: str, depth: int) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of each rule, those nested in it after it."""
    if depth > MAX_DEPTH:
        return
    for head, inside in _blocks(text):
        if head.startswith(GROUPS):
            if not head.startswith("@media") or _on_screen(head):
                yield from _rules(inside, under, depth + 1)
                if under and (own := _own(inside)):
                    yield under, own
        elif not head.startswith("@"):
            full = _nested(head, under)
            yield full, _own(inside)
            if "{" in inside:
                yield from _rules(inside, full, depth + 1)


def _nested(head: str, under: str) -> str:
    if not under:
        return head
    return head.replace("&", f":is({under})") if "&" in head else f":is({under}) {head}"


def _own(inside: str) -> str:
    """The declarations of a rule, without the rules nested in it."""
    if "{" not in inside:
        return inside
    kept, start = [], 0
    for opens, closes in _spans(inside):
        before = inside[start:opens]
        kept.append(before[: before.rfind(";") + 1])
        start = closes
    return "".join((*kept, inside[start:]))


def _on_screen(condition: str) -> bool:
    """Whether a screen of SCREEN pixels meets one of the conditions."""
    return any(_meets(one.lower()) for one in condition.removeprefix("@media").split(","))


def _meets(condition: str) -> bool:
    if re.search(r"print|speech|prefers|orientation|hover|pointer|\bnot\b|height|resolution|color", condition):
        return False
    for least, value in re.findall(r"(min|max)-width\s*:\s*([^)]+)", condition):
        limit = length(value)
        if limit is None or (limit > SCREEN if least == "min" else limit < SCREEN):
            return False
    for sign, value in re.findall(r"width\s*([<>])=?\s*([^)]+)", condition):
        limit = length(value)
        if limit is None or (limit > SCREEN if sign == ">" else limit < SCREEN):
            return False
    return True


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each outer brace opens, and where it has closed."""
    depth, start = 0, 0
    for match in re.finditer(r"[{}]", text):
        if match.group() == "{":
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield start, match.end()


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(what stands before a brace, what stands between it and its own), at the outer level."""
    start = 0
    for opens, closes in _spans(text):
        head = text[start:opens].rpartition(";")[2].strip()
        yield head, text[opens + 1 : closes - 1]
        start = closes
