"""What people say of themselves before they ask: read for their profile, left out of what is looked for.

"Directrice d'un Ehpad à Rodez, je prépare une note. Que recommande le CESER ?" asks what the CESER recommends. Ten to
nineteen questions in a hundred were lost for such words (docs/decisions 0014). What they say is kept where the question leans
on it ("ces deux chiffres"), or names a source, a scheme or a figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import speech
from assistant.cues import folded_text
from assistant.naming import names_in, schemes_named
from assistant.territories import places
from assistant.wording import load_cues
from index.tokens import content_tokens
from ingest.schemes import Scheme

ENOUGH = 4  # content words that a question needs to stand alone
_PIECE = re.compile(r"(?<=[.!?…])\s+|(?<=\s:)\s+|(?<=[^\s\d]:)\s+|(?<=;)\s+")
_LEANS = re.compile(
    r"\b(?:ces?|cet|cette|celles?|celui|ceux|ca|cela|la-dessus|la-dedans|le meme|la meme|this|that|these|those|it)\b(?!-ci| qui| que| qu'|lui)"
)
_WHICH = re.compile(r"\b(?:qu'est-ce|est-ce|c'est|ce (?:qui|que|qu'|sont)|celui|celle)\b")
_TASK = re.compile(  # "je prépare une note", "notre RSSI rédige…", "nous faisons une veille"
    r"(?:(?:bonjour|bonsoir|alors|voila)[ ,!.]*)?(?:je|j'|nous|on|(?:notre|mon|ma|nos|mes) [\w-]+)\s*(?:viens de |venons de |dois |devons )?"
    r"(?:suis|sommes|dirige|dirigeons|tiens|tenons|gere|gerons|travaill\w+|boss\w+|prepar\w+|redig\w+|ecri\w+|fais|faisons|fait|monte|boucle|"
    r"verifi\w+|reli\w+|me renseigne|nous renseignons|mets a jour|represent\w+|decouvr\w+|etudi\w+|enseigne|anime|cherche|cherchons|"
    r"veux|voudrais|aimerais|voulons|veut|demande|prends|habite|viens d[eu]|suis)\b"
)
_OF_THE_ASKER = frozenset(  # names of posts and of employers, not of what is asked about
    "daf drh rssi dsi dpo dgs dga dg pdg rse rh cse ce ehpad chu esat iut bts bd sarl sas scop scic cfa ong mjc ccas epci dj vtc bâtiment btp".split()
)
_TOLD = re.compile(
    r"^(?:(?:et|mais|alors|donc)\s+)?(?:je|j'|on|nous)\s*(?:veux|voudrais|aimerais|souhaite|cherche a|dois|essaie de|voulons|voudrions|"
    r"cherchons a|aimerions|ai besoin de)\s+(?:bien |simplement |juste |me |nous )*(?:savoir|comprendre|verifier|connaitre|retrouver|voir)\s+"
    r"(?=(?:si|qui|que|ce que|ce qui|quel|quelle|quels|quelles|combien|comment|pourquoi|ou|quand|sur|a|de|dans)\b)"
)


def without_persona(text: str, schemes: Sequence[Scheme]) -> str:
    """A question less what its asker says of himself first; itself where that is all it says, or what it leans on."""
    pieces = [piece for piece in _PIECE.split(text) if piece.strip()]
    if not pieces:
        return text
    asked = len(pieces) - 1
    for i, piece in enumerate(pieces):
        if piece.rstrip().endswith("?"):
            asked = i
            break
    kept = [p for i, p in enumerate(pieces) if i >= asked or not _persona(p, schemes)]
    kept[kept.index(pieces[asked])] = _bare(pieces[asked], schemes)
    rest = " ".join(kept).strip()
    folded = folded_text(rest)
    leans = _LEANS.search(_WHICH.sub(" ", folded)) is not None
    return text if leans or len(set(content_tokens(rest))) < ENOUGH else rest


def _persona(piece: str, schemes: Sequence[Scheme]) -> bool:
    """Whether a sentence or an opening tells who asks and why, and nothing that the documents could be asked."""
    folded = folded_text(piece)
    tells_who = _role(folded) or _TASK.match(folded) or speech.GREETING.fullmatch(f"{folded} ")
    return bool(tells_who) and not re.search(r"\b(?:ia|ai)\b", folded) and not _tells(piece, schemes)


def _role(folded: str) -> bool:
    greeting = speech.GREETING.match(folded)
    return any(re.match(role, folded[greeting.end() if greeting else 0 :]) for role in load_cues()["roles"])


def _tells(piece: str, schemes: Sequence[Scheme]) -> bool:
    placed = {word for place in places(piece) for word in piece[place.start : place.end].split()}
    said = names_in(f"– {piece[:1].lower()}{piece[1:]}")
    named = [name for name in said if name not in placed and name.lower() not in _OF_THE_ASKER]
    staff = re.sub(r"\d+ (?:salarie|personne|employe|collaborateur|agent|habitant|an)s?\b", " ", folded_text(piece))
    return bool(named or schemes_named(piece, schemes) or re.search(r"\d", staff))


def _bare(piece: str, schemes: Sequence[Scheme]) -> str:
    """The asking sentence less a role before a comma, then less "je voudrais savoir"."""
    opening, comma, rest = piece.partition(", ")
    if comma and len(rest.split()) >= ENOUGH and _role(folded_text(opening)) and not _tells(opening, schemes):
        piece = rest
    told = _TOLD.match(folded_text(piece))
    return piece[told.end() :] if told and len(folded_text(piece)) == len(piece) else piece
