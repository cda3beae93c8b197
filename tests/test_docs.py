"""The documentation says what the program does: help pages, commands, settings, links, nouns."""

import os
import re
from pathlib import Path

import pytest
import typer

from ui.cli import main, program
from ui.words import load_words

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ROOT / "docs" / "commands.md"
COMMANDS = list(typer.main.get_command(program).commands)
SUBCOMMANDS = [
    f"{name} {inner}"
    for name, command in typer.main.get_command(program).commands.items()
    for inner in getattr(command, "commands", {})
]


def help_pages(capsys: pytest.CaptureFixture[str]) -> str:
    pages = ["# Pages d'aide\n\nÉcrites par `bash scripts/docs` à partir de `guichet --help`.\n"]
    for command in ("", *COMMANDS, *SUBCOMMANDS):
        line = f"guichet {command}".strip()
        assert main([*line.split()[1:], "--help"]) == 0
        page = "\n".join(row.rstrip() for row in capsys.readouterr().out.strip().splitlines())
        pages.append(f"## {line}\n\n```text\n{page}\n```\n")
    return "\n".join(pages)


def test_the_help_pages_in_the_docs_are_those_of_the_program(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("GUICHET_LANG", raising=False)
    pages = help_pages(capsys)
    if os.environ.get("GUICHET_WRITE_DOCS"):
        PAGES.write_text(pages, encoding="utf-8")
    assert PAGES.read_text(encoding="utf-8") == pages, "bash scripts/docs"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"guichet {command}" in README


def test_the_readme_shows_no_command_that_does_not_exist() -> None:
    code = "".join(re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)) + "".join(
        re.findall(r"`([^`\n]+)`", README)
    )
    assert set(re.findall(r"\bguichet ([a-z]+)", code)) <= set(COMMANDS)


def test_every_setting_is_in_the_readme() -> None:
    from ui.settings import _variables

    for name in (*_variables().model_fields, "lang"):
        assert f"`GUICHET_{name.upper()}`" in README
        assert f"GUICHET_{name.upper()}" in load_words("fr").say("help.settings")


def test_the_two_commands_stand_at_the_top_and_exist() -> None:
    top = README.split("## ")[1]
    for script in ("scripts/start", "scripts/test"):
        assert f"bash {script}" in top
        assert (ROOT / script).is_file()


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_ci_runs_the_test_command_of_the_readme() -> None:
    assert "\nbash scripts/test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
