"""What a question asks: language, intent, expected type of answer, schemes named, attribute asked about.

Rules on folded text, in data (wording/cues.yaml); the generator is never needed to route.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answers import Question
from assistant.clients import client_in
from assistant.counted import counted_in, counted_of_in, in_french, measured_in, of_whom_in, required_in
from assistant.cues import COURTESIES, Expected, expected_type, fields_asked, folded_text, heard, language_of
from assistant.follow_ups import Thread, thread_of
from assistant.leaning import BOTH, MORE, orders_more
from assistant.naming import only_a_source, schemes_named, without_names
from assistant.parts import INTERROGATIVE, Part, parts_of
from assistant.personal_data import without_personal_data
from assistant.territories import places
from assistant.wording import load_cues
from index.tokens import content_tokens
from ingest.catalogue import load_vocabulary
from ingest.schemes import Field, Scheme

Intent = Literal["which_aid", "fact", "list", "comparison", "small_talk", "off_topic", "steering", "personal_data"]
NOT_OF_A_CLIENT = {"operator", "partners", "results", "dates"}  # asked of a scheme, whoever it is for


RECALLED = 600  # characters of the answer before a follow-up by which passages are found again
MOST_OF_WHO = 14  # words of a message that only says who its asker is; a longer one tells what he wants


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question understood. `text` is the question made whole with its history; `parts` are its clauses.

    `terms` are its content tokens, in French whatever its language; `counted` are the tokens of the noun after "combien de",
    `counted_of` those of what it is made of ("places de crèche"), `of_whom` those of the noun of which a share is asked,
    `measured` those of the noun whose amount or share is asked ("l'amende", "le chiffre d'affaires"); `done` tells that it asks of something already done; `asked_terms`
    are the terms of the sentences that ask; `qualifiers` are patterns that a source of the amount asked must hold,
    `required` those that a source must hold whatever is asked (the number of a measure, who won);
    `for_a_client` tells that it asks what a company described in the third person may have, `no_aid` that its vector
    asks for no aid, whatever its asker says of himself; `recalled` is the answer that a follow-up comes after, by which
    passages are found again and nothing else; `answers_back` tells that it says more of who looks for an aid,
    `in_full` that it orders what was spoken of to be told in full, `follows` that what it is about was said before it.
    """

    text: str
    language: Literal["fr", "en"]
    intent: Intent
    expected: Expected | None
    schemes: tuple[Scheme, ...]
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    first_person: bool
    terms: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    done: bool = False
    asked_terms: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    counted_of: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    of_whom: tuple[str, ...] = ()
    for_a_client: bool = False
    no_aid: bool = False
    recalled: str = ""
    answers_back: bool = False
    in_full: bool = False
    follows: bool = False


