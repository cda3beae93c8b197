"""Files of questions and companies behind the adviser's page: bounds, failures, stops, owners."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from page_worlds import TinyAssistant, make_answer

from assistant.answers import GivenProfile, Match, Question
from assistant.assistant import REFUSED
from ui.pages import batches, portfolios
from ui.pages.context import Context, make_context
from ui.pages.stops import LOOK_S, Stops
from ui.transfers import Inlet, new_owner
from ui.words import load_page_words

ROOMS = [path for room in ("assistant", "ui") for path in (Path(__file__).resolve().parents[2] / room).rglob("*.py")]
PAUL, ZOE = new_owner(), new_owner()


@pytest.fixture
def context() -> Context:
    return make_context(TinyAssistant())


def sent(context: Context, inlet: Inlet, name: str, content: str) -> str:
    return context.transfers.receive(inlet, PAUL, name, content.encode(), context.words).token


def shown(
    context: Context, token: str, *, draft: bool = False, gone: threading.Event | None = None, after: int = 99
) -> str:
    """The last results of a batch of Paul's; `gone` is set after so many changes."""
    flag = gone or threading.Event()

    async def follow() -> str:
        results = []
        async for _, result in batches.run(context, PAUL, token, flag, draft=draft):
            results.append(result)
            if len(results) >= after:
                flag.set()
        return results[-1]

    return asyncio.run(follow())


def test_quotes_alone_never_wait_for_a_draft(context: Context) -> None:
    token = sent(context, batches.INLET, "q.jsonl", '{"question": "Une question lente ?", "id": "z"}\n')
    assert "1 réponse prête" in shown(context, token)
    assert "Une réponse écrite" not in shown(context, token)
    assert "Une réponse écrite" in shown(context, token, draft=True)


def test_written_batches_are_shorter(context: Context) -> None:
    token = sent(context, batches.INLET, "q.csv", "question\n" + "Quoi ?\n" * (batches.MOST_WRITTEN + 1))
    assert "40 au plus" in shown(context, token, draft=True)


def test_a_stopped_batch_gives_what_is_ready(context: Context) -> None:
    token = sent(context, batches.INLET, "q.csv", "question\n" + "Une question lente ?\n" * 4)
    said = shown(context, token, draft=True, after=2)
    assert "Arrêté\N{NO-BREAK SPACE}: 1 réponse sur 4 est prête" in said
    assert said.count('class="fetch"') == 3  # CSV, XLSX, JSONL


def test_the_file_of_another_is_not_read(context: Context) -> None:
    token = sent(context, batches.INLET, "q.csv", "question\nQuoi ?\n")
    assert "n&#39;est plus là" in batches.checked(context, ZOE, token)
    assert "visite a expiré" in batches.checked(context, None, token)


