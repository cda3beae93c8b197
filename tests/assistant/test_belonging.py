"""No aid of another region: whatever town or region is named, and however an aid is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from answer_worlds import criteria, open_world
from worlds import make_scheme

from assistant.answers import Answer, GivenProfile, Question, Turn
from assistant.assistant import Assistant
from assistant.belonging import of_another_region
from assistant.eligibility import QUESTIONS
from assistant.evidence import Unit
from assistant.forgetting import FORGOTTEN
from assistant.wording import load_wording
from ingest.documents import Passage
from ingest.schemes import Scheme

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


SUD, OCCITANIE = "Provence-Alpes-Côte d'Azur", "Occitanie"
OF_SUD, OF_OCCITANIE = {"lanterne-ia", "cheque-phare"}, {"pass-gabare"}


def open_aids(answer: Answer) -> set[str]:
    return {match.id for match in answer.schemes if match.verdict in ("eligible", "to_confirm")}


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        ("Quelle aide pour une TPE à Toulouse ?", ()),
        ("Quelles aides à Toulouse pour s'équiper ?", ()),
        ("Je cherche une aide, TPE à Toulouse, pour m'équiper", ()),
        ("Et à Toulouse ?", ("Quelle aide pour équiper une TPE ?",)),
        ("Et à Toulouse ?", ("Quelle aide pour équiper une TPE à Marseille ?",)),
    ],
)
def test_a_place_said_in_the_question_wins_over_the_one_given(
    assistant: Assistant, asked: str, before: tuple[str, ...]
) -> None:
    history = tuple(Turn("user", text) for text in before)
    answer = assistant.answer(Question(asked, profile=GivenProfile(region="Marseille"), history=history))
    assert answer.profile.region == OCCITANIE
    assert open_aids(answer) <= OF_OCCITANIE
    assert not {f"fiche-{name}" for name in OF_SUD} & {c.doc for c in answer.citations}


def test_a_size_said_in_the_question_wins_over_the_one_given(assistant: Assistant) -> None:
    asked = "Quelle aide pour équiper une TPE à Marseille ?"
    answer = assistant.answer(Question(asked, profile=GivenProfile(size="2 000 salariés")))
    assert (answer.profile.size, "lanterne-ia" in open_aids(answer)) == ("TPE", True)


def test_a_place_given_after_the_question_corrects_it(assistant: Assistant) -> None:
    asked = "Quelle aide pour équiper une TPE à Toulouse ?"
    corrected = Question(asked, profile=GivenProfile(region="Marseille"), said_since=(0, 1, 1, 1))
    answer = assistant.answer(corrected)
    assert answer.profile.region == SUD
    assert not OF_OCCITANIE & open_aids(answer)


@pytest.mark.parametrize(
    "asked", ["Quelle aide pour équiper une TPE à Marseille ?", "Quelles aides à Marseille ?", "Une aide à Marseille ?"]
)
def test_a_territory_taken_back_stays_so_for_the_question_that_names_it(assistant: Assistant, asked: str) -> None:
    taken = Question(asked, profile=GivenProfile(region=FORGOTTEN), said_since=(0, 1, 1, 1))
    assert assistant.answer(Question(asked)).profile.region == SUD
    assert assistant.answer(taken).profile.region is None


def test_where_is_asked_once_the_territory_is_taken_back(assistant: Assistant) -> None:
    asked = "Quelle aide pour équiper ma TPE à Marseille ?"
    answer = assistant.answer(Question(asked, profile=GivenProfile(region=FORGOTTEN), said_since=(0, 1, 1, 1)))
    assert (answer.status, answer.reason) == ("clarify", "missing_profile")
    assert "région" in answer.follow_ups[0]


NATIONAL = make_scheme(
    "balise-nationale",
    name="Balise nationale",
    regions=("PAYS-99100",),
    state="open",
    summary="Balise nationale finance des outils d'intelligence artificielle dans tout le pays.",
    criteria=criteria(sizes=("tpe", "pme"), needs=None, region="PAYS-99100"),
)
ASKED_BARE = ["Quelles aides à Marseille ?", "Quelle aide à Marseille ?", "Which aids are there in Marseille?"]


@pytest.mark.parametrize("more", [(), (NATIONAL,)], ids=["regional", "national-too"])
@pytest.mark.parametrize("asked", ASKED_BARE)
def test_the_aids_of_a_place_taken_back_are_those_of_everywhere_and_where_is_asked(
    tmp_path: Path, asked: str, more: tuple[Scheme, ...]
) -> None:
    with closing(open_world(tmp_path, more=more)) as opened:
        taken = Question(asked, profile=GivenProfile(region=FORGOTTEN), said_since=(0, 1, 1, 1))
        answer = opened.answer(taken)
    assert (answer.status, answer.reason) == ("clarify", "missing_profile")
    where = load_wording("en").texts["ask_region"] if asked.startswith("Which") else QUESTIONS["region"]
    assert (answer.follow_ups, answer.answer.endswith(where)) == ((where,), True)
    assert {citation.doc for citation in answer.citations} == {f"fiche-{scheme.id}" for scheme in more}
    assert [match.id for match in answer.schemes] == [scheme.id for scheme in more]


def test_a_fact_asked_of_a_place_taken_back_has_its_answer(assistant: Assistant) -> None:
    asked = "Combien de temps dure Lanterne IA pour une TPE de Marseille ?"
    answer = assistant.answer(Question(asked, profile=GivenProfile(region=FORGOTTEN), said_since=(0, 1, 1, 1)))
    assert (answer.status, "6 mois" in answer.answer) == ("answered", True)


def test_a_territory_taken_back_may_be_said_later(assistant: Assistant) -> None:
    before = (Turn("user", "Quelle aide pour équiper une TPE à Marseille ?"),)
    taken = GivenProfile(region=FORGOTTEN)
    assert assistant.answer(Question("Et à Toulouse ?", profile=taken, history=before)).profile.region == OCCITANIE
    assert assistant.answer(Question("Et pour la former ?", profile=taken, history=before)).profile.region is None


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
