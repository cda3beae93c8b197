"""A conversation as its page holds it and sends it with each question: nothing of it stays with the service.

It is signed: what a page sends back is what some process of the service wrote, so that any other can go on from it.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter, ValidationError

from assistant.answers import Answer
from ingest.errors import GuichetError
from ui.pages.conversation import Exchange, Session
from ui.words import Words

MOST = 150_000  # characters: a page's request takes 256 KB; twenty long answers are a third of it
MAC = 32  # bytes


class Unreadable(GuichetError):
    """A conversation that no process of this service wrote."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Writes and reads the conversations of one service, whose processes share `key`."""

    key: bytes

    def written(self, session: Session) -> str:
        """The session as text; its oldest exchanges go when it would be too long. Nothing for one that is empty."""
        if session == Session():
            return ""
        light = replace(session, exchanges=tuple(_light(exchange) for exchange in session.exchanges))
        packed = zlib.compress(_sessions().dump_json(light, exclude_defaults=True))
        text = urlsafe_b64encode(self._mac(packed) + packed).decode()
        return text if len(text) <= MOST else self.written(replace(session, exchanges=session.exchanges[1:]))

    def read(self, text: str, words: Words) -> Session:
        """The session of a text. Raises Unreadable for one that was changed, written under another key, or by a version
        of the guichet whose answers were made otherwise."""
        if not text:
            return Session()
        try:
            content = urlsafe_b64decode(text.encode()) if len(text) <= MOST else b""
        except ValueError:
            content = b""
        mac, packed = content[:MAC], content[MAC:]
        if not hmac.compare_digest(mac, self._mac(packed)):
            raise Unreadable(words.say("assistant.unreadable"))
        try:
            return _sessions().validate_json(zlib.decompress(packed))
        except ValidationError as error:
            raise Unreadable(words.say("assistant.unreadable")) from error

    def _mac(self, packed: bytes) -> bytes:
        return hmac.new(self.key, packed, hashlib.sha256).digest()


def _light(exchange: Exchange) -> Exchange:
    """Without what the page shows nothing of: the texts of passages, which the index has, and the history, which is this."""
    answer: Answer = exchange.answer
    seen = tuple(replace(passage, text="") for passage in answer.retrieved)
    question = replace(exchange.question, history=())
    return Exchange(question, replace(answer, retrieved=seen, sentences=()))


@cache
def _sessions() -> TypeAdapter[Session]:
    return TypeAdapter(Session)
