"""`guichet match`: the aids of the built-in catalogue against a company. Needs neither model nor index."""

from __future__ import annotations

from pathlib import Path

from assistant.answers import GivenProfile, Match
from ui import console, render
from ui.service import match_company
from ui.words import Words

SHOWN = ("eligible", "to_confirm")
FIRST = 5  # what a screen holds; --all shows every scheme


def run(words: Words, given: GivenProfile, text: str, *, every: bool, own: Path | None = None, as_json: bool) -> None:
    """Prints the aids that may fit, best first; with `every`, also those that do not."""
    found = match_company(given, text, own)
    for name in found.not_understood:
        sentence = words.say("match.not_understood", option=f"--{name}", value=getattr(given, name))
        console.err().print(sentence, soft_wrap=True)
    kept = [match for match in found.schemes if every or match.verdict in SHOWN]
    if as_json:
        console.print_json([scheme_record(match) for match in kept])
        return
    shown = kept if every else kept[:FIRST]
    out = console.out()
    out.print(render.profile_line(found.profile, words), soft_wrap=True)
    out.print(render.match_table(shown, words) if shown else words.say("match.none"))
    if len(shown) < len(kept):
        out.print(words.say("match.more", n=len(kept) - len(shown)), soft_wrap=True)


def scheme_record(match: Match) -> dict[str, object]:
    """A scheme as in the answer record."""
    from assistant.answers import Answer, to_record

    record = to_record(Answer(id="", question="", status="answered", reason=None, answer="", schemes=(match,)))
    return dict(record["schemes"][0])
