"""The commands of `guichet access` and their options. Work is done in ui/commands/access."""

from __future__ import annotations

from typing import Annotated

import typer

from ui import help as pages
from ui.settings import read_settings
from ui.words import Words

access = typer.Typer(cls=pages.Group, rich_markup_mode=None, no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@access.command(cls=pages.Command)
def add(context: typer.Context, name: Name) -> None:
    from ui.commands.access import run_add

    run_add(read_settings(), _words(context), name)


@access.command("list", cls=pages.Command)
def list_(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    from ui.commands.access import run_list

    run_list(read_settings(), _words(context), as_json=as_json)


@access.command(cls=pages.Command)
def remove(context: typer.Context, name: Name) -> None:
    from ui.commands.access import run_remove

    run_remove(read_settings(), _words(context), name)


def _words(context: typer.Context) -> Words:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by ui.cli.main
    return words
