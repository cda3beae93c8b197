"""Bytes to text: the encoding told by its mark, else by what decodes, else by statistics."""

from __future__ import annotations

import codecs

from ingest.errors import UnreadableDocument
from ingest.readers.legible import is_noise

SAMPLE = 4000  # characters looked at
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, name: str) -> str:
    """The text of `data`: UTF-8, UTF-16 or UTF-32 by mark, UTF-8, UTF-16 by its zeros, else the likeliest one-byte code."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        text = data.decode("utf-8")
        if "\x00" not in text:
            return text
    except UnicodeDecodeError:
        pass
    zeros = data[:4096]
    if len(zeros) >= 4 and zeros.count(0) > len(zeros) // 8:
        odd = zeros[1::2].count(0) > zeros[::2].count(0)
        text = data.decode("utf-16-le" if odd else "utf-16-be", errors="replace")
        if sum(c.isalnum() or c.isspace() for c in text[:2000]) > 0.6 * min(len(text), 2000):
            return text
        raise _no_text(name)
    text = _one_byte(data)
    if is_noise(text[:SAMPLE]) or is_noise(text[len(text) // 2 : len(text) // 2 + SAMPLE]):
        raise _no_text(name)
    return text


def _no_text(name: str) -> UnreadableDocument:
    return UnreadableDocument("unreadable", f"« {name} » n'est pas un fichier de texte : vérifiez son format.")


def _one_byte(data: bytes) -> str:
    """Western European one-byte codes agree on French; anything else is left to detection."""
    text = data.decode("cp1252", errors="replace")
    accented = sum(c in "éèêàçùîôûëïœÉÈÀÊ’«»€°" for c in text)
    foreign = sum(ord(c) > 127 for c in text) - accented
    if accented >= foreign:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return text if best is None else str(best)
