"""The management of documents over HTTP: closed without a session, whatever the door; what it does once signed in."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import argon2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from library_worlds import CHEQUE, Shelf

import ui.passwords
from ui.access import add_person, remove_person
from ui.api.database import open_database
from ui.app import create_app
from ui.management import staging
from ui.management.listing import age, read_listing
from ui.management.routes import add_management
from ui.management.sections import list_html, sources_html
from ui.management.works import Works
from ui.page_routes import Drawings, add_page_routes
from ui.security import Shield
from ui.sessions import PER_ADDRESS
from ui.words import load_page_words, load_words

WORDS = load_words("fr")
SECRET = "une phrase assez longue"
POSTS = ("connexion", "deconnexion", "envoi", "ajout", "retrait", "sources")


class Office:
    """A server and browsers before it."""

    def __init__(self, home: Path, *, whole: bool = False) -> None:
        """The management alone behind the shield, or, slower to make, the whole application."""
        self.shelf = Shelf(home)
        self.home = home
        add_person(home, "zoe", SECRET, WORDS)
        self.app = FastAPI()
        if whole:
            self.app = create_app(self.shelf.living, library=self.shelf.library)  # type: ignore[arg-type]
        else:
            add_page_routes(self.app, self.shelf.library.views, Drawings())
            add_management(self.app, self.shelf.library, open_database(home))
            self.app.add_middleware(Shield)

    def browser(self, base: str = "http://testserver") -> Desk:
        return Desk(TestClient(self.app, base_url=base, follow_redirects=False))


class Desk:
    """A browser, and what it does on the page."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.form = client, ""

    def sign_in(self, password: str = SECRET, name: str = "zoe", *, root: str = "/gestion") -> Response:
        page = self.client.get(root)
        token = re.search(r'name="form" value="([^"]+)"', page.text)
        content = {"form": token[1] if token else "", "name": name, "password": password}
        answer = self.client.post(f"{root}/connexion", data=content)
        found = re.search(r'data-form="([^"]+)"', self.client.get(root).text)
        self.form = found[1] if found else ""
        return answer

    def post(self, address: str, content: Any = None, *, root: str = "/gestion", **headers: str) -> Response:
        return self.client.post(f"{root}/{address}", json=content or {}, headers={"x-form": self.form, **headers})

    def send(self, name: str, content: bytes) -> Response:
        from urllib.parse import quote

        headers = {"x-form": self.form, "x-file-name": quote(name)}
        return self.client.post("/gestion/envoi", content=content, headers=headers)

    def ended(self) -> dict[str, Any]:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            work: dict[str, Any] = self.client.get("/gestion/travail").json()
            if work.get("ended"):
                return work
            time.sleep(0.05)
        raise AssertionError("the work does not end")

    def add(self, name: str, content: bytes) -> dict[str, Any]:
        token = self.send(name, content).json()["token"]
        assert "work" in self.post("ajout", {"files": [token]}).json()
        return self.ended()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take a millisecond: what they are worth is tested in test_access."""
    monkeypatch.setattr(ui.passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("home"), whole=True)
    yield made
    made.shelf.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Office]:
    """An office of one's own, for what changes documents, people or counts of attempts."""
    made = Office(tmp_path)
    yield made
    made.shelf.close()


@pytest.fixture
def desk(fresh: Office) -> Desk:
    made = fresh.browser()
    assert made.sign_in().status_code == 303
    assert made.form
    return made


@pytest.mark.parametrize("root", ["/gestion", "/en/gestion"])
def test_without_a_session_nothing_is_shown_or_done(office: Office, root: str) -> None:
    stranger = office.browser()
    page = stranger.client.get(root)
    assert 'type="password"' in page.text
    assert "plan" not in page.text.casefold()
    assert stranger.client.get(f"{root}/travail").status_code == 401
    for address in POSTS[2:]:
        answer = stranger.post(address, {"doc": "plan", "files": ["x"], "action": "check"}, root=root)
        assert answer.status_code == 401, address
    assert "plan" in office.shelf.living.index.documents


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
@pytest.mark.parametrize(
    "address", ["", "/", "/documents", "/liste", "/travail", "/../gestion/travail", "//travail", "/x/y"]
)
def test_no_other_address_or_method_leads_in(office: Office, method: str, address: str) -> None:
    answer = office.browser().client.request(method, f"/gestion{address}")
    if address == "/" and method in ("GET", "HEAD"):  # to the page without the slash, which asks who one is
        assert (answer.status_code, answer.headers["location"]) == (308, "/gestion")
    else:
        assert answer.status_code in (200, 401, 403, 404, 405)
    assert "Plan regional" not in answer.text
    assert answer.status_code != 200 or 'type="password"' in answer.text or method == "HEAD"


