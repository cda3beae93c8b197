"""What became of the pages of a PDF, and the other readers that pages which were not read go through."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ingest.readers.legible import VOWELS, is_noise, letters
from ingest.readers.lines import Line, Run
from ingest.readers.page_states import PageState

LEGIBLE_VOWELS = 0.25  # of Latin letters: French has 0.45, English 0.40, letters shifted 0.16
LETTERS = 0.7  # of letters and signs: words have nine in ten, letters drawn at random from a font six
STAMP = 20  # letters a page: fewer beside an image are a stamp on a scan


class Recognition(Protocol):
    """Reads the image of a physical page (1-based): its runs of text, none when it cannot."""

    def __call__(self, number: int) -> list[Run]: ...


@dataclass(frozen=True, slots=True)
class PageRead:
    """The runs of a page; `failed` says that it broke, `image` the pixels of the largest image drawn on it, `hidden` how
    many letters nobody sees."""

    runs: list[Run]
    failed: bool
    image: int
    hidden: int = 0
    blind: bool = False  # its fonts do not say which letters their shapes are
    cut: bool = False  # it holds more than was read


def state_of(page: PageRead, lines: Sequence[Line]) -> PageState:
    """What became of a page. A few letters beside an image are a stamp on a scan."""
    text = " ".join(line.text for line in lines)
    if is_noise(" ".join(run.text for run in page.runs)) or (page.blind and letters(text)):
        return "noise"
    if letters(text) >= STAMP:
        return "text"
    if page.image:
        return "scanned"
    return "failed" if page.failed and not text else "text" if text else "blank"


def recognised(
    read: Sequence[PageRead], states: Sequence[PageState], recognise: Recognition
) -> tuple[list[PageRead], list[PageState]]:
    """Pages of images or noise as recognition reads them, where it reads anything."""
    pages, said = list(read), list(states)
    for index, state in enumerate(states):
        if state not in ("scanned", "noise"):
            continue
        runs = recognise(index + 1)
        if letters("".join(run.text for run in runs)) >= STAMP:
            pages[index], said[index] = replace(pages[index], runs=runs), "recognised"
    return pages, said


def spared(data: bytes, read: Sequence[PageRead], states: Sequence[PageState]) -> list[PageRead]:
    """Pages that gave nothing or noise, as a second library reads them, where it reads words."""
    lost = [
        number
        for number, (page, state) in enumerate(zip(read, states, strict=True), start=1)
        if state in ("failed", "noise") or (state == "blank" and not page.hidden)
    ]
    if not lost:
        return list(read)
    from ingest.page_child import page_runs

    found = page_runs(data, lost)
    return [
        replace(page, runs=runs, failed=False, blind=False)
        if (runs := found.get(number)) and is_legible(runs)
        else page
        for number, page in enumerate(read, start=1)
    ]


def is_legible(runs: Sequence[Run]) -> bool:
    """Whether runs hold words rather than what a broken font gives in their place; stricter than for a first reading,
    since a font that hides its letters from one library most often hides them from the other."""
    text = " ".join(run.text for run in runs)
    if letters(text) < 3 or is_noise(text) or "\ufffd" in text:
        return False
    signs = sum(not c.isalnum() and not c.isspace() and unicodedata.category(c)[0] != "M" for c in text)
    if letters(text) < LETTERS * (letters(text) + signs):
        return False
    latin = [c for c in text if c.isascii() and c.isalpha()]
    return 2 * len(latin) < letters(text) or sum(c in VOWELS for c in latin) >= LEGIBLE_VOWELS * len(latin)
