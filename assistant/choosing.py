"""Which units answer: the best of each part of the question, then the best of all, none that says the same again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import Idf, Unit, answers_type, held_by, score_of, share, weights_of
from assistant.naming import names_in
from assistant.parts import Part
from assistant.quoting import lead_in
from assistant.sufficiency import FORMED
from assistant.understanding import Understanding
from index.tokens import content_tokens

LONGEST = 86  # words of a sentence said, its heading included; 70 and 55 lose what answers as often as they spare words
LOOKED_AT = 12  # units looked at, best first: a key fact is in the first 10 for 0.94 to 0.98 of questions, in 20 for 0.96 to 0.98
PART_DEPTH = 4  # units looked at for a part, until one fits in the words left
BESIDE = (
    0.5  # of the score of the best unit, the least of one said beside it: 0.7 lost a point, 0.5 none of 760 questions
)
FURTHER = 0.7  # the same for a third one and those after it: shorter answers, and nothing lost on eleven sets
SHARE = 0.75  # of the words, the most that the sentence of one part takes; of 1, 0.75, 0.6 and 0.5 the best on thirteen sets
SAYING = 2  # words of its own under which a unit says nothing beside another: "Investissement."
REDUNDANT = 0.75  # share of a unit's terms that one unit kept says already, beyond which it adds nothing
ELSEWHERE = 0.2  # what a unit of another region loses for a part that is about one
CLAUSES = (
    50  # of a sentence, from which a run may start: no sentence of the corpus has more, a text of commas has thousands
)
_CLAUSE = re.compile(r"(?<=[;:,)\]»])\s+|\s+(?=[(\[«–—])")


def chosen(
    units: Sequence[Unit],
    understanding: Understanding,
    idf: Idf,
    *,
    max_words: int,
    max_units: int,
    side_words: int | None = None,
) -> list[Unit]:
    """The best unit of each part of the question, then the best of all, within a number of words and of units; those of
    the two sides of a question may take `side_words`.

    Units that say again what one kept says are left out; of a sentence too long, the clauses that answer are kept.
    """
    kept: list[Unit] = []
    of_parts = side_words or max_words
    if len(understanding.parts) > 1:
        for i, part in enumerate(understanding.parts):
            of_part = sorted(units, key=lambda u: -_for_part(u, i, part, understanding, idf))[:PART_DEPTH]
            if part.expected in FORMED and not any(
                answers_type(part, understanding, u.text, u.passage.heading) for u in of_part
            ):
                continue  # what is not said is not replaced
            fit_to_say = (trimmed(u, understanding, idf, int(SHARE * max_words)) for u in of_part)
            fitting = next((u for u in fit_to_say if u in kept or _fits(kept, u, understanding, of_parts)), None)
            if fitting is not None and fitting not in kept and len(kept) < max_units:
                kept.append(fitting)
    person = understanding.expected == "person"  # who holds a post is told by a sentence that names someone
    ranked = sorted(units, key=lambda u: (not (person and u.expected), -u.score, u.rank, u.start))[:LOOKED_AT]
    for unit in ranked:
        if kept and unit.score < (FURTHER if len(kept) > 1 else BESIDE) * ranked[0].score:
            break
        short = trimmed(unit, understanding, idf, max_words)
        bare = kept and len(content_tokens(short.text)) < SAYING
        if (
            len(kept) < max_units
            and not bare
            and not _said_again(short, kept)
            and _fits(kept, short, understanding, max_words)
        ):
            kept.append(short)
    return _of_the_named(kept, understanding)


def _of_the_named(kept: list[Unit], understanding: Understanding) -> list[Unit]:
    """Less the units that tell a sum of something else than what the question names, where the first
    tells it of what is named: the sum of another aid is no answer beside the sum of this one."""
    names = {token for name in names_in(understanding.text) for token in content_tokens(name)}
    if len(understanding.parts) > 1 or understanding.expected != "amount" or not kept or not kept[0].expected:
        return kept
    if not names & _around(kept[0]):
        return kept
    return [unit for unit in kept if not unit.expected or names & _around(unit)]


def _around(unit: Unit) -> set[str]:
    return set(content_tokens(" ".join((*unit.passage.heading, unit.text))))


def trimmed(unit: Unit, understanding: Understanding, idf: Idf, max_words: int) -> Unit:
    """Of a sentence too long, the run of clauses that holds most of the question's terms and a value of the type asked.

    A sentence within `max_words`, or without clauses, is kept whole.
    """
    max_words = min(max_words, LONGEST) - len(lead_in(unit, understanding.terms).split())
    if len(unit.text.split()) <= max_words:
        return unit
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(unit.text)), len(unit.text)]
    best, best_worth = unit, 0.0
    for i, start in enumerate(cuts[:-1][:CLAUSES]):
        for end in cuts[i + 1 :]:
            text = unit.text[start:end].rstrip()
            words = len(text.split())
            if words > max_words:
                break
            typed = any(p.expected and answers_type(p, understanding, text) for p in understanding.parts)
            worth = share(understanding.terms, held_by(content_tokens(text)), idf) + 0.3 * typed + words / 500
            if worth > best_worth:
                kept_start = unit.start + start
                best = replace(unit, text=text, start=kept_start, end=kept_start + len(text))
                best_worth = worth
    return best


def _for_part(unit: Unit, i: int, part: Part, understanding: Understanding, idf: Idf) -> float:
    terms = content_tokens(part.text) if understanding.language == "fr" else understanding.terms
    context = " ".join((unit.title, *unit.passage.heading))
    own = replace(
        unit,
        expected=answers_type(part, understanding, unit.text, unit.passage.heading),
        attributes=unit.attributes[i : i + 1],
        coverage=(unit.coverage + share(terms, weights_of(unit.text, context), idf)) / 2,
        own=(unit.own + share(terms, held_by(content_tokens(unit.text)), idf)) / 2,
    )
    elsewhere = (
        bool(part.regions and unit.region and unit.region.startswith("REG-")) and unit.region not in part.regions
    )
    return score_of(own, max(unit.similarities[i], unit.near - 0.02)) - ELSEWHERE * elsewhere


def _fits(kept: Sequence[Unit], unit: Unit, understanding: Understanding, max_words: int) -> bool:
    """Whether one more unit holds in the words left, the headings that lead in counted."""
    leads = [lead for u in (*kept, unit) if (lead := lead_in(u, understanding.terms))]
    said = sum(len(text.split()) for text in (*leads, *(u.text for u in (*kept, unit))))
    return not kept or said + len(leads) <= max_words  # each lead has its colon


def _said_again(unit: Unit, kept: Sequence[Unit]) -> bool:
    """Whether one unit kept holds most of the terms of this one; true of a unit without terms beside another."""
    own = set(content_tokens(unit.text))
    return any(len(own & set(content_tokens(k.text))) >= REDUNDANT * len(own) for k in kept)
