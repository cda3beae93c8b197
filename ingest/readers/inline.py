"""Marks within a line of Markdown or HTML taken away; the words stay."""

from __future__ import annotations

import html
import re

SUPERSCRIPT = re.compile(r"\s*<sup>\s*(.*?)\s*</sup>", re.IGNORECASE | re.DOTALL)
RAISED = {"2": "²", "3": "³"}
UNIT = re.compile(r"(?:^|[\s\d])(?:[ckdh]?m|CO)$")
IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]{0,200}\]){0,800})\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
REFERENCE = re.compile(r"\[([^\[\]]{1,500})\]\[[^\[\]]{0,200}\]")
NOTE_CALL = re.compile(r"\[\^[^\]]+\]")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^>\s]+)>")
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.{0,2000}?-->", re.DOTALL)
STRONG = re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
UNDERLINE = re.compile(r"(?<![\w_])(_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w_])", re.DOTALL)
RULE = re.compile(r"(?:\*{4,}|_{4,})(?=\W|$)|(?<!\w)_{4,}|\*{4,}")  # a line drawn, a blank to fill
STRAY = re.compile(r"\*{2,}")
CODE = re.compile(r"`+([^`]*)`+")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>$])")


def plain(text: str) -> str:
    """`text` without Markdown or HTML marks: emphasis, links and images reduced to their text, note calls removed."""
    text = RULE.sub("", text)
    text = ESCAPE.sub(lambda m: chr(0xE000 + ord(m.group(1))), text)  # private letters, put back at the end
    text = SUPERSCRIPT.sub(_superscript, text)
    text = re.sub(r"<br\s*/?>", " ", text, flags=re.IGNORECASE)
    text = IMAGE.sub(r"\1", text)
    text = LINK.sub(r"\1", text)
    text = REFERENCE.sub(r"\1", text)
    text = NOTE_CALL.sub("", text)
    text = AUTOLINK.sub(r"\1", text)
    text = TAG.sub("", text)
    text = CODE.sub(r"\1", text)
    for _ in range(3):
        text = UNDERLINE.sub(r"\2", STRONG.sub(r"\2", text))
    text = STRAY.sub("", text)
    text = re.sub(r"[\ue000-\ue07f]", lambda m: chr(ord(m.group()) - 0xE000), text)
    return re.sub(r"[ \t]+", " ", html.unescape(text).replace("\u00a0", " ")).strip()


def _superscript(match: re.Match[str]) -> str:
    """A raised number is a note call, and goes, unless it follows a unit; raised letters (1er) stay."""
    inner = TAG.sub("", match.group(1))
    if not re.fullmatch(r"[\d\s,;*-]+", inner):
        return inner
    before = match.string[max(0, match.start() - 4) : match.start()]
    if inner in RAISED and UNIT.search(before):
        return RAISED[inner]
    return ""


def cell_text(raw: str) -> str:
    """The text of a table cell on one line: items of a list inside it keep a dash, paragraphs and breaks a space."""
    raw = re.sub(
        r"<li>\s*(?:<[bpiu]>\s*)*(?=[-–•▪o]\s)", lambda m: " " + m.group().replace("<li>", ""), raw, flags=re.IGNORECASE
    )
    raw = re.sub(r"<li\b[^>]*>", " - ", raw, flags=re.IGNORECASE)
    raw = re.sub(r"</?(?:p|ul|ol|li|div|br)\b[^>]*>", " ", raw, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", plain(raw)).strip()