def test_gradio_knows_nothing_of_the_documents_page(office: Office) -> None:
    client = office.browser().client
    for root in ("", "/en"):
        config = client.get(f"{root}/config").text
        assert "gestion/" not in config
        assert "access.json" not in config
        for n in range(len(client.get(f"{root}/config").json()["dependencies"])):
            assert client.post(f"{root}/gradio_api/run/{n}", json={"data": []}).status_code in (404, 405)
        assert client.post(f"{root}/gradio_api/upload").status_code in (404, 405)
        assert client.get(f"{root}/gradio_api/file={office.home}/access.json").status_code == 404


@pytest.mark.parametrize("name", ["access.json", "incoming", "index", "originals"])
def test_what_lies_in_the_home_has_no_address(office: Office, name: str) -> None:
    client = office.browser().client
    for path in (
        f"/{name}",
        f"/guichet/{name}",
        f"/guichet/..%2f{name}",
        f"/documents/{name}/file",
        f"/static/../{name}",
    ):
        assert client.get(path).status_code in (404, 405), path


def test_the_right_password_opens_a_session_whose_cookie_only_the_browser_keeps(fresh: Office) -> None:
    answer = fresh.browser().sign_in()
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("guichet-session="))
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "max-age" not in cookie.lower()


def test_over_https_the_cookie_never_leaves_in_clear(fresh: Office) -> None:
    answer = fresh.browser("https://testserver").sign_in()
    assert all(
        "Secure" in cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("guichet-session=")
    )


def test_a_wrong_name_and_a_wrong_password_read_the_same(fresh: Office) -> None:
    one, other = fresh.browser().sign_in("un mauvais mot de passe"), fresh.browser().sign_in(name="personne")
    assert one.status_code == other.status_code == 401
    assert "Nom ou mot de passe incorrect" in one.text
    assert re.sub(r'value="[^"]*"|nonce="[^"]*"', "", one.text) == re.sub(
        r'value="[^"]*"|nonce="[^"]*"', "", other.text
    )


def test_too_many_attempts_wait_even_with_the_right_password(fresh: Office) -> None:
    desk = fresh.browser()
    for _ in range(PER_ADDRESS):
        assert desk.sign_in("un mauvais mot de passe").status_code == 401
    answer = desk.sign_in()
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Trop d'essais" in answer.text.replace("&#39;", "'")
    assert not desk.form


def test_a_login_form_of_another_site_does_nothing(fresh: Office) -> None:
    client = fresh.browser().client
    content = {"form": "x" * 32, "name": "zoe", "password": SECRET}
    assert client.post("/gestion/connexion", data=content).status_code == 403
    client.get("/gestion")
    assert client.post("/gestion/connexion", data=content).status_code == 403
    assert "guichet-session" not in client.cookies


