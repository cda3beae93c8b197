"""Sentences of a document that speak to a machine and not to a reader: orders, tags of a conversation, programs.

A document is data. One that says what to answer, imitates the tags or the sources of an assistant, or holds a program
or an address hidden behind words, is not quoted there: the rest of it stays evidence.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.cues import folded_text
from assistant.wording import load_cues
from ingest.naming import ADDRESSED, TURN

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_TAG = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|svg|img|style|form|input|link|meta|base|a\s+href|system|user|assistant|human|"
    r"developer|instructions?|answer|output|response|think|prompt|tool\w*|function\w*|documents?|context|sources?|passages?)\b[^>]*>?"
    r"|\{\{[#/]?\s*(?:system|user|assistant)|\b(?:begin|end|start)[ _-](?:prompt|instructions?|system|override)\b|<\|[^|>]{1,40}\|>|\[/?(?:inst|system|assistant|user|sys)\]|<<\s*/?sys\s*>>",
    re.IGNORECASE,
)
_ROLE = re.compile(r"^\W*(?:system|assistant|user|human|developer|syst[eè]me|utilisateur)\s*:\s*\S", re.IGNORECASE)
# an address behind words, or one that holds a program
_LINK = re.compile(r"!?\[[^\]]*\]\([^)]*\)|\b(?:javascript|vbscript)\s*:|\bdata:\w+/[\w.+-]+[;,]", re.IGNORECASE)
_CALL = re.compile(r"[\"']\s*(?:tool\w*|function\w*|role|result\w*|content|arguments)\s*[\"']\s*:", re.IGNORECASE)
_CODE = re.compile(r"\b(?:fetch|eval|alert|document\.cookie|window\.location|exec|import\s+os)\s*[(+]", re.IGNORECASE)
# a source or a passage imitated: "[1] (plan, p. 4) …", "### Passage 1", "Source : …. Texte : …"
_SOURCE = re.compile(
    r"^\W{0,3}!?\[\d{1,3}\]\s*(?:\(|document\b|source\b|extrait\b|passage\b)|^\W*(?:passage|extrait|evidence|context)\s+\d+\s*(?:$|[:(\n])"
    r"|\bsource\s*:.{0,120}\btext(?:e)?\s*:|^\W*text(?:e)?\s*:\s*\S",
    re.IGNORECASE | re.DOTALL,
)
_TO_MACHINES = re.compile(
    r"\b(?:note|message|avis|consigne|instruction|attention|intention)s?\b.{0,12}\b(?:au|aux|a l'|des|du|pour l'|pour les|de l'|to the|for the)\s?"
    r"(?:modeles?|ia|ias|assistants?|chatbots?|robots?|llms?|ai|models?|agents? conversationnels?)\b"
    r"|\b(?:chers?|cheres?|dear) (?:assistant|modele|ia|ai|chatbot|robot|llm|agents? conversationnel)s?\b"
    r"|\b(?:reponds|repondez|dis|affirme|affirmez|answer|reply|respond)\b.{0,12}\b(?:que|toujours|that|always|«)"
    r"|\b(?:reponds|answer)\s+\d|\bdis-le\b|\bcommence chaque reponse\b|\brefuse (?:desormais )?toutes\b"
    r"|\bne (?:cite|montre|mentionne|parle)s? (?:plus|jamais)\b"
)


# the cues of questions, but the parts one may be asked to play: a source says of a thing that it plays one
_CUES = tuple(re.compile(cue, re.DOTALL) for cue in load_cues()["steering"] if "roleplay" not in cue)
REMEMBERED = 65_536  # sentences: the same ones are read for many questions, and looking at one takes 0.2 ms


@lru_cache(maxsize=REMEMBERED)
def addressed_to_machines(text: str) -> bool:
    """Whether a sentence of a document is an order, a tag, a program or an imitated source; never quoted then."""
    bare = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if any(shape.search(bare) for shape in (_TAG, _ROLE, TURN, _LINK, _CALL, _CODE, _SOURCE)):
        return True
    folded = folded_text(bare)
    return any(cue.search(folded) for cue in (_TO_MACHINES, ADDRESSED, *_CUES))
