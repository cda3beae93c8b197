"""A question from a sentence: by rule from the type of its figure and its subject, or worded by a model and checked."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from assistant.drafting import Generator
from assistant.figures import Figure, bare_numbers
from assistant.folding import fold
from assistant.reading_figures import DURATIONS
from index.tokens import content_tokens

MAX_TOKENS = 60
TIMEOUT_S = 60.0
WORDS = (5, 45)
GAP_WORDS = 12  # on each side of what is missing
MONEY = ("EUR", "USD", "GBP")
SUBJECT_WORDS = 14  # a longer subject is a whole clause
_VERB = re.compile(
    r"\s+(?=(?:est|sont|sera|seront|a|ont|aura|auront|prevoit|prevoient|s'eleve|s'elevent|atteint|atteignent|compte|comptent|"
    r"represente|representent|dure|durent|couvre|couvrent|finance|financent|beneficie|beneficient|mobilise|mobilisent|"
    r"concerne|concernent|propose|proposent|vise|visent|apporte|apportent|rassemble|reunit|dispose|disposent)\b)"
)
_COUNTED = re.compile(
    r"\s+(?:(?:de|d')\s*)?([a-zà-ÿ-]{3,}(?:\s(?:de\s|d'|en\s|des\s|à\s)[\w'-]{2,}(?:\s(?!et\b|dont\b)[\w'-]{3,})?)?)"
)
_OPENING = re.compile(r"^(?:[A-ZÀ-Ý][\w'à-ÿ]*(?:\s[\wà-ÿ']+){0,3}),\s+")
_USED = re.compile(r"\s+(\w+r)ont\b(?:\s+(\w+[éiu]e?s))?\s+(.+)")
_PRONOUN = re.compile(
    r"^(?:il|elle|ils|elles|on|nous|ce|cela|ceci|celui|celle|ceux|ces|cet|cette|c'|et|mais|or|ainsi)\b"
)


def asked_by_rule(sentence: str, figure: Figure, title: str) -> str:
    """A plain question, to be edited: what is asked for, and about what; the sentence with a gap where it does not say
    of what it speaks (a heading that stands above several figures tells none of them from the others)."""
    used_for, about = _used_for(sentence, figure), _subject(sentence, figure)
    if used_for:
        return f"D'après « {title} », quel montant {used_for} ?"
    if about:
        return f"D'après « {title} », {_wanted(sentence, figure)} à propos de : {about.rstrip(' .:;,')} ?"
    return asked_with_a_gap(sentence, figure, title)


def asked_with_a_gap(sentence: str, figure: Figure, title: str) -> str:
    """The words around a figure and what is missing of them: no other sentence answers it."""
    before, after = sentence[: figure.start].split(), sentence[figure.end :].split()
    kept = [*(["…"] if len(before) > GAP_WORDS else []), *before[-GAP_WORDS:], "[…]", *after[:GAP_WORDS],
            *(["…"] if len(after) > GAP_WORDS else [])]  # fmt: skip
    said = re.sub(r"\] (?=[.,])", "]", " ".join(kept))
    return f"D'après « {title} », {_missing(figure)} manque dans « {said.rstrip(' .;,')} » ?"


def asked_by_model(model: Generator, sentence: str, figure: Figure, title: str) -> str | None:
    """The question a model writes, None when it is none, gives the answer away, or speaks of something else."""
    asked = _prompt().format(title=title, sentence=sentence, wanted=figure.text)
    done = model.complete([("user", asked)], max_tokens=MAX_TOKENS, timeout_s=TIMEOUT_S)
    found = re.match(r"[^?]*\?", done.text.strip().strip('«»"').strip())
    question = re.sub(r"\s+", " ", found[0]).strip() if found else ""
    return question if is_question(question, sentence, figure) else None


def is_question(question: str, sentence: str, figure: Figure) -> bool:
    """Whether it asks something of the sentence without holding the answer."""
    if not question.endswith("?") or not WORDS[0] <= len(question.split()) <= WORDS[1]:
        return False
    if bare_numbers(figure.text) & bare_numbers(question) or fold(figure.text) in fold(question):
        return False
    answer = set(content_tokens(figure.text))
    return len((set(content_tokens(question)) & set(content_tokens(sentence))) - answer) >= 2


def _missing(figure: Figure) -> str:
    if figure.unit in MONEY:
        return "quel montant"
    if figure.unit in ("%", "ratio"):
        return "quelle part"
    if figure.unit == "date":
        return "quelle date"
    return "quelle durée" if figure.unit in DURATIONS else "quel nombre"


def _used_for(sentence: str, figure: Figure) -> str:
    """What an amount that opens a sentence is for, in the singular: "14 M€ serviront à la recherche"; "" for others."""
    opening = _OPENING.match(sentence)
    found = _USED.match(sentence, figure.end) if figure.unit in MONEY else None
    if found is None or sentence[opening.end() if opening else 0 : figure.start].strip():
        return ""
    participle = re.sub(r"(?<=[éiu])e?s$", "", found[2] or "")
    rest = re.split(r"[,;:(.]\s|[.;]$", found[3])[0].split()
    return " ".join([f"{found[1]}a", *([participle] if participle else []), *rest[:SUBJECT_WORDS]])


def _wanted(sentence: str, figure: Figure) -> str:
    asked = _missing(figure)
    if asked != "quel nombre":
        return f"{asked} est donné{'' if asked == 'quel montant' else 'e'}"
    counted = _COUNTED.match(sentence[figure.end :]) or _COUNTED.match(f" {figure.text.partition(' ')[2]}")
    if counted is None:
        return "quel nombre est donné"
    of = "d'" if re.match(r"[aeiouyéèêh]", fold(counted[1])) else "de "
    return f"de combien {of}{counted[1]} est-il question"


def _subject(sentence: str, figure: Figure) -> str:
    """The words before the main verb, when they are a name and hold no figure; an opening "En effet," left out."""
    opening = _OPENING.match(sentence)
    start = opening.end() if opening else 0
    found = _VERB.search(fold(sentence), start)
    if found is None or found.start() >= figure.start:
        return ""
    subject = sentence[start : found.start()].strip(" -–•")
    plain = not _PRONOUN.match(fold(subject)) and not bare_numbers(subject) and "," not in subject
    return subject if plain and 2 < len(subject.split()) <= SUBJECT_WORDS else ""


@cache
def _prompt() -> str:
    return (files("assistant") / "prompts" / "question.fr.txt").read_text(encoding="utf-8").strip()
