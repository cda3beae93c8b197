"""A sentence against the quotes it cites: what is changed is caught, what is copied or lightly shortened passes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.verification import verify
from ingest.fiches import french_date

QUESTION = "Que prévoit la région pour les ateliers ?"


def failures(sentence: str, *quotes: str, contexts: tuple[str, ...] = (), same_language: bool = True) -> set[str]:
    return set(verify(sentence, quotes, contexts, QUESTION, same_language=same_language).failures)


QUOTE = "La région Lumière prévoit 2,5 millions d'euros pour équiper au moins 300 ateliers avant juin 2027, avec l'agence Clarté."


@pytest.mark.parametrize(
    "sentence",
    [
        QUOTE,
        "La région Lumière prévoit 2,5 millions d'euros pour équiper au moins 300 ateliers.",
        "La région prévoit 2,5 millions d'euros pour équiper les ateliers, avec l'agence Clarté.",
        "2,5 millions d'euros sont prévus pour équiper les ateliers de la région.",
        "La région Lumière prévoit d'équiper au moins 300 ateliers avant juin 2027.",
        "La région prévoit 2,5 M€ pour équiper les ateliers.",
    ],
)
def test_a_sentence_copied_or_lightly_shortened_passes(sentence: str) -> None:
    assert failures(sentence, QUOTE) == set()


@pytest.mark.parametrize(
    ("sentence", "failure"),
    [
        ("La région Lumière prévoit 3,5 millions d'euros pour équiper les ateliers.", "figure"),
        ("La région Lumière prévoit 2,5 milliards d'euros pour équiper les ateliers.", "figure"),
        ("La région Lumière prévoit 2,5 % pour équiper les ateliers.", "figure"),
        ("La région Lumière prévoit 2,5 millions de dollars pour équiper les ateliers.", "figure"),
        ("La région Lumière prévoit d'équiper 301 ateliers avant juin 2027.", "figure"),
        ("La région Lumière prévoit d'équiper au plus 300 ateliers avant juin 2027.", "figure"),
        ("La région Lumière prévoit d'équiper au moins 300 ateliers avant juin 2028.", "figure"),
        ("La région Lumière prévoit d'équiper au moins 300 ateliers avant mai 2027.", "figure"),
        ("La région Lumière prévoit d'équiper au moins 300 ateliers après juin 2027.", "figure"),
        ("La région Lumière prévoit d'équiper au moins 300 euros.", "figure"),
        ("La région Soleil prévoit 2,5 millions d'euros pour équiper les ateliers.", "name"),
        ("La région prévoit 2,5 millions d'euros pour les ateliers, avec l'agence Prisme.", "name"),
        ("La région prévoit 2,5 millions d'euros pour les ateliers, avec le CNRS.", "name"),
        ("La région Lumière ne prévoit pas 2,5 millions d'euros pour équiper les ateliers.", "negation"),
        ("La région Lumière ne prévoit plus d'équiper les ateliers.", "negation"),
        ("La région Lumière prévoit d'équiper les ateliers sans l'agence Clarté.", "negation"),
        ("Les demandes de la région Lumière passent par contact@lumiere.example.", "contact"),
        ("Pour équiper les ateliers, appelez la région Lumière au 04 91 00 00 00.", "contact"),
        ("Pour équiper les ateliers, voyez https://lumiere.example avec l'agence Clarté.", "contact"),
        ("Chacun sait combien la lune influence les marées du monde entier.", "wording"),
    ],
)
def test_what_is_changed_is_caught(sentence: str, failure: str) -> None:
    assert failure in failures(sentence, QUOTE)


def test_a_sentence_without_a_citation_fails() -> None:
    assert failures(QUOTE) == {"no_citation"}


@pytest.mark.parametrize(
    "source",
    [
        "Le chèque Phare sera proposé aux PME à partir de la rentrée.",
        "Le chèque Phare pourrait être proposé aux PME.",
        "Le chèque Phare, annoncé aux PME, est à l'étude.",
        "La région envisage un chèque Phare pour les PME.",
    ],
)
@pytest.mark.parametrize(
    "claim",
    [
        "Le chèque Phare est ouvert aux PME.",
        "Le chèque Phare est déjà disponible aux PME.",
        "Le chèque Phare est actuellement accessible aux PME.",
    ],
)
def test_announced_is_not_turned_into_open(source: str, claim: str) -> None:
    assert "modality" in failures(claim, source)


def test_open_is_said_of_what_its_source_says_open() -> None:
    assert failures("Le chèque Phare est ouvert aux PME.", "Le chèque Phare est ouvert aux PME depuis 2023.") == set()


def test_a_denial_of_the_source_may_be_said() -> None:
    source = "Le chèque Phare n'est pas ouvert aux associations."
    assert failures("Le chèque Phare n'est pas ouvert aux associations.", source) == set()


def test_a_contact_of_the_source_may_be_said() -> None:
    source = "Les demandes passent par contact@lumiere.example ou au 04 91 00 00 00."
    assert failures("Les demandes passent par contact@lumiere.example.", source) == set()


def test_a_name_of_the_heading_may_be_said() -> None:
    source, sentence = "Le budget est de 3 millions d'euros.", "Le budget de Lumière est de 3 millions d'euros."
    assert "name" in failures(sentence, source)
    assert failures(sentence, source, contexts=("Plan Lumière",)) == set()


def test_a_sentence_in_english_is_not_held_to_french_words_but_to_figures_and_names() -> None:
    assert failures("The region plans 2.5 million euros for workshops.", QUOTE, same_language=False) == set()
    assert "figure" in failures("The region plans 3.5 million euros for workshops.", QUOTE, same_language=False)


SUBJECTS = ("La région", "L'agence", "Le comité", "La métropole", "Le centre")
VERBS = ("finance", "prévoit", "annonce", "réserve", "consacre")
OBJECTS = ("les ateliers de couture", "la formation des salariés", "les vergers communaux", "le portail des données")
amounts = st.integers(min_value=2, max_value=9_999)


@st.composite
def sentences_made(draw: st.DrawFn) -> tuple[str, int]:
    amount = draw(amounts)
    subject, verb, thing = (draw(st.sampled_from(words)) for words in (SUBJECTS, VERBS, OBJECTS))
    return f"{subject} {verb} {amount} euros pour {thing}.", amount


@given(sentences_made())
def test_every_copy_passes(made: tuple[str, int]) -> None:
    assert failures(made[0], made[0]) == set()


@given(sentences_made(), amounts)
def test_every_other_amount_is_caught(made: tuple[str, int], other: int) -> None:
    sentence, amount = made
    assume(other != amount)
    assert "figure" in failures(sentence.replace(f"{amount} euros", f"{other} euros"), sentence)


@given(sentences_made(), st.sampled_from(["%", "jours", "salariés", "millions d'euros", "dollars", "mois"]))
def test_every_other_unit_is_caught(made: tuple[str, int], unit: str) -> None:
    sentence, _amount = made
    assert "figure" in failures(sentence.replace("euros", unit, 1), sentence)


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_every_other_day_is_caught(said: date, other: date) -> None:
    source = f"Les dossiers sont reçus le {french_date(said)} par la région."
    assert failures(source, source) == set()
    assume(said != other)
    assert "figure" in failures(source.replace(french_date(said), french_date(other)), source)


@given(sentences_made(), st.sampled_from(["Zéphyr", "Nocturne", "CNRS", "Babelweb", "Mont-Royal"]))
def test_every_name_of_no_quote_is_caught(made: tuple[str, int], name: str) -> None:
    sentence = made[0]
    assert "name" in failures(sentence.replace(" pour ", f" avec {name} pour "), sentence)


@given(sentences_made())
def test_every_denial_of_no_quote_is_caught(made: tuple[str, int]) -> None:
    verb = next(v for v in VERBS if f" {v} " in made[0])
    assert "negation" in failures(made[0].replace(f" {verb} ", f" ne {verb} pas ", 1), made[0])


@given(sentences_made(), sentences_made())
def test_a_quote_more_never_makes_a_good_sentence_fail(made: tuple[str, int], other: tuple[str, int]) -> None:
    assert failures(made[0], made[0], other[0]) == set()


BUDGETS = "Le fonds est de 60 M€ au total, dont 300 000 € pour l'expérimentation, voté par la Région en mai 2024."


@pytest.mark.parametrize(
    ("sentence", "failed"),
    [
        ("The fund is 60 million euros in all, of which 300 000 euros for the experiment.", None),
        (
            "The fund of 60 million euros was voted in May 2024.",
            "figure",
        ),  # one of two amounts: of which, none can tell
        ("The fund is 300 000 euros in all, of which 60 million euros for the experiment.", "figure"),
        ("The fund is 60 million dollars in all, of which 300 000 euros for the experiment.", "figure"),
        ("The fund was voted in June 2024.", "figure"),
        ("The fund was voted by the European Commission in May 2024.", "name"),
        ("The fund was voted by the Region in May 2024.", None),
    ],
)
def test_a_sentence_in_english_says_every_amount_of_its_quote_in_order_or_none(
    sentence: str, failed: str | None
) -> None:
    found = failures(sentence, BUDGETS, same_language=False)
    assert failed in found if failed else found == set()


def test_a_name_translated_is_the_name_of_the_quote() -> None:
    quote = "Le LaborIA a été créé par le ministère du Travail."
    assert failures("LaborIA was created by the Ministry of Labour.", quote, same_language=False) == set()


def test_amounts_moved_between_two_things_of_a_quote_are_caught() -> None:
    quote = "La Région verse 18 M€ à la recherche et 10 M€ aux filières clés."
    assert failures("La Région verse 18 M€ à la recherche.", quote) == set()
    assert "figure" in failures("La Région verse 10 M€ à la recherche et 18 M€ aux filières clés.", quote)
    assert "figure" in failures("La Région verse 18 M€ aux filières clés.", quote)


def test_a_project_or_a_plan_is_not_something_to_come() -> None:
    quote = "Un projet du plan utilisait l'IA pour une consommation plus raisonnée."
    assert failures("A project used AI for a more reasonable consumption.", quote, same_language=False) == set()


VOTED = "En mai 2024, au salon Aurore, la Région avait annoncé 50 M€ ; le vote a porté le plan à 60 M€."


@pytest.mark.parametrize(
    ("sentence", "passes"),
    [
        ("Le plan a été voté en mai 2024.", False),
        ("En mai 2024, la Région avait annoncé 50 M€.", True),
        ("Le vote a porté le plan à 60 M€.", True),
    ],
)
def test_what_one_clause_says_is_not_dated_by_another(sentence: str, passes: bool) -> None:
    check = verify(sentence, [VOTED], ["Plan"], "Quand le plan a-t-il été voté ?", same_language=True)
    assert check.passed is passes


def test_what_no_quote_says_is_not_let_through_by_what_one_does() -> None:
    quote = "La Région soutiendrait le fonds avec 100 000 euros par an."
    said = "La Région soutiendrait le fonds avec 100 000 euros par an, et un comité interuniversitaire choisira."
    assert not verify(said, [quote], ["Fonds"], "Qui choisit ?", same_language=True).passed
