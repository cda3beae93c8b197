"""Places: precision first, homonyms never guessed, every way to name a region."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.gazetteer import DEPARTMENTS, REGIONS
from assistant.territories import bare_place, places, region_of


def codes(text: str) -> list[str | None]:
    return [place.code for place in places(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nous sommes à Tours", "REG-24"),
        ("pme de saint nazaire", "REG-52"),
        ("une usine a la roche sur yon", "REG-52"),
        ("une PME au Mans", "REG-52"),
        ("aux Sables-d'Olonne", "REG-52"),
        ("à St-Nazaire", "REG-52"),
        ("près d'Angers", "REG-52"),
        ("une PME de Gap", "REG-93"),
        ("office de tourisme d'Arles", "REG-93"),
        ("Un gap de vente", None),
        ("à Gap", "REG-93"),
        ("un village du haut Var", "REG-93"),
        ("une entreprise du sud Gard", "REG-76"),
        ("le cours du var", None),
        ("société basée à Mouans-Sartoux", "REG-93"),
        ("à Lavelanet", "REG-76"),
        ("à Sophia-Antipolis", "REG-93"),
        ("entreprise à Vif", "REG-84"),
        ("dans le 44", "REG-52"),
        ("44000 Nantes", "REG-52"),
        ("une mairie d'Ariège", "REG-76"),
        ("PME du Var", "REG-93"),
        ("commune des Hautes-Alpes", "REG-93"),
        ("en Vendée", "REG-52"),
        ("dans le Nord", "REG-32"),
        ("la région Sud", "REG-93"),
        ("en paca", "REG-93"),
        ("une entreprise ligérienne", "REG-52"),
        ("un labo occitan", "REG-76"),
        ("à la Réunion", "REG-04"),
        ("en Nouvelle Aquitaine", "REG-75"),
        ("4 personnes, Briançon.", "REG-93"),
        ("une agence de com (Annecy)", "REG-84"),
        ("une PME à Cayenne", "REG-03"),
        ("une PME au Tampon", "REG-04"),
        ("une boulangerie à Valence d'Agen", "REG-76"),
        ("une medtech parisienne", "REG-11"),
        ("dans le pays de Retz", "REG-52"),
    ],
)
def test_a_place_gives_its_region(text: str, code: str | None) -> None:
    assert set(codes(text)) == ({code} if code else set())


@pytest.mark.parametrize(
    "text",
    [
        "il faut plusieurs tours de table", "une marche à suivre", "le plan de la Région", "a nice tool for our company",
        "vers le nord", "le 12 juillet 2024", "10000 euros à 44000 entreprises", "Sens de l'éthique", "ça a sens", "M. Martin",
        "la place de marché", "Orange est un opérateur", "la charte", "GeoVendée", "un projet de port", "des landes", "le lot 3",
        "nos mesures", "une aide de 85000 euros", "en 2024", "dans le secteur de la mer", "Nice to meet you",
        "un grand salon parisien", "la possession de données", "le tampon du notaire",
    ],
)  # fmt: skip
def test_common_words_are_no_places(text: str) -> None:
    assert places(text) == []


def test_a_foreign_city_has_no_french_region() -> None:
    assert codes("actuellement à Montréal, bientôt à Nice") == [None, "REG-93"]
    assert bare_place("Bruxelles") is not None
    assert bare_place("Bruxelles").code is None  # type: ignore[union-attr]


def test_two_towns_of_one_name_are_ambiguous_until_the_text_settles_it() -> None:
    assert codes("à Prades") == [None]
    assert codes("à Saint-Denis") == [None]  # that of La Réunion and that of Île-de-France
    assert codes("à Prades, dans l'Hérault") == ["REG-76", "REG-76"]
    assert codes("à Saint-Nazaire") == ["REG-52"]  # ten times its homonyms


def test_several_sites_give_several_places() -> None:
    assert codes("un site à Marseille et un autre à Nantes") == ["REG-93", "REG-52"]
    assert region_of("un site à Marseille et un autre à Nantes") is None
    assert region_of("un site à Marseille") == ("Provence-Alpes-Côte d'Azur", "REG-93")


@pytest.mark.parametrize("number", sorted(DEPARTMENTS))
def test_every_department_is_known_by_number_postcode_and_name(number: str) -> None:
    name, region = DEPARTMENTS[number]
    postcode = {"2A": "20000", "2B": "20200"}.get(number, (number + "000")[:5])
    for said in (number, name, postcode):
        place = bare_place(said)
        assert place is not None
        assert place.code == region


@pytest.mark.parametrize("code", sorted(REGIONS))
def test_every_region_is_known_by_its_names_with_or_without_accents(code: str) -> None:
    label, others = REGIONS[code]
    for name in (label, *others, label.lower(), label.replace("-", " ")):
        place = bare_place(name)
        assert place is not None, name
        assert place.code == code


@given(st.text(max_size=60))
def test_any_text_is_read_and_offsets_lie_in_it(text: str) -> None:
    for place in places(text):
        assert 0 <= place.start < place.end <= len(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("une PME à Digne", "REG-93"),
        ("la mairie de Digne", "REG-93"),
        ("un hôtel aux Sables", "REG-52"),
        ("une entreprise de Six-Fours", "REG-93"),
        ("Garage, Alès, 5 salariés", "REG-76"),
        ("un garage (5 salariés, Alès)", "REG-76"),
    ],
)
def test_towns_as_people_there_say_them(text: str, code: str) -> None:
    assert [place.code for place in places(text)] == [code]


@pytest.mark.parametrize(
    "text", ["au Salon VivaTech", "L'usine Orange, 12 salariés", "à la Ville", "chez Orange, Alexandre"]
)
def test_what_only_looks_like_one(text: str) -> None:
    assert places(text) == []
