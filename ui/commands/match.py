"""`guichet match`: the aids of the built-in catalogue against a company. Needs neither model nor index."""

from __future__ import annotations

from assistant.answers import GivenProfile, Match
from ui import console, render
from ui.service import match_company
from ui.words import Words

SHOWN = ("eligible", "to_confirm")


def run(words: Words, given: GivenProfile, text: str, *, every: bool, as_json: bool) -> None:
    """Prints the aids, best first: those that may fit, or all of them."""
    profile, matches = match_company(given, text)
    kept = [match for match in matches if every or match.verdict in SHOWN]
    if as_json:
        console.print_json([scheme_record(match) for match in kept])
        return
    console.out().print(render.profile_line(profile, words))
    console.out().print(render.match_table(kept, words) if kept else words.say("match.none"))


def scheme_record(match: Match) -> dict[str, object]:
    """A scheme as in the answer record."""
    from assistant.answers import Answer, to_record

    record = to_record(Answer(id="", question="", status="answered", reason=None, answer="", schemes=(match,)))
    return dict(record["schemes"][0])
