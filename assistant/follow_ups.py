"""A follow-up made whole: what it is about is carried over from the conversation, what was asked before only where it asks nothing.

"Et pour qui ?" after a question on the cost of an aid asks whom that aid is for, not its cost again; "et Move2Digital ?"
asks the same thing of another; "et pour une ETI ?" after an aid was looked for looks for one again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answers import Turn
from assistant.asker import asked_back, looks_again, looks_for_an_aid, tells_of_itself
from assistant.cues import COURTESIES, fields_asked, folded_text, heard
from assistant.leaning import BOTH, LEANS, NTH, asks, leans, own_terms
from assistant.naming import names_in, schemes_named, without_scheme_names
from assistant.terms import SIZES_EN, terms_said
from assistant.territories import places
from ingest.catalogue import load_vocabulary
from ingest.schemes import Scheme

ASIDE_WORDS = 5
_GOES_ON = re.compile(rf"{LEANS.pattern}|^\W*sinon\b")
_PLACE_IN_LIST = {"pr": 0, "fi": 0, "de": 1, "se": 1, "tr": 2, "th": 2}
_THANKS = re.compile(  # what opens a message and says nothing of what it asks
    r"^(?:(?:ok(?:ay)?|d'accord|parfait|super|g[ée]nial|merci(?: beaucoup| bien)?|bien not[ée]|not[ée]|tr[èe]s bien|entendu|compris|je vois|ah|cool|"
    r"bonne nouvelle[^.!?]{0,60}|thanks|thank you|great|got it)\b[\s,.!:;]*)+(?=\w)",
    re.IGNORECASE,
)
_THE_PLAN = re.compile(
    r"\b(?:l[ea]|du|ce|au|dans le|sur le|the) plan\b(?! (?:d[eu']|d'|de la|of|[a-z]*sud|[a-z]*occit|nation|europ|soci|loca|humain|juridi|"
    r"econom|intern|depart|techni|ethi|financi|environ|legal|fiscal))"
)
_NOTED = re.compile(
    r"^(?:(?:ok|merci|bien|d'accord)[ ,.!]+)*(?:je (?:note|vois|comprends|prends note|garde ca)|j'ai (?:compris|note))\b[^?]{0,20}$"
)
_ANY_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_ALONE = re.compile(r"^\W*(?:(?:et|and|ou) )?(?:(?:en|pour|in|for) )?((?:19|20)\d\d)\W*$")
_YEAR = re.compile(r"\b(?:en|depuis|in|since) (?:19|20)\d\d\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\W*(?:et )?(?:pour |que dit )?(?:l[ae]s? )(\d+)\W*$")  # "et la 13 ?"
_BEFORE_A_PLACE = re.compile(
    r"(?:\b(?:en|à|au|aux|dans|de|du|des|pour|sur|chez|in|of|at|for) |\bd['’])?(?:(?:la|le|les|the|région|region) |l['’])*$",
    re.IGNORECASE,
)
_ASKING_WORDS = re.compile(  # what goes of a question to leave what it is about
    r"^\W*(?:et |mais |alors )?(?:est-ce qu(?:e |')|qu'est-ce qu(?:e |'|i )|c'est quoi |quel(?:le)?s? (?:est |sont |était |étaient )?|combien (?:de |d')?|"
    r"qui |que |quand |où |comment |pourquoi |what (?:is |are )?|who |how (?:many |much )?|when |where |which |why )|,? ?\bc(?:'est)? quoi\b|,? ?\bnon\s*\?|\s*\?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """What a conversation is about, what was asked of it last, the last question that stood alone, the schemes it
    went through, the latest last, those that the last answer to name several listed, those that answers showed, the
    latest last, what its questions were about, and whether the last one only tells more of who looks for an aid."""

    topic: str
    ask: str
    root: str
    past: tuple[Scheme, ...] = ()
    listed: tuple[Scheme, ...] = ()
    shown: tuple[Scheme, ...] = ()
    sides: tuple[str, ...] = ()
    searching: bool = False

    @property
    def whole(self) -> str:
        return f"{self.topic} : {self.ask}" if self.topic else self.ask


def made_whole(text: str, history: Sequence[Turn], schemes: Sequence[Scheme]) -> str:
    """A question with what it leans on in the user's earlier ones; any other as it is."""
    return thread_of(text, history, schemes).whole


