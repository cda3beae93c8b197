"""One file to one Document: its format told from its content first, its extension next."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.nature import describe
from ingest.readers.assembly import assemble
from ingest.readers.encoding import decode

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
SUPPORTED = "PDF, Markdown, texte, HTML, DOCX, CSV, XLSX et archives ZIP de ces fichiers"


def read(path: Path) -> Document:
    """The Document in `path`; raises UnreadableDocument with the reason of the public contract."""
    path = Path(path)
    data = _bytes(path)
    format_ = _format(path, data)
    digest = hashlib.sha256(data).hexdigest()
    if format_ == "pdf":
        from ingest.readers import pdf

        document = pdf.document(data, name=path.name, doc=path.stem, digest=digest)
    elif format_ == "docx":
        from ingest.readers import docx

        document = docx.document(data, name=path.name, doc=path.stem, digest=digest)
    elif format_ == "xlsx":
        from ingest.readers import spreadsheet

        document = spreadsheet.document(data, name=path.name, doc=path.stem, digest=digest)
    else:
        document = _from_text(format_, data, path, digest)
    if not any(character.isalnum() for character in document.text):
        raise UnreadableDocument("empty", f"« {path.name} » ne contient aucun texte.")
    return _described(document, path)


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
        if named == "xlsx" or (named != "docx" and b"xl/workbook" in data):
            return "xlsx"
        if b"word/" in data or named == "docx":
            return "docx"
        named = None
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and named in ("docx", "xlsx"):
        # what Office makes of a document with a password
        raise UnreadableDocument(
            "protected", f"« {path.name} » est protégé par un mot de passe : fournissez une copie sans protection."
        )
    if named in ("markdown", "text", "csv") and data[:512].lstrip(b"\xef\xbb\xbf \r\n\t")[:15].lower().startswith(
        (b"<!doctype html", b"<html")
    ):
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

    count = plain_text.page_count(text)
    labels = [str(n) for n in range(1, count + 1)] if count else None
    return assemble(plain_text.drafts(text), doc=path.stem, digest=digest, labels=labels)


def _described(document: Document, path: Path) -> Document:
    found = describe(document, path.stem)
    return replace(
        document,
        title=found.title,
        nature=document.nature or found.nature,
        date=document.date or found.date,
        region=document.region or found.region,
        publisher=document.publisher or found.publisher,
    )
