"""The commands of `guichet questions` and their options. Work is done in ui/commands/register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import help as pages
from ui.settings import read_settings
from ui.words import Words

questions = typer.Typer(cls=pages.Group, rich_markup_mode=None, no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json")]


@questions.command(cls=pages.Command)
def status(context: typer.Context, as_json: AsJson = False) -> None:
    from ui.commands.register import run_status

    run_status(read_settings(), _words(context), as_json=as_json)


@questions.command(cls=pages.Command)
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE")] = None,
    as_json: AsJson = False,
) -> None:
    from ui.commands.register import moment_of, run_export

    words = _words(context)
    after = None if since is None else moment_of(since, words, "--since")
    run_export(read_settings(), words, file, after, as_json=as_json)


@questions.command(cls=pages.Command)
def purge(
    context: typer.Context,
    before: Annotated[str | None, typer.Option("--before", metavar="DATE")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    as_json: AsJson = False,
) -> None:
    from ui.commands.register import moment_of, run_purge

    words = _words(context)
    if every == (before is not None):
        raise pages.UsageProblem(words.say("questions.which", command="guichet questions purge"))
    until = None if before is None else moment_of(before, words, "--before")
    run_purge(read_settings(), words, until, yes=yes, as_json=as_json)


def _words(context: typer.Context) -> Words:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by ui.cli.main
    return words