def thread_of(text: str, history: Sequence[Turn], schemes: Sequence[Scheme]) -> Thread:
    """A conversation at its last question, each made whole in turn with what it leans on in the user's earlier ones.

    Of the assistant's answers only the schemes they name are read, and only the names that the catalogue gives them are
    carried over: whatever else they hold never enters a question.
    """
    if _is_courtesy(text):
        return Thread("", text, text)
    said: list[tuple[str, str]] = []  # each question of the user with the answer before it
    answer = ""
    for turn in history:
        if turn.role == "user":
            said.append((turn.content, answer))
        answer = turn.content if turn.role == "assistant" else ""
    thread = Thread("", "", "")
    for asked, shown in [*(turn for turn in said if not (_is_courtesy(turn[0]) or _is_aside(*turn))), (text, answer)]:
        thread = _remembered(thread, asked, shown, schemes)
    return thread


def _is_courtesy(text: str) -> bool:
    """Whether it is said to the desk itself ("merci"): it changes nothing of what is spoken of."""
    return any(heard(cue, folded_text(text)) for cue in COURTESIES)


def _is_aside(text: str, answer: str) -> bool:
    """Whether it neither asks nor tells anything ("c'est long !"): what was spoken of still is."""
    folded = folded_text(text)
    if _NOTED.search(folded):
        return True
    says = asks(folded) or "?" in text or heard("first_person", folded) or asked_back(answer)
    return not says and len(folded.split()) <= ASIDE_WORDS and not _tells_a_value(text, folded)


def _remembered(before: Thread, text: str, answer: str, schemes: Sequence[Scheme]) -> Thread:
    after = _continued(before, text, answer, schemes)
    now = schemes_named(after.whole, schemes)
    past = (*(scheme for scheme in before.past if scheme not in now), *now)
    own = schemes_named(text, schemes)
    speaks_of = names_in(f"– {text}") or places(text)
    side = _named(own) or (_about(text) if speaks_of else _named(now) or _about(after.ask))
    new = _aids(schemes_named(answer, schemes))[:1]
    shown = (*(scheme for scheme in before.shown if scheme not in new), *new)
    listed = _listed(answer, schemes) or before.listed
    return replace(after, past=past, listed=listed, shown=shown, sides=(*before.sides, side))


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
    searched = looks_for_an_aid(before.root, schemes)
    if searched and tells_of_itself(text, folded, answer):
        says_who = asked_back(answer) or looks_again(folded) or _sized_or_placed(text, folded)
        return replace(_told_more(before, text, searched), searching=says_who)
    if not before.ask or not leans(text):
        return Thread("", text, text)
    said = schemes_named(before.whole, schemes)
    shown = _aids(schemes_named(answer, schemes))
    own = schemes_named(text, schemes) or _plan_of_another_region(said, text, schemes)
    listed = _listed(answer, schemes) or before.listed
    nth = NTH.search(folded)
    if nth and listed:
        at = -1 if nth["nth"].startswith(("der", "last")) else _PLACE_IN_LIST[nth["nth"][:2]]
        return replace(before, searching=False, topic=listed[min(at, len(listed) - 1)].name, ask=text)
    if BOTH.search(folded) and not own:
        last = tuple(scheme for scheme in (*before.shown, *shown[:1]) if scheme not in before.past)[-2:]
        pairs = (_aids(said), _aids(before.past)[-2:], listed[:2], last, before.past[-2:])
        both = next((_named(pair) for pair in pairs if len(pair) > 1), " et ".join(before.sides[-2:]))
        return replace(before, searching=False, topic=both, ask=text)
    plan = () if own else _plan_meant(folded, before, text, schemes)
    if plan:
        return replace(before, searching=False, topic=_named(plan), ask=text)
    if asks(folded):
        if own:
            return Thread("", text, before.root)
        of_it = said or (shown[:1] if searched or len(shown) == 1 else ())
        topic = _named(of_it) if of_it and (fields_asked(folded) or not said) else _spoken_of(before)
        return replace(before, searching=False, topic=topic, ask=text)
    numbered = _NUMBERED.search(folded)
    if numbered and not own and re.search(r"\d", before.ask):
        ask = re.sub(r"\d+", numbered[1], before.ask, count=1)
        return replace(before, searching=False, ask=ask, topic="" if re.search(r"\d", before.topic) else before.topic)
    if own:  # the same asked of another
        ask = without_scheme_names(before.ask, said)
        return replace(before, searching=False, topic=_named(own), ask=" ".join(ask.split()))
    if not _tells_a_value(text, folded):
        return Thread("", text, before.root)
    if before.topic and text.rstrip().endswith("?") and not _sized_or_placed(text, folded):  # "et des prototypes ?"
        return replace(before, searching=False, ask=text)
    return _told_more(before, text, searched)


