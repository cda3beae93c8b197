"""Sentences of French text, as spans. Rules only: fast, deterministic, no model."""

from __future__ import annotations

import re

# Words after which a full stop does not end a sentence, without the stop, lower-cased.
ABBREVIATIONS = frozenset(
    "m mm mr mme mmes mlle mlles dr pr me mgr st ste sts stes art al alin ann av bd bld bull cf chap ch coll comm cons dept dép"
    " éd ed env ex fasc fig hab ibid id inc jr janv févr fév avr juil sept oct nov déc lib loc max min mio msg n no nos nº n° num obs op"
    " p pp par paragr parag pl prof réf rem resp s sec sect sr suiv sq sqq t tab tél tel tom trad v vol vs www zone approx"
    " préf rép jur art. cass req circ arr arrt rte rés lt col gén cap cdt réd".split()
)
OPENERS = "«“\"'‘(["
CLOSERS = "»”\"'’)]"
# A candidate end: marks, closers, then blank. The next sentence must open with a capital, a digit, a quote or a dash.
# Marks are taken whole and from their first: a line of dots is read once.
END = re.compile(
    r"(?<![.!?…])(?P<marks>[.!?…]++)(?P<close>(?:[ \u00a0\u202f]?[»”\"’')\]])*)(?P<note>\[\d+\])?(?=\s|$)",
)
NEXT = re.compile(r"\s+(?:[«“\"(\[][ \u00a0\u202f]?|[-–—•■▪◦*][ \u00a0]+)*(?P<first>\S)")
ITEM = re.compile(r"(?:[-–—•■▪◦*·‣➢✓]|\d{1,2}[.)]|[a-z]\))[ \u00a0]+\S")
LAST_WORD = re.compile(r"([^\s(«\[“\"'’/]+)$")
LONGEST_WORD = 80  # characters looked back at for what stands before a full stop: no abbreviation is as long
LABEL_SHARE = 0.5  # of the next line, the most that a label on a line of its own takes: a wrapped line is about as long
LABEL_CHARS = 60
LEADS_ON = re.compile(
    r"(?:[-–—,;:.!?…»”\"')\]]|\b(?:[dl]['’]|les?|la|une?|des?|du|aux?|à|en|et|ou|par|pour|sur|dans|avec|que|qui|sans|of|the|and))$",
    re.I,
)
HEADING_LIKE = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[IVX]+[.)–-])\s+\S")


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of `text`, in order, blanks between them left out.

    List items (lines that open with a mark), table rows (lines with " | "), lines set apart by a blank line, and short
    lines over a long one that opens with a capital ("Lecture 6 min") are units of their own; any other line break is
    running text.
    """
    spans: list[tuple[int, int]] = []
    for start, end, whole in _units(text):
        if whole:
            spans.append((start, end))
        else:
            spans.extend(_split(text, start, end))
    return spans


def _units(text: str) -> list[tuple[int, int, bool]]:
    """Runs of lines that belong together: (start, end, True when never to be divided)."""
    units: list[tuple[int, int, bool]] = []
    open_start: int | None = None
    open_end = offset = 0
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        start, stop = offset, offset + len(line)
        offset = stop + 1
        stripped = line.strip()
        begin = start + len(line) - len(line.lstrip())
        finish = start + len(line.rstrip())
        row = " | " in stripped
        fresh = row or bool(ITEM.match(stripped))
        if not stripped or fresh:
            if open_start is not None:
                units.append((open_start, open_end, False))
            open_start = None
        if not stripped:
            continue
        if row:
            units.append((begin, finish, True))
            continue
        open_start, open_end = begin if open_start is None else open_start, finish
        if _label(stripped, following.strip()):
            units.append((open_start, open_end, False))
            open_start = None
    if open_start is not None:
        units.append((open_start, open_end, False))
    return units


def _label(line: str, following: str) -> bool:
    """Whether a line stands by itself over the next one: short beside it, and no sentence that goes on into it."""
    short = len(line) <= min(LABEL_CHARS, LABEL_SHARE * len(following))
    return short and following[:1].isupper() and len(line) > 2 and LEADS_ON.search(line) is None


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of one run of text."""
    spans: list[tuple[int, int]] = []
    begin = start
    for match in END.finditer(text, start, end):
        if not _ends(text, begin, match, end):
            continue
        spans.append((begin, match.end()))
        begin = match.end()
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        spans.append((begin, end))
    return spans


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Whether the marks matched close a sentence that opened at `begin`."""
    if match.end() >= end:
        return True
    following = NEXT.match(text, match.end(), end)
    if following is None:
        return True
    first = following.group("first")
    marks, closed = match.group("marks"), bool(match.group("close"))
    if first.islower() or first in ",;:%)»]…/|":
        return False
    if marks in ("…", "...", "..") and not (first.isupper() or first.isdigit()):
        return False
    if marks != "." or closed:
        # « Pourquoi ? » demande-t-il : a lower-case letter was already excluded above.
        return True
    before = text[max(begin, match.start() - LONGEST_WORD) : match.start()]
    word_match = LAST_WORD.search(before)
    word = word_match.group(1) if word_match else ""
    bare = word.lower().strip(CLOSERS + OPENERS)
    if ITEM.fullmatch(before.strip() + ". x") or re.fullmatch(r"\s*(?:\d{1,3}|[IVXLC]{1,5}|[A-Z])(?:\.\d+)*", before):
        return False  # « 3. Les mesures »: the number of a heading or an item
    if bare in ABBREVIATIONS:
        return _abbreviation_ends(bare, first, text, following.start("first"), end)
    if (len(bare) == 1 and word[:1].isupper()) or re.fullmatch(r"[A-ZÀ-Ý]\.-[A-ZÀ-Ý]", word):
        return False  # initials: « J. Dupont », « A.-M. Leroy »
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        at = following.start("first")
        return first.isupper() and not re.match(r"[A-Z]\.", text[at : min(at + 2, end)]) and len(word) > 3
    return True


def _abbreviation_ends(bare: str, first: str, text: str, at: int, end: int) -> bool:
    """An abbreviation seldom ends a sentence: titles never, « p. 12 » never, others when an article follows."""
    if bare in (
        "m",
        "mm",
        "mr",
        "mme",
        "mmes",
        "mlle",
        "mlles",
        "dr",
        "pr",
        "me",
        "mgr",
        "st",
        "ste",
        "cf",
        "vs",
        "p",
        "pp",
        "n",
        "no",
        "art",
    ):
        return False
    if first.isdigit():
        return False
    return bool(
        re.match(
            r"(?:Le|La|Les|L'|L’|Un|Une|Des|Il|Elle|Ils|Elles|Ce|Cette|Ces|En|Au|Aux|Dans|Pour|Par|De)\b",
            text[at : min(at + LONGEST_WORD, end)],
        )
    )
