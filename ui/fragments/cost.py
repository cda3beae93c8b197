"""What one answer cost, under it: seconds, tokens, an estimate of energy explained in "À propos"."""

from __future__ import annotations

from assistant.answers import Answer
from ui.fragments.labels import number
from ui.fragments.markup import Markup, el
from ui.house import House, energy_wh
from ui.words import Words

SMALL_WH = 0.01
SHORT_S = 0.1


def cost_html(words: Words, answer: Answer, house: House) -> Markup | None:
    """One line; None for an answer that does not say how long it took."""
    if "total" not in answer.timings_ms:
        return None
    seconds = answer.timings_ms["total"] / 1000
    tokens = sum(answer.tokens.values())
    shown = number(words, seconds, 1)
    parts = [words.say("answers.cost_seconds" if seconds >= SHORT_S else "answers.cost_short", seconds=shown)]
    if tokens:
        parts.append(words.count("answers.cost_tokens", tokens))
    else:
        parts.append(words.say("answers.cost_none"))
    if house.remote and tokens:
        parts.append(words.say("answers.energy_unknown"))
    else:
        wh = energy_wh(seconds, house.cores)
        shown = number(words, wh, 2)
        parts.append(words.say("answers.energy_small") if wh < SMALL_WH else words.say("answers.energy", wh=shown))
    return el("p", el("span", words.say("answers.cost_label"), class_="sr-only"), " · ".join(parts), class_="cost")