def test_what_fails_in_a_question_stands_in_its_record(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(context.paced, "stream", broken)
    token = sent(context, batches.INLET, "q.csv", "question\nQuoi ?\n")
    assert "Une erreur imprévue" in shown(context, token)


def test_the_records_of_a_batch_are_those_of_the_command(context: Context) -> None:
    from assistant.answers import Answer, to_record

    answer = Answer("1", "= ?", "answered", None, "Un trait\u2028 et un signe\x07.")
    assert json.loads(batches.answers_jsonl([answer])).keys() == to_record(answer).keys()


CODES = re.compile(
    r"\b(?:answered|abstained|refused|not_in_documents|off_topic|eligible|to_confirm|extractive|pme|total_ms)\b"
)
FRENCH = ["Identifiant", "Question", "Résultat", "Motif", "Réponse", "Sources"]
ENGLISH = ["Identifier", "Question", "Outcome", "Reason", "Answer", "Sources"]


@pytest.mark.parametrize(
    ("language", "head", "ended", "reason", "size", "source"),
    [
        (
            "fr",
            FRENCH,
            "Hors du champ du guichet",
            "hors du sujet du guichet",
            "PME",
            ", p. 19\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}Le plan",
        ),
        ("en", ENGLISH, "Not what this desk is for", "not what this desk is about", "SME (PME)", ", p. 19: “Le plan"),
    ],
)
def test_the_table_of_a_batch_is_in_the_language_of_the_page(
    language: Any, head: list[str], ended: str, reason: str, size: str, source: str
) -> None:
    context = make_context(TinyAssistant(), language)
    given = GivenProfile(size="PME")
    match = Match("diva", "DIVA", "to_confirm", "open", None, (), (), ())
    good = make_answer(Question("Quoi ?", id="1", profile=given), schemes=(match,))
    bad = make_answer(Question("= ?", id="2"), status="refused", reason="off_topic", citations=())
    content = batches.answers_table_bytes(context, [good, bad], "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert rows[0][:6] == head
    assert all(title[0].isupper() for title in rows[0])
    assert (rows[2][2], rows[2][3], rows[1][7]) == (ended, reason, size)
    assert source in rows[1][5]
    assert CODES.findall(content) == []
    sheet = openpyxl.load_workbook(io.BytesIO(batches.answers_table_bytes(context, [good, bad], "xlsx"))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == rows[0]


def test_every_reason_of_an_answer_has_its_words() -> None:
    said = set(re.findall(r'reason="([a-z_]+)"', "".join(p.read_text(encoding="utf-8") for p in ROOMS)))
    said |= {*REFUSED.values(), "no_passage", "not_in_documents", "missing_profile", "unverified"}
    for language in ("fr", "en"):
        assert said - load_page_words(language).group("labels.reason").keys() == set()


@pytest.mark.parametrize(
    ("language", "names", "verdicts"),
    [
        ("fr", ("Nom", "Identifiant de l'aide", "État au"), {"convient", "à confirmer"}),
        ("en", ("Name", "Identifier of the aid", "State as of"), {"fits", "to be confirmed"}),
    ],
)
def test_the_table_of_companies_is_in_the_language_of_the_page(
    language: Any, names: tuple[str, ...], verdicts: set[str]
) -> None:
    context = make_context(TinyAssistant(), language)
    token = sent(context, portfolios.INLET, "c.csv", "nom;ville;besoin\nAtelier;Foix;formation\n")
    *_, (_, html) = portfolios.run(context, PAUL, token, None, threading.Event())
    (key, _) = re.findall(r'/fichier/([^/"]+)/', html)
    file = context.transfers.fetch(PAUL, key)
    assert file is not None
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert set(names) <= rows[0].keys()
    assert not any("_" in title for title in rows[0])
    column = next(title for title in rows[0] if title == "Verdict")
    assert {row[column] for row in rows} <= verdicts
    reasons, missing = (list(rows[0])[n] for n in (-2, -1))
    french = any("ce dispositif vise" in row[reasons] or "effectif" in row[missing] for row in rows)
    assert french is (language == "fr")


def test_companies_are_compared_and_what_was_not_understood_is_said(context: Context) -> None:
    text = "nom;ville;besoin\nAtelier <b>;Narnia;formation\n"
    token = sent(context, portfolios.INLET, "c.csv", text)
    *_, (_, said) = portfolios.run(context, PAUL, token, None, threading.Event())
    assert "1 indication non reconnue" in said
    assert "Atelier &lt;b&gt;" in said
    assert "1 entreprise comparée" in said


def test_companies_stop_when_told(context: Context) -> None:
    token = sent(context, portfolios.INLET, "c.csv", "nom\n" + "A\n" * 50)
    gone = threading.Event()
    gone.set()
    *_, (_, said) = portfolios.run(context, PAUL, token, None, gone)
    assert "Arrêté" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [("ville\nFoix\n", "colonne de noms"), ("nom\n\n", "aucune entreprise"), ("nom\n" + "A\n" * 2001, "découpez-le")],
)
def test_a_file_that_holds_no_companies_is_one_sentence(context: Context, text: str, said: str) -> None:
    token = sent(context, portfolios.INLET, "c.csv", text)
    assert said in portfolios.checked(context, PAUL, token)


def test_a_visitor_stops_its_own_work_alone() -> None:
    stops = Stops()
    with stops.flag(PAUL, "t") as gone:
        stops.stop(ZOE, "t")
        assert not gone.wait(3 * LOOK_S)
        stops.stop(PAUL, "t")
        assert gone.wait(60)
    stops.stop(PAUL, "t")


def test_a_work_that_ends_tells_whatever_still_works_for_it() -> None:
    stops = Stops()
    with stops.flag(PAUL, "t") as gone:
        pass
    assert gone.is_set()
