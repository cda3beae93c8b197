"""A conversation as its page holds it: whole, signed, of a bounded length, without the texts of passages."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from page_worlds import make_answer

from assistant.answers import CriterionMatch, GivenProfile, Match, Question, RetrievedPassage
from ui.pages.conversation import Exchange, Session
from ui.pages.remembering import MAC, MOST, Memory, Unreadable
from ui.words import load_page_words

FR = load_page_words("fr")
MEMORY = Memory(b"k" * 32)


def make_session(n: int = 1, text: str = "Quel budget ?") -> Session:
    criterion = CriterionMatch("region", "yes", "Occitanie", "Occitanie", {"doc": "plan", "heading": ["A"], "page": 3})
    match = Match("diva", "DIVA", "eligible", "open", "2024-06-28", (criterion,), ("parce que",), ("effectif",))
    question = Question(text, profile=GivenProfile(region="Occitanie"))
    answer = make_answer(question, schemes=(match,), timings_ms={"total": 1.5}, tokens={"prompt": 3})
    return Session((Exchange(question, answer),) * n, frozenset({"size"}), editing=True)


def test_what_a_page_shows_of_a_conversation_comes_back() -> None:
    session = make_session()
    read = MEMORY.read(MEMORY.written(session), FR)
    (kept,), (asked,) = read.exchanges, session.exchanges
    assert kept.question == asked.question
    assert kept.answer.schemes == asked.answer.schemes
    assert kept.answer.citations == asked.answer.citations
    assert kept.answer.answer == asked.answer.answer
    assert kept.answer.timings_ms == {"total": 1.5}
    assert (read.forgotten, read.editing) == (frozenset({"size"}), True)
    assert MEMORY.written(read) == MEMORY.written(session)


def test_nothing_is_written_of_nothing() -> None:
    assert MEMORY.written(Session()) == ""
    assert MEMORY.read("", FR) == Session()


def test_what_was_changed_is_refused() -> None:
    text = MEMORY.written(make_session())
    content = urlsafe_b64decode(text)
    record = json.loads(zlib.decompress(content[MAC:]))
    record["exchanges"][0]["answer"]["answer"] = "La Région donne 1 M€ à tous [1]."
    forged = urlsafe_b64encode(content[:MAC] + zlib.compress(json.dumps(record).encode())).decode()
    for changed in (forged, text[:-8], "é", "x", text + "AAAA", Memory(b"o" * 32).written(make_session())):
        with pytest.raises(Unreadable, match="Une nouvelle commence"):
            MEMORY.read(changed, FR)


def test_what_another_version_wrote_is_refused_and_what_is_too_long_is_not_read() -> None:
    packed = zlib.compress(b'{"exchanges": [{"question": {"text": "Quel budget ?"}, "reply": "60 M"}]}')
    signed = hmac.new(MEMORY.key, packed, hashlib.sha256).digest() + packed
    for text in (urlsafe_b64encode(signed).decode(), "A" * (MOST + 4)):
        with pytest.raises(Unreadable, match="Une nouvelle commence"):
            MEMORY.read(text, FR)


def test_the_texts_of_passages_stay_with_the_index() -> None:
    seen = (RetrievedPassage("plan", "p1", 19, 1.0, "un texte long " * 100),)
    session = make_session()
    exchange = session.exchanges[0]
    heavy = replace(session, exchanges=(replace(exchange, answer=replace(exchange.answer, retrieved=seen)),))
    packed = zlib.decompress(urlsafe_b64decode(MEMORY.written(heavy))[MAC:])
    assert b"un texte long" not in packed
    assert MEMORY.read(MEMORY.written(heavy), FR).exchanges[0].answer.retrieved[0].page == 19


def test_a_conversation_too_long_loses_its_oldest_exchanges() -> None:
    texts = [secrets.token_urlsafe(22_500) for _ in range(12)]  # of 30,000 characters, that nothing compresses
    session = Session(tuple(make_session(text=text).exchanges[0] for text in texts))
    written = MEMORY.written(session)
    assert len(written) <= MOST
    read = MEMORY.read(written, FR)
    assert read.exchanges[-1].question.text == texts[-1]
    assert 0 < len(read.exchanges) < 12
