"""The web application as a client meets it: headers, closed doors, nothing of a visitor kept, everything escaped."""

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from page_worlds import ATTACK, TEXT, TinyAssistant, info, make_answer, make_own

from assistant.answers import Answer, CriterionMatch, GivenProfile, Match, Question
from assistant.forgetting import FORGOTTEN
from ui.addresses import addresses
from ui.app import create_app
from ui.commands.serve import ServeError, address_to_open, listen
from ui.fragments.answers import answer_html, copied_text, steps_html
from ui.fragments.labels import state_label, unbroken
from ui.fragments.markup import el
from ui.fragments.sources import marked_passage, source_article
from ui.house import House
from ui.pacing import Busy, Paced
from ui.pages.about import about_html
from ui.pages.aids import chosen_part, results_html
from ui.pages.assistant import ordered
from ui.pages.catalogue import Filters, catalogue_html
from ui.pages.context import Context, make_context
from ui.pages.conversation import MAX_TURNS, Changes, Session, conversation, given
from ui.words import load_page_words, load_words

NOBODY = GivenProfile()
EMPTY = Session()
WORDS = load_page_words("fr")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(TinyAssistant())) as opened:
        yield opened


@pytest.fixture
def context() -> Context:
    return make_context(TinyAssistant())


def test_the_schemes_of_the_operator_are_on_the_pages(tmp_path: Path) -> None:
    pages = make_context(TinyAssistant(), own=make_own(tmp_path / "own"))
    assert "finance des essais" in catalogue_html(pages, Filters("essai"))
    assert "finance des essais" in results_html(pages, GivenProfile("Rennes", "12", "BTP", "export"), "")


def shown(answer: Answer, *, kept: bool = True) -> str:
    index = TinyAssistant().index
    return str(answer_html(WORDS, 0, answer, index.documents, index.passage, kept=kept))


def changes(rows: AsyncIterator[Changes]) -> list[Changes]:
    async def gathered() -> list[Changes]:
        return [row async for row in rows]

    return asyncio.run(gathered())


def after(rows: list[Changes]) -> dict[str, Any]:
    """The page as these changes leave it."""
    return {name: value for row in rows for name, value in row.items()}


def final(context: Context, text: str, session: Session = EMPTY, profile: GivenProfile = NOBODY) -> tuple[str, Session]:
    """The last exchange shown and the conversation after a question."""
    page = after(changes(conversation(context, text, session, profile)))
    return page.get("current", "") + page.get("steps", ""), page.get("state", session)


def ordering(context: Context, order: str, session: Session, *said: str) -> dict[str, Any]:
    return after(changes(ordered(context, order, session, said or ("", "", "", ""))))


def asked(context: Context) -> list[Question]:
    questions: list[Question] = context.assistant.asked  # type: ignore[attr-defined]
    return questions


