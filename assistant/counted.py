"""The nouns that a question asks a number of, and what a source of it must say: read in its folded text."""

from __future__ import annotations

import re
from functools import cache

from assistant.cues import expected_type
from assistant.wording import load_cues, load_glossary
from index.tokens import content_tokens

_COUNTED = re.compile(
    r"\b(?:combien d[e']|how many|nombre d[e']|nb(?: d[e'])?)\s*(?:\w+s? d')?"
    r"(?:(?:nouve\w+|petite?s?|grande?s?|jeunes?|autres?|differente?s?|new|monthly|active|other|small|regional) )*([\w-]+(?: [\w-]+)?)"
)

_MEASURED_BY = re.compile(
    r"(?:temps|tps|argent|fois|pour ?cents?|pourcents?|euros?)\b"
)  # counts of these have types of their own
_COUNTED_OF = re.compile(r"\b(?:combien|nombre|nb) (?:des? |du |d')[\w-]+ (?:de |d'|des |du )([\w-]+)")
_ANYONE = re.compile(r"(?:gens|personne|acteur|repondant|sollicite|interroge|participant|people|respondent)s?\b")
_OF_WHOM = re.compile(
    r"\b(?:parts?|proportions?|pourcentages?|% |pour cent|share|percentage) (?:exacte? )?(?:de la |de l'|des |du |de |d'|of (?:the )?)(?:(?:jeunes|petite?s|grande?s|french|european|regional|local|small) )?([\w-]+)"
)


def counted_in(folded: str) -> tuple[str, ...]:
    """The French tokens of the noun a folded question counts and of those that count the same; none without a noun."""
    match = _COUNTED.search(folded)
    return _alike(match[1].split()[0]) if match and not _MEASURED_BY.match(match[1]) else ()


def counted_of_in(folded: str) -> tuple[str, ...]:
    """The same of the noun that tells which of them ("combien de places de crèche")."""
    match = _COUNTED_OF.search(folded)
    return _alike(match[1]) if match else ()


def of_whom_in(folded: str) -> tuple[str, ...]:
    """The same of the noun of which a folded question asks a share ("quelle part des apprentis")."""
    match = _OF_WHOM.search(folded)
    return _alike(match[1]) if match and not _ANYONE.match(match[1]) else ()


def _alike(noun: str) -> tuple[str, ...]:
    tokens = content_tokens(in_french(noun))
    return next((group for group in _counted_alike() if set(tokens) & set(group)), tokens)


@cache
def _counted_alike() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(t for word in group for t in content_tokens(word)) for group in load_cues()["counted_alike"])


_MEASURED = re.compile(
    r"(?:quel(?:le)?s?(?: est| etait| serait| sont)?(?: le| la| les| l'|)|de combien (?:est|sont|serait)(?: le| la| les| l'|)|"
    r"combien d'euros (?:de |d')|(?:montant|cout|prix) (?:de la|du|de l'|des|d'un|d'une))\s*([a-z][\w-]+)"
)
_MEASURES = frozenset(  # words for the measure itself, which a source need not repeat
    "montant budget enveloppe financement cout prix tarif somme apport dotation subvention aide part taux proportion poids pourcentage "
    "nombre chiffre total plafond ordre niveau credit fonds investissement contribution region date annee duree".split()
)


def measured_in(folded: str) -> tuple[str, ...]:
    """The token of the noun whose amount or share a folded question asks; none when it is a word for the measure."""
    if expected_type(folded) not in ("amount", "percent"):
        return ()
    match = _MEASURED.search(folded)
    return (
        content_tokens(match[1])
        if match and match[1] not in _MEASURES and match[1].rstrip("s") not in _MEASURES
        else ()
    )


def required_in(folded: str) -> tuple[str, ...]:
    """The patterns that a source of what a folded question asks must hold, whatever the type of answer."""
    found = []
    for cue in load_cues()["required"]:
        match = re.search(cue["asks"], folded)
        if match:
            says = cue["says"]
            for i, group in enumerate(match.groups(), start=1):
                says = says.replace(f"{{{i}}}", re.escape(group or ""))
            found.append(says)
    return tuple(found)


def in_french(text: str) -> str:
    """An English question with the French words of the glossary after each English one: for its words, not to be read."""
    glossary = load_glossary()
    words = re.findall(r"[\w'’&+-]+", text)
    return " ".join(glossary.get(word.lower(), glossary.get(word.lower().rstrip("s"), word)) for word in words)