def asking_sentences(text: str) -> str:
    """The sentences of a text that end with a question mark, else its last one, else the whole."""
    pieces = [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|(?<=\s):\s", text) if piece.strip()]
    asking = [piece for piece in pieces if piece.endswith("?")]
    return " ".join(asking or pieces[-1:]) or text


def _meant(question: Question, whole: str, schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """The schemes a question names, itself or with what it leans on, less the plans that a place it names rules out: of an aid, that is what is to
    be said."""
    own = schemes_named(question.text, schemes)
    if own or whole == question.text:
        return (*own, *_other_plan(question.text, own, schemes))
    codes = {place.code for place in places(question.text) if place.code}
    everywhere = {"PAYS-99100", "UE"}
    earlier = schemes_named(whole, schemes)
    return tuple(
        s for s in earlier if s.kind != "plan" or not codes or codes & set(s.regions) or everywhere & set(s.regions)
    )


_THAT_OF = re.compile(r"\bcel(?:ui|le) (?:de |d'|du |des )")


def _other_plan(text: str, own: tuple[Scheme, ...], schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """Of a plan set beside "celui de l'Occitanie", that other plan."""
    if len(own) != 1 or own[0].kind != "plan" or _THAT_OF.search(folded_text(text)) is None:
        return ()
    codes = {place.code for place in places(text) if place.code} - set(own[0].regions)
    return tuple(s for s in schemes if s.kind == "plan" and codes & set(s.regions))[:1]


def _intent(
    folded: str, whole: str, first_person: bool, named: tuple[Scheme, ...], fields: tuple[Field, ...], placed: bool
) -> Intent:
    if heard("steering", folded):
        return "steering"
    if heard("personal_data", folded):
        return "personal_data"
    if any(heard(cue, folded) for cue in COURTESIES):
        return "small_talk"
    if heard("errand", folded):
        return "off_topic"
    if heard("comparison", whole) and (not first_person or len(named) > 1):
        return "comparison"
    if says_who_alone(folded) or (heard("plain_aid", whole) and not named and not fields and (first_person or placed)):
        return "which_aid"
    reaches = expected_type(folded) in ("phone", "email", "contact")  # whom to reach, not what fits
    if heard("which_aid", whole) and first_person and not reaches and not (named and fields):
        return "which_aid"
    if (
        heard("need", whole)
        and first_person
        and not reaches
        and not named
        and expected_type(whole) in (None, "who", "explanation", "yes_no")
    ):
        return "which_aid"
    if heard("list", whole):
        return "list"
    return "fact"


_WHO = re.compile(
    r"^\W*(?:(?:bonjour|bonsoir|salut|hello|hi)\b[ ,!.]*)?(?:je suis|je dirige|je gere|je tiens|nous sommes|on est|j'ai (?:une?|mon)|i am an?|i'm an?|"
    r"i run|we are)\b"
)


def says_who_alone(text: str) -> bool:
    """Whether a message says who or where its asker is and asks nothing: "Je suis artisan à Angers"."""
    folded = folded_text(text)
    asks = "?" in text or expected_type(folded) or fields_asked(folded) or INTERROGATIVE.search(folded)
    return _WHO.match(folded) is not None and not asks and len(folded.split()) <= MOST_OF_WHO


def _for_a_client(text: str) -> bool:
    """Whether it asks what a company described in the third person may have."""
    client = client_in(text, load_vocabulary())
    return client is not None and not set(fields_asked(folded_text(text.replace(client, " ")))) & NOT_OF_A_CLIENT


def _without_personal_data(question: Question) -> Question:
    history = tuple(replace(turn, content=without_personal_data(turn.content)) for turn in question.history)
    return replace(question, text=without_personal_data(question.text) or question.text, history=history)


def spelled_out(text: str) -> str:
    """A text with the words meant by those that are typed on a phone ("kan", "cb", "lia"), where they are in lower case."""
    known = load_cues()["shorthand"]
    return re.sub(r"(?<![\w'’.-])[a-zéè]{2,6}(?![\w'’-]|\.\w)", lambda match: known.get(match[0], match[0]), text)


def _spelled_out(question: Question) -> Question:
    return replace(question, text=spelled_out(question.text))


def understand(question: Question, schemes: Sequence[Scheme]) -> Understanding:
    """Language, intent, expected type, schemes and attribute of a question, with its history. Deterministic.

    Personal data are left out, as written or as masked: a job that keeps a question masked answers it the same.
    """
    question = _spelled_out(_without_personal_data(question))
    thread = thread_of(question.text, question.history, schemes)
    whole = thread.whole
    folded, folded_whole = folded_text(question.text), folded_text(whole)
    named = tuple(s for s in _meant(question, whole, schemes) if not only_a_source(s, folded_whole))
    asks_own = whole != question.text and bool(fields_asked(folded)) and bool(named)  # a follow-up about a known scheme
    fields = fields_asked(without_names(folded, named)) or fields_asked(without_names(folded_whole, named))
    language = language_of(question.text)
    speaks_of_self = heard("first_person", without_names(folded_whole, named))
    for_a_client = _for_a_client(whole)
    first_person = speaks_of_self or for_a_client
    intent = _intent(folded, folded if asks_own else folded_whole, first_person, named, fields, bool(places(whole)))
    in_full = bool(thread.topic) and orders_more(thread.ask) and intent in ("fact", "list")
    intent = "list" if in_full else intent
    answers_back = thread.searching and bool(question.history) and intent in ("fact", "list", "which_aid")
    intent = "which_aid" if answers_back else intent
    return Understanding(
        text=whole,
        language=language,
        intent=intent,
        expected=expected_type(folded) or expected_type(folded_whole),
        schemes=named,
        fields=fields,
        parts=_parts(thread, named),
        first_person=first_person,
        for_a_client=for_a_client,
        terms=_terms(thread.ask, whole, language),
        counted=counted_in(folded),
        measured=measured_in(folded),
        done=heard("done", folded),
        asked_terms=content_tokens(asking_sentences(whole)) if language == "fr" else (),
        counted_of=counted_of_in(folded),
        required=required_in(folded),
        of_whom=of_whom_in(folded),
        qualifiers=tuple(q["says"] for q in load_cues()["qualifiers"] if re.search(q["asks"], folded)),
        recalled=_answer_before(question),
        answers_back=answers_back,
        in_full=in_full,
        follows=bool(thread.topic),
    )


def _parts(thread: Thread, named: tuple[Scheme, ...]) -> tuple[Part, ...]:
    """The parts of a question; of a follow-up on one thing, those of its own words, each about what is spoken of."""
    if not thread.topic or BOTH.search(folded_text(thread.ask)):
        return parts_of(thread.whole, named)
    own = parts_of(thread.ask, named)
    if len(own) == 1:
        return (replace(own[0], text=thread.whole),)
    return tuple(replace(part, text=f"{thread.topic} : {part.text}") for part in own)


def _terms(ask: str, whole: str, language: str) -> tuple[str, ...]:
    """What a sentence that answers should hold: of a follow-up on one thing, its own words; the topic has found the
    passages."""
    own = content_tokens(ask if language == "fr" else in_french(ask))
    folded = folded_text(ask)
    if orders_more(ask):
        verbs = content_tokens(order[0]) if (order := MORE.match(folded)) else ()
        return tuple(term for term in content_tokens(whole) if term not in verbs)
    alone = len(own) > 1 and BOTH.search(folded) is None
    return own if alone else content_tokens(whole if language == "fr" else in_french(whole))


def _answer_before(question: Question) -> str:
    said = (turn.content for turn in reversed(question.history) if turn.role == "assistant")
    return next(said, "")[:RECALLED]


def focused(understanding: Understanding, bare: str, schemes: Sequence[Scheme]) -> Understanding:
    """A question of facts read again without what its asker says of himself; any other as it is."""
    if bare == understanding.text or understanding.intent not in ("fact", "list", "comparison"):
        return understanding
    read = understand(Question(bare), schemes)
    kept = read.intent if read.intent in ("fact", "list", "comparison") else understanding.intent
    if understanding.follows:  # its own words say nothing of who asks
        read = replace(understanding, text=read.text)
        kept = understanding.intent
    return replace(
        read,
        intent=kept,
        language=understanding.language,
        first_person=understanding.first_person,
        no_aid=understanding.no_aid,
        recalled=understanding.recalled,
    )
