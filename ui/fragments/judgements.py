"""What the matching says of a criterion, in the language of the page: its sentences and labels are French by nature."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ui.translation import english
from ui.words import Words, load_page_words

GROUPS = ("regions", "sizes", "sectors", "needs")
_IN = re.compile(r"(?:^|(?<= et ))(?:en|dans les|dans le|\u00e0) (?=[^\Wa-z]|la France|l.Union)")  # before a place


def judged(words: Words, sentence: str) -> str:
    """A reason, or what would change a verdict; as it was said where its English is not known."""
    if words.language == "fr":
        return sentence
    return english(sentence, "judgements", lambda said: labelled(words, _IN.sub("", said))) or sentence


def labelled(words: Words, text: str) -> str:
    """Labels of the vocabulary one after the other ("TPE (4 personnes), santé"), each in the language of the page."""
    if words.language == "fr":
        return text
    known = _labels(words)
    wanted = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{wanted})(?!\w)", lambda found: known[found[0]], text)


def _labels(words: Words) -> Mapping[str, str]:
    """French label -> that of the page, and the few words that stand between them."""
    french = load_page_words("fr")
    pairs = {
        french.say(f"terms.{group}.{code}"): text
        for group in GROUPS
        for code, text in words.group(f"terms.{group}").items()
    }
    return pairs | {text: words.say(f"terms.between.{code}") for code, text in french.group("terms.between").items()}