def test_a_request_without_the_token_of_the_session_does_nothing(desk: Desk) -> None:
    for form in ("", "x", "é"):
        answer = desk.client.post("/gestion/retrait", json={"doc": "plan"}, headers={"x-form": form.encode()})
        assert answer.status_code == 403
    assert desk.post("retrait", {"doc": "plan"}, **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_signing_out_closes_the_session_for_good(desk: Desk) -> None:
    cookie = desk.client.cookies["guichet-session"]
    desk.client.post("/gestion/deconnexion", data={"form": desk.form})
    desk.client.cookies.set("guichet-session", cookie)
    assert desk.client.get("/gestion/travail").status_code == 401


def test_a_person_removed_is_out_at_once(fresh: Office, desk: Desk) -> None:
    assert desk.client.get("/gestion/travail").status_code == 200
    remove_person(fresh.home, "zoe", WORDS)
    assert desk.client.get("/gestion/travail").status_code == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(fresh: Office, desk: Desk) -> None:
    add_person(fresh.home, "zoe", "une tout autre phrase", WORDS)
    assert desk.client.get("/gestion/travail").status_code == 401


def test_a_damaged_file_of_access_lets_nobody_in(fresh: Office, desk: Desk) -> None:
    (fresh.home / "access.json").write_text("{")
    assert desk.client.get("/gestion/travail").status_code == 401


def test_a_line_that_is_not_encrypted_is_said_except_on_the_machine_itself(fresh: Office) -> None:
    assert "pas chiffrée" in fresh.browser("http://guichet.example").client.get("/gestion").text
    assert "pas chiffrée" not in fresh.browser("https://guichet.example").client.get("/gestion").text
    assert "pas chiffrée" not in fresh.browser("http://127.0.0.1").client.get("/gestion").text


def test_a_document_added_answers_the_next_question(fresh: Office, desk: Desk) -> None:
    from assistant.answers import Question

    work = desk.add("cheque.pdf", CHEQUE)
    assert work["stage"] == "done"
    answer = fresh.shelf.living.answer(Question("Que finance le cheque numerique ?"))
    assert "cheque" in {passage.doc for passage in answer.retrieved}
    page = desk.client.get("/gestion").text
    assert "ajouté" in page
    assert 'data-remove="cheque"' in page
    assert desk.client.get("/documents/cheque/file").content == CHEQUE


def test_a_document_removed_is_gone_with_its_file(fresh: Office, desk: Desk) -> None:
    desk.add("cheque.pdf", CHEQUE)
    assert "work" in desk.post("retrait", {"doc": "cheque"}).json()
    assert desk.ended()["stage"] == "done"
    assert "cheque" not in fresh.shelf.living.index.documents
    assert desk.client.get("/documents/cheque/file").status_code == 404
    assert "retiré" in desk.client.get("/gestion").text


def test_each_file_has_its_outcome(desk: Desk) -> None:
    tokens = [
        desk.send(name, content).json()["token"]
        for name, content in (("a.md", b"# Un\n\nDu texte."), ("b.pdf", b"%PDF-1.7 x"))
    ]
    desk.post("ajout", {"files": tokens})
    desk.ended()
    page = desk.client.get("/gestion").text
    assert "2 fichiers traités. 1 n'a pas été lu." in unescape(page)
    assert "est abîmé" in page


def test_a_file_refused_has_its_line_beside_the_others(desk: Desk) -> None:
    token = desk.send("a.md", b"# Un\n\nDu texte.").json()["token"]
    why = desk.send("photo.png", b"\x89PNG").json()["error"]
    desk.post("ajout", {"files": [token], "refused": [["photo.png", why]]})
    desk.ended()
    page = unescape(desk.client.get("/gestion").text)
    assert "2 fichiers traités. 1 n'a pas été lu." in unescape(page)
    row = next(row for row in page.split("<tr")[1:] if "photo.png" in row)
    assert "non lu" in row
    assert why in row
    assert "ajouté" in next(row for row in page.split("<tr")[1:] if "a.md" in row)


def test_files_that_are_all_refused_have_their_lines_and_change_no_index(desk: Desk, fresh: Office) -> None:
    before = fresh.shelf.living.index.fingerprint
    attack = "<img src=x onerror=alert(1)>"
    odd = [["x.exe", attack * 50], [f"../{attack}.exe", "Non."], "x", ["y"], [1, 2], ["z", None]]
    assert "work" in desk.post("ajout", {"refused": odd}).json()
    assert desk.ended()["stage"] == "done"
    page = unescape(desk.client.get("/gestion").text)
    assert "2 fichiers traités. 2 n'ont pas été lus." in page
    assert page.count("x.exe") == 1
    assert "<img src=x" not in desk.client.get("/gestion").text
    assert fresh.shelf.living.index.fingerprint == before
    assert desk.post("ajout", {"refused": ["x", ["y"], [1, 2]]}).status_code == 422


def test_the_english_page_says_why_a_file_was_not_read_in_english(desk: Desk) -> None:
    token = desk.send("abime.pdf", b"%PDF-1.7 x").json()["token"]
    headers = {"x-form": desk.form, "x-file-name": "photo.png"}
    why = desk.client.post("/en/gestion/envoi", content=b"\x89PNG", headers=headers).json()["error"]
    desk.post("ajout", {"files": [token], "refused": [["photo.png", why]]}, root="/en/gestion")
    desk.ended()
    page = unescape(desk.client.get("/en/gestion").text)
    assert "2 files handled. 2 were not read." in page
    assert re.search(r'<span class="soft why">[^<]*is not of a format taken here', page)
    assert re.search(r'<span class="soft why">[^<]*is damaged', page)
    assert re.search(r'<span class="soft why" lang="fr">[^<]*est abîmé', unescape(desk.client.get("/gestion").text))


@pytest.mark.parametrize(
    "name", ["../../access.json.md", "..\\..\\x.md", "/etc/x.md", "a/b/../c.md", "\x00x.md", "x.md" * 200]
)
def test_no_name_chooses_a_place_on_the_disk(fresh: Office, desk: Desk, name: str) -> None:
    before = set(fresh.home.rglob("*"))
    answer = desk.send(name, b"# Un titre\n\nDu texte.")
    new = {p.relative_to(fresh.home) for p in fresh.home.rglob("*")} - {p.relative_to(fresh.home) for p in before}
    assert all(path.parts[0] == "incoming" for path in new)
    assert all(len(path.parts) <= 3 for path in new)
    assert answer.status_code in (200, 415)
    assert (fresh.home / "incoming").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("x.exe", b"MZ", 415),
        ("x", b"text", 415),
        ("", b"text", 415),
        ("x.pdf", b"<html>not a PDF</html>", 415),
        ("x.md", b"%PDF-1.7", 415),
        ("x.md", b"\x00\x01\x02binary", 415),
        ("x.zip", b"no archive", 415),
        ("x.md", b"", 422),
    ],
)
def test_what_is_not_a_document_is_refused_and_not_kept(
    desk: Desk, fresh: Office, name: str, content: bytes, status: int
) -> None:
    answer = desk.send(name, content)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not list((fresh.home / "incoming").glob("*"))


