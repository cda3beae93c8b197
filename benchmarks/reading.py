"""How fast each format is read, and how many words come back: one text of our own written in each format, then read.

usage: python benchmarks/reading.py [--pages N] [--hard FOLDER]

The text has headings, paragraphs, lists and tables. A page is 400 words in every format. With --hard, the outcomes of
the files of a folder, counted by reason, and the slowest.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.errors import UnreadableDocument
from ingest.passages import cut
from ingest.readers import read, read_bounded

WORDS = (
    "région aide entreprise conseil formation budget plan mesure recherche calcul donnée santé énergie territoire métier "
    "artisan industrie agriculture logiciel projet équipe dossier calendrier dépense expérimentation évaluation sécurité"
).split()
PAGE = 400  # words
Section = tuple[str, list[str], list[str], list[list[str]]]  # title, paragraphs, items, rows


def sections(pages: int, chance: random.Random) -> list[Section]:
    """As many sections as pages, about PAGE words each."""

    def sentence(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length)).capitalize() + f" {chance.randrange(10, 9999)}."

    made: list[Section] = []
    for number in range(1, pages + 1):
        paragraphs = [" ".join(sentence(14) for _ in range(4)) for _ in range(4)]
        items = [sentence(8) for _ in range(6)]
        rows = [
            ["Aide", "Public", "Montant"],
            *([chance.choice(WORDS), chance.choice(WORDS), f"{n} 500 euros"] for n in range(1, 11)),
        ]
        made.append((f"{number}. Partie {chance.choice(WORDS)} {number}", paragraphs, items, rows))
    return made


def as_markdown(text: list[Section]) -> bytes:
    parts: list[str] = []
    for title, paragraphs, items, rows in text:
        table = ["| " + " | ".join(row) + " |" for row in rows]
        table.insert(1, "|---|---|---|")
        parts += [f"# {title}", *paragraphs, "\n".join(f"- {item}" for item in items), "\n".join(table)]
    return "\n\n".join(parts).encode()


def as_text(text: list[Section]) -> bytes:
    parts: list[str] = []
    for title, paragraphs, items, rows in text:
        parts += [
            title,
            *paragraphs,
            "\n".join(f"- {item}" for item in items),
            "\n".join(" | ".join(row) for row in rows),
        ]
    return "\n\n".join(parts).encode()


def as_html(text: list[Section]) -> bytes:
    parts: list[str] = []
    for title, paragraphs, items, rows in text:
        cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        listed = "".join(f"<li>{item}</li>" for item in items)
        parts.append(
            f"<h2>{title}</h2>{''.join(f'<p>{p}</p>' for p in paragraphs)}<ul>{listed}</ul><table>{cells}</table>"
        )
    return f"<!doctype html><meta charset=utf-8><title>Essai</title><article>{''.join(parts)}</article>".encode()


def as_docx(text: list[Section]) -> bytes:
    import docx

    word = docx.Document()
    for title, paragraphs, items, rows in text:
        word.add_heading(title, 1)
        for paragraph in paragraphs:
            word.add_paragraph(paragraph)
        for item in items:
            word.add_paragraph(item, style="List Bullet")
        table = word.add_table(rows=0, cols=3)
        for row in rows:
            for cell, held in zip(table.add_row().cells, row, strict=True):
                cell.text = held
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def as_pdf(text: list[Section]) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, Paragraph, SimpleDocTemplate, Table

    styles = getSampleStyleSheet()
    story: list[object] = []
    for title, paragraphs, items, rows in text:
        story += [Paragraph(title, styles["Heading1"]), *(Paragraph(p, styles["BodyText"]) for p in paragraphs)]
        story.append(ListFlowable([Paragraph(item, styles["BodyText"]) for item in items], bulletType="bullet"))
        story.append(Table(rows, colWidths=[150, 150, 120], repeatRows=1))
    file = io.BytesIO()
    SimpleDocTemplate(file).build(story)
    return file.getvalue()


def words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"\w+", text)]


def recovered(expected: list[str], found: list[str]) -> float:
    """The share of `expected` found in order."""
    blocks = SequenceMatcher(None, expected, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(expected))


def formats(pages: int) -> None:
    text = sections(pages, random.Random(1))  # noqa: S311 - a text, not a secret
    expected = [
        w
        for title, ps, items, rows in text
        for w in words(" ".join([title, *ps, *items, *(c for r in rows for c in r)]))
    ]
    makers: dict[str, Callable[[list[Section]], bytes]] = {
        "pdf": as_pdf, "docx": as_docx, "html": as_html, "md": as_markdown, "txt": as_text,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for suffix, make in makers.items():
            path = Path(folder, f"essai.{suffix}")
            path.write_bytes(make(text))
            read(path)  # libraries opened
            started, burned = time.perf_counter(), time.process_time()
            document = read(path)
            seconds, cpu = time.perf_counter() - started, time.process_time() - burned
            passages = cut(document)
            share = recovered(expected, words(" ".join(p.text for p in passages)))
            heads = {p.heading[-1] for p in passages if p.heading and " | " not in p.heading[-1]}
            titles = sum(title in heads or any(title in p.heading for p in passages) for title, *_ in text)
            count = len(expected) / PAGE
            print(
                f"{suffix}: {count / seconds:.0f} pages/s ({count / cpu:.0f} by processor time), {share:.4f} of {len(expected)} words, {titles}/{len(text)} headings"
            )


def hard(folder: Path) -> None:
    counts: Counter[str] = Counter()
    slowest: tuple[float, str] = (0.0, "")
    for path in sorted(folder.iterdir()):
        if path.name == "README.md":
            continue
        started = time.perf_counter()
        try:
            counts["text, with a warning" if read_bounded(path).notice else "text"] += 1
        except UnreadableDocument as error:
            counts[error.reason] += 1
        slowest = max(slowest, (time.perf_counter() - started, path.name))
    print(f"{folder.name}: {dict(counts.most_common())}, slowest {slowest[1]} in {slowest[0]:.1f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--hard", type=Path)
    arguments = parser.parse_args()
    formats(arguments.pages)
    if arguments.hard:
        hard(arguments.hard)
    return 0


if __name__ == "__main__":
    sys.exit(main())