def test_the_page_is_french_and_names_no_other_site(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert '<html\n\tlang="fr"' in page.text or 'lang="fr"' in page.text[:200]
    outside = set(re.findall(r"(?:src|href|content)=\"(https?://[^\"]+)", page.text))
    assert not outside


def test_the_english_pages_are_english_and_use_their_own_routes(client: TestClient) -> None:
    page = client.get("/en/")
    assert page.status_code == 200
    assert 'lang="en"' in page.text[:200]
    assert "Which aid?" in page.text
    assert "Quelle aide ?" not in page.text
    assert client.get("/en/config").json()["root"].endswith("/en")
    assert client.get("/en/gradio_api/upload").status_code == 404


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/", "/sante", "/guichet/page.css", "/theme.css", "/nulle-part"):
        headers = client.get(path).headers
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(("path", "said"), [("/catalog", "n'existe pas"), ("/en/catalog", "does not exist")])
def test_an_address_that_leads_nowhere_shows_the_way_in_a_browser(client: TestClient, path: str, said: str) -> None:
    page = client.get(path, headers={"accept": "text/html,application/xhtml+xml"})
    assert page.status_code == 404
    assert said in unescape(page.text)
    assert "unsafe-eval" not in page.headers["content-security-policy"]
    for address in addresses(path[1:3] if path.startswith("/en/") else "fr").values():
        assert f'href="{address}"' in page.text
        assert client.get(address).status_code == 200
    assert client.get(path).headers["content-type"].startswith("text/plain")  # to a program, a sentence


def test_each_address_is_named_after_its_page_before_any_script(client: TestClient) -> None:
    assert "<title>Guichet IA</title>" in client.get("/").text
    assert "<title>Catalogue · Guichet IA</title>" in client.get("/catalogue").text
    assert "<title>Which aid? · Guichet IA</title>" in client.get("/en/which-aid").text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_slash_at_the_end_of_the_address_of_a_page_leads_to_the_page(client: TestClient, language: Any) -> None:
    gestion = "/gestion" if language == "fr" else "/en/gestion"
    for address in (*list(addresses(language).values())[1:], gestion):
        moved = client.get(f"{address}/?territoire=REG-53&mots=a%20b", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (308, f"{address}?territoire=REG-53&mots=a%20b")
        assert client.get(f"{address}/", follow_redirects=False).headers["location"] == address
        assert "default-src 'none'" in moved.headers["content-security-policy"]
    for nowhere in ("/catalog/", "//evil.example/", "/catalogue//", "/sante/", "/en/catalog/"):
        assert client.get(f"http://testserver{nowhere}", follow_redirects=False).status_code == 404, nowhere
    assert client.post("/catalogue/", follow_redirects=False).status_code == 404


def test_only_scripts_with_the_nonce_of_this_page_run(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    (nonce,) = re.findall(r"script-src 'self' 'nonce-([^']+)'", first.headers["content-security-policy"])
    assert nonce not in second.text
    assert "script-src 'self' 'unsafe-inline'" not in first.headers["content-security-policy"]
    opened = re.findall(r"<script\b[^>]*>", first.text)
    assert opened
    assert all(f'nonce="{nonce}"' in tag for tag in opened)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.org"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/api/ask"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/call/v2/ask"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/mcp/schema"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/guichet/../app.py"),
    ],
)
def test_what_the_pages_do_not_use_is_closed(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code in (404, 405)


def test_a_long_body_is_refused(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", content=b"x" * 300_000).status_code == 413


def test_no_event_is_offered_as_an_api_and_nothing_is_kept(client: TestClient) -> None:
    config = client.get("/config").json()
    assert {d["api_visibility"] for d in config["dependencies"]} == {"private"}
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}
    assert config["analytics_enabled"] is False
    assert not config.get("run_history")
    assert config["show_error"] is False


def test_an_element_escapes_its_text_and_its_attributes() -> None:
    assert str(el("p", ATTACK, title='"><b>')).count("<") == 2


def test_nothing_of_a_document_a_question_or_an_answer_becomes_markup(context: Context) -> None:
    html, _ = final(context, f"Quoi {ATTACK} ?")
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<img" not in results_html(context, GivenProfile(region=ATTACK), ATTACK)
    assert "<img" not in catalogue_html(context, Filters(ATTACK))


def test_a_mark_is_a_button_only_when_its_source_exists() -> None:
    html = shown(make_answer(Question("q")))
    assert html.count('data-source="source-0-1"') == 2  # in the answer and in the list of sources
    assert "[7]" in html
    assert "source-0-7" not in html


def test_the_quote_is_marked_inside_its_passage_whatever_its_white_space() -> None:
    assert "Avant. <mark>Le plan dispose\nde 60 M€</mark>" in str(marked_passage(TEXT[7:], "Le plan dispose de 60 M€"))
    assert marked_passage(TEXT, "Une phrase absente") is None


def test_a_passage_that_is_gone_says_so_and_marks_the_quote_alone() -> None:
    quote = make_answer(Question("q")).citations[0]
    html = str(source_article(WORDS, 0, quote, None))
    assert "<mark>Le plan dispose de 60 M€</mark>" in html
    assert "ne peut pas être montré" in html


def test_a_quoted_fiche_leads_to_itself_where_each_fact_has_its_source() -> None:
    quote = make_answer(Question("q")).citations[0]
    fiche = replace(quote, doc="fiche-diva", nature="fiche")
    assert 'href="/catalogue#fiche-diva"' in str(source_article(WORDS, 0, fiche, None))
    assert "#fiche-" not in str(source_article(WORDS, 0, quote, None))


def test_what_is_said_to_the_desk_itself_is_no_refusal() -> None:
    thanks = replace(make_answer(Question("merci")), status="refused", reason="small_talk", citations=())
    assert "Hors du champ" not in shown(thanks)
    assert "Hors du champ" in shown(replace(thanks, reason="off_topic"))


def test_a_source_says_its_nature_its_date_and_its_page() -> None:
    assert "plan · 28 juin 2024 · page\N{NO-BREAK SPACE}19" in shown(make_answer(Question("q")))


def test_what_was_consulted_stands_apart_from_what_is_cited() -> None:
    cited, consulted = shown(make_answer(Question("q"))).split("Consulté sans être cité (1)")
    assert "Un autre document" not in cited
    assert "Un autre document (p. 3)" in consulted


@pytest.mark.parametrize("status", ["refused", "abstained", "error"])
def test_no_source_stands_beside_a_refusal(status: str) -> None:
    html = shown(make_answer(Question("q"), status=status))
    assert "data-source" not in html
    assert "Consulté" not in html


def test_what_is_only_announced_is_never_shown_as_open() -> None:
    for state in ("announced", "voted", "unknown", "ended"):
        assert "ouverte" not in state_label(WORDS, state, "2024-06-28")
    assert state_label(WORDS, "announced", "2024-06-28") == "annoncée en juin 2024, ouverture non attestée"


def test_the_steps_come_before_the_quotes_and_the_quotes_before_the_end(context: Context) -> None:
    rows = changes(conversation(context, "Quel budget ?", EMPTY, NOBODY))
    steps = [str(row["steps"]) for row in rows if "steps" in row]
    shown = [str(row["current"]) for row in rows if "current" in row]
    assert "Je lis la question" in steps[0]
    assert "essaie de rédiger" in steps[-2]
    assert steps[-1] == ""
    assert "Citations des documents" in shown[1]
    assert "Réponse vérifiée" in shown[2]


def test_what_is_said_aloud_is_said_once(context: Context) -> None:
    said = [
        str(row["said"]) for row in changes(conversation(context, "Quel budget ?", EMPTY, NOBODY)) if row.get("said")
    ]
    assert ["60 M€" in text for text in said] == [True, False]  # the draft is the quotes again: its status alone
    assert "Réponse vérifiée" in said[-1]


def test_a_second_question_brings_the_history_and_the_company(context: Context) -> None:
    _, session = final(context, "Quel budget ?")
    final(context, "Et la durée ?", session, GivenProfile(region="Marseille"))
    assert [turn.role for turn in asked(context)[-1].history] == ["user", "assistant"]
    assert asked(context)[-1].profile.region == "Marseille"


def test_two_conversations_share_nothing(context: Context) -> None:
    _, first = final(context, "Question de Paul ?")
    _, second = final(context, "Question de Zoé ?")
    assert [e.question.text for e in first.exchanges] == ["Question de Paul ?"]
    assert [e.question.text for e in second.exchanges] == ["Question de Zoé ?"]


def test_a_conversation_is_bounded(context: Context) -> None:
    session = EMPTY
    for n in range(MAX_TURNS + 3):
        _, session = final(context, f"Question {n} ?", session)
    assert len(session.exchanges) == MAX_TURNS


def test_an_expected_failure_is_a_sentence_on_the_page_and_the_question_stays_in_its_box(context: Context) -> None:
    page = after(changes(conversation(context, "une panne", EMPTY, NOBODY)))
    assert "relancez « guichet setup »" in page["steps"]
    assert page["box"] == "une panne"
    assert "state" not in page


def test_an_empty_question_asks_nothing(context: Context) -> None:
    html, _ = final(context, "   ")
    assert "Écrivez d&#39;abord votre question" in html
    assert asked(context) == []


def test_a_text_too_long_to_be_a_question_is_said_and_not_cut_in_silence(context: Context) -> None:
    html, _ = final(context, "Quel est le budget ? " * 1000)
    assert "20 999 caractères, et 2 000 au plus" in html.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert asked(context) == []


def test_a_full_line_is_said_and_the_question_stays_in_its_box(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> Iterator[object]:
        raise Busy(5.0)
        yield

    monkeypatch.setattr(Paced, "stream", full)
    page = after(changes(conversation(context, "Quel budget ?", EMPTY, NOBODY)))
    assert "déjà à beaucoup de personnes" in page["steps"]
    assert page["box"] == "Quel budget ?"


def test_one_who_waits_is_told_its_place_and_has_its_quotes_meanwhile(context: Context) -> None:
    gone = threading.Event()
    with context.paced.drafting.turn(1.0, gone):
        rows = conversation(context, "Quel budget ?", EMPTY, NOBODY)

        async def until_told() -> list[Changes]:
            seen = []
            async for row in rows:
                seen.append(row)
                if "au rang 1 de la file" in str(row.get("steps")):
                    return seen
            return seen

        seen = asyncio.run(until_told())
    assert "au rang 1 de la file" in str(seen[-1]["steps"])
    assert "60 M€" in after(seen)["current"]


def test_quotes_that_were_shown_are_kept_when_the_rest_is_stopped(context: Context) -> None:
    rows = changes(conversation(context, "Quel budget ?", EMPTY, NOBODY))
    quoted = next(row["state"] for row in rows if "state" in row)
    assert isinstance(quoted, Session)
    assert quoted.exchanges[-1].answer.answer.startswith("60 M€")


def test_a_retry_and_an_edit_replace_the_last_exchange(context: Context) -> None:
    _, session = final(context, "Quel budget ?")
    again = ordering(context, "retry", session)["state"]
    assert [e.question.text for e in again.exchanges] == ["Quel budget ?"]
    editing = ordering(context, "edit", again)
    assert editing["box"] == "Quel budget ?"
    _, edited = final(context, "Quelle durée ?", editing["state"])
    assert [e.question.text for e in edited.exchanges] == ["Quelle durée ?"]
    assert not edited.editing


def test_a_part_taken_back_is_forgotten_for_the_rest_and_a_part_said_is_given(context: Context) -> None:
    _, session = final(context, "Quel budget ?")
    page = ordering(context, "forget region", session, "Marseille", "PME", "", "")
    assert page["region"] == ""
    assert asked(context)[-1].profile == GivenProfile(region=FORGOTTEN, size="PME")
    assert asked(context)[-1].said_since == (0, 0, 1, 1)
    assert given(context.choices, ("", "PME", "", ""), page["state"]).region == FORGOTTEN
    page = ordering(context, "say region=Occitanie", page["state"])
    assert page["region"] == "Occitanie"
    assert asked(context)[-1].profile.region == "Occitanie"


def test_what_is_said_of_the_organisation_is_as_old_as_the_questions_asked_since(context: Context) -> None:
    nantes = GivenProfile(region="Nantes")
    _, session = final(context, "Une aide à Toulouse ?", EMPTY, nantes)
    _, session = final(context, "Et pour la former ?", session, nantes)
    assert asked(context)[-1].said_since[0] == 2
    page = ordering(context, "retry", session, "Nantes", "", "", "")
    assert asked(context)[-1].said_since[0] == 2
    page = ordering(context, "retry", page["state"], "Angers", "", "", "")
    assert asked(context)[-1].said_since[0] == 0, "changed since the question: it corrects it"
    _, session = final(context, "Et pour l'équiper ?", page["state"], GivenProfile(region="Angers"))
    assert asked(context)[-1].said_since[0] == 1
    page = ordering(context, "forget region", session)
    _, session = final(context, "Et à Toulouse ?", page["state"], GivenProfile(region=FORGOTTEN))
    ordering(context, "forget region", session)
    assert asked(context)[-1].said_since[0] == 0, "taken back once more"


def test_a_form_and_words_that_disagree_are_told(context: Context) -> None:
    nantes = GivenProfile(region="Nantes", size="40 salariés")
    html = results_html(context, nantes, "Notre TPE de Marseille veut un diagnostic").replace("\N{NO-BREAK SPACE}", " ")
    assert "Vous avez indiqué « Nantes » et écrit « Marseille » : je retiens « Nantes »." in html
    assert "Vous avez indiqué « 40 salariés » et écrit « TPE » : je retiens « 40 salariés »." in html
    assert "et écrit" not in results_html(context, nantes, "Notre PME de Saumur veut un diagnostic")


def test_a_conversation_found_again_is_shown_whole_and_the_fields_in_the_language_of_the_page(context: Context) -> None:
    _, session = final(context, "Quel est le budget ?", profile=GivenProfile(size="TPE"))
    _, session = final(context, "Et la durée ?", session)
    english = make_context(context.assistant, "en")
    page = ordering(english, "restore", session, "Var (83)", "TPE", "", "Financement")
    assert "Quel est le budget ?" in page["thread"]
    assert "Et la durée ?" in page["current"]
    assert "Checked answer" in page["current"]
    assert [page[name] for name in ("region", "size", "sector", "need")] == [
        "Var (83)",
        "Micro-enterprise (TPE)",
        "",
        "Funding",
    ]
    assert asked(context)[2:] == []  # nothing is asked again
    assert {"thread", "current"}.isdisjoint(ordering(english, "restore", EMPTY))  # the welcome stays


@pytest.mark.parametrize("order", ["", "retry", "edit", "forget nothing", "say x=y", "drop table", "forget region"])
def test_an_order_that_means_nothing_here_asks_nothing(context: Context, order: str) -> None:
    ordering(context, order, EMPTY)
    assert asked(context) == []


def make_match(verdict: str, reason: str = "Région : ailleurs.") -> Match:
    return Match("m", "Une aide", verdict, "open", None, (), (reason,), ())  # type: ignore[arg-type]


def test_an_aid_that_does_not_fit_stands_beside_an_answer_only_where_the_answer_says_why() -> None:
    match = make_match("not_eligible")
    assert "Une aide" not in shown(make_answer(Question("q"), schemes=(match,)))
    assert "Une aide" in shown(make_answer(Question("q"), schemes=(match,), follow_ups=match.reasons))


def test_a_verdict_is_shown_only_to_one_who_said_something_of_oneself() -> None:
    match = make_match("to_confirm")
    assert "À confirmer" not in shown(make_answer(Question("q"), schemes=(match,)))
    about = GivenProfile(size="PME")
    assert "À confirmer" in shown(make_answer(Question("q", profile=about), schemes=(match,)))


def test_an_abstention_says_apart_where_it_looked_and_whom_to_ask() -> None:
    text = "Les documents ne le disent pas. Recherché dans : Plan A ; Plan B. À qui s'adresser, d'après les documents : la CCI."
    html = shown(make_answer(Question("Quelle est la date ?"), status="abstained", answer=text))
    assert "Où j&#39;ai cherché</strong><br>Plan A\N{NO-BREAK SPACE}; Plan B.</p>" in html
    assert "<p>Les documents ne le disent pas.</p>" not in html  # the head of the answer says it
    assert "À qui demander</strong><br>La CCI.</p>" in html


def test_a_copy_holds_the_answer_and_the_quotes_of_its_sources() -> None:
    answer = make_answer(Question("q"))
    assert (
        copied_text(WORDS, answer).splitlines()[-1].strip()
        == "«\N{NO-BREAK SPACE}Le plan dispose de 60 M€\N{NO-BREAK SPACE}»"
    )


def test_an_answer_says_what_it_cost() -> None:
    answer = make_answer(Question("q"), timings_ms={"total": 4120.0}, tokens={"prompt": 512, "completion": 64})
    index = TinyAssistant().index
    html = str(answer_html(WORDS, 0, answer, index.documents, index.passage, kept=True, house=House(cores=2)))
    assert "4,1 s · 576 jetons · environ 0,03 Wh" in html
    remote = str(answer_html(WORDS, 0, answer, index.documents, index.passage, kept=True, house=House(remote=True)))
    assert "énergie du service de rédaction non connue" in remote


def test_a_step_that_waits_for_its_turn_is_not_ticked() -> None:
    html = str(steps_html(WORDS, ["understand", "search", "draft"], "vous êtes au rang 2 de la file…"))
    assert "Documents cherchés" in html
    assert "rédigée et vérifiée" not in html
    assert "rang 2" in html


def test_the_missing_datum_comes_before_the_cards(context: Context) -> None:
    html = results_html(context, GivenProfile(need="formation"), "")
    assert 0 < html.index("La précision la plus utile") < html.index('class="card')


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "PME en région Sud, un premier diagnostic IA"),
        ("en", "An SME in the Sud region, a first AI diagnosis"),
        ("en", "small and medium-sized company in the South region: we want to assess what AI could do"),
    ],
)
def test_who_looks_for_a_diagnosis_meets_it_before_what_comes_after_one(language: Any, text: str) -> None:
    html = results_html(make_context(TinyAssistant(), language), NOBODY, text)
    assert 0 < html.index("Move2Digital") < html.index("post-diagnostic")


