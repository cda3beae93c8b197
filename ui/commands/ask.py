"""`guichet ask`: one question, its cited answer, its sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.live import Live
from rich.text import Text

from assistant.answers import Answer, Event, Final, Question, Quotes, Sources, Step, to_record
from ingest.errors import GuichetError
from ui import console, render
from ui.service import assistant_at
from ui.settings import Settings
from ui.words import Words


def run(
    settings: Settings, words: Words, question: Question, *, llm: bool, as_json: bool, export: Path | None = None
) -> None:
    """Prints the answer on stdout, and writes it to `export`. Raises GuichetError when the work failed."""
    with assistant_at(settings, llm=llm) as assistant:
        answer = assistant.answer(question) if as_json else show_progress(assistant.stream(question), words)
    if as_json:
        console.print_json(to_record(answer))
    else:
        out = console.out()
        out.print("\n".join(render.answer_lines(answer, words)), soft_wrap=not out.is_terminal)
    if answer.status == "error":
        raise GuichetError(answer.answer)
    if export is not None:
        from ui.commands.dossiers import write_answer

        write_answer(words, question, answer, export)


def show_progress(events: Iterator[Event], words: Words) -> Answer:
    """The final answer. To a person watching, the steps and the answer made of quotes are shown while it is written."""
    if not console.watched():
        return last(events)
    final = None
    with Live(console=console.err(), transient=True, refresh_per_second=8) as live:
        draft = ""
        for event in events:
            if isinstance(event, Step):
                live.update(Text(draft + words.say(f"step.{event.name}"), style="dim"))
            elif isinstance(event, Sources):
                live.update(Text(words.say("ask.found", n=len(event.retrieved)), style="dim"))
            elif isinstance(event, Quotes):
                draft = "\n".join([words.say("ask.quotes"), *render.answer_lines(event.answer, words), "", ""])
                live.update(Text(draft + words.say("step.draft"), style="dim"))
            else:
                final = event.answer
    return _present(final)


def last(events: Iterator[Event]) -> Answer:
    """The answer of the Final event."""
    final = None
    for event in events:
        if isinstance(event, Final):
            final = event.answer
    return _present(final)


def _present(final: Answer | None) -> Answer:
    if final is None:
        raise RuntimeError("the stream ended without a Final event")
    return final
