"""How many passages of a PDF stand under the headings that its text version gives to the same words.

usage: python benchmarks/pdf_headings.py TEXT_FOLDER PDF_FOLDER [--show N]

A passage of the PDF is right when its path is that of a quarter at least of its words in the text; of the headings of
tables those count that the text has as titles: a row that opens with « Menaces » stands under it. Passages without a word of the text, and tables of contents, are left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.documents import Document, Passage
from ingest.passages import cut
from ingest.readers import read
from ingest.readers.outline import fold

WORD = re.compile(r"\w+")
SHARE = 0.25
Path_ = tuple[str, ...]


def titles(document: Document) -> set[str]:
    return {fold(document.text[b.start : b.end]) for b in document.blocks if b.kind == "heading"}


def words(document: Document) -> list[tuple[str, Passage]]:
    return [
        (match.group().lower(), passage)
        for passage in cut(document)
        for match in WORD.finditer(passage.text[passage.body :])
        if passage.kind != "toc"
    ]


def path_of(passage: Passage, known: set[str]) -> Path_:
    return tuple(title for title in map(fold, passage.heading) if title in known)


def compared(text: Document, pdf: Document) -> tuple[int, int, Counter[tuple[Path_, Path_]]]:
    """(right, compared, the pairs of paths that differ)."""
    expected, found = words(text), words(pdf)
    in_text, in_pdf = titles(text), titles(pdf)
    votes: dict[str, Counter[Path_]] = {}
    matcher = SequenceMatcher(None, [w for w, _ in expected], [w for w, _ in found], autojunk=False)
    for start, other, size in matcher.get_matching_blocks():
        for n in range(size):
            passage = found[other + n][1]
            votes.setdefault(passage.passage_id, Counter())[path_of(expected[start + n][1], in_text)] += 1
    right, wrong = 0, Counter[tuple[Path_, Path_]]()
    for passage in dict.fromkeys(passage for _, passage in found):
        said = votes.get(passage.passage_id)
        if said is None:
            continue
        mine = path_of(passage, in_pdf | in_text)
        if said[mine] >= SHARE * sum(said.values()):
            right += 1
        else:
            wrong[said.most_common(1)[0][0], mine] += 1
    return right, right + sum(wrong.values()), wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("pdfs", type=Path)
    parser.add_argument("--show", type=int, default=0, help="the N commonest differences")
    arguments = parser.parse_args()
    total = good = 0
    for pdf in sorted(arguments.pdfs.glob("*.pdf")):
        text = next((p for p in arguments.texts.iterdir() if p.stem == pdf.stem), None)
        if text is None:
            continue
        right, count, wrong = compared(read(text), read(pdf))
        total, good = total + count, good + right
        print(f"{pdf.name}: {right} of {count}")
        for (theirs, mine), times in wrong.most_common(arguments.show):
            print(f"  {times} × {' > '.join(theirs)}\n      read {' > '.join(mine)}")
    print(f"all: {good / max(1, total):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
