"""Names and keys of the systems that --system names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from ui.evaluation.systems import model_at, name_of
from ui.settings import Settings
from ui.words import load_page_words

WORDS = load_page_words("fr")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("guichet", "guichet"),
        ("https://hote.example:8443/v1#mistral/small", "hote.example-mistral-small"),
        ("mon.module:chaine", "mon.module-chaine"),
        ("../../ailleurs", "ailleurs"),
        ("…", "systeme"),
    ],
)
def test_a_system_has_a_name_that_a_folder_can_have(spec: str, name: str) -> None:
    assert name_of(spec) == name


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://hote.example/v1#m", "secret"),
        ("https://hote.example/autre/v1#m", "secret"),
        ("http://hote.example/v1#m", None),
        ("https://hote.example:444/v1#m", None),
        ("https://ailleurs.example/v1#m", None),
        ("https://hote.example@ailleurs.example/v1#m", None),
    ],
)
def test_the_key_goes_to_its_own_host_and_nowhere_else(address: str, key: str | None, tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, llm_url="https://hote.example/v1", llm_key=SecretStr("secret"))
    assert [endpoint.key for endpoint in model_at(address, settings, WORDS)._endpoints] == [key]


def test_without_a_service_in_the_settings_no_key_is_sent(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, llm_key=SecretStr("secret"))
    assert [endpoint.key for endpoint in model_at("https://hote.example/v1#m", settings, WORDS)._endpoints] == [None]
