"""Whether a message leans on what was said before it: it goes on, points back, or says too little by itself."""

from __future__ import annotations

import re

from assistant.cues import expected_type, fields_asked, folded_text
from assistant.naming import names_in
from assistant.parts import INTERROGATIVE
from assistant.territories import places

MIN_OWN_TERMS = 4  # a follow-up shorter than this, in words of three letters or more, leans on what was said before
OWN_TERMS = (
    1  # words besides those for an attribute, of a question that names nothing and leans on what was said before
)
LEANS = re.compile(
    r"^(?:oui|non|ok|ah|d'accord|yes|no|right)?[ ,]*(?:et|mais|and|so|but|alors|donc|what about|du coup)\b(?! sinon)"
    r"|^(?:non|pardon|en fait|plutot|finalement|no|actually|sorry)\b|\b(?:en fait|plutot|finalement|actually|aussi|egalement|too|alors)\W*$"
)
BOTH = re.compile(
    r"\b(?:compar\w+|la difference|ces (?:deux|2))\b|\b(?:les|ces|eux|elles|tous les|toutes les|des|the|these) (?:deux|2|two)\b(?! (?!aides?|dispositifs?|programmes?|plans?|moocs?|regions?|schemes?)[a-z]{3,})|\bboth\b|\bchacune?s?\b|\beach\b"
    r"|^\W*(?:et |mais )?(?:lequel|laquelle|which one)\b|\bl'une? (?:et|ou|de|d')|\bce qui les (?:distingue|differencie|separe)"
)
PRONOUN = re.compile(  # what it stands for was said before
    r"^(?:(?:et|mais|alors) )?(?:(?:ils?|elles?)\b(?! (?:y a|faut|existe|s'agit))|(?:ca|cela)\b|c'est\b(?! quoi (?:une?|l[ae]s?|l'|des|du)\b)"
    r"|(?:they|it)\b)|\b(?:ca|it|they|them|its|cet|cette|ses|l'(?:ont|a|avait))\b|\bson (?!cote)|\b(?:dedans|la-dessus|la-dedans|d'entre (?:eux|elles)|cette affaire|tout ca)\b"
    r"|\b(?:qui|comment|ou|quand|pourquoi|combien)(?: est-ce qu)?(?: on| peut-on| puis-je|e je)? l[ae]s? [a-z]+(?:e|ent|er|it)\b(?= ?(?:[,?]|$))"
)
_POINTS_BACK = re.compile(
    r"\b(?:celui-ci|celle-ci|celui-la|celle-la|cette aide|ce dispositif|ce programme|this one|that one)\b"
    r"|\b(?:qui|comment|ou|quand|pourquoi|combien|puis-je|peut-on|faut-il) (?:l'|y |en (?!est\b|sont\b|etai))[a-z]"
    r"|^(?:et )?(?:on peut|peut-on|puis-je|je peux|faut-il|il faut|comment|ou|quand) (?:\w+ ){0,2}(?:candidat|postul|s'inscri|depos|inscri)\w*"
)
NTH = re.compile(
    r"\b(?:le|la|du|de la|au|a la|the) (?P<nth>premiere?|deuxieme|seconde?|troisieme|derniere?|first|second|third|last)(?: one)?(?= ?(?:[,?.!]|$|c'est|est\b|il |elle |is\b))"
)
_KNOWN = re.compile(  # words of what a question may be about without a name with capitals
    r"\b(?:france|francais\w*|europe\w*|national\w*|mond\w+|regions?|regiona\w+|ceser|plans?|etat|commission|gouvernement|ligerien\w*|occitan\w*|"
    r"provenca\w+|paca|intelligences? artificielles?|generatives?)\b|[«\"“]|\b(?:qu'est-ce qu|c'est quoi (?:une?|l[ae]s?|l'|des|du)|definition|what is an?)\b"
)
_OWN_STORY = re.compile(r"\b(?:je|j'|nous|mon|ma|mes|me|tu|notre|nos|we|i|our|my|me)\b")
_GENERIC = re.compile(  # words for what may be asked of anything
    r"(?:quel|comb|quand|comment|pourquoi|date|limit|depo|dossier|reste|charge|entrepris|boite|societ|cout|prix|tarif|montant|budget|somme|taux|"
    r"pourcent|depense|delai|dure|effectif|minim|maxim|eligib|condition|critere|contact|adress|site|telephone|inscri|candidat|operat|porteur|"
    r"partenair|publi|benefic|objectif|result|bilan|region|prise|prend|participa|nombre|people|attend|deadline|appl|cost|durat|amount|many|much|"
    r"what|when|where|which|there|with|company|calendrier|lanc|ouvert|fini|total|moment|encore|deja|jour|mois|annee|existe|faut|peut|avoir|etre)"
)
_ELSEWHERE = re.compile(r"\bsinon\b.*\w|\b(?:autre|nouvelle) (?:chose|question)\b|\banother question\b")
_WHAT_IS = re.compile(r"^[A-ZÀ-Ý][\w&'’+-]+(?: [\w&'’+-]+){0,3},? c(?:'est)? qu(?:oi|i)\b")  # "Naonedia c'est quoi ?"
_LITTLE = frozenset(
    "les des une pour est que c'est dans avec leur leurs plus tous tout toute toutes elle elles ils sont sera etait ont font fait donc stp svp merci "
    "finalement vraiment exactement chez eux deux".split()
)
_OPENS = re.compile(  # a sentence that opens with what stands for something named before
    r"^(?:(?:ok|oui|non|et|mais|alors|donc|du coup|ah|bon|bien)[ ,]+)*(?:leurs?|ses|ils|elles|elle|il|they|their|its)\b(?! (?:y a|faut|existe|s'agit|est (?:vrai|possible)))"
)
MORE = re.compile(  # asks for more of what was said: "cite-les tous", "donne-moi toute la répartition"
    r"^(?:(?:ok|oui|et|alors|donc|bon|bien|merci|yes|and)[ ,]+)*(?:tu peux |vous pouvez |peux-tu |pouvez-vous |can you |please )?"
    r"(?:(?:me |nous )?(?P<object>l[ae]s? |l')?(?:cit|enumer|donn|list|detaill|expliqu|developp|resum|precis|montr|rappel|give|name|tell)[a-z]*"
    r"(?P<after>-(?:les?|la)\b| (?:les?|la|them|it)(?= (?:moi|nous|tous|toutes|stp|svp|all)\b|\W*$))?(?P<to>[- ](?:moi|nous|me|us)\b)?)"
)
MORE_TERMS = 2  # words besides those for an attribute, of an order that leans on what was said before


