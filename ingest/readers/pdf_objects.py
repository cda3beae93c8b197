"""What a PDF holds besides the text of its pages: images, values typed into forms, attached files, dynamic forms.

Objects are those of the PDF library, seen as dictionaries. A malformed file makes these functions raise; the caller
decides what that means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.readers.lines import Run

MAX_FIELDS = 500  # a page: forms have under a hundred
FIELD_SIZE = 9.0  # points, when a field does not say
UNSEEN = 0b100010  # flags of an annotation: hidden, or not on screen
Stamp = tuple[Any, tuple[float, ...]]
DEPTH = 3  # forms drawn within forms


def resolved(held: Any) -> Any:
    """An object, whether held itself or by reference; None stays None."""
    return held.get_object() if hasattr(held, "get_object") else held


def pixels_of_images(holder: Any, depth: int = DEPTH) -> int:
    """The pixels of the largest image that a page, or a form drawn on it, draws; 0 without image, 1 at least with one."""
    resources = resolved(holder.get("/Resources"))
    drawn = resolved(resources.get("/XObject")) if resources else None
    largest = 0
    for held in (drawn or {}).values():
        found = resolved(held)
        if found.get("/Subtype") == "/Image":
            size = [resolved(found.get(side)) for side in ("/Width", "/Height")]
            known = all(isinstance(side, int) and side > 0 for side in size)
            largest = max(largest, size[0] * size[1] if known else 1)
        elif depth and found.get("/Subtype") == "/Form":
            largest = max(largest, pixels_of_images(found, depth - 1))
    return largest


def values_of_fields(page: Any) -> Iterator[Run]:
    """What people typed into the fields of a page, and its free notes, each at its place."""
    for held in list(resolved(page.get("/Annots")) or [])[:MAX_FIELDS]:
        found = resolved(held)
        kind = found.get("/Subtype") if hasattr(found, "get") else None
        if kind == "/Widget":
            parent = resolved(found.get("/Parent")) or {}
            value = resolved(found.get("/V", parent.get("/V")))
            value = ", ".join(map(str, value[:MAX_FIELDS])) if isinstance(value, list) else value  # of a list, several
            shown = found.get("/FT", parent.get("/FT")) in ("/Tx", "/Ch")
        elif kind == "/FreeText":
            value, shown = resolved(found.get("/Contents")), True
        else:
            continue
        flags = resolved(found.get("/F"))
        if isinstance(flags, int) and flags & UNSEEN:
            continue
        if not shown or not isinstance(value, str) or not value.strip():
            continue
        left, bottom, _, top = (float(v) for v in resolved(found["/Rect"]))
        high = max(top, bottom)
        lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        first = high - FIELD_SIZE if len(lines) > 1 else (top + bottom) / 2 - 0.35 * FIELD_SIZE
        for n, line in enumerate(lines):
            if line.strip():
                yield Run(
                    line, left + 2, first - 1.2 * n * FIELD_SIZE, FIELD_SIZE, 0.5 * FIELD_SIZE * len(line), spaced=True
                )


def appearances(page: Any) -> Iterator[Stamp]:
    """The stamps on a page, and its fields and signatures that say nothing but by their looks: each form, and the matrix
    that puts it in its rectangle."""
    for held in list(resolved(page.get("/Annots")) or [])[:MAX_FIELDS]:
        found = resolved(held)
        if not isinstance(found, Mapping) or found.get("/Subtype") not in ("/Stamp", "/Widget"):
            continue
        flags, looks = resolved(found.get("/F")), resolved(found.get("/AP"))
        form: Any = resolved(looks.get("/N")) if isinstance(looks, Mapping) else None
        silent = found.get("/Subtype") == "/Stamp" or (
            found.get("/FT") in ("/Tx", "/Ch", "/Sig") and not isinstance(resolved(found.get("/V")), str)
        )
        if not silent or not hasattr(form, "get_data") or (isinstance(flags, int) and flags & UNSEEN):
            continue
        box = [float(v) for v in resolved(form.get("/BBox")) or []]
        place = [float(v) for v in resolved(found.get("/Rect")) or []]
        if len(box) != 4 or len(place) != 4 or box[0] == box[2] or box[1] == box[3]:
            continue
        wide, high = (place[2] - place[0]) / (box[2] - box[0]), (place[3] - place[1]) / (box[3] - box[1])
        yield form, (wide, 0.0, 0.0, high, place[0] - wide * box[0], place[1] - high * box[1])


def layers_off(root: Any) -> frozenset[int]:
    """The identities of the layers that the file shows switched off when it is opened."""
    properties = resolved(root.get("/OCProperties")) or {}
    first = resolved(properties.get("/D")) or {}
    off = [id(resolved(layer)) for layer in resolved(first.get("/OFF")) or []]
    if resolved(first.get("/BaseState")) == "/OFF":
        on = {id(resolved(layer)) for layer in resolved(first.get("/ON")) or []}
        off += [
            id(resolved(layer)) for layer in resolved(properties.get("/OCGs")) or [] if id(resolved(layer)) not in on
        ]
    return frozenset(off)


def is_off(layer: Any, off: frozenset[int]) -> bool:
    """Whether a layer, or a set of layers of which one at least must show, is switched off."""
    found = resolved(layer)
    if not off or not hasattr(found, "get"):
        return False
    groups = resolved(found.get("/OCGs"))
    if groups is None:
        return id(found) in off
    held = groups if isinstance(groups, list) else [groups]
    return bool(held) and all(id(resolved(group)) in off for group in held)


def is_portfolio(root: Any) -> bool:
    """Whether the file is an envelope of other files."""
    return resolved(root.get("/Collection")) is not None


def attached(root: Any) -> int:
    """How many files are attached, as the first level of their tree says."""
    files = resolved((resolved(root.get("/Names")) or {}).get("/EmbeddedFiles"))
    names = resolved(files.get("/Names")) if files else None
    kids = resolved(files.get("/Kids")) if files else None
    return len(names) // 2 if names else len(kids or ())


def is_dynamic_form(root: Any) -> bool:
    """Whether pages are drawn by an XFA form at display time, and hold no text of their own."""
    form = resolved(root.get("/AcroForm"))
    return bool(form) and "/XFA" in form


def mean_width(font: Any) -> float:
    """The mean width of a letter of `font`, in ems; raises for a malformed font."""
    values: list[float] = []
    if font and "/Widths" in font:
        values = [float(v) for v in resolved(font["/Widths"])]
    elif font and "/DescendantFonts" in font:
        table = resolved(resolved(resolved(font["/DescendantFonts"])[0]).get("/W"))
        for held in table or []:
            entry = resolved(held)
            if isinstance(entry, list):
                values.extend(float(v) for v in entry)
    values = [v for v in values if v > 0]
    return min(0.7, max(0.4, sum(values) / len(values) / 1000)) if values else 0.5
