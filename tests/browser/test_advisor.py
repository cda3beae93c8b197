"""The adviser's page in a real browser: a batch of questions, a file of companies, a dossier; stopped, closed, refused."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl
import pypdf
import pytest
from page_worlds import ATTACK, TinyAssistant
from visits import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ADVISOR, CATALOGUE, ASSISTANT = 3, 2, 0  # places of the tabs
QUESTIONS = "id;question;region\na1;Quel est le budget ?;Occitanie\na2;Où est la panne ?;\na3;=SOMME(1) ?;\n"
COMPANIES = (
    "nom;ville;effectif;secteur;besoin\n"
    "Atelier Rey;Marseille;4;artisanat;formation\n;Foix;3;;\nLabo Ariane;Narnia;30;santé;données\n"
)


@pytest.fixture
def advisor(visit: Visit) -> Iterator[Visit]:
    visit.tab(ADVISOR)
    visit.page.wait_for_selector("#job-case")
    yield visit
    assert visit.dialogs == []


def send(visit: Visit, inlet: str, name: str, content: bytes) -> None:
    sent = {"name": name, "mimeType": "text/plain", "buffer": content}
    visit.page.set_input_files(f"#sent-{inlet}-file", sent)


def batch(visit: Visit, content: str, *, written: bool = False) -> None:
    send(visit, "questions", "questions.csv", content.encode())
    visit.page.wait_for_selector("#questions-read .understood")
    if written:
        visit.page.locator("#batch-draft input").check()
    visit.page.click("#batch-start")


def taken(visit: Visit, place: str, text: str) -> bytes:
    with visit.page.expect_download() as waiting:
        visit.page.locator(f"{place} a.fetch", has_text=text).click()
    return Path(waiting.value.path()).read_bytes()


def test_a_batch_of_questions_is_answered_and_taken_away(advisor: Visit, assistant: TinyAssistant) -> None:
    batch(advisor, QUESTIONS)
    advisor.page.wait_for_selector("#batch-result table")
    assert "3 questions lues dans «\N{NO-BREAK SPACE}questions.csv\N{NO-BREAK SPACE}»" in advisor.page.inner_text(
        "#questions-read"
    )
    assert "3 réponses prêtes" in advisor.page.inner_text("#batch-result")
    assert advisor.page.locator("#batch-result tbody tr").count() == 3
    assert assistant.asked[-3].profile.region == "Occitanie"
    records = [json.loads(line) for line in taken(advisor, "#batch-result", "JSONL").splitlines()]
    assert [(r["id"], r["status"]) for r in records] == [("a1", "answered"), ("a2", "error"), ("a3", "answered")]
    assert "relancez « guichet setup »" in records[1]["answer"]  # what went wrong stands in its own record
    rows = list(csv.reader(io.StringIO(taken(advisor, "#batch-result", "CSV").decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["a1", "a2", "a3"]
    assert rows[0][:4] == ["Identifiant", "Question", "Résultat", "Motif"]
    assert [row[2] for row in rows[1:]] == ["Réponse vérifiée", "Réponse interrompue", "Réponse vérifiée"]
    assert rows[3][1] == "'=SOMME(1) ?"
    sheet = openpyxl.load_workbook(io.BytesIO(taken(advisor, "#batch-result", "XLSX"))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert ATTACK in advisor.page.inner_text("#batch-result")
    assert advisor.errors == []


def test_a_line_that_is_no_question_is_named_and_the_others_are_answered(advisor: Visit) -> None:
    batch(advisor, "question;région\nQuel est le budget ?;Occitanie\n;Occitanie\n")
    advisor.page.wait_for_selector("#batch-result table")
    assert "1 ligne laissée de côté" in advisor.page.inner_text("#questions-read")
    advisor.page.locator("#questions-read summary").click()
    assert "ligne 3" in advisor.page.inner_text("#questions-read details")
    assert advisor.page.locator("#batch-result tbody tr").count() == 1


def test_a_batch_shows_how_far_it_is_and_stops(advisor: Visit, assistant: TinyAssistant) -> None:
    before = len(assistant.asked)
    batch(advisor, "question\n" + "".join(f"Question retenue {n} ?\n" for n in range(6)), written=True)
    advisor.page.wait_for_selector("text=Question 1 sur 6")
    assistant.release()
    advisor.page.wait_for_selector("text=Question 2 sur 6")
    assert advisor.page.locator("#batch-going progress").get_attribute("value") == "1"
    advisor.page.click("#batch-stop")
    assert advisor.page.evaluate("document.activeElement.id") == "batch-start"  # the button pressed goes with the work
    advisor.page.wait_for_selector("text=1 réponse sur 6 est prête")
    assert advisor.page.locator("#batch-stop").is_hidden()
    assert advisor.page.inner_text("#batch-going").strip() == ""
    record = json.loads(taken(advisor, "#batch-result", "JSONL"))
    assert record["answer"] == "Une réponse écrite [1]."
    assert len(assistant.asked) - before == 2  # the one that was stopped was the last


def test_closing_the_page_stops_its_batch(browser: Browser, address: str, assistant: TinyAssistant) -> None:
    other = Visit(browser, address)
    other.tab(ADVISOR)
    before = len(assistant.asked)
    batch(other, "question\n" + "".join(f"Question lente {n} ?\n" for n in range(40)), written=True)
    other.page.wait_for_selector("text=Question 2 sur 40")
    other.close()
    asked, until = 0, time.monotonic() + 60
    while (now := len(assistant.asked)) != asked and time.monotonic() < until:
        asked = now
        time.sleep(6)  # three questions of a batch that would go on
    assert len(assistant.asked) - before < 40
    assert now == asked


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("questions.csv", b"nom\nPaul\n", "colonne « question »"),
        (
            "questions.csv",
            ("question\n" + "Quoi ?\n" * 201).encode(),
            "contient 201 questions\N{NO-BREAK SPACE}: 200 au plus",
        ),
        ("questions.csv", b"question\n", "ne contient aucune question"),
        ("questions.jsonl", b"{nothing}\n", "ce n'est pas un objet JSON"),
    ],
)
def test_a_file_that_cannot_be_a_batch_is_said_at_once(advisor: Visit, name: str, content: bytes, said: str) -> None:
    send(advisor, "questions", name, content)
    advisor.page.wait_for_selector("#questions-read [role=alert]")
    assert said in advisor.page.inner_text("#questions-read")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.png", b"\x89PNG\r\n", "choisissez un fichier .csv, .jsonl"),
        ("questions.csv", b"%PDF-1.7\n", "n'est pas celui d'un fichier .csv"),
        ("questions.csv", b"x" * (1024 * 1024 + 1), "dépasse 1 Mo"),
    ],
)
def test_a_file_that_is_not_taken_is_said_under_its_field(advisor: Visit, name: str, content: bytes, said: str) -> None:
    send(advisor, "questions", name, content)
    advisor.page.wait_for_selector("#job-questions .send-said.failed")
    assert said in advisor.page.inner_text("#job-questions .send-said")


REFUSED = [
    ("photo.png", b"\x89PNG\r\n", "#job-questions .send-said.failed"),
    ("questions.csv", b"x" * (1024 * 1024 + 1), "#job-questions .send-said.failed"),
    ("questions.csv", b"%PDF-1.7\n", "#job-questions .send-said.failed"),
    ("questions.csv", b"nom\nPaul\n", "#questions-read [role=alert]"),
]


@pytest.mark.parametrize(("name", "content", "refusal"), REFUSED, ids=["kind", "size", "content", "columns"])
def test_nothing_of_the_file_before_stands_under_a_refusal(
    advisor: Visit, name: str, content: bytes, refusal: str
) -> None:
    batch(advisor, QUESTIONS)
    advisor.page.wait_for_selector("#batch-result table")
    send(advisor, "questions", name, content)
    advisor.page.wait_for_selector(refusal)
    for left in ("#batch-result table", "#batch-result a.fetch", "#questions-read .understood"):
        advisor.page.locator(left).first.wait_for(state="detached")
    advisor.page.click("#batch-start")  # nor is the file before answered again
    advisor.page.wait_for_selector("#batch-result [role=alert]")
    assert advisor.page.locator("#batch-result table").count() == 0


def test_no_company_of_the_file_before_stands_under_a_refusal(advisor: Visit) -> None:
    send(advisor, "entreprises", "clients.csv", COMPANIES.encode())
    advisor.page.wait_for_selector("#companies-read .understood")
    advisor.page.click("#portfolio-start")
    advisor.page.wait_for_selector("#portfolio-result table")
    send(advisor, "entreprises", "photo.png", b"\x89PNG\r\n")
    advisor.page.wait_for_selector("#job-companies .send-said.failed")
    advisor.page.locator("#portfolio-result table").wait_for(state="detached")
    advisor.page.click("#portfolio-start")
    advisor.page.wait_for_selector("#portfolio-result >> text=Envoyez d'abord un fichier d'entreprises")


def test_another_file_stops_the_batch_of_the_one_before(advisor: Visit, assistant: TinyAssistant) -> None:
    before = len(assistant.asked)
    batch(advisor, "question\n" + "".join(f"Question retenue {n} ?\n" for n in range(6)), written=True)
    advisor.page.wait_for_selector("text=Question 1 sur 6")
    send(advisor, "questions", "photo.png", b"\x89PNG\r\n")
    advisor.page.wait_for_selector("#job-questions .send-said.failed")
    advisor.page.locator("#batch-going progress").wait_for(state="detached")
    for _ in range(6):
        assistant.release()
    advisor.page.wait_for_timeout(1500)
    assert advisor.page.locator("#batch-result table").count() == 0
    assert len(assistant.asked) - before <= 2
    while assistant.take_back():  # what nobody waited for
        pass


def test_starting_without_a_file_says_so(advisor: Visit) -> None:
    advisor.page.click("#batch-start")
    advisor.page.wait_for_selector("#batch-result [role=alert]")
    assert "Envoyez d'abord un fichier de questions" in advisor.page.inner_text("#batch-result")
    advisor.page.click("#portfolio-start")
    advisor.page.wait_for_selector("#portfolio-result [role=alert]")
    assert "Envoyez d'abord un fichier d'entreprises" in advisor.page.inner_text("#portfolio-result")


def test_companies_meet_their_aids_and_the_file_opens_again(advisor: Visit) -> None:
    page = advisor.page
    send(advisor, "entreprises", "clients.csv", COMPANIES.encode("cp1252"))
    page.wait_for_selector("#companies-read .understood")
    assert "2 entreprises lues" in page.inner_text("#companies-read")
    assert "1 ligne laissée de côté" in page.inner_text("#companies-read")
    page.click("#portfolio-start")
    page.wait_for_selector("#portfolio-result table")
    said = page.inner_text("#portfolio-result")
    assert "2 entreprises comparées" in said
    assert "Provence-Alpes-Côte d'Azur" in page.locator("#portfolio-result tbody tr").first.inner_text()
    assert "1 indication non reconnue" in said
    sheet = openpyxl.load_workbook(io.BytesIO(taken(advisor, "#portfolio-result", "XLSX"))).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["Ligne", "Nom", "SIRET"]
    assert {sheet.cell(n, 2).value for n in range(2, sheet.max_row + 1)} == {"Atelier Rey", "Labo Ariane"}
    assert advisor.errors == []


def test_companies_can_be_compared_with_one_aid(advisor: Visit) -> None:
    send(advisor, "entreprises", "clients.csv", COMPANIES.encode())
    advisor.page.wait_for_selector("#companies-read .understood")
    advisor.page.get_by_role("combobox", name="Aides comparées").select_option("DIVA")
    advisor.page.click("#portfolio-start")
    advisor.page.wait_for_selector("#portfolio-result table")
    content = taken(advisor, "#portfolio-result", "CSV").decode("utf-8-sig")
    assert {row[8] for row in list(csv.reader(io.StringIO(content), delimiter=";"))[1:]} <= {"diva"}


def test_the_conversation_and_the_aids_ticked_make_a_dossier(visit: Visit) -> None:
    page = visit.page
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.tab(CATALOGUE)
    page.locator('[data-pick="diva"]').check()
    page.wait_for_selector('[data-unpick="diva"]')
    visit.tab(ADVISOR)
    page.wait_for_selector("text=Conversation : 1 question. 1 aide cochée.")
    page.locator("#case-name textarea, #case-name input").fill("Atelier Rey")
    with page.expect_download() as waiting:
        page.click("#case-docx")
    opened = docx.Document(str(waiting.value.path()))
    texts = [paragraph.text for paragraph in opened.paragraphs]
    assert texts[0] == "Dossier d'accompagnement"
    assert texts[1].endswith("pour Atelier Rey")
    assert "Quel est le budget ?" in texts
    assert {"Question 1", "DIVA", "Sources"} <= set(texts)
    with page.expect_download() as waiting:
        page.click("#case-pdf")
    said = " ".join(p.extract_text() for p in pypdf.PdfReader(waiting.value.path()).pages)
    assert "Le plan dispose de 60 M€" in " ".join(said.split())
    assert waiting.value.suggested_filename.startswith("guichet-dossier-")


def test_an_empty_dossier_says_what_to_do(advisor: Visit) -> None:
    advisor.page.click("#case-pdf")
    advisor.page.wait_for_selector("#case-exported [role=alert]")
    assert "rien à emporter" in advisor.page.inner_text("#case-exported")


def test_two_advisers_never_see_each_others_files(browser: Browser, address: str, advisor: Visit) -> None:
    batch(advisor, QUESTIONS)
    advisor.page.wait_for_selector("#batch-result table")
    link = advisor.page.locator("#batch-result a.fetch").first.get_attribute("href") or ""
    other = Visit(browser, address)
    assert other.page.request.get(address + link).status == 404
    other.close()


def test_the_keyboard_reaches_the_file_and_the_buttons(advisor: Visit) -> None:
    page = advisor.page
    page.locator("#sent-questions-file").focus()
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Fichier de questions"
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.type"))
    assert seen[:3] == ["checkbox", "batch-start", "sent-entreprises-file"]  # there is nothing to stop


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_results_and_comparisons(browser: Browser, address: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (extra dev)")
    visit = Visit(browser, address, color_scheme=scheme, bypass_csp=True)
    visit.tab(CATALOGUE)
    for name in ("diva", "ia-booster"):
        visit.page.locator(f'[data-pick="{name}"]').check()
    visit.page.wait_for_selector('[data-unpick="ia-booster"]')
    visit.page.click("#compare")
    visit.page.wait_for_selector("table.compare")
    catalogue = axe.Axe().run(visit.page)
    visit.tab(ADVISOR)
    send(visit, "entreprises", "clients.csv", COMPANIES.encode())
    visit.page.wait_for_selector("#companies-read .understood")
    visit.page.click("#portfolio-start")
    batch(visit, QUESTIONS)
    visit.page.wait_for_selector("#batch-result table")
    visit.page.wait_for_selector("#portfolio-result table")
    advisor = axe.Axe().run(visit.page)
    visit.close()
    found = [fault["id"] for run in (catalogue, advisor) for fault in run.response["violations"]]
    assert found == []
    assert len(advisor.response["passes"]) > 20


def test_a_phone_shows_the_results_within_its_width(browser: Browser, address: str) -> None:
    phone = Visit(browser, address, viewport={"width": 320, "height": 720})
    phone.tab(ADVISOR)
    batch(phone, QUESTIONS)
    phone.page.wait_for_selector("#batch-result table")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 320
    phone.close()
