"""The format of what a server gave, so that the file gets an honest extension."""

from __future__ import annotations

from pathlib import Path

from ingest.manifest import SourcesError

HEAD = 4096  # bytes that tell a format
TYPES = {"text/plain": ".txt", "text/markdown": ".md", "text/csv": ".csv", "text/tab-separated-values": ".tsv"}


def suffix_of(data: bytes, content_type: str, path: str) -> str:
    """The extension of what was received, told by its bytes, then by its declared type. SourcesError for anything else."""
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    declared = content_type.partition(";")[0].strip().lower()
    named = Path(path).suffix.lower()
    if not data.strip():
        raise SourcesError("Le serveur a donné un document vide : réessayez plus tard.")
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if head[:4] == b"PK\x03\x04":
        return ".docx" if b"word/" in data else ".xlsx" if b"xl/workbook" in data else ".zip"
    page = head[:15].lower().startswith((b"<!doctype html", b"<html")) or (
        declared in ("text/html", "application/xhtml+xml") and b"<" in head
    )
    if named in (".csv", ".tsv") and not page and b"\x00" not in head:
        return named  # servers give lists under many types
    if named in (".pdf", ".docx", ".xlsx", ".zip", ".csv", ".tsv"):
        kind = "une page" if page else "autre chose"
        raise SourcesError(f"L'adresse annonce un fichier {named} et donne {kind} : vérifiez-la.")
    if page:
        return ".html"
    if declared in TYPES and b"\x00" not in head:
        return named if declared == "text/plain" and named in TYPES.values() else TYPES[declared]
    raise SourcesError(
        f"Le serveur donne un type de fichier inconnu ({declared or 'non dit'}) : téléchargez-le vous-même."
    )
