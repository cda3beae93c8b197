"""The page "Catalogue": every scheme, searched and filtered, each with its fiche; compared and exported."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import gradio as gr

from assistant.eligibility import EVERYWHERE
from assistant.folding import fold
from index.tokens import content_tokens
from ingest.errors import GuichetError
from ingest.schemes import ANY, Scheme
from ui.exports.case import selection_dossier
from ui.exports.formats import DOCUMENTS, TABLES, document_bytes, table_bytes
from ui.exports.selections import MOST_COMPARED, compare, kind_label, selection_rows
from ui.fragments.catalogue import comparison, entry, picked_bar
from ui.fragments.labels import term_label
from ui.fragments.markup import Markup, el, joined
from ui.pages.context import Context
from ui.pages.exporting import failed, offered
from ui.pages.files import visitor
from ui.pages.fragment import fragment
from ui.pages.menus import menu
from ui.service import today
from ui.words import Words

STATES: Final = {
    "promised": ("announced", "voted"),
    "open": ("open", "running", "experimental"),
    "ended": ("ended",),
    "unknown": ("unknown",),
}
MAX_WORDS = 200  # characters
MAX_PICKED = 10_000  # characters of the identifiers chosen: the whole catalogue several times over


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor filters by: words, then codes; "" lets everything through."""

    text: str = ""
    region: str = ""
    audience: str = ""
    need: str = ""
    kind: str = ""
    state: str = ""


def ticked(words: Words) -> gr.Textbox:
    """The hidden box that holds the identifiers of the schemes ticked, outside the tabs: it is there before they open."""
    return gr.Textbox(
        "",
        elem_id="picked",
        visible="hidden",
        max_length=MAX_PICKED,
        label=words.say("catalogue.choice"),
        container=False,
    )


def build(context: Context, page: gr.Tab, picked: gr.Textbox, restart: gr.Button) -> None:
    """Lays the page out in the open tab; `picked` holds the identifiers of the schemes ticked, which `restart` forgets."""
    words, terms = context.words, context.vocabulary
    every = (words.say("catalogue.every"), "")
    fragment(str(joined((el("h2", words.say("catalogue.title")), el("p", words.say("catalogue.about"))))))
    with gr.Row(elem_classes="filters"):
        search = gr.Textbox(
            label=words.say("catalogue.search"),
            placeholder=words.say("catalogue.search_example"),
            max_length=MAX_WORDS,
            elem_id="search",
            scale=2,
        )
        region = _menu(
            context, "region", [every, *((term_label(words, "regions", t), t.code) for t in terms.regions.values())]
        )
        audience = _menu(
            context, "audience", [every, *((term_label(words, "sizes", t), t.code) for t in terms.sizes.values())]
        )
    with gr.Row(elem_classes="filters"):
        need = _menu(context, "need", [every, *((term_label(words, "needs", t), t.code) for t in terms.needs.values())])
        kinds = sorted({scheme.kind for scheme in context.schemes}, key=fold)
        every_kind = (words.say("catalogue.every_kind"), "")
        kind = _menu(context, "kind", [every_kind, *((kind_label(words, kind), kind) for kind in kinds)])
        state = _menu(context, "state", [every, *((words.say(f"catalogue.states.{name}"), name) for name in STATES)])
        clear = gr.Button(words.say("catalogue.clear"), elem_id="clear-filters", elem_classes="quiet-button", scale=0)
    with gr.Column(elem_id="selection"):
        bar = fragment(str(picked_bar(words, ())), "picked-bar")
        with gr.Row(elem_classes="doing"):
            comparing = gr.Button(words.say("catalogue.compare"), variant="primary", elem_id="compare", scale=0)
            exports = {
                form: gr.Button(words.say("catalogue.export_as", form=form.upper()), elem_id=f"export-{form}", scale=0)
                for form in (*TABLES, *DOCUMENTS)
            }
        exported = fragment("", "exported")
    compared = fragment("", "comparison")
    results = fragment("", "catalogue")
    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    filters = [search, region, audience, need, kind, state]

    def show(chosen: str | None, *given: str | None) -> str:
        return catalogue_html(context, read(given), of(context, chosen))

    turns = itertools.count()  # a comparison closed and asked for again is another one: Gradio shows only what changed

    def side_by_side(chosen: str | None) -> str:
        return comparison_html(context, of(context, chosen), next(turns))

    def exporting(form: str) -> Callable[..., Iterator[str]]:
        def export(request: gr.Request, chosen: str | None, *given: str | None) -> Iterator[str]:
            yield str(el("p", words.say("catalogue.preparing"), class_="note", role="status"))
            schemes = of(context, chosen) or tuple(filtered(context, read(given)))
            try:
                content = selection_bytes(context, schemes, form)
                stem = words.say("exports.file.selection", day=today().isoformat())
                yield offered(context, visitor(request), content, stem, form)
            except GuichetError as error:
                yield failed(context, error)

        return export

    gr.on(
        [page.select, *(each.change for each in filters)],
        show,
        [picked, *filters],
        results,
        trigger_mode="always_last",
        **quiet,
    )
    clear.click(lambda: tuple("" for _ in filters), None, filters, **quiet)
    told = [page.select, picked.change]  # ticked before this page was drawn, and since

    def tell(chosen: str | None) -> str:
        return str(picked_bar(words, of(context, chosen)))

    gr.on(told, tell, picked, bar, trigger_mode="always_last", **quiet)  # a tick may come before the last one is told
    comparing.click(side_by_side, picked, compared, **quiet)
    restart.click(lambda: ("", ""), None, [compared, exported], **quiet)
    for form, button in exports.items():
        button.click(
            exporting(form), [picked, *filters], exported, concurrency_id="export", concurrency_limit=2, **quiet
        )


