"""The page "Catalogue": every scheme, searched and filtered, each with its fiche."""

from __future__ import annotations

from collections.abc import Iterable

import gradio as gr

from assistant.folding import fold
from ingest.schemes import ANY, Scheme
from ui.fragments.markup import el, joined
from ui.fragments.schemes import fiche, territories
from ui.pages.context import Context
from ui.pages.fragment import fragment

EVERY = "Tous"
STATES = {
    "Annoncée ou votée": ("announced", "voted"),
    "Ouverte ou en cours": ("open", "running", "experimental"),
    "Terminée": ("ended",),
    "Non précisé": ("unknown",),
}
MAX_WORDS = 200  # characters


def build(context: Context, page: gr.Tab) -> None:
    """Lays the page out in the open tab."""
    words = context.vocabulary
    fragment(str(el("h2", "Catalogue des aides")))
    search = gr.Textbox(label="Chercher", placeholder="Un nom, un mot", max_length=MAX_WORDS, elem_id="search")
    with gr.Row():
        region = gr.Dropdown([EVERY, *(t.label for t in words.regions.values())], label="Territoire", value=EVERY)
        audience = gr.Dropdown([EVERY, *(t.label for t in words.sizes.values())], label="Public", value=EVERY)
        need = gr.Dropdown([EVERY, *(t.label for t in words.needs.values())], label="Besoin", value=EVERY)
        state = gr.Dropdown([EVERY, *STATES], label="État", value=EVERY)
    results = fragment("", "catalogue")

    def show(text: str | None, *chosen: str | None) -> str:
        return catalogue_html(context, (text or "")[:MAX_WORDS], *(name or EVERY for name in chosen))

    gr.on(
        [page.select, search.change, region.change, audience.change, need.change, state.change],
        show,
        [search, region, audience, need, state],
        results,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )


def catalogue_html(
    context: Context, text: str, region: str = EVERY, audience: str = EVERY, need: str = EVERY, state: str = EVERY
) -> str:
    """The schemes that pass every filter, by name."""
    found = sorted(filtered(context, text, region, audience, need, state), key=lambda scheme: fold(scheme.name))
    head = f"{len(found)} aides" if len(found) > 1 else "1 aide" if found else "Aucune aide ne passe tous ces filtres."
    fiches = (fiche(context.words, scheme, context.titles, context.vocabulary) for scheme in found)
    return str(joined((el("p", head, class_="count", role="status"), *fiches)))


def filtered(context: Context, text: str, region: str, audience: str, need: str, state: str) -> Iterable[Scheme]:
    """A scheme whose documents do not say a criterion is not hidden by its filter; one that says otherwise is."""
    words = fold(text).split()
    vocabulary = context.vocabulary
    sizes = {term.label: code for code, term in vocabulary.sizes.items()}
    needs = {term.label: code for code, term in vocabulary.needs.items()}
    for scheme in context.schemes:
        body = fold(" ".join((scheme.name, *scheme.aliases, scheme.summary, *(f.text for f in scheme.facts))))
        if (
            all(word in body for word in words)
            and (region == EVERY or region in territories(context.words, scheme, vocabulary).split(", "))
            and (audience == EVERY or _allows(scheme, "size", sizes.get(audience, "")))
            and (need == EVERY or _allows(scheme, "need", needs.get(need, "")))
            and (state == EVERY or scheme.state in STATES.get(state, ()))
        ):
            yield scheme


def _allows(scheme: Scheme, name: str, code: str) -> bool:
    allowed = next((c.allowed for c in scheme.criteria if c.name == name), None)
    return allowed is None or ANY in allowed or code in allowed
