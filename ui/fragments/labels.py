"""Plain words for the codes of an answer and of the catalogue, dates and numbers, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from assistant.answers import Citation, CriterionMatch, GivenProfile
from ingest.catalogue import Term, Vocabulary
from ui.words import Words

CRITERIA: Final = ("region", "size", "sector", "need")
CRITERION_OUTCOMES: Final = ("yes", "no", "to_confirm", "unknown_company", "unknown_scheme")
CRITERION_SIGNS: Final = {"yes": "✓", "no": "✗", "unknown_company": "?", "unknown_scheme": "–"}
Group = Literal["regions", "sizes", "sectors", "needs"]
TERMS: Final[Mapping[str, Group]] = {"region": "regions", "size": "sizes", "sector": "sectors", "need": "needs"}
DIGEST: Final = "dossier-"  # how the names of our summaries of documents begin
ORIGINAL: Final = "fr"  # the lang attribute of what is shown as the documents and the catalogue wrote it


def label(words: Words, group: str, code: str) -> str:
    """The word of a code ("verdict", "to_confirm"); the code itself where there is none."""
    return words.get(f"labels.{group}.{code}") or code


def source_label(words: Words, citation: Citation) -> str:
    """The nature of what is cited; of a summary that this desk wrote of a document, that it is one, and of what."""
    nature = nature_label(words, citation.nature)
    return words.say("labels.digest", nature=nature) if citation.doc.startswith(DIGEST) else nature


def outcome(criterion: CriterionMatch) -> str:
    """The verdict of a criterion as it is told: what the company spoke of is to be confirmed, and not unsaid."""
    spoken = criterion.verdict == "unknown_company" and criterion.company
    return "to_confirm" if spoken else criterion.verdict


def nature_label(words: Words, nature: str | None) -> str:
    return words.get(f"labels.nature.{nature}") or words.say("labels.nature.none")


def state_label(words: Words, state: str, as_of: date | str | None) -> str:
    """The state as its source says it, with the month it was said; what is only announced is never shown as open."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    when = words.say("labels.when", month=month(words, day)) if day else ""
    since = words.say("labels.since", month=month(words, day)) if day else words.say("labels.since_undated")
    text = words.get(f"labels.state.{state}") or words.say("labels.state.unknown")
    return text.format(when=when, since=since)


def day_label(words: Words, day: date) -> str:
    """ "28 juin 2024", "1er juillet 2024"; "28 June 2024"."""
    name = "labels.first_day" if day.day == 1 else "labels.day"
    return words.say(name, day=day.day, month=month(words, day))


def month(words: Words, day: date) -> str:
    return words.say(f"labels.month.{day.month}", year=day.year)


def number(words: Words, value: float, digits: int = 0) -> str:
    """ "1 234,5" (the space does not break); "1,234.5"."""
    written = f"{value:,.{digits}f}"
    marks = {",": words.say("labels.thousands"), ".": words.say("labels.decimal")}
    return "".join(marks.get(sign, sign) for sign in written)


def unbroken(text: str) -> str:
    """French text whose spaces before ; : ? ! » % €, after « and inside a figure or before its unit never end a line."""
    return re.sub(r"(?<=«) | (?=[»;:?!%€])|(?<=\d) (?=\d{3}\b|[kMG]?€)", "\N{NO-BREAK SPACE}", text)


def term_label(words: Words, group: Group, term: Term) -> str:
    """A region, a size, a sector or a need of the vocabulary; names of regions are the same in both languages."""
    return words.get(f"terms.{group}.{term.code}") or term.label


def said(words: Words, vocabulary: Vocabulary, profile: GivenProfile) -> dict[str, str]:
    """What a profile says, by criterion, its known labels in the language of the page; the rest as it was said."""
    shown: dict[str, str] = {}
    for name, group in TERMS.items():
        value: str | None = getattr(profile, name)
        if value:
            terms: Mapping[str, Term] = getattr(vocabulary, group)
            by_label = {term.label: words.get(f"terms.{group}.{code}") or term.label for code, term in terms.items()}
            shown[name] = ", ".join(by_label.get(part, part) for part in value.split(" ; "))
    return shown
