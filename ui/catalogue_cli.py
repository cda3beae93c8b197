"""The commands of `guichet catalogue` and their options. Work is done in ui/commands/catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import help as pages
from ui.settings import read_settings
from ui.words import Words

catalogue = typer.Typer(cls=pages.Group, rich_markup_mode=None, no_args_is_help=True, add_completion=False)

Own = Annotated[Path | None, typer.Option("--catalogue", metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json")]


@catalogue.command("list", cls=pages.Command)
def list_(
    context: typer.Context,
    region: Annotated[str | None, typer.Option("--region")] = None,
    audience: Annotated[str | None, typer.Option("--audience")] = None,
    state: Annotated[str | None, typer.Option("--state")] = None,
    need: Annotated[str | None, typer.Option("--need")] = None,
    own: Own = None,
    as_json: AsJson = False,
) -> None:
    from ui.commands.catalogue import run_list

    run_list(_words(context), own_folder(own), region, audience, state, need, as_json=as_json)


@catalogue.command(cls=pages.Command)
def show(
    context: typer.Context,
    scheme: Annotated[str, typer.Argument(metavar="ID")],
    own: Own = None,
    as_json: AsJson = False,
) -> None:
    from ui.commands.catalogue import run_show

    run_show(_words(context), own_folder(own), scheme, as_json=as_json)


@catalogue.command(cls=pages.Command)
def check(context: typer.Context, own: Own = None, as_json: AsJson = False) -> int:
    from ui.commands.catalogue import run_check

    return run_check(_words(context), own_folder(own), as_json=as_json)


@catalogue.command(cls=pages.Command)
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="csv|json|xlsx|docx|pdf")] = None,
    schemes: Annotated[list[str] | None, typer.Option("--scheme", metavar="ID")] = None,
    own: Own = None,
) -> None:
    from ui.commands.catalogue import READABLE, run_export

    words = _words(context)
    suffix = file.suffix.lower().lstrip(".") if file is not None else "csv"
    wanted = (form or suffix or "csv").lower()
    if wanted not in ("csv", "json", *READABLE):
        raise pages.UsageProblem(words.say("usage.bad_value", name="--format", command="guichet catalogue export"))
    if file is None and wanted in READABLE:  # no terminal reads these
        raise pages.UsageProblem(words.say("usage.missing", name="FILE", command="guichet catalogue export"))
    run_export(words, own_folder(own), file, wanted, schemes or ())


@catalogue.command("import", cls=pages.Command)
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    form: Annotated[str, typer.Option("--format", metavar="NAME")],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR")],
    licence: Annotated[str | None, typer.Option("--licence", metavar="TEXT")] = None,
    as_json: AsJson = False,
) -> None:
    from ui.commands.catalogue import run_import

    run_import(_words(context), file, form, folder, licence, as_json=as_json)


def own_folder(given: Path | None) -> Path | None:
    """The person's own folder of schemes: --catalogue, else GUICHET_CATALOGUE."""
    return given.expanduser().absolute() if given is not None else read_settings().catalogue


def _words(context: typer.Context) -> Words:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by ui.cli.main
    return words
