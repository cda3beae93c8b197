"""An answer in English made of French quotes: English words lead in, the quotes stay as their sources have them."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answers import Citation, Sentence
from assistant.eligibility import QUESTIONS
from assistant.quoting import Composed, ended, folded_space
from assistant.wording import Wording, load_wording


def framed(composed: Composed, wording: Wording) -> Composed:
    """The same answer with each French sentence between quotation marks, the first of a line led in by English words.

    Lines and marks stay where they are; a line of a list has its quote alone.
    """
    quotes = {c.n: c for c in composed.citations}
    text, out, led, at = composed.text, [], False, 0
    for sentence in composed.sentences:
        bare = sentence.text.rstrip(".")
        start = text.find(bare, at)
        if start < 0:
            return composed
        listed = text[:start].rsplit("\n", 1)[-1].strip() == "-"
        opens = not text[:start].rsplit("\n", 1)[-1].strip()
        quoted = _between_marks(sentence, quotes)
        if opens and not listed:
            quoted = wording.say("english_also" if led else "english_quote", quotes=quoted)
            led = True
        end = start + len(bare)
        end += text[end : end + 1] == "."
        text = text[:start] + quoted + text[end:]
        at = start + len(quoted)
        out.append(replace(sentence, text=quoted))
    return Composed(text, tuple(out), composed.citations)


def unframed(sentence: str) -> str:
    """A French sentence again, of one that `framed` led in or set between quotation marks; any other as it is."""
    openings = (load_wording("en").texts[name].partition("{quotes}")[0] for name in ("english_quote", "english_also"))
    said = next((sentence.removeprefix(o) for o in openings if sentence.startswith(o)), sentence)
    quoted = re.fullmatch(r"(?:(.+?): )?« (.+) »", said)
    if quoted is None:
        return sentence
    return f"{quoted[1]} : {quoted[2]}" if quoted[1] else quoted[2]


def asked(question: str | None, wording: Wording) -> str | None:
    """The question put back to the company, in the language of its own."""
    name = next((name for name, words in QUESTIONS.items() if words == question), None)
    return wording.say(f"ask_{name}") if name and f"ask_{name}" in wording.texts else question


def _between_marks(sentence: Sentence, quotes: dict[int, Citation]) -> str:
    """The words of the source between quotation marks; a heading that leads in stays before them."""
    held = " ".join(quotes[n].quote for n in sentence.citations)
    body, lead = folded_space(sentence.text), ""
    if body not in held and " : " in body:
        head, rest = body.split(" : ", 1)
        if rest in held:
            lead, body = f"{head}: ", rest
    return f"{lead}« {ended(body)} »"
