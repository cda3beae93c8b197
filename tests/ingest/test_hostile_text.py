"""Texts made to keep a reader busy: a line of dots, of initials, of one word. The time grows as the text, not its square."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.sentences import sentences

ROOT = Path(__file__).resolve().parents[2]
UNITS = [
    ".",
    "!?",
    "…",
    "M. ",
    "A. ",
    "J. D. ",
    "A.-M. ",
    "art. 3. ",
    "p. 12 ",
    "a.a.a.",
    ". . ",
    "a",
    "é-",
    " ",
    "\n",
    "« a » ",
]


def test_ends_of_sentences_are_where_they_were() -> None:
    text = "M. Durand paie 3,5 M€... Vraiment ?! « Oui. » Voir p. 12. A.-M. Leroy le dit. Fin"
    assert [text[start:end] for start, end in sentences(text)] == [
        "M. Durand paie 3,5 M€...",
        "Vraiment ?!",
        "« Oui. »",
        "Voir p. 12.",
        "A.-M. Leroy le dit.",
        "Fin",
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_a_hostile_text_is_cut_in_processor_seconds_that_a_square_would_not_allow(unit: str) -> None:
    """Under a limit of the processor's time, so that a busy machine changes nothing: squares take minutes."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (20, 20));"
        "from ingest.sentences import sentences; from ingest.cleaning import DIVIDED;"
        "from assistant.numerals import written_numbers;"
        "text = sys.argv[1] * (400_000 // len(sys.argv[1]));"
        "sentences(text); DIVIDED.sub(' ', text); list(written_numbers(text[:40_000]))"
    )
    done = subprocess.run([sys.executable, "-c", program, unit], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:] or "it took more than 20 seconds of processor"
