"""One file to one Document: its format told from its content first, its extension next."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.nature import describe
from ingest.readers.assembly import assemble
from ingest.readers.encoding import decode
from ingest.readers.legible import is_noise

if TYPE_CHECKING:
    from ingest.readers.page_reading import Recognition

Format = Literal["pdf", "markdown", "text", "html", "docx", "csv", "xlsx"]
MAX_BYTES = 200 * 1024 * 1024  # a public report is under 50 MB; beyond this a file is an archive or a mistake
EXTENSIONS: dict[str, Format] = {
    ".pdf": "pdf",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
MANY_CHARS = 20_000  # of a text without marks: enough to tell words from what is encoded for machines
MAX_TEXT = 40_000_000  # characters: the longest law code has under ten million
OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # opens the files of Office before 2007, and those with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BINARY = (  # what a file opens with that is no text, whatever its name says
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ",
    b"\x7fELF", b"MZ\x90", b"II*\x00", b"MM\x00*", b"{\\rtf", b"%!PS", b"SQLite format 3", b"RIFF", b"\x00\x00\x00\x0cjP", OFFICE,
)  # fmt: skip
MARKED = re.compile(rb"<(?:!doctype\s+html|html|\?xml|svg|rss)\b", re.IGNORECASE)  # a page, whatever its name says
SUPPORTED = "PDF, Markdown, texte, HTML, DOCX, CSV, XLSX et archives ZIP de ces fichiers"


def read(path: Path, *, ocr: bool = False) -> Document:
    """The Document in `path`; raises UnreadableDocument with the reason of the public contract.

    With `ocr`, pages of a PDF that are images go through character recognition; raises OcrMissing without its engine.
    """
    path = Path(path)
    data = _bytes(path)
    format_ = _format(path, data)
    digest = hashlib.sha256(data).hexdigest()
    if format_ == "pdf":
        from ingest.readers import pdf

        recognise = _recognition(path) if ocr else None
        document = pdf.document(data, name=path.name, doc=path.stem, digest=digest, recognise=recognise)
    elif format_ == "docx":
        from ingest.readers import docx

        document = docx.document(data, name=path.name, doc=path.stem, digest=digest)
    elif format_ == "xlsx":
        from ingest.readers import spreadsheet

        document = spreadsheet.document(data, name=path.name, doc=path.stem, digest=digest)
    else:
        document = _from_text(format_, data, path, digest)
    if not any(c.isalpha() for c in document.text):
        only = " : que des chiffres" if document.text.strip() else ""
        raise UnreadableDocument("empty", f"« {path.name} » ne contient aucun texte{only}.")
    if len(document.text) > MAX_TEXT:
        raise UnreadableDocument(
            "too_large", f"« {path.name} » contient plus de {MAX_TEXT // 10**6} millions de caractères : découpez-le."
        )
    return _described(document, path)


def _recognition(path: Path) -> Recognition:
    from ingest.readers.ocr import PageReader

    return PageReader(path)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableDocument(
                "too_large",
                f"« {path.name} » pèse {size / 1e6:.0f} Mo, plus que les {MAX_BYTES / 1e6:.0f} Mo acceptés : découpez-le.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            "unreadable", f"« {path.name} » ne peut pas être ouvert ({error.strerror}) : vérifiez ses droits."
        ) from error
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("empty", f"« {path.name} » est vide.")
    return data


def _format(path: Path, data: bytes) -> Format:
    """PDF, DOCX and XLSX are known by their bytes, whatever the extension; text formats by the extension."""
    named = EXTENSIONS.get(path.suffix.lower())
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] == b"PK\x03\x04":
        if named == "xlsx" or (b"xl/workbook" in data and (named != "docx" or b"word/" not in data)):
            return "xlsx"
        if b"word/" in data or named == "docx":
            return "docx"
        named = None
    elif data.startswith(OFFICE):
        if ENCRYPTED in data:
            raise UnreadableDocument(
                "protected", f"« {path.name} » est protégé par un mot de passe : fournissez une copie sans protection."
            )
        if path.suffix.lower() != ".msg":
            raise UnreadableDocument(
                "unsupported",
                f"« {path.name} » est d'un ancien format d'Office (.doc, .xls ou .ppt) : enregistrez-le en DOCX, XLSX ou PDF.",
            )
    if data.startswith(BINARY):
        named = None
    if named in ("markdown", "text", "csv") and MARKED.match(data[:512].lstrip(b"\xef\xbb\xbf \r\n\t")):
        return "html"
    if named is None:
        suffix = path.suffix or "sans extension"
        raise UnreadableDocument(
            "unsupported",
            f"« {path.name} » n'est pas d'un format pris en charge ({suffix}) : formats acceptés, {SUPPORTED}.",
        )
    return named


def _from_text(format_: Format, data: bytes, path: Path, digest: str) -> Document:
    if format_ == "html":
        from ingest.readers import html

        return html.document(data, name=path.name, doc=path.stem, digest=digest)
    text = decode(data, path.name)
    if format_ == "csv":
        from ingest.readers import delimited

        return delimited.document(text, name=path.name, doc=path.stem, digest=digest)
    if format_ == "markdown":
        from ingest.readers import markdown

        return assemble(markdown.drafts(text), doc=path.stem, digest=digest)
    from ingest.readers import text as plain_text

    if is_noise(text[:MANY_CHARS]):
        raise UnreadableDocument("unreadable", f"« {path.name} » n'est pas un fichier de texte : vérifiez son format.")
    count = plain_text.page_count(text)
    labels = [str(n) for n in range(1, count + 1)] if count else None
    return assemble(plain_text.drafts(text), doc=path.stem, digest=digest, labels=labels)


def _described(document: Document, path: Path) -> Document:
    found = describe(document, path.stem, today=datetime.now().astimezone().date())
    return replace(
        document,
        title=found.title,
        nature=document.nature or found.nature,
        date=document.date or found.date,
        region=document.region or found.region,
        publisher=document.publisher or found.publisher,
    )
