"""The size of a company as people say it: a class from staff and turnover, never from the people of others."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import GivenProfile
from assistant.profiles import Profile, understand_profile
from assistant.sizes import size_class
from ingest.catalogue import load_vocabulary

WORDS = load_vocabulary()


def understood(text: str, **given: str) -> Profile:
    return understand_profile(text, GivenProfile(**given), (), WORDS, names=())


SAID: dict[str, tuple[set[str], int | None]] = {
    "nous sommes une dizaine à Nantes, quelles aides ?": ({"pme"}, 10),
    "80 personnes et 12 M€ de CA, à Toulouse, quelles aides ?": ({"pme"}, 80),
    "Une boite de 60 à Cholet, par où commencer avec l'IA ?": ({"pme"}, 60),
    "effectif : 45, Le Mans, quelles aides ?": ({"pme"}, 45),
    "une équipe de 9 à Montauban, quelles aides ?": ({"tpe"}, 9),
    "Société de 35 salariés à Rodez : une aide pour l'IA ?": ({"pme"}, 35),
    "SARL de 6 personnes à Nîmes, quelle aide ?": ({"tpe"}, 6),
    "800 salariés, groupe familial à La Roche-sur-Yon, quelles aides ?": ({"eti"}, 800),
    "l'entreprise emploie 120 collaborateurs sur deux sites, à Tarbes": ({"pme"}, 120),
    "on est un cabinet de 12 avocats à Foix": ({"pme"}, 12),
    "garage de 5 mécaniciens à Cholet, quelles aides ?": ({"tpe"}, 5),
    "ma société de conseil, 4 consultants à Nice, quelles aides ?": ({"tpe"}, 4),
    "2 associés et 3 salariés à Lourdes": ({"tpe"}, 5),
    "nous avons neuf salariés et deux apprentis à Montauban": ({"tpe"}, 9),
    "nous sommes 3 cofondateurs à Toulouse, on monte une startup": ({"startup", "tpe"}, 3),
    "je bosse avec ma femme et un apprenti à Draguignan, quelles aides ?": ({"tpe"}, 2),
    "je n'ai pas de salarié, je suis à Nantes, quelle aide ?": ({"tpe"}, 1),
    "SASU, seul, à Nîmes, quelle aide pour l'IA ?": ({"tpe"}, 1),
    "je suis freelance à Aix-en-Provence, quelles aides ?": ({"tpe"}, 1),
    "j'ai un salarié, à Gap, quelles aides ?": ({"tpe"}, 1),
    "je suis médecin libéral à Nantes, quelle aide ?": ({"tpe"}, None),
    "toute petite boîte à Cannes, quelles aides ?": ({"tpe"}, None),
    "entreprise moyenne de Cannes, quelles aides ?": ({"pme"}, None),
    "filiale d'un grand groupe à Fos-sur-Mer, 90 salariés": ({"pme"}, 90),
    "start up saas à Nantes, 9 pers, on cherche une aide": ({"startup", "tpe"}, 9),
    "la mairie de Gap, 12000 habitants, quelles aides ?": ({"collectivite"}, None),
    "nous sommes plus de 5000 à Toulouse": ({"ge"}, 5001),
    "Papeterie de 14 salariés, Carcassonne, que propose la Région ?": ({"pme"}, 14),
    "Une maison d'édition arlésienne de 18 personnes peut-elle être aidée ?": ({"pme"}, 18),
    "clinique vétérinaire, 11 salariés, Cahors, aide IA ?": ({"pme"}, 11),
    "Cabinet dentaire, deux praticiens et trois assistantes, Antibes : des aides ?": ({"tpe"}, 5),
    "nous étions 8, nous voilà 23, à Castres : quelles aides ?": ({"pme"}, 23),
    "on a passé la barre des 250 salariés à Laval, quelles aides ?": ({"eti"}, 250),
    "Nous avons dépassé les 50 M€ de CA avec 180 salariés à Niort": ({"eti"}, 180),
    "je tiens seule une mercerie à Foix, une aide ?": ({"tpe"}, 1),
    "75 équivalents temps plein à Toulon, quelles aides ?": ({"pme"}, 75),
    "We are 12 people in Nantes, any help with AI?": ({"pme"}, 12),
    "nous avons entre 5 et 15 salariés": (set(), None),  # two classes: neither
    "nous avons entre 20 et 49 salariés": ({"pme"}, 20),
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_a_size_is_read_as_people_say_it(text: str) -> None:
    profile = understood(text)
    assert (set(profile.sizes), profile.headcount) == SAID[text]


@pytest.mark.parametrize(
    "text",
    [
        "Nous formons 300 salariés par an à Nantes",
        "nous accompagnons 100 associations à Nantes",
        "nos clients sont des PME de 50 salariés",
        "nous sommes à 20 km de Nantes, quelles aides ?",
        "nous sommes 12 communes dans le Gers",
        "aucun salarié n'est formé à l'IA chez nous",
        "nous travaillons avec une association de 30 bénévoles",
        "Quelles aides pour les entreprises de moins de 50 salariés ?",
        "Sur 110 personnes interrogées, combien sont favorables ?",
        "Un plan qui forme 300 salariés",
        "IA Booster accompagne 200 personnes",
    ],
)
def test_the_people_of_others_are_no_size(text: str) -> None:
    profile = understood(text)
    assert (set(profile.sizes), profile.headcount) == (set(), None)


@pytest.mark.parametrize(
    ("headcount", "turnover", "expected"),
    [(5, 700_000, "tpe"), (5, 12_000_000, "pme"), (80, 12_000_000, "pme"), (80, 60_000_000, "eti"), (80, 2e9, "ge")],
)
def test_the_larger_of_staff_and_turnover_gives_the_class(headcount: int, turnover: float, expected: str) -> None:
    assert size_class(headcount, Decimal(turnover)) == expected
    assert understood("", size=f"{headcount} salariés, CA de {int(turnover)} €").sizes == {expected}


def test_ca_is_a_turnover_and_ca_with_a_cedilla_is_not() -> None:
    assert understood("PME de 40 salariés, ça coûte 60 M€ : quelle aide ?").turnover is None
    assert understood("PME de 40 salariés, CA de 60 M€ : quelle aide ?").turnover == 60_000_000


TEAMS = ("salariés", "personnes", "collaborateurs", "employés", "ETP", "ouvriers", "associés")
FORMS = (
    "Nous sommes {n} {team} à Nantes, quelles aides ?",
    "J'ai {n} {team} à Nantes.",
    "{n} {team}, à Nantes : quelles aides pour l'IA ?",
    "Entreprise de {n} {team} à Nantes, on cherche une aide.",
    "ma boîte de {n} {team} à Nantes veut un diagnostic",
    "Imprimerie à Nantes, {n} {team}. Une aide ?",
    "nous employons {n} {team}",
    "on est {n} à Nantes, quelles aides ?",
    "effectif de {n}, à Nantes, quelle aide ?",
)


COUNTS = st.integers(2, 20_000).filter(lambda n: not 1800 <= n <= 2200)  # « on est 2025 » would be a year


@settings(deadline=None)
@given(COUNTS, st.sampled_from(TEAMS), st.sampled_from(FORMS))
def test_any_headcount_gives_its_class_in_any_of_these_forms(n: int, team: str, form: str) -> None:
    profile = understood(form.format(n=n, team=team))
    assert (profile.headcount, set(profile.sizes)) == (n, {size_class(n)})


OTHERS = (
    "Combien de PME de {n} salariés utilisent l'IA ?",
    "Nous formons {n} personnes chaque année.",
    "nous avons recruté {n} personnes",
    "Les {n} salariés de la filière sont-ils formés ?",
    "nous hébergeons {n} personnes",
)


@settings(deadline=None)
@given(COUNTS, st.sampled_from(OTHERS))
def test_a_count_of_others_never_gives_a_class(n: int, form: str) -> None:
    assert understood(form.format(n=n)).headcount is None


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    profile = understood(text)
    assert profile.headcount is None or profile.headcount >= 0