def test_a_territory_without_aids_of_its_own_is_told_before_those_of_everywhere(context: Context) -> None:
    said = "aucune aide propre à ce territoire"
    assert said in unescape(results_html(context, GivenProfile(region="Martinique"), "un diagnostic"))
    assert said not in unescape(results_html(context, GivenProfile(region="Nantes"), "un diagnostic"))
    assert said not in unescape(results_html(context, GivenProfile(size="PME"), "un diagnostic"))


def test_what_was_not_understood_is_said(context: Context) -> None:
    assert "«\u00a0Narnia\u00a0» (territoire)" in results_html(context, GivenProfile(region="Narnia", size="PME"), "")


def test_a_card_tells_the_four_outcomes_of_a_criterion_apart(context: Context) -> None:
    from ui.fragments.schemes import match_card

    criteria = tuple(
        CriterionMatch(name, verdict, "PACA", "Être en PACA.", {"doc": "plan", "heading": ["S"], "page": 4})
        for name, verdict in (
            ("region", "yes"),
            ("size", "no"),
            ("sector", "unknown_company"),
            ("need", "unknown_scheme"),
        )
    )
    criteria = tuple(replace(c, company=None) if c.verdict == "unknown_company" else c for c in criteria)
    scheme = context.schemes[0]
    match = Match(scheme.id, scheme.name, "to_confirm", "announced", "2024-06-28", criteria, (), ("effectif",))  # type: ignore[arg-type]
    html = str(match_card(WORDS, match, scheme, {"plan": "Le Plan"}))
    for said in ("rempli", "non rempli", "vous ne l&#39;avez pas dit", "les documents ne le disent pas"):
        assert f": {said}. " in html
    assert "Le Plan, p. 4" in html