_ALL_OF_IT = re.compile(
    r"\btou(?:te)?s (?:leurs|ses)\b|\b(?:la|toute la) (?:liste|repartition) (?:complete|entiere|des)\b"
)


def orders_more(text: str) -> bool:
    """Whether a message orders what was spoken of to be told in full: "détaille", "cite-les tous", "toutes leurs idées"."""
    folded = folded_text(text)
    more = MORE.match(folded)
    alone = more is not None and more.end() == len(folded.rstrip(" .!?"))
    told = more is not None and bool(more["object"] or more["after"] or more["to"])
    return alone or told or _ALL_OF_IT.search(folded) is not None


def own_terms(text: str) -> set[str]:
    """The words of a text that are neither little ones nor those for what may be asked of anything."""
    return {word for word in _words(folded_text(text)) if len(word) > 3 and _GENERIC.match(word) is None}


def _words(folded: str) -> list[str]:
    return [word for word in re.findall(r"\w{3,}", folded) if word not in _LITTLE]


_ASKS_IF = re.compile(
    r"(?:\b(?:c'est|ce sera|est-ce|est-(?:il|elle|on)|sont-|a-t-|ont-|faut-il|peut|puis-je|y a|existe|obligatoire|gratuit\w*|ouvert\w*|"
    r"possible|disponible|is (?:it|this|that)|are they|can (?:i|we)|does it|do they)).*\?"
)


def leans(text: str) -> bool:
    """Whether a question says too little by itself: it goes on, points back, or is a few words."""
    folded = folded_text(text)
    if _ELSEWHERE.search(folded) or _WHAT_IS.search(text):
        return False
    if any(cue.search(folded) for cue in (LEANS, _POINTS_BACK, BOTH, NTH)):
        return True
    if _OPENS.search(folded):
        return True
    words = _words(folded)
    placed = {word for place in places(text) for word in text[place.start : place.end].split()}
    named = any(word not in placed for name in names_in(text) for word in name.split())
    if named:
        return False
    more = MORE.match(folded)
    if more and (more["object"] or more["after"]):
        return True
    if len(words) < MIN_OWN_TERMS or PRONOUN.search(folded) is not None:
        return True
    if placed or _KNOWN.search(folded) or _OWN_STORY.search(folded):
        return False
    return len(own_terms(text)) <= (1 + MORE_TERMS if more and more["to"] else OWN_TERMS)


def asks(folded: str) -> bool:
    """Whether a folded message asks something, or orders more to be told."""
    cues = (INTERROGATIVE, BOTH, _ASKS_IF, MORE)
    pointing = PRONOUN.search(folded) is not None and folded.rstrip().endswith("?")
    return bool(expected_type(folded) or fields_asked(folded) or any(cue.search(folded) for cue in cues) or pointing)
