"""`--lang`, which may stand anywhere on a command line: read before anything is said."""

from __future__ import annotations

from ui import help as pages
from ui.settings import Language, SettingsError, spoken_language
from ui.words import load_words


def language_said(given: list[str]) -> tuple[Language, list[str]]:
    """The language to speak, and the arguments without --lang, which may stand anywhere before "--"."""
    end = given.index("--") if "--" in given else len(given)
    chosen, kept, i = None, [], 0
    while i < end:
        if given[i] == "--lang":
            if i + 1 >= end:
                raise pages.UsageProblem(load_words("fr").say("usage.missing", name="--lang", command="guichet"))
            chosen, i = given[i + 1], i + 2
        elif given[i].startswith("--lang="):
            chosen, i = given[i].partition("=")[2], i + 1
        else:
            kept.append(given[i])
            i += 1
    try:
        return spoken_language(chosen), kept + given[end:]
    except SettingsError as error:
        raise (pages.UsageProblem(str(error)) if chosen is not None else error) from error
