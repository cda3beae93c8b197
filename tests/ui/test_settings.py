"""Settings: what each variable changes, and the sentence for one that cannot be used."""

from pathlib import Path

import pytest

from ui.settings import SettingsError, read_settings, spoken_language
from ui.translation import in_language


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "INDEX", "EMBEDDER", "GGUF", "LLM_URL", "LLM_MODEL", "LLM_KEY", "LANG", "THREADS"):
        monkeypatch.delenv(f"GUICHET_{name}", raising=False)


def test_by_default_everything_is_under_the_user_data_folder() -> None:
    settings = read_settings()
    assert settings.home.name == "guichet-ia"
    assert settings.index == settings.home / "index"
    assert (settings.embedder, settings.gguf, settings.llm_url, settings.lang) == (None, None, None, "fr")


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"HOME": str(tmp_path), "EMBEDDER": "org/modele", "GGUF": str(tmp_path / "m.gguf"), "THREADS": "2"}
    given |= {"LLM_URL": "http://127.0.0.1:8000/v1/", "LLM_MODEL": "m", "LLM_KEY": "sesame", "LANG": "en_GB.UTF-8"}
    for name, value in given.items():
        monkeypatch.setenv(f"GUICHET_{name}", value)
    settings = read_settings()
    assert settings.home == tmp_path
    assert settings.index == tmp_path / "index"
    assert settings.gguf == tmp_path / "m.gguf"
    assert settings.llm_url == "http://127.0.0.1:8000/v1"
    assert (settings.embedder, settings.llm_model, settings.threads, settings.lang) == ("org/modele", "m", 2, "en")
    assert settings.llm_key is not None
    assert settings.llm_key.get_secret_value() == "sesame"
    assert "sesame" not in repr(settings)


def test_several_endpoints_are_read_and_each_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_LLM_URL", "http://127.0.0.1:8000/v1/, https://a.example")
    assert read_settings().llm_url == "http://127.0.0.1:8000/v1,https://a.example"
    monkeypatch.setenv("GUICHET_LLM_URL", "http://127.0.0.1:8000/v1,pas une adresse")
    with pytest.raises(SettingsError, match="GUICHET_LLM_URL"):
        read_settings()


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_LLM_URL", "")
    monkeypatch.setenv("GUICHET_LANG", "")
    assert read_settings().llm_url is None
    assert spoken_language() == "fr"


def test_the_index_given_wins(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "mine").index == tmp_path / "mine"


@pytest.mark.parametrize(
    "value", ["auto", "local", "local:4", "tete.region.fr:6379", "10.0.0.7:6379", "[fd00::7]:6379"]
)
def test_the_places_of_a_cluster(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GUICHET_RAY", value)
    assert read_settings().ray == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LLM_URL", "pas une adresse"),
        ("THREADS", "0"),
        ("THREADS", "deux"),
        ("RAY", "local:0"),
        ("RAY", "tete"),
        ("RAY", "ray://tete:10001"),
    ],
)
def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GUICHET_{name}", value)
    with pytest.raises(SettingsError, match=f"GUICHET_{name}"):
        read_settings()


def test_questions_are_kept_only_where_it_is_asked_and_for_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUICHET_RECORD_QUESTIONS", raising=False)
    monkeypatch.setenv("GUICHET_RECORD_DAYS", "")
    assert read_settings().kept_days is None
    monkeypatch.setenv("GUICHET_RECORD_QUESTIONS", "yes")
    assert read_settings().kept_days == 30
    monkeypatch.setenv("GUICHET_RECORD_DAYS", "7")
    assert read_settings().kept_days == 7
    monkeypatch.setenv("GUICHET_RECORD_QUESTIONS", "no")
    assert read_settings().kept_days is None
    monkeypatch.setenv("GUICHET_RECORD_QUESTIONS", "peut-être")
    with pytest.raises(SettingsError, match="GUICHET_RECORD_QUESTIONS"):
        read_settings()


@pytest.mark.parametrize("days", ["0", "-1", "3651", "un mois", "1.5"])
def test_days_that_are_no_number_of_days_are_said_so(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("GUICHET_RECORD_DAYS", days)
    with pytest.raises(SettingsError, match="est un nombre de jours, de 1 à 3650") as caught:
        read_settings()
    assert "is a number of days, from 1 to 3650" in in_language(caught.value, "en")


def test_a_bad_variable_does_not_show_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_LLM_URL", "clef-secrete")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "clef-secrete" not in str(caught.value)


def test_the_language_asked_for_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_LANG", "fr")
    assert spoken_language("EN") == "en"
    with pytest.raises(SettingsError, match="de"):
        spoken_language("de")
