"""A company described in the third person, by whoever advises it: what is read of it, and whom a question is not about."""

from __future__ import annotations

import pytest

from assistant.answers import GivenProfile, Question
from assistant.clients import client_in
from assistant.profiles import Profile, understand_profile
from assistant.understanding import understand
from ingest.catalogue import load_schemes, load_vocabulary

ASKED = [
    "Quelle aide pour {company} {place} ?",
    "Quelles aides IA pour {company} {place} ?",
    "Que proposer à {company} {place} qui veut se lancer dans l'IA ?",
    "Mon client est {company} {place}, il veut essayer l'IA : quelle aide lui proposer ?",
    "J'accompagne {company} {place} : quels dispositifs peut-elle mobiliser ?",
    "{company} {place} cherche à financer un projet d'IA, vers quoi l'orienter ?",
    "Vers quel dispositif orienter {company} {place} ?",
    "Une cliente dirige {company} {place}, à quoi a-t-elle droit ?",
    "Y a-t-il quelque chose pour {company} {place} ?",
    "Comment aider {company} {place} à démarrer avec l'IA ?",
]
COMPANIES = {
    "une menuiserie de 12 salariés": ("pme", "btp"),
    "un restaurant de 6 personnes": ("tpe", "commerce"),
    "une PME industrielle de 80 salariés": ("pme", "industrie"),
    "un cabinet d'architectes de 5 personnes": ("tpe", "conseil"),
    "un transporteur de 45 salariés": ("pme", "mobilite"),
    "un atelier de 12 personnes": ("pme", None),
    "une entreprise de 300 salariés": ("eti", None),
    "un artisan": ("tpe", "commerce"),
    "une TPE du tourisme": ("tpe", "tourisme"),
    "une association de 20 salariés": ("association", "ess"),
    "un organisme de formation de 15 salariés": ("pme", "formation"),
}
PLACES = {"à Angers": "REG-52", "de Nîmes": "REG-76", "dans le Var": "REG-93"}


def profile_of(text: str) -> Profile:
    return understand_profile(text, GivenProfile(), (), load_vocabulary())


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("company", COMPANIES)
def test_a_company_that_an_adviser_asks_for_is_described(company: str, asked: str) -> None:
    size, sector = COMPANIES[company]
    for place, region in PLACES.items():
        text = asked.format(company=company, place=place)
        text = text[0].upper() + text[1:]
        profile = profile_of(text)
        assert profile.regions == (region,), text
        assert size in profile.sizes, text
        assert sector is None or sector in profile.sectors, text
        assert understand(Question(text), load_schemes()).intent == "which_aid", text


@pytest.mark.parametrize(
    ("text", "size", "sector"),
    [
        ("Client : hôtel de 22 chambres à Cannes, 14 salariés. Besoin : chatbot de réservation. Aides ?", "pme", "tourisme"),
        ("Un adhérent de la CCI, garage de 9 salariés à Cholet, demande une aide. Que lui répondre ?", "tpe", "commerce"),
        ("La menuiserie Dupont, 12 salariés à Angers, peut-elle avoir une aide ?", "pme", "btp"),
        ("quelle aide pr une petite boite de 3 personnes a toulon ?", "tpe", None),
        ("What support is there for a 12-person bakery in Angers?", "pme", "commerce"),
        ("Which scheme would suit a manufacturing SME with 80 staff in Nantes?", "pme", "industrie"),
        ("On m'a demandé des aides pour un camping de 8 salariés à Argelès.", "tpe", "tourisme"),
    ],
)  # fmt: skip
def test_however_it_is_told(text: str, size: str, sector: str | None) -> None:
    profile = profile_of(text)
    assert size in profile.sizes
    assert sector is None or sector in profile.sectors
    assert understand(Question(text), load_schemes()).intent == "which_aid"


@pytest.mark.parametrize(
    "text",
    [
        "Combien coûte un diagnostic pour une PME ?",
        "Quelle aide la Région prévoit-elle pour une PME industrielle ?",
        "Une PME de Vendée a témoigné, laquelle ?",
        "Quelles entreprises d'IA sont installées à Nice ?",
        "Que dit le rapport d'un cabinet de conseil parisien ?",
        "À quoi sert le plan pour un agriculteur ?",
        "Pour une collectivité, quelle contradiction doit être gérée ?",
        "Existe-t-il un seul interlocuteur en région Sud pour une boîte d'IA ?",
    ],
)
def test_a_size_or_a_trade_alone_describes_nobody(text: str) -> None:
    assert client_in(text, load_vocabulary()) is None


def test_an_attribute_of_a_scheme_is_no_search_for_an_aid() -> None:
    assert (
        understand(Question("Qui pilote le programme pour une startup de Toulouse ?"), load_schemes()).intent == "fact"
    )


def test_the_alps_are_no_sea() -> None:
    assert "mer" not in profile_of("Un restaurant de 6 personnes dans les Alpes-Maritimes cherche une aide").sectors
