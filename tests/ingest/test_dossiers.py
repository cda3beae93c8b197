"""The digests of the five documents: complete, short, under the titles of what they digest."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue import dossier_document, load_dossiers
from ingest.documents import Document
from ingest.errors import CatalogueError
from ingest.schemes import Dossier, Entry, Source

EXPECTED = {  # id → nature, fewest entries
    "avis-ceser-occitanie-ia": ("opinion", 10),
    "communique-ceser-occitanie-ia": ("communique", 4),
    "plan-ia-occitanie-2024-2028": ("press", 12),
    "plan-sud-ia-2024-2028": ("plan", 60),
    "saisine-ceser-pays-de-la-loire-ia-phase1": ("opinion", 120),
}
TITLES = st.lists(st.sampled_from("ABC"), min_size=1, max_size=4).map(tuple)


def make_dossier(*paths: tuple[str, ...]) -> Dossier:
    entries = tuple(Entry(path, f"Texte {i}.", Source("essai", path[-1])) for i, path in enumerate(paths))
    return Dossier("essai", "Essai", "plan", date(2024, 7, 1), "REG-76", "Un éditeur", None, entries)


def paths_read(document: Document) -> list[tuple[str, ...]]:
    """The titles above each paragraph, as a reader of the blocks finds them; the document's own title left out."""
    above: dict[int, str] = {}
    found = []
    for block in document.blocks:
        if block.kind == "heading":
            above = {level: title for level, title in above.items() if level < block.level}
            above[block.level] = document.text[block.start : block.end]
        elif block.kind == "paragraph":
            found.append(tuple(above[level] for level in sorted(above))[1:])
    return found


def test_each_document_of_the_corpus_has_its_digest() -> None:
    assert {d.id: d.nature for d in load_dossiers()} == {key: nature for key, (nature, _) in EXPECTED.items()}


@pytest.mark.parametrize("dossier", load_dossiers(), ids=lambda d: d.id)
def test_a_digest_has_enough_entries_and_each_is_short(dossier: Dossier) -> None:
    assert len(dossier.entries) >= EXPECTED[dossier.id][1]
    for entry in dossier.entries:
        assert entry.text.endswith(".")
        assert len(re.findall(r"[.!?](?:\s|$)", entry.text)) <= 6, entry.text
        assert len(entry.text) <= 600, "an entry is quoted whole"


@pytest.mark.parametrize("number", range(1, 23))
def test_each_measure_of_the_plan_sud_has_its_entry_that_names_it(number: int) -> None:
    plan = next(d for d in load_dossiers() if d.id == "plan-sud-ia-2024-2028")
    texts = [e.text for e in plan.entries if e.heading[-1].startswith(f"Mesure {number} :")]
    assert texts
    assert any(f"mesure {number} " in text for text in texts)


@pytest.mark.parametrize("dossier", load_dossiers(), ids=lambda d: d.id)
def test_a_digest_is_read_back_under_the_titles_of_its_entries(dossier: Dossier) -> None:
    document = dossier_document(dossier)
    assert paths_read(document) == [entry.heading for entry in dossier.entries]
    assert "\n\n".join(document.text[b.start : b.end] for b in document.blocks) == document.text
    assert dossier.publisher in document.text


@given(st.lists(TITLES, min_size=1, max_size=8))
def test_titles_survive_any_order_of_entries(paths: list[tuple[str, ...]]) -> None:
    assert paths_read(dossier_document(make_dossier(*paths))) == paths


def test_a_digest_names_its_document_its_publisher_and_its_date() -> None:
    assert dossier_document(make_dossier(("A",))).text.endswith("Source : Essai, Un éditeur, 1er juillet 2024.")


def test_a_digest_without_entries_is_refused(tmp_path: Path) -> None:
    record = {"id": "vide", "title": "V", "nature": "plan", "date": None, "region": None, "publisher": "P", "url": None}
    (tmp_path / "vide.yaml").write_text(yaml.safe_dump({**record, "entries": []}), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"vide\.yaml, champ « entries » : liste vide"):
        load_dossiers(tmp_path)
