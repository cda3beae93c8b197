"""A file made for a visitor: held by ui.transfers, shown as a link that starts by itself."""

from __future__ import annotations

from ingest.errors import GuichetError
from ui.exports.formats import MEDIA
from ui.fragments.markup import el
from ui.fragments.transfers import fetching_link
from ui.pages.context import Context
from ui.transfers import megabytes
from ui.translation import in_language


def offered(context: Context, owner: str | None, content: bytes, stem: str, form: str) -> str:
    """The link to a file just made. Raises GuichetError without a visit or without room."""
    words, name = context.words, f"{stem}.{form}"
    if owner is None:
        raise GuichetError(words.say("transfers.no_session"))
    address = context.transfers.offer(owner, content, name, MEDIA[form], words)
    size = megabytes(max(len(content), 1024), words)
    link = fetching_link(address, name, f" ({size})")
    kept = el("span", words.say("catalogue.kept"), class_="note")
    return str(el("p", words.say("catalogue.ready"), link, kept, class_="ready", role="status"))


def failed(context: Context, error: GuichetError) -> str:
    return str(el("p", in_language(error, context.words.language), class_="notice", role="alert"))
