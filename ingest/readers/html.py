"""HTML: the article of a page without its menus, banners and forms."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from html import escape

import trafilatura
from lxml import etree
from lxml.html import HTMLParser, document_fromstring, tostring
from trafilatura.settings import use_config

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.assembly import Draft, assemble
from ingest.readers.encoding import decode, is_mostly_utf8
from ingest.readers.hidden import without_hidden
from ingest.readers.markdown import drafts

KEEP = 0.25  # under this share of the page's own words the extraction missed the article: the page is read whole
ENCODING_HEAD = 4096
CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
ENCODINGS = ("iso8859", "cp", "mac", "koi8", "gb", "big5", "shift_jis", "euc", "iso2022_jp", "johab", "tis")


def document(data: bytes, *, name: str, doc: str, digest: str) -> Document:
    """The Document of an HTML page."""
    markup = _shown(_decoded(data, name))
    found = _text(markup)
    if not found.strip():
        raise UnreadableDocument("empty", f"« {name} » est une page HTML sans texte.")
    metadata = trafilatura.extract_metadata(markup)
    title = (metadata.title if metadata else None) or ""
    made = assemble(drafts(found), doc=doc, title=title, digest=digest)
    return replace(made, url=metadata.url if metadata and metadata.url else None)


def page_drafts(data: bytes, name: str) -> list[Draft]:
    """The blocks of a page that stands within another document."""
    return drafts(_text(_shown(_decoded(data, name))))


def _text(markup: str) -> str:
    """The article of a page as Markdown, or all its words where no article is found."""
    config = use_config()
    config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # read_bounded keeps the time
    found = trafilatura.extract(
        markup,
        output_format="markdown",
        include_tables=True,
        include_links=False,
        include_formatting=True,
        favor_recall=True,
        config=config,
    )
    whole = trafilatura.html2txt(markup) or _all_words(markup)
    return whole if not found or len(found.split()) < KEEP * len(whole.split()) else found


def _shown(markup: str) -> str:
    """The page without what it does not show; a text without any mark becomes a page of it."""
    if not re.search(r"<[a-zA-Z!?/]", markup):
        parts = (f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", markup) if part.strip())
        return f"<html><body>{''.join(parts)}</body></html>"
    tree = trafilatura.load_html(markup)
    if tree is None:
        return markup
    without_hidden(tree)
    return str(tostring(tree, encoding="unicode"))


def _all_words(markup: str) -> str:
    """Every word of a page that has no body a library knows: a drawing, a feed, a page all in one attribute."""
    try:
        tree = document_fromstring(markup.encode(), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    without_hidden(tree)
    return "\n\n".join(part for text in tree.itertext() if (part := " ".join(text.split())))


def _decoded(data: bytes, name: str) -> str:
    """The page as text: by its mark or as UTF-8 when it is that, else the one-byte or Asian encoding it declares, when
    it does decode, else as any text. A page whose letters are UTF-8 is UTF-8, whatever it declares."""
    match = CHARSET.search(data[:ENCODING_HEAD])
    try:
        declared = codecs.lookup(match.group(1).decode("ascii")).name if match else ""
        if declared.startswith(ENCODINGS) and not is_mostly_utf8(data):
            return data.decode(declared)
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(data, name)
