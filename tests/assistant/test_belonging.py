"""No aid of another region: whatever town or region is named, and however an aid is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_worlds import open_world

from assistant.answers import Question
from assistant.assistant import Assistant
from assistant.belonging import of_another_region
from assistant.evidence import Unit
from ingest.documents import Passage

PLACES = {"Rennes": "REG-53", "Lyon": "REG-84", "Nantes": "REG-52", "Toulouse": "REG-76", "Marseille": "REG-93"}
ASKED = [
    "Quelles aides IA pour une PME de {place} ?",
    "Quelle aide pour un artisan de {place} qui veut des outils d'IA ?",
    "Combien peut toucher une entreprise de {place} pour un diagnostic ?",
    "subvention diagnostic IA {place}",
    "Je dirige une TPE à {place}, quel diagnostic des usages de l'intelligence artificielle ?",
    "Une startup de {place} peut-elle être accompagnée ?",
    "Y a-t-il un budget pour les ateliers des entreprises de {place} ?",
    "What aid is there for a company in {place}?",
    "Mon client est à {place} : que peut-il demander ?",
    "Quelles aides en {place} pour les ateliers ?",
    "Comment financer un atelier à {place} ?",
    "Où se former à {place} ?",
    "Le conseil régional finance-t-il les ateliers à {place} ?",
    "Quelle enveloppe pour les ateliers de {place} ?",
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = open_world(tmp_path_factory.mktemp("index"))
    yield opened
    opened.close()


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_another_region_is_said_or_proposed(assistant: Assistant, place: str, asked: str) -> None:
    answer, code = assistant.answer(Question(asked.format(place=place))), PLACES[place]
    regions = {scheme.id: scheme.regions for scheme in assistant._schemes}
    for citation in answer.citations:
        region = assistant.index.documents[citation.doc].region or ""
        assert not region.startswith("REG-") or region == code, citation.quote
    for match in answer.schemes:
        if match.verdict in ("eligible", "to_confirm"):
            assert {code, "PAYS-99100", "UE"} & set(regions[match.id])


def test_an_aid_that_is_over_is_not_quoted_to_who_asks_for_one(assistant: Assistant) -> None:
    asked = "Quelle aide pour l'achat de robots d'atelier à Marseille ?"
    assert "fiche-cheque-phare-plus" not in {c.doc for c in assistant.answer(Question(asked)).citations}
    named = assistant.answer(Question("Que finançait Chèque Phare Plus ?"))
    assert "fiche-cheque-phare-plus" in {c.doc for c in named.citations}


def make_unit(region: str | None, text: str) -> Unit:
    return Unit(Passage("a#0", "a", text, 0, len(text)), "A", 0, len(text), text, 0, region)


@pytest.mark.parametrize(
    ("region", "text", "own", "said", "other"),
    [
        ("REG-93", "La Région finance un diagnostic.", {"REG-53"}, ["Rennes"], True),
        ("REG-93", "La Région finance un diagnostic.", {"REG-93"}, ["Nice"], False),
        ("REG-93", "La Région finance un diagnostic.", set(), [], False),
        (None, "L'État finance un diagnostic.", {"REG-53"}, ["Rennes"], False),
        ("PAYS-99100", "L'État finance un diagnostic.", {"REG-53"}, ["Rennes"], False),
        ("REG-52", "Le réseau compte un site à Rennes.", {"REG-53"}, ["Rennes"], False),
        ("REG-52", "Des outils variables.", {"REG-93"}, ["Var"], True),
        ("REG-52", "En Bretagne, un site ouvrira.", {"REG-53"}, ["Rennes"], False),
    ],
)
def test_a_document_of_another_region_speaks_of_it_or_is_left_out(
    region: str | None, text: str, own: set[str], said: list[str], other: bool
) -> None:
    assert of_another_region(make_unit(region, text), own, said) is other
