"""A follow-up made whole: what it is about is carried over from the conversation, what was asked before only where it asks nothing.

"Et pour qui ?" after a question on the cost of an aid asks whom that aid is for, not its cost again; "et Move2Digital ?"
asks the same thing of another; "et pour une ETI ?" after an aid was looked for looks for one again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answers import Turn
from assistant.clients import opens_with_a_company
from assistant.cues import COURTESIES, expected_type, fields_asked, folded_text, heard
from assistant.naming import names_in, schemes_named, without_scheme_names
from assistant.parts import INTERROGATIVE
from assistant.terms import SIZES_EN, terms_said
from assistant.territories import places
from ingest.catalogue import load_vocabulary
from ingest.schemes import Scheme

MIN_OWN_TERMS = 4  # a follow-up shorter than this, in words of three letters or more, leans on what was said before
OWN_TERMS = (
    1  # words besides those for an attribute, of a question that names nothing and leans on what was said before
)
_LEANS = re.compile(
    r"^(?:oui|non|ok|ah|d'accord|yes|no|right)?[ ,]*(?:et|mais|and|so|but|alors|donc|what about|du coup)\b(?! sinon)"
    r"|^(?:non|pardon|en fait|plutot|finalement|no|actually|sorry)\b|\b(?:en fait|plutot|finalement|actually|aussi|egalement|too)\W*$"
)
_GOES_ON = re.compile(rf"{_LEANS.pattern}|^\W*sinon\b")
_BOTH = re.compile(
    r"\b(?:compar\w+|la difference|ces (?:deux|2))\b|\b(?:les|ces|eux|elles|tous les|toutes les|des|the|these) (?:deux|2|two)\b(?! (?!aides?|dispositifs?|programmes?|plans?|moocs?|regions?|schemes?)[a-z]{3,})|\bboth\b|\bchacune?s?\b|\beach\b"
    r"|^\W*(?:et |mais )?(?:lequel|laquelle|which one)\b|\bl'une? (?:et|ou|de|d')|\bce qui les (?:distingue|differencie|separe)"
)
_PRONOUN = re.compile(  # what it stands for was said before
    r"^(?:(?:et|mais|alors) )?(?:(?:ils?|elles?)\b(?! (?:y a|faut|existe|s'agit))|(?:ca|cela)\b|c'est\b(?! quoi (?:une?|l[ae]s?|l'|des|du)\b)"
    r"|(?:they|it)\b)|\b(?:ca|it|they|them|its|cet|cette|ses|l'(?:ont|a|avait))\b|\bson (?!cote)|\b(?:dedans|la-dessus|la-dedans|d'entre (?:eux|elles)|cette affaire|tout ca)\b"
    r"|\b(?:qui|comment|ou|quand|pourquoi|combien)(?: est-ce qu)?(?: on| peut-on| puis-je|e je)? l[ae]s? [a-z]+(?:e|ent|er|it)\b(?= ?(?:[,?]|$))"
)
_POINTS_BACK = re.compile(
    r"\b(?:celui-ci|celle-ci|celui-la|celle-la|cette aide|ce dispositif|ce programme|this one|that one)\b"
    r"|\b(?:qui|comment|ou|quand|pourquoi|combien|puis-je|peut-on|faut-il) (?:l'|y |en )[a-z]"
    r"|^(?:et )?(?:on peut|peut-on|puis-je|je peux|faut-il|il faut|comment|ou|quand) (?:\w+ ){0,2}(?:candidat|postul|s'inscri|depos|inscri)\w*"
)
_ASKS_IF = re.compile(
    r"(?:\b(?:c'est|ce sera|est-ce|est-(?:il|elle|on)|sont-|a-t-|ont-|faut-il|peut|puis-je|y a|existe|obligatoire|gratuit\w*|ouvert\w*|"
    r"possible|disponible|is (?:it|this|that)|are they|can (?:i|we)|does it|do they)).*\?"
)
_NTH = re.compile(
    r"\b(?:le|la|du|de la|au|a la|the) (?P<nth>premiere?|deuxieme|seconde?|troisieme|derniere?|first|second|third|last)(?: one)?(?= ?(?:[,?.!]|$|c'est|est\b|il |elle |is\b))"
)
_PLACE_IN_LIST = {"pr": 0, "fi": 0, "de": 1, "se": 1, "tr": 2, "th": 2}
_CORRECTS = re.compile(
    r"^(?:ah |oh |euh )?(?:non|pardon|en fait|plutot|finalement|je corrige|correction|erratum|no|actually|sorry)\b"
)
_THANKS = re.compile(  # what opens a message and says nothing of what it asks
    r"^(?:(?:ok(?:ay)?|d'accord|parfait|super|g[ée]nial|merci(?: beaucoup| bien)?|bien not[ée]|not[ée]|tr[èe]s bien|entendu|compris|je vois|ah|cool|"
    r"bonne nouvelle[^.!?]{0,60}|thanks|thank you|great|got it)\b[\s,.!:;]*)+(?=\w)",
    re.IGNORECASE,
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
_WIDER = re.compile(
    r"^\W*(?:(?:et|and|ou) )?(?:sinon )?(?:au (?:niveau |plan )?|a l'echelle |at (?:the )?)?(?:national\w*|europeen\w*|european)(?: level)?\W*$"
)
_HAVE = re.compile(r"\b(?:j'ai|on a|nous avons|j'aurais|aurais-je|ai-je|do (?:i|we) have|can (?:i|we) (?:have|get))\b")
_NUMBERED = re.compile(r"^\W*(?:et )?(?:pour |que dit )?(?:l[ae]s? )(\d+)\W*$")  # "et la 13 ?"
_ELSEWHERE = re.compile(r"\bsinon\b.*\w|\b(?:autre|nouvelle) (?:chose|question)\b|\banother question\b")
_WHAT_IS = re.compile(r"^[A-ZÀ-Ý][\w&'’+-]+(?: [\w&'’+-]+){0,3},? c(?:'est)? qu(?:oi|i)\b")  # "Naonedia c'est quoi ?"
_BEFORE_A_PLACE = re.compile(
    r"(?:\b(?:en|à|au|aux|dans|de|du|des|pour|sur|chez|in|of|at|for) |\bd['’])?(?:(?:la|le|les|the|région|region) |l['’])*$",
    re.IGNORECASE,
)
_LITTLE = frozenset({"les", "des", "une", "pour", "est", "que", "c'est"})
_ASKING_WORDS = re.compile(  # what goes of a question to leave what it is about
    r"^\W*(?:et |mais |alors )?(?:est-ce qu(?:e |')|qu'est-ce qu(?:e |'|i )|c'est quoi |quel(?:le)?s? (?:est |sont |était |étaient )?|combien (?:de |d')?|"
    r"qui |que |quand |où |comment |pourquoi |what (?:is |are )?|who |how (?:many |much )?|when |where |which |why )|,? ?\bc(?:'est)? quoi\b|,? ?\bnon\s*\?|\s*\?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """What a conversation is about, what was asked of it last, the last question that stood alone, the schemes it
    went through, the latest last, those that the last answer to name several listed, and what its questions were about."""

    topic: str
    ask: str
    root: str
    past: tuple[Scheme, ...] = ()
    listed: tuple[Scheme, ...] = ()
    sides: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        return f"{self.topic} : {self.ask}" if self.topic else self.ask


def made_whole(text: str, history: Sequence[Turn], schemes: Sequence[Scheme]) -> str:
    """A question with what it leans on in the user's earlier ones, each made whole in turn; any other as it is.

    Of the assistant's answers only the schemes they name are read, and only the names that the catalogue gives them are
    carried over: whatever else they hold never enters a question.
    """
    if _is_courtesy(text):
        return text
    said: list[tuple[str, str]] = []  # each question of the user with the answer before it
    answer = ""
    for turn in history:
        if turn.role == "user":
            said.append((turn.content, answer))
        answer = turn.content if turn.role == "assistant" else ""
    thread = Thread("", "", "")
    for asked, shown in [*(turn for turn in said if not _is_courtesy(turn[0])), (text, answer)]:
        thread = _remembered(thread, asked, shown, schemes)
    return thread.whole


def _is_courtesy(text: str) -> bool:
    """Whether it is said to the desk itself ("merci"): it changes nothing of what is spoken of."""
    return any(heard(cue, folded_text(text)) for cue in COURTESIES)


def leans(text: str) -> bool:
    """Whether a question says too little by itself: it goes on, points back, or is a few words."""
    folded = folded_text(text)
    if _ELSEWHERE.search(folded) or _WHAT_IS.search(text):
        return False
    if any(cue.search(folded) for cue in (_LEANS, _POINTS_BACK, _BOTH, _NTH)):
        return True
    words = [word for word in re.findall(r"\w{3,}", folded) if word not in _LITTLE]
    placed = {word for place in places(text) for word in text[place.start : place.end].split()}
    named = any(word not in placed for name in names_in(text) for word in name.split())
    if named:
        return False
    if len(words) < MIN_OWN_TERMS or _PRONOUN.search(folded) is not None:
        return True
    if placed or _KNOWN.search(folded) or _OWN_STORY.search(folded):
        return False
    own = [word for word in words if len(word) > 3 and _GENERIC.match(word) is None]
    return len(own) <= OWN_TERMS


def _remembered(before: Thread, text: str, answer: str, schemes: Sequence[Scheme]) -> Thread:
    after = _continued(before, text, answer, schemes)
    now = schemes_named(after.whole, schemes)
    past = (*(scheme for scheme in before.past if scheme not in now), *now)
    side = _named(now) or _about(text if names_in(f"– {text}") or places(text) else after.ask)
    return replace(after, past=past, listed=_listed(answer, schemes) or before.listed, sides=(*before.sides, side))


def _listed(answer: str, schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """The schemes, not plans, that an answer names, where it names several."""
    named = _aids(schemes_named(answer, schemes))
    return named if len(named) > 1 else ()


def _aids(named: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """The schemes less the plans that hold them."""
    return tuple(scheme for scheme in named if scheme.kind != "plan")


def _continued(before: Thread, text: str, answer: str, schemes: Sequence[Scheme]) -> Thread:
    """The conversation after one more question; `answer` is what the assistant said just before it."""
    text = _THANKS.sub("", text) if before.ask else text
    folded = folded_text(text)
    searched = _looks_for_an_aid(before.root, schemes)
    if searched and _tells_of_itself(text, folded):
        return _told_more(before, text, searched)
    if not before.ask or not leans(text):
        return Thread("", text, text)
    said = schemes_named(before.whole, schemes)
    shown = _aids(schemes_named(answer, schemes))
    own = schemes_named(text, schemes)
    listed = _listed(answer, schemes) or before.listed
    nth = _NTH.search(folded)
    if nth and listed:
        at = -1 if nth["nth"].startswith(("der", "last")) else _PLACE_IN_LIST[nth["nth"][:2]]
        return replace(before, topic=listed[min(at, len(listed) - 1)].name, ask=text)
    if _BOTH.search(folded) and not own:
        pairs = (_aids(said), _aids(before.past)[-2:], listed[:2], before.past[-2:])
        both = next((_named(pair) for pair in pairs if len(pair) > 1), " et ".join(before.sides[-2:]))
        return replace(before, topic=both, ask=text)
    if _asks(folded):
        if own:
            return Thread("", text, before.root)
        of_it = said or (shown[:1] if searched or len(shown) == 1 else ())
        topic = _named(of_it) if of_it and (fields_asked(folded) or not said) else before.topic or _about(before.ask)
        return replace(before, topic=topic, ask=text)
    numbered = _NUMBERED.search(folded)
    if numbered and not own and re.search(r"\d", before.ask):
        ask = re.sub(r"\d+", numbered[1], before.ask, count=1)
        return replace(before, ask=ask, topic="" if re.search(r"\d", before.topic) else before.topic)
    if own:  # the same asked of another
        ask = without_scheme_names(before.ask, said)
        return replace(before, topic=_named(own), ask=" ".join(ask.split()))
    if not _tells_a_value(text, folded):
        return Thread("", text, before.root)
    return _told_more(before, text, searched)


def _tells_a_value(text: str, folded: str) -> bool:
    """Whether it says a place, a number, a size or a name, or goes on in so many words: else it says nothing."""
    sized = list(terms_said(folded, load_vocabulary().sizes, SIZES_EN))
    return bool(places(text) or sized or re.search(r"\d", text) or _GOES_ON.search(folded) or names_in(text))


def _tells_of_itself(text: str, folded: str) -> bool:
    """Whether it says more of the company an aid is looked for: it asks nothing, or what one has in a place it names."""
    corrects, placed = _CORRECTS.search(folded) is not None, bool(places(text))
    speaks = heard("first_person", folded) or corrects or placed
    asks = text.rstrip().endswith("?") or _asks(folded)
    if _WIDER.search(folded):  # "et au niveau national ?"
        return True
    return speaks and (not asks or (placed and (corrects or _HAVE.search(folded) is not None)))


def _told_more(before: Thread, text: str, searched: bool) -> Thread:
    """A place, a size or a year said after a question: it is asked again, as it stood alone where an aid is looked for."""
    topic, ask = ("", before.root) if searched else (before.topic, before.ask)
    asked = f"{ask} {text}"
    if places(text):
        elsewhere = _in_its_place(ask, text)
        topic, ask = _without_places(topic), _without_places(ask)
        asked = elsewhere or f"{ask} {text}"
    return Thread(topic, asked, asked if searched else before.root)


def _in_its_place(ask: str, text: str) -> str:
    """The question asked, with the one place it names changed for the one that a follow-up says alone ("et en PACA ?")."""
    old, said = places(ask), re.sub(r"^\W*(?:et|and|mais|ou)\b[\s,]*|\W+$", "", text, flags=re.IGNORECASE)
    new = places(said)
    if (
        len(old) != 1
        or len(new) != 1
        or _BEFORE_A_PLACE.fullmatch(said[: new[0].start]) is None
        or said[new[0].end :].strip()
    ):
        return ""
    before = _BEFORE_A_PLACE.sub("", ask[: old[0].start])
    return f"{before}{said}{ask[old[0].end :]}"


def _without_places(text: str) -> str:
    for place in reversed(places(text)):
        text = text[: place.start] + text[place.end :]
    return " ".join(text.split())


def _named(schemes: Sequence[Scheme]) -> str:
    return " et ".join(scheme.name for scheme in schemes)


def _asks(folded: str) -> bool:
    cues = (INTERROGATIVE, _BOTH, _ASKS_IF)
    pointing = _PRONOUN.search(folded) is not None and folded.rstrip().endswith("?")
    return bool(expected_type(folded) or fields_asked(folded) or any(cue.search(folded) for cue in cues) or pointing)


def _looks_for_an_aid(text: str, schemes: Sequence[Scheme]) -> bool:
    folded = folded_text(text)
    told = expected_type(folded) in (None, "who", "yes_no", "explanation", "list")
    looks = any(heard(cue, folded) for cue in ("which_aid", "plain_aid", "first_person"))
    looks = looks or opens_with_a_company(text, load_vocabulary())
    return looks and told and not schemes_named(text, schemes)


def _about(question: str) -> str:
    """A question less the words by which it asks."""
    return " ".join(_ASKING_WORDS.sub(" ", question).split()).strip(" ,.;:!")