def test_a_criterion_that_was_said_is_to_be_confirmed_and_not_unsaid(context: Context) -> None:
    from ui.fragments.schemes import match_card

    scheme = context.schemes[0]
    spoken = CriterionMatch("need", "unknown_company", "diagnostic", "Chercher une formation.", None)
    unsaid = CriterionMatch("size", "unknown_company", None, "Être une TPE.", None)
    match = Match(scheme.id, scheme.name, "to_confirm", "announced", None, (spoken, unsaid), (), ())
    html = str(match_card(WORDS, match, scheme, {})).replace("\N{NO-BREAK SPACE}", " ")
    assert "Besoin : à confirmer. </strong>Vous : diagnostic. " in html
    assert "Taille : vous ne l&#39;avez pas dit. " in html
    assert "1 à confirmer, 1 que vous n&#39;avez pas précisé" in html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_card_and_fiche_says_how_to_apply_or_that_the_documents_do_not_and_whom_they_name(language: Any) -> None:
    from ui.fragments.schemes import fiche, match_card

    pages = make_context(TinyAssistant(), language)
    words, met = pages.words, set()
    for scheme in pages.schemes:
        match = Match(scheme.id, scheme.name, "to_confirm", scheme.state, None, (), (), ())
        card = match_card(words, match, scheme, pages.titles)
        for shown in (card, fiche(words, scheme, pages.titles, pages.vocabulary)):
            html = unescape(shown)
            told = any(fact.field == "how_to_apply" for fact in scheme.facts)
            whom = [f for f in scheme.facts if f.field in ("contact", "prescribers", "operator")]
            assert f"<dt>{words.say('labels.field.how_to_apply')}</dt>" in html, scheme.id
            assert (words.say("schemes.how_unsaid") in html) == (not told and bool(whom)), scheme.id
            assert (words.say("schemes.how_unsaid_nor_whom") in html) == (not told and not whom), scheme.id
            assert all(unbroken(fact.text) in html for fact in whom[:1])
            met.add((told, bool(whom)))
    assert met == {(True, True), (True, False), (False, True), (False, False)}


