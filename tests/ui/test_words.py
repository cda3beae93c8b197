"""Words: both languages say the same things, and everything said has its word."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer

from assistant.answers import CriterionVerdict, Verdict
from ingest.catalogue import load_vocabulary
from ingest.documents import Nature
from ingest.schemes import CriterionName, State
from ui.cli import program
from ui.words import Words, WordsError, load_page_words, load_words

ROOT = Path(__file__).resolve().parents[2]


def without_comments(path: Path) -> str:
    code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(?<!\S)#.*", "", code)


def test_both_languages_have_the_same_words() -> None:
    assert load_words("fr").texts.keys() == load_words("en").texts.keys()  # loading checks the variables too


def test_every_word_the_code_says_exists() -> None:
    said = set()
    for path in (ROOT / "ui").rglob("*.py"):
        said |= set(re.findall(r"""say\(\s*"([a-z_.]+)\"""", without_comments(path)))
    assert len(said) > 40
    assert said - load_words("fr").texts.keys() - load_page_words("fr").texts.keys() == set()


def test_every_word_the_code_counts_exists() -> None:
    counted = set()
    for path in (ROOT / "ui").rglob("*.py"):
        counted |= set(re.findall(r"""count\(\s*"([a-z_.]+)\"""", without_comments(path)))
    texts = {**load_words("fr").texts, **load_page_words("fr").texts}
    assert counted
    assert [name for name in counted if not {f"{name}.one", f"{name}.many"} <= texts.keys()] == []


def test_a_count_takes_the_form_of_its_number() -> None:
    forms = {f"aids.{form}": f"{form} {{n}}" for form in ("none", "one", "many")}
    french, english = Words("fr", forms), Words("en", {k: v for k, v in forms.items() if k != "aids.none"})
    assert [french.count("aids", n) for n in (0, 1, 2)] == ["none 0", "one 1", "many 2"]
    assert [english.count("aids", n) for n in (0, 1, 2)] == ["many 0", "one 1", "many 2"]


def test_no_sentence_of_the_page_is_written_in_its_code() -> None:
    french = re.compile(r"""["'][^"'\n]*[éèêàçùôîÉÀ][^"'\n]*["']""")
    found = []
    for folder in ("pages", "fragments"):
        for path in sorted((ROOT / "ui" / folder).glob("*.py")):
            found += [f"{path.name}: {text}" for text in french.findall(without_comments(path))]
    assert found == []


@pytest.mark.parametrize("group", ["sizes", "needs", "sectors"])
def test_every_term_of_the_vocabulary_has_its_word(group: str) -> None:
    terms = getattr(load_vocabulary(), group)
    assert {code: term.label for code, term in terms.items()} == load_page_words("fr").group(f"terms.{group}")
    assert load_page_words("en").group(f"terms.{group}").keys() == terms.keys()


def test_a_text_without_its_other_language_stops_the_program() -> None:
    from ui.words import _sided

    with pytest.raises(WordsError, match=r"« page\.title »"):
        _sided({"title": {"fr": "Titre"}}, "page.")
    with pytest.raises(WordsError, match="mêmes variables"):
        _sided({"title": {"fr": "{n} aides", "en": "aids"}}, "page.")


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


@pytest.mark.parametrize(
    ("group", "sentence"),
    [("sizes", "We are a {}, which aid?"), ("needs", "We need help with {}.")],
)
def test_the_english_words_of_the_page_are_understood_where_they_are_written(group: str, sentence: str) -> None:
    """What a list of the English page offers may be typed in the project, or asked of the assistant, as well."""
    from assistant.answers import GivenProfile
    from assistant.profiles import understand_profile

    vocabulary, lost = load_vocabulary(), []
    for code, text in load_page_words("en").group(f"terms.{group}").items():
        profile = understand_profile(sentence.format(text), GivenProfile(), (), vocabulary, about_me=True)
        if code not in getattr(profile, group):
            lost.append(text)
    assert lost == []
