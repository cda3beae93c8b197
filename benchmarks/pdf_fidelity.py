"""How much of the text version of a document is found, in order, in the passages of its PDF.

usage: python benchmarks/pdf_fidelity.py TEXT_FOLDER PDF_FOLDER [--show N]

For each PDF with a text of the same stem: the share of the words of the text's passages that lie on the longest
matching blocks (difflib) with the words of the PDF's passages, in order. Tables of contents count on both sides.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.passages import cut
from ingest.readers import read, read_bounded

WORD = re.compile(r"\w+")


def words(texts: Iterable[str]) -> list[str]:
    """Words of passages, lower-cased, bullets and punctuation aside."""
    return [word.lower() for text in texts for word in WORD.findall(text)]


def recovered(expected: list[str], found: list[str]) -> tuple[float, list[list[str]]]:
    """(share of `expected` matched in order in `found`, the runs of words missed)."""
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    missed = [expected[a:b] for tag, a, b, _, _ in matcher.get_opcodes() if tag in ("delete", "replace")]
    return 1 - sum(map(len, missed)) / max(1, len(expected)), missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("pdfs", type=Path)
    parser.add_argument("--show", type=int, default=0, help="the N longest runs of words missed")
    arguments = parser.parse_args()
    total = hit = 0.0
    for pdf in sorted(arguments.pdfs.glob("*.pdf")):
        text = next((p for p in arguments.texts.iterdir() if p.stem == pdf.stem), None)
        if text is None:
            continue
        expected = words(p.text for p in cut(read(text)))
        started = time.perf_counter()
        document = read_bounded(pdf)
        seconds = time.perf_counter() - started
        share, missed = recovered(expected, words(p.text for p in cut(document)))
        total, hit = total + len(expected), hit + share * len(expected)
        print(
            f"{pdf.name}: {share:.4f} of {len(expected)} words, {len(document.pages)} pages, {len(document.pages) / seconds:.1f} pages/s"
        )
        for run in sorted(missed, key=len, reverse=True)[: arguments.show]:
            print("   missed:", " ".join(run)[:300])
    print(f"all: {hit / max(1, total):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