def test_the_catalogue_is_searched_and_filtered(context: Context) -> None:
    everything = catalogue_html(context, Filters())
    assert everything.count("<details") == len(context.schemes)
    assert 0 < catalogue_html(context, Filters("cyber")).count("<details") < len(context.schemes)
    assert "Aucune aide" in catalogue_html(context, Filters("zzzzqq"))
    assert 0 < catalogue_html(context, Filters("les formations pour des élus")).count("<details") < len(context.schemes)
    assert "Aucune aide" not in catalogue_html(context, Filters("recrutement"))  # a need that it lists
    assert catalogue_html(context, Filters(region="REG-76")).count("<details") < len(context.schemes)


def test_a_region_shows_its_own_aids_then_those_of_the_country_and_of_the_union(context: Context) -> None:
    wider = sum(bool({"PAYS-99100", "UE"} & set(scheme.regions)) for scheme in context.schemes)
    none = unescape(catalogue_html(context, Filters(region="REG-02")))  # Martinique
    assert "Les documents ne nomment aucune aide propre à ce territoire." in none
    assert f"{wider} aides nationales ou européennes, valables ici aussi." in none
    assert none.count("<details") == wider > 0
    some = catalogue_html(context, Filters(region="REG-76"))
    own = [scheme.id for scheme in context.schemes if "REG-76" in scheme.regions]
    assert [name in some.split("<h3>")[0] for name in (f'data-pick="{id_}"' for id_ in own)] == [True] * len(own)
    assert some.split("<h3>")[1].count("<details") == wider
    assert "propre" not in catalogue_html(context, Filters())
    assert catalogue_html(context, Filters(region="UE")).count("<details") < wider
    assert "Aucune aide ne passe" in catalogue_html(context, Filters("zzzzqq", region="REG-02"))
    narrowed = unescape(catalogue_html(context, Filters("frugale", region="REG-76")))
    assert "Aucune aide propre à ce territoire ne passe tous ces filtres. 1 aide nationale" in narrowed


