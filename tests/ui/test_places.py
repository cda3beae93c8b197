"""The source of a fact of the catalogue: found again in its document, or said not to be; an order is never more than one."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_worlds import ATTACK, TinyAssistant, make_own

from ingest.catalogue import load_vocabulary
from ui.fragments.schemes import fiche
from ui.pages.context import Context, make_context
from ui.pages.places import opened

HERE = {"plan": {"doc": "plan", "section": "Partie"}}


def make(folder: Path, **changes: object) -> Context:
    return make_context(TinyAssistant(), own=make_own(folder / "own", **{"sources": HERE, **changes}))


def test_a_fact_opens_the_passage_of_its_section(tmp_path: Path) -> None:
    context = make(tmp_path)
    html = opened(context, "aide-essai purpose 0")
    assert "Le plan dispose" in html
    assert "la section citée" in html
    assert "plan · 28 juin 2024" in html
    assert ATTACK not in html
    assert "Le plan dispose" in opened(context, "aide-essai criterion-size 0")


def test_a_section_that_is_not_found_is_said(tmp_path: Path) -> None:
    context = make(tmp_path, sources={"plan": {"doc": "plan", "section": "Ailleurs", "page": 3}})
    assert "pas été retrouvée" in opened(context, "aide-essai purpose 0").replace("&#39;", "'")


@pytest.mark.parametrize(
    "order",
    [
        *("", "aide-essai", "aide-essai purpose", "aide-essai purpose 1", "aide-essai contact 0"),
        *("aide-essai purpose -1", "aide-essai purpose ²", "../plan purpose 0", "aide-essai criterion- 0"),
        *("x" * 300, f"{ATTACK} purpose 0"),
    ],
)
def test_an_order_that_means_nothing_opens_nothing(tmp_path: Path, order: str) -> None:
    html = opened(make(tmp_path), order)
    assert "plus dans l" in html
    assert "<img" not in html
    assert "Le plan dispose" not in html


def test_only_what_is_in_the_index_is_a_button(tmp_path: Path) -> None:
    context = make(tmp_path)
    (scheme,) = [scheme for scheme in context.schemes if scheme.id == "aide-essai"]

    def shown(held: set[str]) -> str:
        return str(fiche(context.words, scheme, context.titles, load_vocabulary(), held))

    assert 'data-place="aide-essai purpose 0"' in shown({"plan"})
    assert "data-place" not in shown(set())
    assert "data-place" not in shown({"plan-essai"})