def test_a_file_beyond_the_limit_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MAX_FILE", 10)
    assert desk.send("x.md", b"x" * 11).status_code == 413


def test_a_body_longer_than_announced_is_refused(desk: Desk, fresh: Office) -> None:
    headers = {"x-form": desk.form, "x-file-name": "x.md", "content-length": "3"}
    assert desk.client.post("/gestion/envoi", content=iter([b"abc", b"def"]), headers=headers).status_code in (
        400,
        411,
        413,
    )
    assert not list((fresh.home / "incoming").glob("*"))


def test_a_full_waiting_room_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MAX_STAGED", 20)
    assert desk.send("x.md", b"x" * 15).status_code == 200
    refused = desk.send("y.md", b"x" * 15)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")


def test_files_are_gone_after_their_ingestion(desk: Desk, fresh: Office) -> None:
    desk.add("cheque.pdf", CHEQUE)
    assert not list((fresh.home / "incoming").glob("*"))


def test_one_work_at_a_time(desk: Desk, fresh: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    update = Works._update

    def slow(self: Works, *arguments: Any) -> Any:
        assert go.wait(30)
        return update(self, *arguments)

    monkeypatch.setattr(Works, "_update", slow)
    desk.post("retrait", {"doc": "plan"})
    answer = desk.post("retrait", {"doc": "plan"})
    assert answer.status_code == 409
    assert "zoe" in answer.json()["error"]
    go.set()
    desk.ended()


def test_a_bug_ends_the_work_and_frees_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Works, *arguments: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(threading, "excepthook", lambda arguments: None)
    with monkeypatch.context() as patched:
        patched.setattr(Works, "_update", broken)
        desk.post("retrait", {"doc": "plan"})
        assert desk.ended()["stage"] == "failed"
    assert "erreur imprévue" in desk.client.get("/gestion").text
    desk.post("retrait", {"doc": "plan"})
    assert desk.ended()["stage"] == "done"


def _rows(html: str) -> list[list[str]]:
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html)]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in cells]


def test_a_source_is_dated_by_its_document_or_said_to_be_undated_and_one_with_a_page_is_not_without_address(
    fresh: Office,
) -> None:
    listing = read_listing(fresh.shelf.library)
    known = listing.sources.entries
    plain = replace(known[0], doc="plan", title="Plan", url=None, page=None, date=None, licence=None, publisher=None)
    paged = replace(known[0], doc="saisine", title="Saisine", url=None, page="https://exemple.fr/saisine", date=None)
    info = replace(next(iter(listing.documents.values())), doc="plan", date=date(2024, 7, 11))
    read = replace(
        listing, documents={"plan": info}, sources=replace(listing.sources, entries=(plain, paged), states={})
    )
    _, dated, undated = _rows(str(sources_html(load_page_words("fr"), read)))
    assert dated[0] == "Plan"
    assert dated[1:] == [
        "éditeur inconnu", "11 juillet 2024, d'après le document", "non précisée", "aucune adresse connue", "oui",
    ]  # fmt: skip
    assert undated[2] == "date inconnue"
    assert undated[4] == "à la main, depuis la page qui le présente"
    assert "–" not in str(sources_html(load_page_words("en"), read))


