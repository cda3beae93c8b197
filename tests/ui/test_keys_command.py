"""guichet keys: made and shown once, listed without their secret, revoked; and what guichet serve says of them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ui.api.database import open_database
from ui.api.desk import Access
from ui.api.keys import key_of
from ui.cli import main
from ui.commands.serve import _keys_line
from ui.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEYS", "ORIGINS", "RATE", "LANG"):
        monkeypatch.delenv(f"GUICHET_{name}", raising=False)
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))


def test_a_key_is_shown_once_and_alone_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "create", "site de la chambre"]) == 0
    shown = capsys.readouterr()
    assert re.fullmatch(r"guichet_[0-9a-f]{12}_[\w-]{43}\n", shown.out)
    assert "ne sera plus montrée" in shown.err
    key = key_of(open_database(tmp_path), shown.out.strip(), now=datetime.now(UTC))
    assert key is not None
    assert (key.name, key.scopes, key.per_minute) == ("site de la chambre", ("ask", "match", "documents"), 120)
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert "site de la chambre" in listed
    assert shown.out.strip().split("_", 2)[2] not in listed  # the secret itself may hold a "_"


def test_a_key_is_made_with_its_uses_rate_and_end(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--scope", "batch", "--scope", "metrics", "--per-minute", "7", "--days", "30", "--json"]
    assert main(["keys", "create", "suivi", *options]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["scopes"], made["per_minute"]) == (["batch", "metrics"], 7)
    assert made["expires"] > made["created"]


def test_a_revoked_key_is_listed_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "create", "site", "--json"])
    made = json.loads(capsys.readouterr().out)
    assert main(["keys", "revoke", made["id"]]) == 0
    assert "révoquée" in capsys.readouterr().out
    main(["keys", "list", "--json"])
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["revoked"]
    assert "key" not in listed


@pytest.mark.parametrize(
    "line", [["create", "x", "--scope", "tout"], ["create", " "], ["create", "x", "--days", "0"], ["revoke", "0" * 12]]
)
def test_what_means_nothing_is_one_sentence(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", *line]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_without_keys_the_list_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "keys", "list"]) == 0
    assert "guichet keys create NAME" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("access", "line"),
    [
        (Access(), "serve.keys_auto"),
        (Access(open_to_network=True), "serve.keys_required"),
        (Access("required"), "serve.keys_required"),
        (Access("optional", open_to_network=True), "serve.keys_optional"),
    ],
)
def test_the_service_says_who_needs_a_key(access: Access, line: str) -> None:
    assert _keys_line(access) == line


def test_origins_are_read_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().origins == ()
    monkeypatch.setenv("GUICHET_ORIGINS", "https://a.fr, http://localhost:8080")
    assert read_settings().origins == ("https://a.fr", "http://localhost:8080")
    monkeypatch.setenv("GUICHET_PROXIES", "10.0.0.7, 192.168.4.0/24 fd00::/64")
    assert read_settings().proxies == ("10.0.0.7", "192.168.4.0/24", "fd00::/64")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORIGINS", "*"),
        ("ORIGINS", "a.fr"),
        ("ORIGINS", "https://a.fr/chemin"),
        ("ORIGINS", "https://*.a.fr"),
        ("API_KEYS", "parfois"),
        ("PROXIES", "*"),
        ("PROXIES", "0.0.0.0/0"),
        ("PROXIES", "mandataire.fr"),
        ("PROXIES", "10.0.0.7/8"),
        ("RATE", "0"),
    ],
)
def test_a_rule_of_access_that_means_nothing_stops_the_program(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"GUICHET_{name}", value)
    with pytest.raises(SettingsError, match=f"GUICHET_{name}"):
        read_settings()
