"""A tiny invented world to answer from: two regions, five schemes, three documents; and a generator that says its lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from worlds import HashingEncoder, make_passage, make_scheme

from assistant.answers import Question, Turn
from assistant.assistant import Assistant
from assistant.evidence import Unit
from assistant.generator import Completion, GeneratorError
from assistant.understanding import Understanding, understand
from index.build import update_index
from index.store import DocumentInfo, Place, open_index
from ingest.catalogue import load_vocabulary, scheme_document
from ingest.documents import Block, Document, Kind
from ingest.passages import cut
from ingest.schemes import Criterion, Fact, Field, Scheme, Source

TODAY = date(2025, 3, 1)
SOURCE = Source("plan-lumiere", "Mesures")


def fact(field: Field, text: str) -> Fact:
    return Fact(field, text, SOURCE)


def criteria(*, sizes: tuple[str, ...] | None, needs: tuple[str, ...] | None, region: str) -> tuple[Criterion, ...]:
    return (
        Criterion("region", (region,), "Être de la région.", SOURCE),
        Criterion("size", sizes, "Avoir la bonne taille." if sizes else None, SOURCE),
        Criterion("sector", ("any",), "Tous les secteurs.", SOURCE),
        Criterion("need", needs, "Avoir ce besoin." if needs else None, SOURCE),
    )


LANTERNE = make_scheme(
    "lanterne-ia",
    name="Lanterne IA",
    aliases=("IA Lanterne", "LanterneIA"),
    state="announced",
    summary="Lanterne IA équipe les petites entreprises en outils d'intelligence artificielle.",
    criteria=criteria(sizes=("tpe", "pme"), needs=("equipement",), region="REG-93"),
    facts=(
        fact("purpose", "Lanterne IA installe un assistant d'écriture et de traduction dans l'entreprise."),
        fact("audience", "Lanterne IA s'adresse aux très petites entreprises et aux PME."),
        fact("duration", "L'accompagnement de Lanterne IA dure 6 mois."),
        fact("operator", "Lanterne IA est portée par l'agence Clarté."),
    ),
    silent_on=("cumulation", "deadline", "cost", "amount_per_company"),
)
PHARE = make_scheme(
    "cheque-phare",
    name="Chèque Phare",
    aliases=("Phare",),
    state="open",
    summary="Chèque Phare finance un diagnostic des usages de l'intelligence artificielle.",
    criteria=criteria(sizes=("pme", "eti"), needs=("diagnostic", "financement"), region="REG-93"),
    facts=(
        fact("purpose", "Chèque Phare paie cinq jours de diagnostic par un expert."),
        fact("audience", "Chèque Phare est réservé aux PME et aux ETI."),
        fact("amount_per_company", "Chèque Phare apporte 4 500 € au maximum par entreprise."),
        fact("rate", "Chèque Phare couvre 60 % des dépenses de diagnostic."),
        fact("how_to_apply", "Les dossiers de Chèque Phare sont déposés sur la plateforme de l'agence Clarté."),
    ),
    silent_on=("cumulation",),
)
PHARE_PLUS = make_scheme(
    "cheque-phare-plus",
    name="Chèque Phare Plus",
    aliases=("Phare+",),
    state="ended",
    summary="Chèque Phare Plus finançait des robots.",
    criteria=criteria(sizes=("eti",), needs=("production",), region="REG-93"),
    facts=(fact("purpose", "Chèque Phare Plus finançait l'achat de robots d'atelier."),),
)
GABARE = make_scheme(
    "pass-gabare",
    name="Pass Gabare",
    regions=("REG-76",),
    state="open",
    summary="Pass Gabare équipe les petites entreprises en outils d'intelligence artificielle.",
    criteria=criteria(sizes=("tpe", "pme"), needs=("equipement",), region="REG-76"),
    facts=(
        fact("purpose", "Pass Gabare fournit un logiciel de prévision des ventes."),
        fact("audience", "Pass Gabare est ouvert aux TPE et aux PME."),
    ),
    silent_on=("cost",),
)
PLAN = make_scheme(
    "plan-lumiere",
    name="Plan Lumière",
    kind="plan",
    state="voted",
    summary="Le Plan Lumière rassemble les mesures de la région pour l'intelligence artificielle.",
    facts=(fact("amount", "Le Plan Lumière est doté de 12 millions d'euros."),),
)
SCHEMES = (LANTERNE, PHARE, PHARE_PLUS, GABARE, PLAN)
FANAL = make_scheme(
    "plan-fanal",
    name="Plan Fanal",
    kind="plan",
    regions=("REG-76",),
    state="announced",
    summary="Le Plan Fanal rassemble les mesures pour les ports.",
    facts=(
        fact("amount", "Le Plan Fanal est doté de 30 millions d'euros."),
        fact("operator", "Le Plan Fanal est porté par le conseil des ports."),
    ),
)
BALISE = make_scheme(
    "cap-balise",
    name="Cap Balise 2031",
    aliases=("Cap Balise",),
    state="open",
    summary="Cap Balise 2031 forme les patrons de cafés aux automates.",
    criteria=criteria(sizes=("tpe",), needs=("formation",), region="REG-93"),
    facts=(
        fact("purpose", "Cap Balise 2031 offre trois matinées d'atelier."),
        fact("audience", "Cap Balise 2031 est ouvert aux patrons de cafés."),
        fact("duration", "Cap Balise 2031 dure 3 semaines."),
        fact("dates", "Cap Balise 2031 a débuté en mars 2024."),
        fact("targets", "Cap Balise 2031 vise 900 patrons formés."),
        fact("results", "Cap Balise 2031 a déjà formé 210 patrons."),
        fact("partners", "Cap Balise 2031 associe la guilde des torréfacteurs."),
        fact("how_to_apply", "On s'inscrit à Cap Balise 2031 auprès de la chambre des cafés."),
    ),
    silent_on=("cost", "rate", "amount_per_company"),
)
MORE = (FANAL, BALISE)  # a second plan and an aid that tells much, for the tests that open them beside the others

PLAN_TEXT = """# Plan Lumière
## Mesure 1 : former les salariés
La mesure de formation prévoit 3 000 salariés formés d'ici 2028.
Le centre Aubépine de Marseille accueillera les stagiaires.
## Mesure 2 : éclairer les ateliers
L'enveloppe des ateliers est de 2,5 millions d'euros.
Le plan sera évalué en juin 2027 par le comité Prisme.
## Mesure 3 : ouvrir les données
Le portail des données ouvertes publiera les jeux suivants :
- Les horaires des cars.
- Les relevés des marées.
- Les surfaces des vergers.
- Les hauteurs des digues.
"""
OPINION_TEXT = """# Avis de l'assemblée de la Garonne
## Emploi
L'assemblée estime que 18 % des emplois de bureau seront transformés par les automates.
Elle demande un observatoire des métiers à Toulouse.
## Énergie
L'assemblée rappelle que les centres de calcul ont consommé 40 gigawattheures en 2022.
"""


def make_laid_out(doc: str, text: str, **fields: Any) -> Document:
    """A document from lines of Markdown: headings, paragraphs, and items that follow each other as one list."""
    pieces: list[tuple[Kind, int, str]] = []
    for line in text.strip().splitlines():
        level, bare = len(line) - len(line.lstrip("#")), line.lstrip("# ")
        kind: Kind = "heading" if level else "list" if bare.startswith("-") else "paragraph"
        if kind == "list" and pieces[-1][0] == "list":
            pieces[-1] = (kind, 0, f"{pieces[-1][2]}\n{bare}")
        else:
            pieces.append((kind, level, bare))
    blocks, at = [], 0
    for kind, level, piece in pieces:
        blocks.append(Block(kind, at, at + len(piece), level))
        at += len(piece) + 2
    return Document(
        doc=doc, text="\n\n".join(piece for _, _, piece in pieces), blocks=tuple(blocks), **({"title": doc} | fields)
    )


def documents(schemes: Sequence[Scheme] = SCHEMES) -> list[Document]:
    return [
        make_laid_out("plan-lumiere", PLAN_TEXT, title="Plan Lumière", nature="plan", region="REG-93"),
        make_laid_out("avis-garonne", OPINION_TEXT, title="Avis de la Garonne", nature="opinion", region="REG-76"),
        *map(scheme_document, schemes),
    ]


def open_world(folder: Place, *, model: Any = None, more: Sequence[Scheme] = ()) -> Assistant:
    """The Assistant over the tiny world, with `more` schemes, its index built there."""
    encoder, schemes = HashingEncoder(256), (*SCHEMES, *more)
    update_index(folder, encoder, put=[(document, cut(document)) for document in documents(schemes)])
    return Assistant(open_index(folder), encoder, schemes, load_vocabulary(), model=model, today=TODAY)


@dataclass
class ScriptedModel:
    """A generator that says its lines in order and keeps what it was asked. A line may be a failure to raise."""

    name: str = "scripted"
    lines: deque[str | GeneratorError] = field(default_factory=deque)
    asked: list[list[tuple[str, str]]] = field(default_factory=list)
    closed: bool = False

    def enqueue(self, *lines: str | GeneratorError) -> ScriptedModel:
        self.lines.extend(lines)
        return self

    def complete(self, messages: Sequence[tuple[str, str]], *, max_tokens: int, timeout_s: float) -> Completion:
        self.asked.append(list(messages))
        line = self.lines.popleft()
        if isinstance(line, GeneratorError):
            raise line
        return Completion(line, 100, len(line.split()), 1.0, 2.0)

    def close(self) -> None:
        self.closed = True


def ask(text: str, *history: str) -> Understanding:
    """A question understood over the schemes of the tiny world; `history` are the user's earlier messages."""
    return understand(Question(text, history=tuple(Turn("user", said) for said in history)), SCHEMES)


def make_unit(text: str, *, doc: str = "doc", heading: tuple[str, ...] = (), around: str = "", **fields: Any) -> Unit:
    """A sentence of a passage that holds it after `around`."""
    whole = f"{around}{text}"
    passage = make_passage(whole, doc=doc, passage_id=fields.pop("passage_id", f"{doc}#{text[:12]}"), heading=heading)
    return Unit(passage, fields.pop("title", doc), len(around), len(whole), text, fields.pop("rank", 0), **fields)


def make_info(doc: str = "doc", *, title: str | None = None, region: str | None = None) -> DocumentInfo:
    return DocumentInfo(doc, title or doc, None, None, region, None, None, "", 0, 1, {})