METRICS = {
    "questions": 120,
    "system": {},
    "measures": {
        "right": {"value": 0.834, "low": 0.77, "high": 0.9, "n": 120, "unit": ""},
        "total_ms_p50": {"value": 2300.0, "low": None, "high": None, "n": 120, "unit": "ms"},
        "unknown_to_the_page": {"value": None, "low": None, "high": None, "n": 0, "unit": ""},
    },
}


def test_the_latest_evaluation_is_shown_with_its_interval(tmp_path: Path) -> None:
    from ui.pages.about import evaluation_html

    path = tmp_path / "metrics.json"
    assert "Aucune évaluation" in str(evaluation_html(WORDS, House(evaluations=(path,))))
    path.write_text(json.dumps(METRICS))
    html = str(evaluation_html(WORDS, House(evaluations=(tmp_path / "absent.json", path))))
    assert "Dernière évaluation, sur 120 questions" in html
    assert "83\u00a0% (77 à 90\u00a0%)" in html
    assert "2,3 s" in html
    path.write_text(json.dumps(METRICS | {"system": {"date": "2026-11-29"}}))
    assert "Dernière évaluation, du 29 novembre 2026, sur 120" in str(
        evaluation_html(WORDS, House(evaluations=(path,)))
    )
    path.write_text("{}")
    assert "est illisible" in str(evaluation_html(WORDS, House(evaluations=(path,))))