def _spoken_of(before: Thread) -> str:
    """What is spoken of after a question: its topic, and what it asked about where that is more than an attribute."""
    about = _about(before.ask)
    if not before.topic or not about:
        return before.topic or about
    return f"{before.topic}, {about}" if len(own_terms(about)) > 1 and "," not in before.topic else before.topic


def _tells_a_value(text: str, folded: str) -> bool:
    """Whether it says a place, a number, a size or a name, or goes on in so many words: else it says nothing."""
    return _sized_or_placed(text, folded) or bool(_GOES_ON.search(folded) or names_in(text))


def _sized_or_placed(text: str, folded: str) -> bool:
    sized = list(terms_said(folded, load_vocabulary().sizes, SIZES_EN))
    return bool(places(text) or sized or re.search(r"\d", text))


def _plan_of_another_region(said: Sequence[Scheme], text: str, schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """The plan of the region that a follow-up names, where what is spoken of is the plan of another."""
    codes = {place.code for place in places(text) if place.code}
    if not codes or not said or any(scheme.kind != "plan" for scheme in said):
        return ()
    return tuple(s for s in schemes if s.kind == "plan" and codes & set(s.regions) and s not in said)[:1]


def _plan_meant(folded: str, before: Thread, text: str, schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """The plan of a region that "le plan" stands for: the last spoken of, else that of the region spoken of."""
    if _THE_PLAN.search(folded) is None or places(text):
        return ()
    plans = [scheme for scheme in schemes if scheme.kind == "plan"]
    spoken = [scheme for scheme in before.past if scheme.kind == "plan"]
    if spoken:
        return (spoken[-1],)
    said = [place.code for place in places(f"{before.root} {before.whole}") if place.code]
    codes = [*said, *(code for scheme in (*before.past, *before.shown) for code in scheme.regions)]
    return tuple(plan for plan in plans if codes and codes[-1] in plan.regions)[:1]


def _told_more(before: Thread, text: str, searched: bool) -> Thread:
    """A place, a size or a year said after a question: it is asked again, as it stood alone where an aid is looked for."""
    topic, ask = ("", before.root) if searched else (before.topic, before.ask)
    asked = f"{ask} {text}"
    year = _YEAR_ALONE.match(folded_text(text))
    if year and _ANY_YEAR.search(ask):
        asked = _ANY_YEAR.sub(year[1], ask, count=1)
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


def _about(question: str) -> str:
    """A question less the words by which it asks, and the year of what it asked."""
    return " ".join(_YEAR.sub(" ", _ASKING_WORDS.sub(" ", question)).split()).strip(" ,.;:!")
