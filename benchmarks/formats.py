"""How fast documents of each format are read and cut, and how fast what they hold is embedded.

    python -m benchmarks indexing

The same text in each format, that of the built-in catalogue. Reading is that of `guichet ingest` without the process it
gives each file. Peers: the bare text of pypdf, python-docx, lxml or the file itself, then LangChain's recursive splitter.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.harness import Table, spent
from ingest.catalogue import catalogue_documents
from ingest.documents import Document
from ingest.passages import cut
from ingest.readers import read

ROUNDS = 3


def written(folder: Path) -> dict[str, Path]:
    """One file a format, with the text of the catalogue."""
    documents = list(catalogue_documents())
    paths = {name: folder / f"catalogue.{name}" for name in ("md", "txt", "html", "docx", "pdf", "csv")}
    paths["md"].write_text("\n\n".join(f"# {d.title}\n\n{d.text}" for d in documents), encoding="utf-8")
    paths["txt"].write_text("\n\n".join(f"{d.title}\n\n{d.text}" for d in documents), encoding="utf-8")
    body = "".join(f"<h1>{escape(d.title)}</h1>" + "".join(_paragraphs(d, "<p>{}</p>")) for d in documents)
    paths["html"].write_text(
        f'<html lang="fr"><head><title>Aides</title></head><body><main>{body}</main></body></html>', encoding="utf-8"
    )
    _docx(paths["docx"], documents)
    _pdf(paths["pdf"], documents)
    with paths["csv"].open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["Nom", "Description"])
        out.writerows((d.title, d.text) for d in documents)
    return paths


def tables() -> list[Table]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, path in written(Path(temporary)).items():
            held: list[tuple[int, int]] = []

            def ours(path: Path = path, held: list[tuple[int, int]] = held) -> None:
                document = read(path)
                held.append((len(document.text), len(cut(document))))

            def theirs(path: Path = path, name: str = name) -> None:
                splitter.split_text(PEERS.get(name, _decoded)(path))

            took, used = sorted(spent(ours) for _ in range(ROUNDS))[ROUNDS // 2]
            bare, bare_used = sorted(spent(theirs) for _ in range(ROUNDS))[ROUNDS // 2]
            size, passages = held[-1]
            rows.append(
                (
                    name,
                    path.stat().st_size // 1000,
                    size,
                    passages,
                    size / took / 1e6,
                    passages / took,
                    PEER_NAMES.get(name, "UTF-8"),
                    size / bare / 1e6,
                    bare / took,
                    bare_used / used,
                )
            )
    columns = (
        "format",
        "kB",
        "characters",
        "passages",
        "million characters a second",
        "passages a second",
        "peer",
        "peer's million characters a second",
        "ours / peer",
        "by processor time",
    )
    notes = (
        "`python -m benchmarks indexing`. Reading, cleaning and cutting, the text of the built-in catalogue in each "
        "format; the peer takes bare text out and cuts it with LangChain's recursive splitter, without headings, tables, "
        "pages or offsets. What is read is then embedded at the rate of the next table, which decides."
    )
    return [Table("indexing", "Reading by format", columns, tuple(rows), notes)]


def _paragraphs(document: Document, form: str) -> list[str]:
    return [form.format(escape(document.text[b.start : b.end])) for b in document.blocks]


def _docx(path: Path, documents: Sequence[Document]) -> None:
    from docx import Document as Word

    word = Word()
    for document in documents:
        word.add_heading(document.title, 1)
        for block in document.blocks:
            word.add_paragraph(document.text[block.start : block.end])
    word.save(str(path))


def _pdf(path: Path, documents: Sequence[Document]) -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story = []
    for document in documents:
        story.append(Paragraph(escape(document.title), styles["Heading1"]))
        story += [Paragraph(text, styles["BodyText"]) for text in _paragraphs(document, "{}")]
    SimpleDocTemplate(str(path)).build(story)


def _decoded(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _bare_pdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _bare_docx(path: Path) -> str:
    from docx import Document as Word

    return "\n".join(paragraph.text for paragraph in Word(str(path)).paragraphs)


def _bare_html(path: Path) -> str:
    from lxml import html

    return str(html.document_fromstring(path.read_bytes()).text_content())


PEERS: dict[str, Callable[[Path], str]] = {"pdf": _bare_pdf, "docx": _bare_docx, "html": _bare_html}
PEER_NAMES = {"pdf": "pypdf", "docx": "python-docx", "html": "lxml"}