def test_a_summary_of_a_document_that_is_there_is_counted_and_not_listed() -> None:
    assistant = TinyAssistant()
    assistant.index.documents |= {
        "dossier-a": info("dossier-a", "Un autre document"),
        "dossier-b": info("dossier-b", "B"),
    }
    html = about_html(make_context(assistant))
    assert html.count("Un autre document") == 1
    assert html.count("résumé du guichet") == 1  # of B, which is not there itself
    assert "Et 1 résumé de ces documents" in html


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("aide@exemple.fr", 'href="mailto:aide@exemple.fr"'),
        ("https://exemple.fr/contact", 'href="https://exemple.fr/contact"'),
        ("04 00 00 00 00", 'href="tel:0400000000"'),
        ("À l'accueil, bureau 12", "bureau 12</p>"),
        ("javascript:alert(1)", "javascript:alert(1)</p>"),
    ],
)
def test_the_person_to_write_to_is_the_one_of_the_settings(contact: str, link: str) -> None:
    assert link in about_html(make_context(TinyAssistant(), house=House(contact=contact)))
    silent = about_html(make_context(TinyAssistant()))
    assert "tient ce service" not in silent
    assert "n&#39;a pas indiqué comment le joindre" in silent
    abstained = make_answer(Question("Quelle est la date ?"), status="abstained", answer="Les documents se taisent.")
    index = TinyAssistant().index
    whom = answer_html(WORDS, 0, abstained, index.documents, index.passage, kept=True, house=House(contact=contact))
    assert link in str(whom)
    assert "tient ce guichet" not in shown(abstained)


