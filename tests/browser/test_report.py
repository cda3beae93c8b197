"""report.html opened from a file in a real browser: filters work, attacks stay inert, nothing is asked of a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from report_worlds import hostile_report, plain_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Reader:
    """The report in a browser without a network; what it asked for, its errors and its dialogs."""

    def __init__(self, page: Page, path: Path, html: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        path.write_text(html, encoding="utf-8", errors="replace")
        page.goto(path.as_uri())

    def shown(self) -> list[str]:
        """The ids of the questions on show."""
        return [str(q.get_attribute("id")) for q in self.page.locator(".question:not([hidden])").all()]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


def test_the_report_is_read_offline_and_asks_for_nothing(page: Page, tmp_path: Path) -> None:
    reader = Reader(page, tmp_path / "report.html", plain_report())
    assert len(reader.shown()) == 7
    assert [url for url in reader.requests if not url.startswith("file:")] == []
    assert reader.errors == []


def test_questions_are_filtered_by_kind_by_failure_and_by_words(page: Page, tmp_path: Path) -> None:
    reader = Reader(page, tmp_path / "report.html", plain_report())
    page.select_option("#kind", "list")
    assert reader.shown() == ["q-q2", "q-q3"]
    page.select_option("#kind", "")
    page.select_option("#failure", "not_retrieved")
    assert reader.shown() == ["q-q5"]
    page.select_option("#failure", "*")
    assert reader.shown() == ["q-q5", "q-q6"]
    assert page.inner_text("#shown") == "2 questions affichées"
    page.select_option("#failure", "")
    page.fill("#text", "QUESTION 4")
    assert reader.shown() == ["q-q4"]


def test_a_question_that_changed_opens_from_the_comparison(page: Page, tmp_path: Path) -> None:
    Reader(page, tmp_path / "report.html", plain_report())
    page.locator("summary", has_text="Questions mieux traitées").click()
    page.locator('a[href="#q-q1"]').click()
    assert page.locator("#q-q1").get_attribute("open") is not None


def test_an_attack_anywhere_stays_text(page: Page, tmp_path: Path) -> None:
    reader = Reader(page, tmp_path / "report.html", hostile_report())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.wait_for_timeout(200)
    assert reader.dialogs == []
    assert reader.errors == []
    assert page.locator("img").count() == 0
    assert "onerror=alert(1)" in page.inner_text(".question")


def test_markup_that_slipped_in_would_not_run(page: Page, tmp_path: Path) -> None:
    reader = Reader(page, tmp_path / "report.html", plain_report())
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.wait_for_timeout(200)
    assert reader.dialogs == []


def test_the_report_fits_a_phone(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    Reader(page, tmp_path / "report.html", plain_report())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_cause_of_failure_leads_to_its_questions_and_says_what_to_do(page: Page, tmp_path: Path) -> None:
    reader = Reader(page, tmp_path / "report.html", plain_report())
    row = page.locator("section:has(#causes) tbody tr", has_text="aurait dû s'abstenir")
    assert "Lisez la citation" in row.inner_text()
    page.select_option("#kind", "list")
    row.locator("a").click()
    assert reader.shown() == ["q-q6"]


def test_printed_or_on_a_phone_nothing_of_the_report_is_cut(page: Page, tmp_path: Path) -> None:
    Reader(page, tmp_path / "report.html", plain_report())
    page.set_viewport_size({"width": 700, "height": 900})  # an A4 sheet less its margins
    page.emulate_media(media="print")
    beyond = "Array.from(document.querySelectorAll('td, th, svg')).filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    assert page.evaluate(beyond) == 0
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