def catalogue_html(context: Context, filters: Filters, picked: Sequence[Scheme] = ()) -> str:
    """The schemes that pass every filter, by name: those of the territory first, then those of the country and the Union."""
    words, chosen = context.words, {scheme.id for scheme in picked}
    found = sorted(filtered(context, filters), key=lambda scheme: fold(scheme.name))
    own = [scheme for scheme in found if not filters.region or filters.region in scheme.regions]
    wider = [scheme for scheme in found if scheme not in own]
    said = [words.count("catalogue.found_own" if wider else "catalogue.found", len(own))]
    if wider:
        if not any(filters.region in scheme.regions for scheme in context.schemes):
            said = [words.say("catalogue.no_own")]
        said.append(words.count("catalogue.found_wider", len(wider)))
    count = el("p", " ".join(said), class_="count", role="status", data_narrowed=narrowed_by(filters))
    narrowed = filters.audience or filters.need
    note = el("p", words.say("catalogue.silence"), class_="note") if narrowed and found else None

    def entries(schemes: Iterable[Scheme]) -> Iterator[Markup]:
        held = context.assistant.index.documents
        return (entry(words, s, context.titles, context.vocabulary, held, picked=s.id in chosen) for s in schemes)

    head = el("h3", words.say("catalogue.wider")) if wider else None
    return str(joined((count, note, *entries(own), head, *entries(wider))))


def narrowed_by(filters: Filters) -> str:
    """What the list shown is narrowed by, by which the page's script (assets/addresses.js) knows it."""
    menus = (filters.region, filters.audience, filters.need, filters.kind, filters.state)
    return "|".join(value.strip() for value in (*menus, filters.text))


def comparison_html(context: Context, schemes: Sequence[Scheme], turn: int = 0) -> str:
    """Two to four schemes side by side, or the sentence that says how to choose them."""
    words = context.words
    if not 2 <= len(schemes) <= MOST_COMPARED:
        return str(el("p", words.say("catalogue.compare_two", n=len(schemes)), class_="notice", role="alert"))
    return str(comparison(words, schemes, compare(words, schemes, context.titles, context.vocabulary), turn))


def filtered(context: Context, filters: Filters) -> Iterable[Scheme]:
    """A scheme whose documents do not say a criterion is not hidden by its filter; one that says otherwise is."""
    words = filters.text.split()
    for scheme in context.schemes:
        if (
            _says_all(words, _body(context, scheme))
            and (not filters.region or filters.region in scheme.regions or _holds_there(scheme, filters.region))
            and (not filters.audience or _allows(scheme, "size", filters.audience))
            and (not filters.need or _allows(scheme, "need", filters.need))
            and (not filters.kind or filters.kind == scheme.kind)
            and (not filters.state or scheme.state in STATES.get(filters.state, ()))
        ):
            yield scheme


def _holds_there(scheme: Scheme, region: str) -> bool:
    """Whether a scheme of the whole country, or of the Union, is open to a region too."""
    return region.startswith("REG-") and bool(EVERYWHERE & set(scheme.regions))


def _body(context: Context, scheme: Scheme) -> str:
    """What a scheme is searched by: its names, its facts, and the words of the needs and sectors it lists."""
    terms = {**context.vocabulary.needs, **context.vocabulary.sectors}
    listed = [terms[code] for c in scheme.criteria for code in c.allowed or () if code in terms]
    said = (word for term in listed for word in (term.label, *term.words))
    return " ".join((scheme.name, *scheme.aliases, scheme.summary, *(f.text for f in scheme.facts), *said))


def _says_all(words: Sequence[str], body: str) -> bool:
    """Whether a text holds every word, as written or by its stem ("diagnostics gratuits"); little words do not count."""
    folded, stems = fold(body), set(content_tokens(body))
    return all(fold(word) in folded or set(content_tokens(word)) <= stems for word in words)


def of(context: Context, chosen: str | None) -> tuple[Scheme, ...]:
    """The schemes whose identifiers stand in a text, in its order, each once."""
    known = {scheme.id: scheme for scheme in context.schemes}
    return tuple(known[name] for name in dict.fromkeys((chosen or "")[:MAX_PICKED].split(",")) if name in known)


def read(given: Sequence[str | None]) -> Filters:
    return Filters(*((value or "")[:MAX_WORDS] for value in given))


def selection_bytes(context: Context, schemes: Sequence[Scheme], form: str, name: str = "") -> bytes:
    """Schemes as "csv", "xlsx", "docx" or "pdf". Raises GuichetError when there is none."""
    words, titles, terms = context.words, context.titles, context.vocabulary
    if form in DOCUMENTS:
        return document_bytes(selection_dossier(words, schemes, titles, terms, today(), name), form)
    if not schemes:
        raise GuichetError(words.say("exports.selection.empty"))
    return table_bytes(selection_rows(words, schemes, titles, terms), form, words.say("catalogue.sheet"))


def _menu(context: Context, name: str, choices: list[tuple[str, str]]) -> gr.Textbox:
    return menu(f"filter-{name}", context.words.say(f"catalogue.{name}"), choices)


def _allows(scheme: Scheme, name: str, code: str) -> bool:
    allowed = next((c.allowed for c in scheme.criteria if c.name == name), None)
    return allowed is None or ANY in allowed or code in allowed
