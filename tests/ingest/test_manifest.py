"""The manifest of sources: what it accepts, and what it tells of a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from worlds import make_document

from ingest.errors import GuichetError
from ingest.manifest import (
    STATE,
    Fetched,
    SourceEntry,
    SourcesError,
    describe,
    load_sources,
    merged,
    read_states,
    with_digests,
    write_state,
)

GOOD = {
    "doc": "plan",
    "title": "Plan",
    "publisher": "Région",
    "region": "REG-93",
    "nature": "plan",
    "date": "2024-06-28",
    "licence": "null",
    "url": "https://exemple.fr/plan.pdf",
}
STATE_OF_PLAN = Fetched("https://exemple.fr/plan.pdf", "plan.pdf", "ab" * 32, 3, "2024-06-28T00:00:00+00:00")
NOTES = Path(__file__).resolve().parents[2] / ".." / "shared" / "notes" / "sources.md"


def manifest(folder: Path, *sources: dict[str, str]) -> Path:
    lines = ["sources:"]
    for source in sources:
        lines += [f"  {'-' if n == 0 else ' '} {key}: {value}" for n, (key, value) in enumerate(source.items())]
    path = folder / "sources.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_manifest_is_read(tmp_path: Path) -> None:
    (entry,) = load_sources(manifest(tmp_path, GOOD))
    assert entry == SourceEntry(
        "plan", "Plan", "Région", "REG-93", "plan", date(2024, 6, 28), None, "https://exemple.fr/plan.pdf"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://exemple.fr/plan.pdf"),
        ("url", "ftp://exemple.fr"),
        ("region", "PACA"),
        ("region", "REG-99"),
        ("nature", "roman"),
        ("date", "2024-13-40"),
        ("doc", "../plan"),
        ("doc", ".cache"),
        ("doc", "a/b"),
        ("inconnu", "x"),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_field(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(GuichetError) as caught:
        load_sources(manifest(tmp_path, GOOD | {field: value}))
    assert "sources.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_field_is_written_even_when_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(GuichetError, match="licence"):
        load_sources(manifest(tmp_path, {key: value for key, value in GOOD.items() if key != "licence"}))


def test_a_source_described_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuichetError, match="deux fois"):
        load_sources(manifest(tmp_path, GOOD, GOOD))


def test_an_absent_or_broken_manifest_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="vérifiez"):
        load_sources(tmp_path / "absent.yaml")
    (tmp_path / "b.yaml").write_text("sources: [")
    with pytest.raises(GuichetError, match="illisible"):
        load_sources(tmp_path / "b.yaml")


def test_the_built_in_manifest_is_valid_and_its_own_entries_can_be_replaced(tmp_path: Path) -> None:
    built_in = load_sources()
    assert {"plan-sud-ia-2024-2028", "plan-ia-occitanie-2024-2028"} <= {entry.doc for entry in built_in}
    given = replace(built_in[0], title="Le mien")
    whole = merged(built_in, [given, SourceEntry("autre")])
    assert whole[0] == given
    assert len(whole) == len(built_in) + 1


@pytest.mark.skipif(not NOTES.is_file(), reason="the notes on sources are not beside the repository")
def test_no_address_of_the_built_in_manifest_is_guessed() -> None:
    seen = NOTES.read_text(encoding="utf-8")
    for entry in load_sources():
        for address in (entry.url, entry.page):
            assert address is None or address in seen


def test_a_document_is_described_by_its_name_or_its_bytes() -> None:
    entry = SourceEntry("plan", "Le plan", "Région", "REG-93", "plan", date(2024, 6, 28), None, "https://exemple.fr")
    document = make_document("plan", title="Devinée", digest="cd" * 32)
    told = describe(document, [entry])
    assert (told.title, told.nature, told.date, told.region) == ("Le plan", "plan", date(2024, 6, 28), "REG-93")
    assert (told.publisher, told.url) == ("Région", "https://exemple.fr")
    assert (told.text, told.blocks, told.digest) == (document.text, document.blocks, document.digest)
    renamed = replace(document, doc="copie")
    assert describe(renamed, [entry]) == renamed
    assert describe(renamed, [replace(entry, sha256="cd" * 32)]).title == "Le plan"


def test_the_bytes_weigh_more_than_the_name() -> None:
    by_name, by_bytes = SourceEntry("plan", "Un autre"), SourceEntry("avis", "Le bon", sha256="cd" * 32)
    assert describe(make_document("plan", digest="cd" * 32), [by_name, by_bytes]).title == "Le bon"


def test_what_the_manifest_does_not_say_stays_as_the_document_says_it() -> None:
    document = make_document("plan", nature="press", date=date(2024, 7, 11), url="https://exemple.fr/article")
    told = describe(document, [SourceEntry("plan", "Titre")])
    assert (told.nature, told.date, told.url) == ("press", date(2024, 7, 11), "https://exemple.fr/article")


def test_a_page_about_a_document_is_shown_when_the_document_has_no_address() -> None:
    assert (
        describe(make_document("plan"), [SourceEntry("plan", "T", page="https://exemple.fr")]).url
        == "https://exemple.fr"
    )


def test_states_come_back_and_give_entries_their_digest(tmp_path: Path) -> None:
    assert read_states(tmp_path) == {}
    write_state(tmp_path, "plan", STATE_OF_PLAN)
    write_state(tmp_path, "avis", replace(STATE_OF_PLAN, file="avis.pdf"))
    assert read_states(tmp_path)["plan"] == STATE_OF_PLAN
    assert set(read_states(tmp_path)) == {"plan", "avis"}
    assert [path.name for path in tmp_path.iterdir()] == [STATE]
    (entry,) = with_digests([SourceEntry("plan")], read_states(tmp_path))
    assert entry.sha256 == "ab" * 32


@pytest.mark.parametrize("content", ["{", "[]", '{"plan": {"url": 3}}', '{"plan": {"file": "../x"}}'])
def test_a_damaged_state_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / STATE).write_text(content)
    with pytest.raises(SourcesError, match="effacez-le"):
        read_states(tmp_path)
