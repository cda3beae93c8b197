"""Words: both languages say the same things, and everything said has its word."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer

from assistant.answers import CriterionVerdict, Verdict
from ingest.documents import Nature
from ingest.schemes import CriterionName, State
from ui.cli import program
from ui.words import load_words

ROOT = Path(__file__).resolve().parents[2]


def test_both_languages_have_the_same_words() -> None:
    assert load_words("fr").texts.keys() == load_words("en").texts.keys()  # loading checks the variables too


def test_every_word_the_code_says_exists() -> None:
    said = set()
    for path in (ROOT / "ui").rglob("*.py"):
        said |= set(re.findall(r"""say\(\s*"([a-z_.]+)\"""", path.read_text(encoding="utf-8")))
    assert len(said) > 40
    assert said - load_words("fr").texts.keys() == set()


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("verdict", get_args(Verdict)),
        ("state", get_args(State)),
        ("nature", get_args(Nature)),
        ("criterion", get_args(CriterionName)),
        ("criterion_verdict", get_args(CriterionVerdict)),
        ("step", ("understand", "search", "match", "evidence", "draft", "verify")),
        ("ingest", ("added", "replaced", "unchanged", "removed", "failed")),
    ],
)
def test_every_value_has_a_label(group: str, names: tuple[str, ...]) -> None:
    for name in names:
        assert load_words("fr").say(f"{group}.{name}")


def test_every_option_is_explained() -> None:
    from ui.help import translate

    for language in ("fr", "en"):
        command = typer.main.get_command(program)
        translate(command, load_words(language))
        for name, sub in command.commands.items():
            assert sub.help, name
            assert all(parameter.help for parameter in sub.params), name
