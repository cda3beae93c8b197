"""Pages that are images, read by Tesseract through pytesseract: an optional extra; nothing else knows of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.errors import GuichetError
from ingest.readers.lines import Run

DPI = 200  # printed text of 8 points reads well; a page is then 4 million points of grey
MAX_PAGES = 200  # a file; beyond, the pages left are named as not read
PAGE_SECONDS = 40.0  # a dense page takes 3 to 10
TOTAL_SECONDS = 840.0  # a file; under the time `read_bounded` gives it
SURE = 35  # out of 100: under this Tesseract's own confidence says that a word is a stain
LANGUAGES = ("fra", "eng")
HOW = "installez l'extra « ocr » (pip install 'guichet-ia[ocr]') et Tesseract avec le français (Debian : tesseract-ocr-fra)"


class OcrMissing(GuichetError):
    """Character recognition was asked for and its library or its engine is not installed."""


def languages() -> str:
    """The languages the engine will read, as it wants them. Raises OcrMissing when it cannot read French."""
    try:
        import pytesseract
    except ImportError as error:
        raise OcrMissing(f"La reconnaissance de caractères n'est pas installée : {HOW}.") from error
    try:
        installed = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, OSError) as error:
        raise OcrMissing(f"Tesseract n'est pas installé : {HOW}.") from error
    if "fra" not in installed:
        raise OcrMissing(f"Tesseract n'a pas le français : {HOW}.")
    return "+".join(language for language in LANGUAGES if language in installed)


class PageReader:
    """Reads pages of the PDF at `path` from their image, as many as the limits allow."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.languages = languages()
        self.left = MAX_PAGES
        self.deadline = time.monotonic() + TOTAL_SECONDS

    def __call__(self, number: int) -> list[Run]:
        """The lines of physical page `number`, 1-based, as runs of text; none when it cannot be drawn or read."""
        import pytesseract

        from ingest.page_child import PageUndrawable, page_picture

        self.left -= 1
        seconds = min(PAGE_SECONDS, self.deadline - time.monotonic())
        if self.left < 0 or seconds < 1:
            return []
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # the threads of Tesseract cost more than they bring
        try:
            picture = page_picture(self.path, number, dpi=DPI)
            found = pytesseract.image_to_data(
                picture.image,
                lang=self.languages,
                config="--psm 1",  # finds columns and the way up
                timeout=seconds,
                output_type=pytesseract.Output.DICT,
            )
        except (PageUndrawable, pytesseract.TesseractError, RuntimeError, OSError):
            return []
        return runs(found, height=picture.image.height, scale=72 / picture.dpi)


def runs(found: Mapping[str, Any], *, height: int, scale: float) -> list[Run]:
    """The lines that Tesseract found (its table of words, in pixels from the top left) as runs in points."""
    lines: dict[tuple[int, int, int], list[int]] = {}
    for n, text in enumerate(found["text"]):
        if text.strip() and float(found["conf"][n]) >= SURE:
            lines.setdefault((found["block_num"][n], found["par_num"][n], found["line_num"][n]), []).append(n)
    made = [_run(found, words, height, scale) for words in lines.values()]
    usual = median((run.size for run in made for _ in run.text.split()), default=0.0)
    return [replace(run, size=usual) if 0.65 < run.size / max(usual, 1.0) < 1.3 else run for run in made]


def median(values: Iterable[float], default: float) -> float:
    """The middle value; letters that rise or hang make the boxes of lines of one size differ by a third."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else default


def _run(found: Mapping[str, Any], words: Sequence[int], height: int, scale: float) -> Run:
    left = min(found["left"][n] for n in words)
    right = max(found["left"][n] + found["width"][n] for n in words)
    bottom = sorted(found["top"][n] + found["height"][n] for n in words)[len(words) // 2]
    tall = sorted(found["height"][n] for n in words)[len(words) // 2]
    size = max(6.0, round(tall * scale * 1.15))  # the box of a word is about as high as its capitals and descenders
    text = " ".join(found["text"][n] for n in words)
    return Run(text, left * scale, (height - bottom) * scale, size, (right - left) * scale, spaced=True)
