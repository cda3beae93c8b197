"""The catalogue: a fiche that can be chosen, what is chosen, and schemes side by side."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from ingest.catalogue import Vocabulary
from ingest.schemes import Scheme
from ui.exports.selections import Line, Said
from ui.fragments.labels import ORIGINAL
from ui.fragments.markup import Markup, el
from ui.fragments.schemes import fiche
from ui.words import Words


def entry(
    words: Words,
    scheme: Scheme,
    titles: Mapping[str, str],
    vocabulary: Vocabulary,
    held: Container[str],
    *,
    picked: bool,
) -> Markup:
    """A fiche with its box to tick, which ui/assets/catalogue.js listens to."""
    box = el("input", type="checkbox", data_pick=scheme.id, checked=picked)
    name = el("span", words.say("catalogue.pick", name=scheme.name), class_="sr-only")
    return el(
        "div", el("label", box, name, class_="pick"), fiche(words, scheme, titles, vocabulary, held), class_="entry"
    )


def picked_bar(words: Words, schemes: Sequence[Scheme]) -> Markup:
    """How many are chosen, and a button to remove each."""
    removing = [
        el(
            "li",
            el(
                "button",
                scheme.name,
                el("span", "✕", aria_hidden="true"),
                type="button",
                class_="chip",
                data_unpick=scheme.id,
                aria_label=words.say("catalogue.unpick", name=scheme.name),
            ),
        )
        for scheme in schemes
    ]
    if removing:
        every = el("button", words.say("catalogue.unpick_all"), type="button", class_="quiet", data_unpick="*")
        removing.append(el("li", every))
    title = el("p", words.count("catalogue.picked", len(schemes)), class_="count", role="status")
    return el("div", title, el("ul", *removing) if removing else None, class_="picked" if removing else "picked none")


def comparison(words: Words, schemes: Sequence[Scheme], lines: Sequence[Line], turn: int) -> Markup:
    """A table, a column a scheme and a line a topic; on a phone each line is a block (data-label names its cells)."""
    head = el(
        "tr",
        el("th", words.say("catalogue.topic"), scope="col"),
        *(el("th", scheme.name, scope="col") for scheme in schemes),
    )
    rows = [
        el(
            "tr",
            el("th", line.title, scope="row"),
            *(_cell(words, said, scheme.name) for said, scheme in zip(line.cells, schemes, strict=True)),
        )
        for line in lines
    ]
    close = el("button", words.say("catalogue.close"), type="button", class_="quiet", data_close="comparison")
    table = el("table", el("thead", head), el("tbody", *rows), class_=f"compare of-{len(schemes)}")
    return el(
        "section",
        el(
            "div", el("h3", words.say("catalogue.compared"), tabindex="-1", id="compared"), close, class_="compare-head"
        ),
        table,
        aria_labelledby="compared",
        class_="comparison",
        data_turn=turn,
    )


def _cell(words: Words, said: Said, name: str) -> Markup:
    if not said.texts:
        return el("td", el("span", words.say("catalogue.nothing_said"), class_="silent"), data_label=name)
    texts = [el("p", text, lang=ORIGINAL) for text in said.texts]
    sources = [el("span", words.say("schemes.source", where=where), class_="source") for where in said.sources]
    return el("td", *texts, *sources, data_label=name)
