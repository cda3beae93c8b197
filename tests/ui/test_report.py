"""report.html read as text: escaped, alone, in French, with what a person needs to see why a question failed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from report_worlds import hostile_report, make_evaluated, plain_report

from assistant.evaluation.battery import MEASURES
from assistant.evaluation.failures import FAILURES
from assistant.evaluation.measure import COMPONENTS
from ui.evaluation.problems import ProblemKind
from ui.report.page import page
from ui.report.plots import Bar, bars, curves
from ui.words import load_page_words

WORDS = load_page_words("fr")


class Elements(HTMLParser):
    """Every element with its attributes, and those left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_text_of_a_stranger_becomes_an_element(language: str) -> None:
    elements = Elements(hostile_report(language))
    assert elements.open == []
    names = [name for name, _ in elements.seen]
    assert "img" not in names
    assert (names.count("script"), names.count("style")) == (1, 1)
    assert not any(attribute.startswith("on") for _, attributes in elements.seen for attribute in attributes)


def test_nothing_is_loaded_from_anywhere() -> None:
    elements = Elements(plain_report())
    for name, attributes in elements.seen:
        assert name not in ("link", "iframe", "object", "embed", "img", "base", "form")
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    text = plain_report()
    assert "@import" not in text
    assert "url(" not in text
    assert "default-src &#39;none&#39;" in text


def test_a_question_that_failed_says_why_and_what_was_expected() -> None:
    text = page([make_evaluated()], [], None, (), WORDS)
    (question,) = re.findall(
        r'<details class="question" id="q-q5".*?(?=<details class="question"|<p class="soft")', text, re.DOTALL
    )
    for wanted in (
        "fait non trouvé par la recherche",
        "Réponse attendue",
        "Dix.",
        "Onze",
        "manque",
        "dans aucun passage trouvé",
    ):
        assert wanted in question
    assert 'data-failures="not_retrieved"' in question


def test_figures_have_their_interval_and_french_decimals() -> None:
    assert re.search(r"<b>0,857</b>|<b>0,833</b>", page([make_evaluated()], [], None, (), WORDS))


def test_every_code_has_its_label_in_both_languages() -> None:
    from typing import get_args

    names = [f"measure.{m.name.replace('@', '_')}" for m in MEASURES]
    names += [name.replace("measure.", "meaning.") for name in names]
    names += [f"component.{name}" for name in COMPONENTS]
    names += [f"failure.{name}" for name in FAILURES]
    names += [f"problem.{name}" for name in get_args(ProblemKind)]
    for language in ("fr", "en"):
        assert [n for n in names if load_page_words(language).get(f"evaluate.{n}") is None] == []


def test_bars_stay_within_their_plot() -> None:
    svg = str(bars("Titre", [Bar("a", 1.0, 0.9, 1.0, "1,0"), Bar("b", 0.0, 0.0, 0.2, "0,0")]))
    widths = [float(w) for w in re.findall(r'<rect[^>]* width="([\d.]+)"', svg)]
    assert widths == [310.0, 1.0]


def test_a_curve_over_decades_of_time_begins_and_ends_in_its_plot() -> None:
    svg = str(curves("t", [("a", [(0.004, 0.5), (12.0, 1.0)])], "x", "y", logarithmic=True))
    (path,) = re.findall(r' d="([^"]+)"', svg)
    xs = [float(x) for x in re.findall(r"[ML]([\d.]+)", path)]
    assert 46 <= xs[0] < xs[1] <= 620
    assert ">0.001<" in svg
    assert ">100<" in svg
