"""A thousand seeded changes of real sentences against the quotes they were copied from: the false are caught, the honest
pass. The sentences are those of the built-in catalogue and digests, and, where it stands beside, of the corpus."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import changes
import pytest
import yaml

from assistant.verification import verify
from ingest.catalogue import load_schemes
from ingest.sentences import sentences

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
SEED = 20
EACH = 160  # changes of a kind at most: over a thousand in all
CAUGHT, PASSED = 0.99, 0.97


def split(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


@cache
def of_the_catalogue() -> tuple[str, ...]:
    found = [s for scheme in load_schemes() for fact in scheme.facts for s in split(fact.text)]
    for path in sorted((files("ingest") / "catalogue" / "dossiers").iterdir(), key=str):
        found += [s for e in yaml.safe_load(path.read_text(encoding="utf-8"))["entries"] for s in split(e["text"])]
    return tuple(dict.fromkeys(s for s in found if len(s.split()) >= 6))


@cache
def of_the_corpus() -> tuple[str, ...]:
    if not CORPUS.is_dir():
        pytest.skip("the corpus does not stand beside this repository")
    found: list[str] = []
    for path in sorted(CORPUS.glob("*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            bare = re.sub(r"^\d+[.)] ", "", line.strip(" -*#>"))
            if len(bare) > 40 and "|" not in bare and "....." not in bare:
                found += [s for s in split(bare) if 8 <= len(s.split()) <= 60 and s[-1] in ".;"]
    return tuple(dict.fromkeys(found))


SOURCES = {"catalogue": of_the_catalogue, "corpus": of_the_corpus}


def passes(sentence: str, quote: str) -> bool:
    return verify(sentence.rstrip("."), [quote], [], "", same_language=True).passed


@cache
def made(source: str) -> tuple[changes.Changed, ...]:
    quotes = SOURCES[source]()
    pool = sorted({name for quote in quotes for name in changes.proper_names(quote)})
    kinds: Sequence[changes.Change] = (
        changes.figure, changes.unit, changes.name_among(pool), changes.actors, changes.negation, changes.bound,
        changes.modality, changes.swapped,
    )  # fmt: skip
    return tuple(changes.changed(quotes, kinds, each=EACH, seed=SEED))


@cache
def missed_of(source: str) -> tuple[changes.Changed, ...]:
    return tuple(c for c in made(source) if passes(c.sentence, c.quote))


@pytest.mark.parametrize("source", SOURCES)
def test_false_changes_are_caught(source: str) -> None:
    tried, missed = made(source), missed_of(source)
    assert len(tried) >= 1_000
    assert len(missed) <= (1 - CAUGHT) * len(tried), [(c.kind, c.sentence, c.quote) for c in missed[:10]]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("kind", ["figure", "unit", "name", "actors", "negation", "bound", "modality", "swapped"])
def test_every_kind_of_change_is_caught(source: str, kind: str) -> None:
    tried = [c for c in made(source) if c.kind == kind]
    missed = [c for c in missed_of(source) if c.kind == kind]
    assert len(tried) >= 50, Counter(c.kind for c in made(source))
    assert len(missed) <= 0.02 * len(tried), [(c.sentence, c.quote) for c in missed[:5]]


@pytest.mark.parametrize("source", SOURCES)
def test_honest_rewordings_pass(source: str) -> None:
    tried = changes.changed(SOURCES[source](), [changes.lighter], each=1_000, seed=SEED)
    stopped = [c for c in tried if not passes(c.sentence, c.quote)]
    assert len(tried) >= 1_000
    assert len(stopped) <= (1 - PASSED) * len(tried), [(c.sentence, c.quote) for c in stopped[:10]]


@pytest.mark.parametrize("source", SOURCES)
def test_copies_pass(source: str) -> None:
    quotes = SOURCES[source]()[:800]
    stopped = [q for q in quotes if not passes(q, q)]
    assert len(stopped) <= (1 - PASSED) * len(quotes), stopped[:10]


@pytest.mark.parametrize(
    ("change", "quote"),
    [
        (changes.figure, "La région verse 300 euros."),
        (changes.unit, "La région verse 300 euros."),
        (changes.negation, "La région verse ce qui est dû, mais ne finance pas les ateliers."),
        (changes.bound, "La région aide au moins 300 ateliers."),
        (changes.modality, "La région pourrait aider les ateliers."),
        (changes.swapped, "La région verse 300 euros aux ateliers et 40 euros aux vergers."),
    ],
)
def test_the_maker_changes_what_it_says(change: Callable[..., str | None], quote: str) -> None:
    [made_of] = changes.changed([quote], [change], each=1, seed=SEED)
    assert made_of.kind == change.__name__
    assert made_of.sentence != quote
