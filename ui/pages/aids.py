"""The page "Quelle aide pour moi ?": a company described, the aids that fit it as cards."""

from __future__ import annotations

import gradio as gr

from assistant.answers import GivenProfile
from ui.fragments.labels import label
from ui.fragments.markup import el, joined
from ui.fragments.schemes import match_card, ruled_out
from ui.pages.context import Context
from ui.pages.fragment import fragment
from ui.service import match_company

SHOWN = 6  # cards: more is a catalogue
OUT = 8  # aids ruled out whose reason is given
MAX_TEXT = 2000  # characters


def build(context: Context) -> None:
    """Lays the page out in the open tab."""
    words = context.vocabulary
    fragment(
        str(
            joined(
                (
                    el("h2", "Quelle aide pour moi ?"),
                    el(
                        "p",
                        "Dites ce que vous savez ; rien n'est obligatoire. Ce que vous ne dites pas reste à confirmer.",
                    ),
                )
            )
        ),
    )
    with gr.Row():
        region = gr.Dropdown(
            territories(), label="Territoire (ville, département ou région)", value="", allow_custom_value=True
        )
        size = gr.Dropdown(
            ["", *(t.label for t in words.sizes.values())],
            label="Taille ou effectif",
            value="",
            allow_custom_value=True,
        )
    with gr.Row():
        sector = gr.Dropdown(
            ["", *(t.label for t in words.sectors.values())], label="Secteur", value="", allow_custom_value=True
        )
        need = gr.Dropdown(
            ["", *(t.label for t in words.needs.values())], label="Besoin", value="", allow_custom_value=True
        )
    text = gr.Textbox(
        label="Votre projet en quelques mots",
        placeholder="Par exemple : nous voulons prédire les pannes de nos machines",
        lines=2,
        max_lines=5,
        max_length=MAX_TEXT,
    )
    find = gr.Button("Voir les aides", variant="primary", elem_id="find")
    results = fragment("", "results")

    def show(*said: str | None) -> str:
        parts = [(value or "").strip()[:MAX_TEXT] for value in said]
        return results_html(context, GivenProfile(*(part or None for part in parts[:4])), parts[4])

    find.click(show, [region, size, sector, need, text], results, api_visibility="private", show_progress="hidden")


def results_html(context: Context, given: GivenProfile, text: str) -> str:
    """The missing datum that weighs most, then the cards, then what is ruled out."""
    if not text and given == GivenProfile():
        return str(
            el("p", "Donnez au moins un renseignement : votre ville, votre taille ou votre besoin.", class_="notice")
        )
    found = match_company(given, text)
    schemes = {scheme.id: scheme for scheme in context.schemes}
    fitting = [m for m in found.schemes if m.verdict in ("eligible", "to_confirm")]
    out = [m for m in found.schemes if m.verdict == "not_eligible"][:OUT]
    lost = [
        f"« {getattr(given, name)} » ({label(context.words, 'criterion', name).lower()})"
        for name in found.not_understood
    ]
    said = [
        f"{label(context.words, 'criterion', n)} : {getattr(found.profile, n)}"
        for n in ("region", "size", "sector", "need")
        if getattr(found.profile, n)
    ]
    return str(
        joined(
            (
                el("p", f"Je n'ai pas reconnu {' ni '.join(lost)} ; je n'en tiens pas compte.", class_="notice")
                if lost
                else None,
                el("p", el("strong", "La précision la plus utile : "), found.next_question, class_="missing")
                if found.next_question
                else None,
                el("p", f"Compris : {' · '.join(said)}", class_="understood") if said else None,
                el("p", counted(len(fitting)), class_="count", role="status"),
                el(
                    "div",
                    *(match_card(context.words, m, schemes[m.id], context.titles) for m in fitting[:SHOWN]),
                    class_="cards",
                ),
                ruled_out(context.words, out),
            )
        )
    )


def counted(n: int) -> str:
    if n == 0:
        return "Aucune aide du catalogue ne convient à ce que vous décrivez ; les raisons sont plus bas."
    if n == 1:
        return "1 aide peut vous convenir."
    return (
        f"{n} aides peuvent vous convenir ; voici les {min(n, SHOWN)} premières."
        if n > SHOWN
        else f"{n} aides peuvent vous convenir."
    )


def territories() -> list[str]:
    """The names offered as one types: regions, then departments; a town may be written all the same."""
    from assistant.gazetteer import REGIONS

    return ["", *sorted(names[0] for names in REGIONS.values())]
