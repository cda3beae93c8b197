"""Where a fact of the catalogue was read: the button that opens its document there, and the passages that it opens."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from assistant.answers import Citation
from assistant.folding import fold
from index.store import DocumentInfo
from index.tokens import content_tokens
from ingest.documents import Page, Passage
from ingest.schemes import Fact, Scheme, Source
from ui.fragments.labels import ORIGINAL, unbroken
from ui.fragments.markup import Markup, el, joined
from ui.fragments.sources import about, page_figure, published
from ui.page_views import SeePage, place_on_page
from ui.words import Words

CRITERION: Final = "criterion-"
MOST_PASSAGES: Final = 3  # of one source: what several facts of a topic say
MAX_BOXED: Final = 600  # characters of a passage boxed on its page: as many as a quote


class Shelf(Protocol):
    """The open index, as far as a source is looked up in it."""

    @property
    def documents(self) -> Mapping[str, DocumentInfo]: ...
    def of_document(self, doc: str) -> Sequence[Passage]: ...
    def pages(self, doc: str) -> Sequence[Page]: ...


@dataclass(frozen=True, slots=True)
class Openings:
    """What can be opened of the sources of a scheme: those of a document that is in the index, `held`.

    An order names a topic of a scheme and the first fact of it from a source ("diva purpose 0"): what several facts say
    of one topic from one source is opened together.
    """

    scheme: Scheme
    held: Container[str] = frozenset()

    def of_fact(self, fact: Fact) -> str | None:
        same = (n for n, f in enumerate(self.scheme.facts) if (f.field, f.source) == (fact.field, fact.source))
        return f"{self.scheme.id} {fact.field} {next(same)}" if fact.source.doc in self.held else None

    def of_criterion(self, name: str) -> str | None:
        source = source_of_criterion(self.scheme, name)
        return f"{self.scheme.id} {CRITERION}{name} 0" if source is not None and source.doc in self.held else None


def source_of_criterion(scheme: Scheme, name: str) -> Source | None:
    return next((c.source for c in scheme.criteria if c.name == name), None)


def source_line(words: Words, place: str, order: str | None, topic: str, name: str) -> Markup:
    """Where something was read, as the button that opens it there; as text where the document is not in the index."""
    said = joined((words.say("schemes.source_is"), el("span", place, lang=ORIGINAL)))
    if order is None:
        return el("span", said, class_="source")
    whose = el("span", words.say("labels.of", name=f"{topic}, {name}"), class_="sr-only")
    return el("span", el("button", said, whose, type="button", class_="place", data_place=order), class_="source")


def place_html(words: Words, order: str, schemes: Iterable[Scheme], shelf: Shelf, see_page: SeePage) -> str:
    """The source of an order, for the panel; nothing for an order that means nothing, or a document that is gone."""
    found = _told(order, {scheme.id: scheme for scheme in schemes})
    if found is None or found[0].doc not in shelf.documents:
        return ""
    source, said = found
    info, passages = shelf.documents[source.doc], shelf.of_document(source.doc)
    section = _in_section(passages, source)
    shown = _nearest(section or _on_page(passages, source) or passages[:1], said)
    if not shown:
        return ""
    citation = _citation(info, shown[0], shelf.pages(source.doc))
    page = see_page(citation, shown[0])
    path = tuple(part for part in shown[0].heading if part.strip() and part != info.title)
    return str(
        el(
            "article",
            el("h3", info.title, tabindex="-1", lang=ORIGINAL),
            el("p", about(words, citation), class_="about"),
            el("p", joined(path, " › "), class_="path", lang=ORIGINAL) if path else None,
            el("p", words.say("sources.place" if section else "sources.place_lost"), class_="note"),
            *(el("blockquote", unbroken(p.text[p.body :].strip()), class_="passage", lang=ORIGINAL) for p in shown),
            page_figure(words, citation, page) if page is not None else None,
            published(words, info.url),
            data_opened=order,
        )
    )


def _told(order: str, schemes: Mapping[str, Scheme]) -> tuple[Source, tuple[str, ...]] | None:
    """The source that an order names, and what the catalogue says from it."""
    name, _, rest = order.partition(" ")
    topic, _, number = rest.partition(" ")
    scheme = schemes.get(name)
    if scheme is None or not number.isdecimal() or len(number) > 3:
        return None
    if topic.startswith(CRITERION):
        criteria = [c for c in scheme.criteria if c.name == topic.removeprefix(CRITERION) and c.source]
        return next(((c.source, (c.text or "",)) for c in criteria if c.source), None)
    fact = next((f for n, f in enumerate(scheme.facts) if n == int(number) and f.field == topic), None)
    if fact is None:
        return None
    return fact.source, tuple(f.text for f in scheme.facts if (f.field, f.source) == (fact.field, fact.source))


def _in_section(passages: Sequence[Passage], source: Source) -> list[Passage]:
    wanted = fold(source.section)
    return [p for p in passages if wanted in map(fold, p.heading)]


def _on_page(passages: Sequence[Passage], source: Source) -> list[Passage]:
    return [p for p in passages if source.page is not None and p.page == source.page]


def _nearest(passages: Sequence[Passage], said: Sequence[str]) -> list[Passage]:
    """The passage that shares most words with each thing said, in the order of the document."""
    heard = {p.passage_id: set(content_tokens(p.text)) for p in passages}

    def nearest(text: str) -> Passage | None:
        words = set(content_tokens(text))
        return max(passages, key=_shared(heard, words), default=None)

    chosen = {p.passage_id: p for p in map(nearest, said) if p is not None}
    return sorted(chosen.values(), key=lambda p: p.start)[:MOST_PASSAGES]


def _shared(heard: Mapping[str, set[str]], words: set[str]) -> Callable[[Passage], int]:
    return lambda passage: len(heard[passage.passage_id] & words)


def _citation(info: DocumentInfo, passage: Passage, pages: Sequence[Page]) -> Citation:
    """The passage as a citation of itself, its beginning boxed on the page that holds most of it."""
    text = passage.text[passage.body :].strip()
    cut = text if len(text) <= MAX_BOXED else text[:MAX_BOXED].rsplit(None, 1)[0]
    place = place_on_page(passage, pages, cut)
    day = info.date.isoformat() if info.date else None
    return Citation(
        1,
        info.doc,
        info.title,
        cut,
        passage.passage_id,
        place.number if place is not None else None,
        passage.heading,
        info.url,
        info.nature,
        day,
    )
