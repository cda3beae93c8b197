"""Fields that hold HTML, as text: blocks on lines, entities decoded, scripts left out."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml import html as lxml_html

from ingest.cleaning import tidy
from ingest.readers.css import declarations
from ingest.readers.hidden import hides

BLOCKS = frozenset("p div br li ul ol h1 h2 h3 h4 h5 h6 tr table section article blockquote dd dt".split())
SILENT = frozenset(("script", "style", "head", "template", "noscript", "iframe", "object"))
MAX_DEPTH = 200  # nested elements; deeper is an attack or an accident, and is cut


def plain_text(value: object) -> str:
    """`value` as clean lines of text; an empty text for None. Entities encoded twice are decoded twice."""
    if value is None or isinstance(value, bool):
        return ""
    text = "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if re.search(r"&amp;(?:\w+|#\d+);", text):
        text = text.replace("&amp;", "&")
    if re.search(r"<[a-zA-Z/!]", text) or re.search(r"&lt;/?[a-zA-Z]+\W", text):
        text = _of_markup(html.unescape(text) if "<" not in text else text)
    else:
        text = html.unescape(text)
    lines = (" ".join(line.split()) for line in tidy(text.replace("\x00", "")).splitlines())
    return "\n".join(line for line in lines if line)


def _of_markup(markup: str) -> str:
    try:
        root = lxml_html.fragment_fromstring(markup.replace("\x00", ""), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return re.sub(r"<[^>]*>", " ", markup)
    parts: list[str] = []

    def visit(element: lxml_html.HtmlElement, depth: int) -> None:
        name = element.tag if isinstance(element.tag, str) else "script"  # comments have no name
        shown = name not in SILENT and not hides(name, element.attrib, declarations(element.get("style", "")))
        if shown and depth < MAX_DEPTH:
            if name in BLOCKS:
                parts.append("\n")
            parts.append(_flat(element.text))
            for child in element:
                visit(child, depth + 1)
                parts.append(_flat(child.tail))
            if name in BLOCKS:
                parts.append("\n")

    visit(root, 0)
    return "".join(parts)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
