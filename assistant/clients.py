"""A company described by its noun: one that opens a message, or one that somebody else asks for.

"PME de 80 personnes à…, que faire ?" ; "Quelle aide pour une menuiserie de 12 salariés à Angers ?" ; "Ma cliente dirige un
garage à Nîmes". A word of size alone ("pour une PME", "une entreprise") describes nobody: it is asked of all of them.
"""

from __future__ import annotations

import re
from itertools import islice

from assistant import speech
from assistant.folding import fold
from assistant.sizes import speaks_of_staff
from assistant.terms import SECTORS_EN, SIZES_EN, terms_said
from assistant.territories import places
from ingest.catalogue import Vocabulary

_CLAUSE = re.compile(r"[.?!:;\n,]")
_TOLD = re.compile(r"[.?!;\n]")
_ARTICLES = re.compile(
    r"(?:(?:une?|an?|petite?|jeune|toute|nouvelle|nouveau|small|young|\d+-(?:person|employee|strong|staff)) )*"
)
_DOES = re.compile(r"\b(?:qui|dont|voulant|souhaitant|cherchant|who|that|which)\b|\bil(?:le)?s?\b|\bell?es?\b")
LEADS = 12  # of a message: nobody asks for more companies at once, and each may be told of to the end of it
HEAD_WORDS, CLAUSE_WORDS = 5, 14  # a noun stands in the first words; a longer opening tells a story


def opens_with_a_company(message: str, vocabulary: Vocabulary) -> bool:
    """ "PME de 80 personnes à…", "Transporteur à…, 45 salariés": a noun, no verb, then what is asked."""
    folded = fold(message)
    clause = _opening(folded)
    return clause is not None and (_is_a_company(clause, vocabulary) or speaks_of_staff(message, folded))


def client_in(message: str, vocabulary: Vocabulary) -> str | None:
    """The part of a message that describes a company asked for in the third person; None where none is described.

    Where the message opens with a company, the others are not what it asks for.
    """
    folded = fold(message)
    clause = _opening(folded)
    opens = clause is not None and _is_a_company(clause, vocabulary)
    for lead in islice(speech.FOR_A_COMPANY.finditer(folded), LEADS):
        start = lead.end()
        told = _TOLD.split(folded[start:], maxsplit=1)[0]
        clause = _DOES.split(_CLAUSE.split(told, maxsplit=1)[0], maxsplit=1)[0].strip()
        asked_for = speech.WISH.search(told) if lead["opens"] is not None else not opens
        if asked_for and _is_a_company(clause, vocabulary, counted=True):
            described = message[start : start + len(told)]
            if speech.STAFFED.search(told) if lead["named"] else _is_particular(clause, described, message):
                return described
    return None


def _opening(folded: str) -> str | None:
    """The first clause after a greeting; None where it asks, or is too long to be a noun."""
    greeting = speech.GREETING.match(folded)
    clause = _CLAUSE.split(folded[greeting.end() if greeting else 0 :], maxsplit=1)[0].strip()
    return None if not clause or len(clause.split()) > CLAUSE_WORDS or speech.ASKS.match(clause) else clause


def _is_a_company(clause: str, vocabulary: Vocabulary, *, counted: bool = False) -> bool:
    """Whether the noun of a folded clause is a company: by its size, its trade or, where `counted`, its staff."""
    head = " ".join(clause.split()[:HEAD_WORDS])
    articles = _ARTICLES.match(head)
    start = articles.end() if articles else 0
    known = [*terms_said(head, vocabulary.sizes, SIZES_EN), *terms_said(head, vocabulary.sectors, SECTORS_EN)]
    if any(at == start for _, at in known) or speech.HEADS.match(clause):
        return True
    return counted and speech.STAFFED.match(clause[start:]) is not None


def _is_particular(clause: str, described: str, message: str) -> bool:
    """Whether something is said of it besides its size and trade: its staff, its place, or the place of the asker."""
    placed = any(place.code for place in places(described)) or any(p.kind != "region" for p in places(message))
    return placed or speech.STAFFED.search(clause) is not None
