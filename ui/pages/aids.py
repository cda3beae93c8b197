"""The page "Quelle aide pour moi ?": a company described, the aids that fit it as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gradio as gr

from assistant.answers import GivenProfile
from ui.fragments.labels import CRITERIA, label, said
from ui.fragments.markup import Markup, el, joined
from ui.fragments.profiles import asked_part, missing_part
from ui.fragments.schemes import match_card, other_aids, ruled_out
from ui.pages.context import Context
from ui.pages.fragment import fragment
from ui.service import Matches, match_company
from ui.words import Words

SHOWN = 5  # cards, the first on a line of its own: more is a catalogue
OUT = 8  # aids ruled out whose reason is given
MAX_TEXT = 2000  # characters of the project
MAX_FIELD = 100  # characters of another field


def build(context: Context, restart: gr.Button) -> None:
    """Lays the page out in the open tab; `restart` begins everything anew, this form too."""
    words = context.words
    fragment(str(joined((el("h2", words.say("aids.title")), el("p", words.say("aids.intro"))))))
    fields = _fields(context)
    text = gr.Textbox(
        label=words.say("aids.project"),
        placeholder=words.say("aids.project_hint"),
        lines=2,
        max_lines=5,
        max_length=MAX_TEXT,
        elem_id="aid-project",
    )
    with gr.Row(elem_classes="tools"):
        find = gr.Button(words.say("aids.find"), variant="primary", elem_id="find", scale=0)
        clear = gr.Button(words.say("aids.clear"), elem_id="aid-clear", elem_classes="quiet-button", scale=0)
    with gr.Row(elem_classes="behind"):  # how the answers in one press reach the server
        choice = gr.Textbox(label=words.say("aids.choice"), max_length=200, elem_id="choice")
        choose = gr.Button(words.say("aids.choice"), elem_id="choose")
    results = fragment("", "results")

    def show(*form: str | None) -> str:
        return results_html(context, *_described(context, form))

    def precise(order: str | None, *form: str | None) -> list[object]:
        said = {**dict(zip(CRITERIA, form[:4], strict=True)), **chosen_part(order or "")}
        filled = [context.choices.reworded(name, value or "") for name, value in said.items()]
        return [*filled, results_html(context, *_described(context, [*filled, form[4]]))]

    inputs = [*fields.values(), text]
    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([find.click, *(field.submit for field in inputs)], show, inputs, results, **quiet)
    for button in (clear, restart):
        button.click(lambda: ("",) * (len(inputs) + 1), None, [*inputs, results], **quiet)
    choose.click(precise, [choice, *inputs], [*fields.values(), results], **quiet)


def results_html(context: Context, given: GivenProfile, text: str) -> str:
    """The missing datum that weighs most, then the cards, then what is ruled out."""
    words = context.words
    if not text and given == GivenProfile():
        return str(el("p", words.say("aids.nothing"), class_="notice", role="status"))
    found = match_company(given, text, context.own)
    schemes = {scheme.id: scheme for scheme in context.schemes}
    fitting = [m for m in found.schemes if m.verdict in ("eligible", "to_confirm") and m.id in schemes]
    out = [m for m in found.schemes if m.verdict == "not_eligible"][:OUT]
    cards = [
        match_card(words, m, schemes[m.id], context.titles, unfolded=rank == 0, held=context.assistant.index.documents)
        for rank, m in enumerate(fitting[:SHOWN])
    ]
    first = words.say("aids.first", n=SHOWN) if len(fitting) > SHOWN else ""
    return str(
        joined(
            (
                _lost(words, given, found),
                *_contradicted(words, found),
                _asked(context, found),
                _understood(context, found),
                _without_own(context, found) if fitting else None,
                el("p", words.count("aids.found", len(fitting)), " ", first, class_="count", role="status"),
                el("div", *cards, class_="cards"),
                other_aids(words, fitting[SHOWN:]),
                ruled_out(words, out),
            )
        )
    )


def chosen_part(order: str) -> Mapping[str, str]:
    """What an answer in one press says: "say size=PME" is {"size": "PME"}; anything else is nothing."""
    verb, _, rest = order.strip().partition(" ")
    name, _, value = rest.partition("=")
    return {name: value[:MAX_FIELD]} if verb == "say" and name in CRITERIA and value else {}


def _fields(context: Context) -> dict[str, gr.Textbox]:
    """A field a part of the profile, two on a line, each with its list; what is not listed can be typed."""
    words = context.words
    fields: dict[str, gr.Textbox] = {}
    for pair in (CRITERIA[:2], CRITERIA[2:]):
        with gr.Row():
            for name in pair:
                fields[name] = gr.Textbox(
                    label=words.say(f"aids.{name}"),
                    placeholder=words.say(f"assistant.hint.{name}"),
                    max_length=MAX_FIELD,
                    max_lines=1,  # an input, and no textarea: the list needs one
                    elem_id=f"aid-{name}",
                )
    return fields


def _described(context: Context, form: Sequence[str | None]) -> tuple[GivenProfile, str]:
    """What the form says of the company, and the project in words."""
    parts = [
        context.choices.meaning(name, value or "")[:MAX_FIELD] or None
        for name, value in zip(CRITERIA, form[:4], strict=True)
    ]
    return GivenProfile(*parts), (form[4] or "").strip()[:MAX_TEXT]


def _lost(words: Words, given: GivenProfile, found: Matches) -> Markup | None:
    lost = [
        words.say("aids.lost_part", value=getattr(given, name), name=label(words, "criterion", name).lower())
        for name in found.not_understood
    ]
    return el("p", words.say("aids.lost", what=words.say("aids.nor").join(lost)), class_="notice") if lost else None


def _contradicted(words: Words, found: Matches) -> list[Markup]:
    return [
        el("p", words.say("aids.contradicted", given=given, written=written), class_="notice")
        for given, written in found.contradicted
    ]


def _without_own(context: Context, found: Matches) -> Markup | None:
    """That no document names an aid of the territory understood."""
    said = (found.profile.region or "").split(" ; ")
    codes = {code for code, term in context.vocabulary.regions.items() if term.label in said}
    if not codes or any(codes & set(scheme.regions) for scheme in context.schemes):
        return None
    return el("p", context.words.say("aids.no_own"), class_="notice")


def _asked(context: Context, found: Matches) -> Markup | None:
    part = asked_part(found.next_question, found.profile) if found.next_question else None
    if part is None:
        return None
    return missing_part(context.words, context.vocabulary, context.schemes, part, "data_choose")


def _understood(context: Context, found: Matches) -> Markup | None:
    words = context.words
    parts = said(words, context.vocabulary, found.profile).values()
    return el("p", words.say("aids.understood", said=" · ".join(parts)), class_="understood") if parts else None
