"""The options of `guichet backup` and `guichet restore`. Work is done in ui/commands/backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import help as pages
from ui.settings import read_settings
from ui.words import Words

backups = typer.Typer(cls=pages.Group, rich_markup_mode=None, add_completion=False)

File = Annotated[Path, typer.Argument(metavar="FILE")]
IndexFolder = Annotated[Path | None, typer.Option("--index", metavar="DIR")]


@backups.command(cls=pages.Command)
def backup(context: typer.Context, file: File, index: IndexFolder = None) -> None:
    from ui.commands.backup import run_backup

    run_backup(read_settings(index), _words(context), file)


@backups.command(cls=pages.Command)
def restore(context: typer.Context, file: File, index: IndexFolder = None) -> None:
    from ui.commands.backup import run_restore

    run_restore(read_settings(index), _words(context), file)


def _words(context: typer.Context) -> Words:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by ui.cli.main
    return words
