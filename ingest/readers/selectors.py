"""Selectors of CSS, as far as a page at rest decides them: tags, names, classes, attributes, `:not`, `:is`, `:where`,
a place among brothers, and what stands around an element. What depends on what a visitor does suits nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

PIECE = re.compile(
    r"(?P<tag>[a-zA-Z][\w-]*|\*)|#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)"
    r"|\[\s*(?P<attribute>[\w-]+)\s*(?:(?P<how>[~|^$*]?=)\s*(?:\"(?P<quoted>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\]]+))\s*[is]?\s*)?\]"
    r"|::?(?P<pseudo>[\w-]+)(?P<opens>\()?"
)
GAP = re.compile(r"\s*([>+~]?)\s*")
MOST_STEPS = 20_000  # elements looked at for one element: a page deeper than that is no page
MAX_COMPOUNDS = 12  # of one selector
MAX_DEPTH = 4  # of brackets in brackets
Weight = tuple[int, int, int]  # names, classes and attributes, tags: what CSS calls specificity


@dataclass(frozen=True, slots=True)
class Compound:
    """What is said of one element; `stands` says how it stands to the one on its right: " ", ">", "+" or "~"."""

    tag: str = ""
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str, str], ...] = ()
    of: tuple[tuple[bool, tuple[Selector, ...]], ...] = ()  # one of these suits it, or none does
    places: tuple[tuple[str, int], ...] = ()  # its rank among its brothers, or among those of its tag
    root: bool = False
    stands: str = " "

    def suits(self, element: Any) -> bool:
        if self.tag and element.tag != self.tag:
            return False
        if self.root and element.tag != "html":
            return False
        if not all(_is_at(element, among, rank) for among, rank in self.places):
            return False
        if any(element.get("id") != name for name in self.names):
            return False
        if self.classes and not set(self.classes) <= set(element.get("class", "").split()):
            return False
        if not all(_has(element, *attribute) for attribute in self.attributes):
            return False
        return all(any(one.suits(element) for one in among) is wanted for wanted, among in self.of)


@dataclass(frozen=True, slots=True)
class Selector:
    """Compounds from left to right; the last is the element itself."""

    compounds: tuple[Compound, ...]
    weight: Weight

    @property
    def key(self) -> str:
        """A name that any element it suits bears: a class, an id, a tag, or "" for whatever element."""
        last = self.compounds[-1]
        return next(iter((*last.classes, *last.names)), "" if last.tag == "*" else last.tag)

    @property
    def needs(self) -> frozenset[str]:
        """Names that elements above must bear, whatever the element."""
        before = self.compounds[:-1]
        if any(compound.stands in "+~" for compound in before):
            return frozenset()
        return frozenset(name for c in before for name in (*c.classes, *c.names, c.tag) if name)

    def suits(self, element: Any) -> bool:
        return _suits(self.compounds, element, [MOST_STEPS])


def selectors(text: str, depth: int = 0) -> Iterator[Selector]:
    """Those of a list, parted by commas, that are understood."""
    for part in _parted(text) if depth < MAX_DEPTH else ():
        compounds = _compounds(part.strip(), depth)
        if compounds:
            yield Selector(compounds, _weight(compounds))


def _suits(compounds: Sequence[Compound], element: Any, left: list[int]) -> bool:
    """Whether the last compound suits the element, and those before it what stands around."""
    left[0] -= 1
    if left[0] < 0 or not isinstance(element.tag, str) or not compounds[-1].suits(element):
        return False
    if len(compounds) == 1:
        return True
    before = compounds[:-1]
    how = before[-1].stands
    if how == ">":
        parent = element.getparent()
        return parent is not None and _suits(before, parent, left)
    if how == " ":
        return any(_suits(before, above, left) for above in element.iterancestors())
    brothers = (e for e in element.itersiblings(preceding=True) if isinstance(e.tag, str))
    if how == "+":
        brother = next(brothers, None)
        return brother is not None and _suits(before, brother, left)
    return any(_suits(before, brother, left) for brother in brothers)


def _is_at(element: Any, among: str, rank: int) -> bool:
    """Whether it has this rank among its brothers, counted from 1, or from -1 at the end."""
    tags = [element.tag] if among.endswith("of-type") else []
    brothers = (e for e in element.itersiblings(*tags, preceding=rank > 0) if isinstance(e.tag, str))
    return sum(1 for _ in islice(brothers, abs(rank))) == abs(rank) - 1


def _has(element: Any, name: str, how: str, value: str) -> bool:
    held: str | None = element.get(name)
    if held is None or not how:
        return held is not None
    if how == "=":
        return held == value
    if not value:
        return False
    return {
        "~=": value in held.split(),
        "|=": held == value or held.startswith(f"{value}-"),
        "^=": held.startswith(value),
        "$=": held.endswith(value),
        "*=": value in held,
    }[how]


def _parted(text: str) -> Iterator[str]:
    """The parts of a list, the commas within brackets left alone."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _compounds(text: str, depth: int) -> tuple[Compound, ...]:
    """Empty where something is not understood."""
    found: list[Compound] = []
    at = 0
    while at < len(text) and len(found) < MAX_COMPOUNDS:
        made, at = _compound(text, at, depth)
        gap = GAP.match(text, at)
        if made is None or gap is None or (gap.end() == at and at < len(text)):
            return ()
        found.append(replace(made, stands=gap.group(1) or " "))
        at = gap.end()
        if at >= len(text) and gap.group(1):
            return ()
    return tuple(found) if at >= len(text) else ()


