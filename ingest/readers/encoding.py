"""Bytes to text: the encoding told by its mark, else by what decodes, else by statistics."""

from __future__ import annotations

import codecs
import re

from ingest.errors import UnreadableDocument
from ingest.readers.legible import is_garbled, is_noise

SAMPLE = 4000  # characters looked at
KANA = 0.2  # of the letters of a Japanese text are in its syllabaries, twice as many as that
MANY = 3  # traces of an encoding read twice: fewer are a quotation of them
TWICE = re.compile(
    "[\u00c2-\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]|\u00e2[\u0080-\u009f\u20ac\u0192\u201a\u201e][\u0080-\u00bf\u0152\u0153\u0161\u017e\u0178\u02dc\u2018-\u201d\u2013-\u2022\u2026\u2122\u203a]"
)
COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]")  # of what was copied from a terminal
MANY_BYTES = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, name: str) -> str:
    """The text of `data`: UTF-8, UTF-16 or UTF-32 by mark, UTF-8, UTF-16 by its zeros, UTF-8 with a few wrong bytes, else
    the likeliest one-byte code."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        text = COLOURS.sub("", data.decode("utf-8"))
        if "\x00" not in text:
            if is_garbled(text[:SAMPLE]):
                raise _no_text(name)
            return mended(text)
    except UnicodeDecodeError:
        pass
    if text := _utf32(data):
        return text
    zeros = data[:4096]
    if len(zeros) >= 4 and zeros.count(0) > len(zeros) // 8:
        odd = zeros[1::2].count(0) > zeros[::2].count(0)
        text = data.decode("utf-16-le" if odd else "utf-16-be", errors="replace")
        if sum(c.isalnum() or c.isspace() for c in text[:2000]) > 0.6 * min(len(text), 2000):
            return text
        raise _no_text(name)
    text = _mostly_utf8(data) if is_mostly_utf8(data) else _one_byte(data)
    if is_noise(text[:SAMPLE]) or is_noise(text[len(text) // 2 : len(text) // 2 + SAMPLE]):
        raise _no_text(name)
    return mended(text)


def is_mostly_utf8(data: bytes) -> bool:
    """Whether most letters beyond ASCII are UTF-8: in any other code nearly none would be by chance."""
    right = sum(len(letters.decode("utf-8", errors="replace")) for letters in MANY_BYTES.findall(data))
    wrong = len(MANY_BYTES.sub(b"", data).translate(None, bytes(range(128))))
    return right >= max(2, wrong)


def _mostly_utf8(data: bytes) -> str:
    """UTF-8 with pieces of a Western one-byte code put in, as files glued together have them."""
    parts: list[str] = []
    last = 0
    for match in MANY_BYTES.finditer(data):
        parts.append(data[last : match.start()].decode("cp1252", errors="replace"))
        parts.append(match.group().decode("utf-8", errors="replace"))
        last = match.end()
    return "".join([*parts, data[last:].decode("cp1252", errors="replace")])


def mended(text: str) -> str:
    """`text` without the traces of UTF-8 read as a one-byte code (« RÃ©gion »), where they are many and all make sense."""
    traces = TWICE.findall(text)
    if len(traces) < MANY or len(traces) < sum(c in "éèêàçùîôûëïœ" for c in text):
        return text
    return TWICE.sub(lambda match: _once(match.group()), text)


def _once(trace: str) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return trace.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return trace


def _utf32(data: bytes) -> str:
    """The text of UTF-32 without a mark, "" for anything else: three bytes of four are zeros, at the same places."""
    whole = data[: len(data) // 4 * 4]
    for encoding, zeros in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if len(whole) >= 8 and not any(any(whole[place::4]) for place in zeros):
            try:
                text = whole.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return text
    return ""


def _no_text(name: str) -> UnreadableDocument:
    return UnreadableDocument("unreadable", f"« {name} » n'est pas un fichier de texte : vérifiez son format.")


def _one_byte(data: bytes) -> str:
    """Western European one-byte codes agree on French; anything else is left to detection."""
    text = data.decode("cp1252", errors="replace")
    accented = sum(c in "éèêàçùîôûëïœÉÈÀÊ’«»€°" for c in text)
    foreign = sum(ord(c) > 127 for c in text) - accented
    if accented >= foreign:
        return text
    for encoding in ("shift_jis", "euc_jp"):
        try:
            japanese = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum("\u3040" <= c <= "\u30ff" for c in japanese[:SAMPLE]) > KANA * min(len(japanese), SAMPLE):
            return japanese
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_exclusion=["johab"]).best()
    return text if best is None else str(best)
