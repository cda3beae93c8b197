"""The commands of `guichet keys` and their options. Work is done in ui/commands/keys."""

from __future__ import annotations

from typing import Annotated

import typer

from ui import help as pages
from ui.settings import Settings, read_settings
from ui.words import Words

keys = typer.Typer(cls=pages.Group, rich_markup_mode=None, no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json")]


@keys.command(cls=pages.Command)
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    scopes: Annotated[list[str] | None, typer.Option("--scope", metavar="USE")] = None,
    per_minute: Annotated[int, typer.Option("--per-minute", metavar="N")] = 120,
    days: Annotated[int | None, typer.Option("--days", metavar="N")] = None,
    as_json: AsJson = False,
) -> None:
    from ui.commands.keys import run_create

    run_create(_settings(), _words(context), name, scopes or [], per_minute, days, as_json=as_json)


@keys.command("list", cls=pages.Command)
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    from ui.commands.keys import run_list

    run_list(_settings(), _words(context), as_json=as_json)


@keys.command(cls=pages.Command)
def revoke(context: typer.Context, id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    from ui.commands.keys import run_revoke

    run_revoke(_settings(), _words(context), id)


def _settings() -> Settings:
    return read_settings()


def _words(context: typer.Context) -> Words:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by ui.cli.main
    return words