def _compound(text: str, at: int, depth: int) -> tuple[Compound | None, int]:
    tag, root, start = "", False, at
    names: list[str] = []
    classes: list[str] = []
    attributes: list[tuple[str, str, str]] = []
    of: list[tuple[bool, tuple[Selector, ...]]] = []
    places: list[tuple[str, int]] = []
    while match := PIECE.match(text, at):
        if match.group("tag") and at > start:
            break
        at = match.end()
        if match.group("tag"):
            tag = match.group("tag").lower()
        elif match.group("id"):
            names.append(match.group("id"))
        elif match.group("class"):
            classes.append(match.group("class"))
        elif match.group("attribute"):
            value = match.group("quoted") or match.group("single") or match.group("bare") or ""
            attributes.append((match.group("attribute").lower(), match.group("how") or "", value))
        else:
            name = match.group("pseudo").lower()
            inside, at = _inside(text, at) if match.group("opens") else ("", at)
            if name in ("not", "is", "where", "matches") and inside:
                of.append((name != "not", tuple(selectors(inside, depth + 1))))
            elif name == "root":
                root = True
            elif name in ("first-child", "last-child", "first-of-type", "last-of-type"):
                places.append((name, -1 if "last" in name else 1))
            elif name.startswith("nth-") and re.fullmatch(r"\s*[1-9]\d?\s*", inside):
                places.append((name, int(inside) * (-1 if "last" in name else 1)))
            else:
                return None, at
    if at == start:
        return None, at
    named = "" if tag == "*" else tag
    made = Compound(named, tuple(names), tuple(classes), tuple(attributes), tuple(of), tuple(places), root)
    return made, at


def _inside(text: str, at: int) -> tuple[str, int]:
    """What stands up to the bracket that closes, and where that ends."""
    depth = 1
    for end in range(at, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if depth == 0:
            return text[at:end], end + 1
    return "", len(text)


def _weight(compounds: Sequence[Compound]) -> Weight:
    names = sum(len(c.names) for c in compounds)
    classes = sum(len(c.classes) + len(c.attributes) + len(c.places) + c.root for c in compounds)
    tags = sum(bool(c.tag) for c in compounds)
    for compound in compounds:
        for _, among in compound.of:
            most = max((one.weight for one in among), default=(0, 0, 0))
            names, classes, tags = names + most[0], classes + most[1], tags + most[2]
    return names, classes, tags