def test_nothing_but_the_pages_may_evaluate_strings(office: Office) -> None:
    client = office.browser().client
    for path in ("/gestion", "/en/gestion", "/sante", "/nulle-part", "/documents/plan/file", "/guichet/page.js"):
        said = client.get(path).headers["content-security-policy"]
        assert "unsafe-eval" not in said, path
        assert "default-src 'none'" in said
    for path in ("/", "/catalogue", "/en/", "/en/adviser"):
        assert "unsafe-eval" in client.get(path).headers["content-security-policy"], path


@pytest.mark.parametrize("doc", ["inconnu", "fiche-diva", "", None, 3, ["plan"]])
def test_only_what_people_added_is_removed(desk: Desk, doc: Any) -> None:
    assert desk.post("retrait", {"doc": doc}).status_code == 404


def test_what_a_document_or_a_name_says_becomes_no_markup(fresh: Office, desk: Desk) -> None:
    attack = "<img src=x onerror=alert(1)>"
    listing = read_listing(fresh.shelf.library)
    info = replace(listing.documents["plan"], doc=attack, title=attack)
    html = list_html(load_page_words("fr"), replace(listing, documents={attack: info}), date(2026, 1, 1))
    assert "<img" not in html
    assert "&lt;img src=x" in html
    desk.add(f"{attack}.md", f"# {attack}\n\nDu texte {attack}.".encode())
    assert "<img" not in desk.client.get("/gestion").text
    wrong = desk.client.post("/gestion/connexion", data={"form": "x", "name": attack, "password": "x"})
    assert "<img" not in wrong.text


def test_the_page_speaks_both_languages(desk: Desk) -> None:
    assert "Documents, catalogue compris" in desk.client.get("/gestion").text
    english = desk.client.get("/en/gestion").text
    assert "Documents, catalogue included" in english
    assert 'href="/gestion" lang="fr"' in english


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-22", ("recent", 0)),
        ("2026-12-01", ("ahead", 0)),
        ("2026-10-23", ("recent", 0)),
        ("2026-10-22", ("months", 1)),
        ("2024-12-22", ("months", 23)),
        ("2024-11-22", ("years", 2)),
        ("2021-11-23", ("years", 4)),
    ],
)
def test_how_old_a_date_is(day: str, expected: tuple[str, int]) -> None:
    assert age(date.fromisoformat(day), date(2026, 11, 22)) == expected


class StandInFetcher:
    """Gives the same file for every source, or says that its address is dead; reaches no network."""

    def __init__(self, file: Path) -> None:
        self.file, self.closed = file, False

    def fetch(self, entry: Any, folder: Path, before: Any, *, now: str) -> Any:
        return SimpleNamespace(status="added", message=None, file=self.file)

    def check(self, entry: Any, folder: Path, before: Any) -> Any:
        return SimpleNamespace(status="dead", message="La page répond 404.", file=None)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def fetcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandInFetcher:
    file = tmp_path / "rapport.pdf"
    file.write_bytes(CHEQUE)
    made = StandInFetcher(file)
    monkeypatch.setattr("ui.management.sources.open_fetcher", lambda: made)
    return made


def test_checking_the_sources_says_what_became_of_each(desk: Desk, fetcher: StandInFetcher) -> None:
    assert "work" in desk.post("sources", {"action": "check"}).json()
    assert desk.ended()["stage"] == "done"
    page = desk.client.get("/gestion").text
    assert "lien mort" in page
    assert "La page répond 404." in page
    assert fetcher.closed


def test_a_source_downloaded_goes_into_the_index(fresh: Office, desk: Desk, fetcher: StandInFetcher) -> None:
    desk.post("sources", {"action": "fetch"})
    assert desk.ended()["stage"] == "done"
    assert "rapport" in fresh.shelf.living.index.documents
    assert "rapport.pdf" in desk.client.get("/gestion").text


def test_no_other_action_reaches_the_network(desk: Desk, fetcher: StandInFetcher) -> None:
    for action in ("", "list", None, ["check"]):
        assert desk.post("sources", {"action": action}).status_code == 422
    assert desk.client.get("/gestion/travail").json() == {"work": None}