@pytest.mark.parametrize(
    ("question", "beyond", "leads"),
    [
        ("Qui contacter pour le plan IA de la Bretagne ?", "Bretagne", "/catalogue?territoire=REG-53"),
        ("Quelles aides à Rennes ?", "Bretagne", "/catalogue?territoire=REG-53"),
        ("Quelles aides à Marseille ?", None, "/catalogue"),
        ("Quelles aides en Belgique ?", None, "/catalogue"),
        ("Quelle est la date ?", None, "/catalogue"),
    ],
)
def test_an_abstention_says_what_the_documents_cover_and_leads_on(
    question: str, beyond: str | None, leads: str
) -> None:
    """The tiny index holds documents of Provence-Alpes-Côte d'Azur alone."""
    html = shown(make_answer(Question(question), status="abstained", answer="Les documents ne le disent pas."))
    assert "Ce que couvrent mes documents</strong><br>Provence-Alpes-Côte d&#39;Azur</p>" in html
    assert ("ne porte sur ce territoire" in html) == (beyond is not None)
    if beyond:
        assert f"ce territoire\N{NO-BREAK SPACE}: {beyond}." in html
        assert "Voir les aides nationales et européennes" in html
    assert f'href="{leads}"' in html
    assert 'href="/quelle-aide"' in html
    told = "Rien sur la Bretagne. Les documents portent sur ces régions : Provence-Alpes-Côte d'Azur."
    again = shown(make_answer(Question(question), status="abstained", answer=told))
    assert "couvrent" not in again  # the answer says it
    assert "ne porte sur ce territoire" not in again


def test_places_are_offered_from_regions_to_towns_and_each_is_understood() -> None:
    from assistant.place_names import place_names
    from assistant.territories import bare_place

    offered = place_names()
    assert {"Occitanie", "Var (83)", "Nantes"} <= {shown for shown, _ in offered}
    assert len(offered) == len({shown for shown, _ in offered})
    assert [value for _, value in offered if (place := bare_place(value)) is None or place.code is None] == []


def test_an_answer_in_one_press_is_read_and_nothing_else() -> None:
    assert chosen_part("say size=PME") == {"size": "PME"}
    for order in ("", "say", "say colour=red", "forget size", "say size="):
        assert chosen_part(order) == {}


def test_the_most_useful_question_has_its_answers_beside_it(context: Context) -> None:
    html = results_html(context, GivenProfile(need="formation"), "")
    assert re.search(r'data-choose="say (region|size|sector)=', html)


def test_a_criterion_says_what_would_change_it(context: Context) -> None:
    assert "Ce qui changerait ce point" in results_html(context, GivenProfile(size="PME"), "")


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServeError, match=r"est déjà pris.*--port"):
            listen("127.0.0.1", taken.getsockname()[1], load_words("fr"))


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(ServeError, match="n'est pas une adresse de cette machine"):
        listen("192.0.2.1", 0, load_words("fr"))


@pytest.mark.parametrize(
    ("bound", "host", "told"),
    [
        ("127.0.0.1", "localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "bureau-de-zoe", "127.0.0.1"),  # of /etc/hosts
        ("0.0.0.0", "aides.example", "aides.example"),  # noqa: S104
    ],
)
def test_the_address_told_is_one_that_is_answered_to(bound: str, host: str, told: str) -> None:
    with listen(bound, 0, load_words("fr")) as listening:
        assert address_to_open(host, listening) == f"http://{told}:{listening.getsockname()[1]}"


def test_only_the_pages_import_gradio() -> None:
    ui = Path(__file__).resolve().parents[2] / "ui"
    users = {
        p.parent.name for p in ui.rglob("*.py") if re.search(r"^\s*(import|from) gradio", p.read_text(), re.MULTILINE)
    }
    assert users == {"pages"}


def test_the_configuration_holds_no_question(client: TestClient) -> None:
    assert "Question de Paul" not in json.dumps(client.get("/config").json())


def test_the_french_of_the_page_never_parts_a_mark_from_its_word() -> None:
    parted = re.compile(r" [?!:;»%€]|« |\d \d{3}\b")
    others = ("api.", "evaluate.")  # the API and the files of an evaluation are read by programs too
    assert [n for n, text in WORDS.texts.items() if not n.startswith(others) and parted.search(text)] == []
