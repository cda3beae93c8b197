"""The options of `guichet evaluate`. Work is done in ui/commands/evaluate and ui/commands/draft."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import help as pages
from ui.settings import Language, read_settings
from ui.words import Words


def evaluate(
    context: typer.Context,
    questions: Annotated[Path | None, typer.Argument(metavar="QUESTIONS")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")] = Path("evaluation"),
    answers: Annotated[list[Path] | None, typer.Option("--answers", metavar="FILE")] = None,
    system: Annotated[list[str] | None, typer.Option("--system", metavar="SYSTEM")] = None,
    compare: Annotated[Path | None, typer.Option("--compare", metavar="METRICS.json")] = None,
    ablate: Annotated[bool, typer.Option("--ablate")] = False,
    without: Annotated[list[str] | None, typer.Option("--without", metavar="STAGE")] = None,
    judge: Annotated[str | None, typer.Option("--judge", metavar="JUDGE")] = None,
    draft_questions: Annotated[str | None, typer.Option("--draft-questions", metavar="DOC")] = None,
    no_llm: Annotated[bool, typer.Option("--no-llm")] = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    index: Annotated[Path | None, typer.Option("--index", metavar="DIR")] = None,
) -> None:
    words = context.ensure_object(dict)["words"]
    assert isinstance(words, Words)  # noqa: S101  # put there by ui.cli.main
    language: Language = "en" if words.language == "en" else "fr"
    if draft_questions is not None:
        from ui.commands.draft import run as draft

        draft(read_settings(index, language), language, draft_questions, out, llm=not no_llm, limit=limit)
        return
    if questions is None:
        raise pages.UsageProblem(words.say("usage.missing", name="QUESTIONS", command="guichet evaluate"))
    from ui.commands.evaluate import Options, run

    options = Options(
        out=out,
        answers=tuple(answers or ()),
        systems=tuple(system or ()),
        compared=compare,
        ablate=ablate,
        without=tuple(without or ()),
        judge=judge,
        llm=not no_llm,
        limit=limit,
        as_json=as_json,
    )
    raise typer.Exit(run(read_settings(index, language), language, questions, options))
