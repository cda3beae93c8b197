"""A document of our own and its passages, kept side by side."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from ingest.passages import cut
from ingest.readers import read

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def test_the_sample_gives_the_passages_kept() -> None:
    """`REGENERATE_GOLDEN=1` writes them anew, to be read before they are kept."""
    found = json.loads(json.dumps([asdict(p) for p in cut(read(GOLDEN / "sample.md"))]))
    kept = GOLDEN / "sample.passages.json"
    if os.environ.get("REGENERATE_GOLDEN"):
        kept.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(kept.read_text(encoding="utf-8"))
