"""A PDF whose table of objects is lost, given a new one from the objects that are found in it."""

from __future__ import annotations

import re

OBJECT = re.compile(rb"(?<![0-9])(\d{1,8})[ \t]{1,4}(\d{1,5})[ \t]{1,4}obj\b")
CATALOG = re.compile(rb"/Type\s{0,4}/Catalog\b")
PAGE = re.compile(rb"/Type\s{0,4}/Page\b")
ENCRYPTED = re.compile(rb"/Encrypt\b")
HEAD = 400  # bytes of an object in which its type stands
MAX_OBJECTS = 200_000


def rebuilt(data: bytes) -> bytes:
    """`data` from its header on, with a table of the objects that open in it; the last of a number counts. Without a
    catalogue, one is made of the pages found, in their order. Nothing where there is no object, or where a key is
    needed to read them."""
    start = max(0, data.find(b"%PDF-"))
    body = data[start:]
    places: dict[int, tuple[int, int]] = {}
    for match in OBJECT.finditer(body):
        places[int(match.group(1))] = (match.start(), match.end())
        if len(places) >= MAX_OBJECTS:
            break
    if not places or ENCRYPTED.search(body):
        return b""
    heads = {
        number: body[end : end + HEAD].split(b"endobj")[0].split(b"stream")[0] for number, (_, end) in places.items()
    }
    root = next((number for number, head in heads.items() if CATALOG.search(head)), None)
    spare = max(places, default=0) + 1
    if root is None:
        pages = [number for number, head in heads.items() if PAGE.search(head)]
        kids = b" ".join(b"%d 0 R" % number for number in pages)
        for number, held in (
            (spare, b"<< /Type /Catalog /Pages %d 0 R >>" % (spare + 1)),
            (spare + 1, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))),
        ):
            body += b"\n%d 0 obj\n" % number
            places[number] = (len(body) - len(b"%d 0 obj\n" % number), len(body))
            body += held + b"\nendobj\n"
        root = spare
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, (place, _) in sorted(places.items()))
    size = max(places) + 1
    return body + b"\nxref\n%strailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        size,
        root,
        len(body) + 1,
    )
