"""Truth of the catalogue against the documents it digests; skipped where these are not beside the repository."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import pytest

from ingest.catalogue import catalogue_documents, load_dossiers, load_schemes
from ingest.documents import Document
from ingest.fiches import french_date

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
CORPUS = SHARED / "corpus"
SCHEMES = SHARED / "evaluation" / "schemes.json"
MOST_WORDS_IN_A_ROW = 8
UNITS = r"(M€|Md€|k€|€|%|°)?"
FIGURE = re.compile(rf"(?<![\w,.])(\d{{1,3}}(?: \d{{3}})+|\d+(?:[,.]\d+)?) ?{UNITS}")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents are not beside the repository")


def plain(text: str) -> str:
    """The text without markup, its spaces and money units written one way."""
    text = re.sub(r"<sup>(?:\d+)</sup>|<[^>]+>|[*_`#|\\]", " ", text.replace("<sup>ème</sup>", "e"))
    text = re.sub(r"[\s\u00a0\u202f]+", " ", text.replace("’", "'"))
    text = re.sub(r"(?:millions d'euros|million d'euros|millions|million|M ?€|M euros)", "M€", text)
    text = re.sub(r"(?:milliards? d'euros|milliards?|Mds? ?€|Mds\b)", "Md€", text)
    return re.sub(r"\beuros\b", "€", text)


def figures(text: str) -> set[tuple[str, str]]:
    """Every figure with its unit; a figure with a unit also counts without it."""
    found = {(m[1].replace(" ", "").replace(".", ","), m[2] or "") for m in FIGURE.finditer(plain(text))}
    return found | {(value, "") for value, _ in found}


def words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", plain(text)).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", folded)


def runs(tokens: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)}


@lru_cache(maxsize=1)
def corpus() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in CORPUS.iterdir()}


@lru_cache(maxsize=1)
def evidence() -> dict[str, str]:
    """The quotes kept for each scheme, by folded name."""
    records = json.loads(SCHEMES.read_text(encoding="utf-8")) if SCHEMES.is_file() else []
    return {" ".join(words(r["name"])): " ".join(e["quote"] for e in r["evidence"]) for r in records}


@lru_cache(maxsize=1)
def copied_runs() -> frozenset[tuple[str, ...]]:
    """Every run of nine words of the documents and of the reference facts."""
    texts = list(corpus().values())
    if SCHEMES.is_file():
        texts += [v for r in json.loads(SCHEMES.read_text(encoding="utf-8")) for v in strings(r)]
    return frozenset(run for text in texts for run in runs(words(text), MOST_WORDS_IN_A_ROW + 1))


def strings(value: object) -> list[str]:
    """Every string inside a JSON value, addresses and names of documents among them."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in inner for text in strings(item)]


@lru_cache(maxsize=1)
def long_names() -> tuple[str, ...]:
    """Names and titles of five words and more, longest first: the only runs that may be taken as they stand."""
    names = [n for s in load_schemes() for n in (s.name, *s.aliases)] + [d.title for d in load_dossiers()]
    names += [f.source.section for s in load_schemes() for f in s.facts]
    names += [title for d in load_dossiers() for e in d.entries for title in (*e.heading, e.source.section)]
    return tuple(sorted({" ".join(words(n)) for n in names if len(words(n)) > 4}, key=len, reverse=True))


def prose(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == "paragraph"]


DOCUMENTS = [pytest.param(d, id=d.doc) for d in catalogue_documents()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_more_than_eight_words_in_a_row_are_taken_from_the_documents(document: Document) -> None:
    taken = []
    for paragraph in prose(document):
        folded = " ".join(words(paragraph))
        for name in long_names():
            folded = re.sub(rf"\b{name}\b", "|", folded)
        for piece in folded.split("|"):
            taken += [" ".join(run) for run in runs(piece.split(), MOST_WORDS_IN_A_ROW + 1) & copied_runs()]
    assert not taken


@pytest.mark.parametrize("scheme", load_schemes(), ids=lambda s: s.id)
def test_every_figure_of_a_fiche_is_in_the_documents_it_cites(scheme) -> None:  # type: ignore[no-untyped-def]
    said = " ".join([scheme.summary, *(f.text for f in scheme.facts), *(c.text or "" for c in scheme.criteria)])
    said += " ".join(f" {version.text}" for found in scheme.contradictions for version in found.statements)
    known = figures(evidence().get(" ".join(words(scheme.name)), ""))
    for source in {f.source.doc: f.source for f in scheme.facts}.values():
        known |= figures(corpus()[source.doc]) | figures(french_date(source.date) if source.date else "")
    assert figures(said) - known == set()


@pytest.mark.parametrize("dossier", load_dossiers(), ids=lambda d: d.id)
def test_every_figure_of_a_digest_is_in_its_document(dossier) -> None:  # type: ignore[no-untyped-def]
    known = figures(corpus()[dossier.id]) | figures(french_date(dossier.date) if dossier.date else "")
    wrong = {e.heading: figures(e.text) - known for e in dossier.entries if figures(e.text) - known}
    assert wrong == {}


def test_every_section_cited_is_a_title_of_its_document() -> None:
    titles = {doc: " ".join(words(text)) for doc, text in corpus().items()}
    cited = {f.source for s in load_schemes() for f in s.facts} | {e.source for d in load_dossiers() for e in d.entries}
    missing = [s for s in cited if s.section != "Introduction" and " ".join(words(s.section)) not in titles[s.doc]]
    assert not missing


@pytest.mark.skipif(not SCHEMES.is_file(), reason="the reference facts are not beside the repository")
def test_every_scheme_of_the_reference_has_its_fiche() -> None:
    named = {" ".join(words(name)) for s in load_schemes() for name in (s.name, *s.aliases)}
    assert [name for name in evidence() if name not in named] == []
