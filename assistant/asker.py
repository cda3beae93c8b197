"""What a message of a conversation says of the company for which an aid is looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.clients import opens_with_a_company
from assistant.cues import expected_type, folded_text, heard
from assistant.leaning import asks
from assistant.naming import schemes_named
from assistant.territories import places
from ingest.catalogue import load_vocabulary
from ingest.schemes import Scheme

_CORRECTS = re.compile(
    r"^(?:(?:ah|oh|euh|ok|oups|bon)[ ,:]+)*(?:non|pardon|oups|je me suis trompee?|erreur|au temps pour moi|en fait|plutot|finalement|je corrige|correction|erratum|no|actually|sorry)\b"
)
_WIDER = re.compile(
    r"^\W*(?:(?:et|and|ou) )?(?:sinon )?(?:au (?:niveau |plan )?|a l'echelle |at (?:the )?)?(?:national\w*|europeen\w*|european)(?: level)?\W*$"
)
_HAVE = re.compile(r"\b(?:j'ai|on a|nous avons|j'aurais|aurais-je|ai-je|do (?:i|we) have|can (?:i|we) (?:have|get))\b")
_SUPPOSES = re.compile(r"^(?:(?:ok|oui|bon|ah|et|mais|alors|du coup|and|so)[ ,]+)*(?:si|s'ils?|s'elles?|if)\b")
_ANYTHING = re.compile(  # asks for an aid again, in other words
    r"\b(?:y a|il y a|y aurait|existe|vous avez|tu as|avez-vous|as-tu|is there|do you have)(?:[- ]t[- ]il|-t-il)? (?:quoi|quelque chose|un truc|des trucs|rien|"
    r"(?:une|des) (?:aides?|trucs?|dispositifs?|solutions?)|anything|something)\b"
)


def asked_back(answer: str) -> bool:
    """Whether an answer ends by asking its reader something."""
    return answer.rstrip().endswith("?")


def looks_again(folded: str) -> bool:
    """Whether a message corrects or supposes something else of the company, or asks in other words what there is for it."""
    return any(cue.search(folded) for cue in (_CORRECTS, _SUPPOSES, _ANYTHING))


def tells_of_itself(text: str, folded: str, answer: str = "") -> bool:
    """Whether it says more of the company an aid is looked for: it answers what was asked of it, asks nothing, supposes
    something else, or asks what one has."""
    corrects, placed = _CORRECTS.search(folded) is not None, bool(places(text))
    speaks = heard("first_person", folded) or corrects or placed
    marked = text.rstrip().endswith("?")
    if _WIDER.search(folded):  # "et au niveau national ?"
        return True
    if asked_back(answer) and not marked and expected_type(folded) is None:
        return True
    if speaks and (_ANYTHING.search(folded) or (_SUPPOSES.search(folded) and placed) or (corrects and not marked)):
        return True
    quiet = not (marked or asks(folded))
    return speaks and (quiet or (placed and (corrects or _HAVE.search(folded) is not None)))


def looks_for_an_aid(text: str, schemes: Sequence[Scheme]) -> bool:
    """Whether a question looks for an aid that fits, or only describes a company."""
    folded = folded_text(text)
    told = expected_type(folded) in (None, "who", "yes_no", "explanation", "list")
    looks = any(heard(cue, folded) for cue in ("which_aid", "plain_aid", "first_person"))
    looks = looks or opens_with_a_company(text, load_vocabulary())
    return looks and told and not schemes_named(text, schemes)
