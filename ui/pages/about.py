"""The page "À propos": what the assistant is and is not, and the documents it knows."""

from __future__ import annotations

from ui.fragments.labels import day_label, nature_label
from ui.fragments.markup import Markup, el, joined
from ui.pages.context import Context
from ui.pages.fragment import fragment


def build(context: Context) -> None:
    """Lays the page out in the open tab."""
    fragment(about_html(context), "about")


def about_html(context: Context) -> str:
    return str(
        el(
            "section",
            el("h2", "À propos du guichet"),
            el("h3", "Ce que c'est"),
            el(
                "p",
                "Un programme d'intelligence artificielle qui cherche dans des documents publics. Il cite ce qu'il y lit, "
                "vérifie chaque phrase contre sa citation, et se tait quand la preuve manque. Vous ne parlez pas à une personne.",
            ),
            el("h3", "Ce que ce n'est pas"),
            el(
                "p",
                "Il ne décide de rien : seul l'organisme qui porte une aide dit si vous y avez droit. Une aide annoncée "
                "dans un document n'est pas forcément ouverte aujourd'hui. Vérifiez toujours auprès de l'organisme.",
            ),
            el("h3", "À qui parler"),
            el(
                "p",
                "À l'organisme nommé sous « Qui la porte » ou « Qui peut vous orienter » dans la fiche de chaque aide : "
                "c'est lui, et non ce programme, qui peut vous répondre de vive voix.",
            ),
            el("h3", "Vos questions"),
            el(
                "p",
                "La page ne mesure pas votre visite et n'enregistre pas vos questions ; la conversation disparaît quand vous "
                "quittez la page. Évitez tout de même d'y écrire des données personnelles.",
            ),
            el("h3", "Les documents connus"),
            documents_table(context),
        )
    )


def documents_table(context: Context) -> Markup:
    """The documents of the index with their dates; the fiches of the catalogue are counted, not listed."""
    infos = context.assistant.index.documents.values()
    listed = sorted((i for i in infos if i.nature != "fiche"), key=lambda i: (context.titles[i.doc].casefold(), i.doc))
    fiches = sum(i.nature == "fiche" for i in infos)
    rows = [
        el(
            "tr",
            el(
                "th",
                context.titles[info.doc],
                el("span", "résumé du guichet", class_="made") if info.doc.startswith("dossier-") else None,
                scope="row",
            ),
            el("td", nature_label(context.words, info.nature)),
            el("td", day_label(context.words, info.date) if info.date else "non connue"),
        )
        for info in listed
    ]
    head = el("tr", *(el("th", name, scope="col") for name in ("Document", "Nature", "Date")))
    note = el("p", f"Et {fiches} fiches d'aides rédigées d'après ces documents.") if fiches else None
    return joined((el("div", el("table", el("thead", head), el("tbody", *rows)), class_="wide"), note))
