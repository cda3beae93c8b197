"""Companies of many places, homonyms, postcodes and overseas included, against the whole catalogue: never an aid of
another region."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answers import GivenProfile
from assistant.eligibility import match_schemes
from assistant.profiles import understand_profile
from ingest.catalogue import load_schemes, load_vocabulary

TODAY = date(2026, 11, 1)
EVERYWHERE = {"PAYS-99100", "UE"}
NEEDS = " Nous cherchons un diagnostic, un conseil, une formation, un financement et de la visibilité."
REGIONS = {scheme.id: set(scheme.regions) for scheme in load_schemes()}
COMPANIES: dict[str, set[str]] = {
    "PME de 40 salariés à Saint-Denis, en Seine-Saint-Denis.": {"REG-11"},
    "PME industrielle à Saint-Denis de La Réunion.": {"REG-04"},
    "PME 97410 Saint-Pierre.": {"REG-04"},
    "PME (97410) Saint-Pierre.": {"REG-04"},
    "Une PME à Saint-Pierre (974).": {"REG-04"},
    "PME 97200 Fort-de-France.": {"REG-02"},
    "PME à Basse-Terre en Guadeloupe.": {"REG-01"},
    "PME à Saint-Laurent-du-Maroni, Guyane.": {"REG-03"},
    "PME à Mamoudzou, Mayotte.": {"REG-06"},
    "PME 20090 Ajaccio.": {"REG-94"},
    "PME, code postal 20200.": {"REG-94"},
    "TPE à Aix-en-Provence.": {"REG-93"},
    "TPE à Aix-les-Bains.": {"REG-84"},
    "PME 13127 Vitrolles.": {"REG-93"},
    "PME à Montauban.": {"REG-76"},
    "PME à Montauban-de-Bretagne.": {"REG-53"},
    "Entreprise à Saint-Étienne-du-Rouvray.": {"REG-28"},
    "PME à Villefranche-de-Rouergue.": {"REG-76"},
    "PME à Villefranche-sur-Mer.": {"REG-93"},
    "PME dans les Hautes-Alpes.": {"REG-93"},
    "PME dans les Hautes-Pyrénées.": {"REG-76"},
    "PME 44985 Nantes CEDEX 9.": {"REG-52"},
    "PME 13572 MARSEILLE CEDEX 02.": {"REG-93"},
    "ETI à Valence.": {"REG-84"},
    "PME à Cholet et à Toulouse.": {"REG-52", "REG-76"},
    "Nous avons douze salariés, deux sites : Angers et Marseille.": {"REG-52", "REG-93"},
    "Je vais créer mon entreprise à Nice.": {"REG-93"},
    "Nous sommes une quarantaine de salariés à Tarbes, code NAF 62.01Z.": {"REG-76"},
    "PME à Genève.": set(),
    "Startup à Bruxelles.": set(),
    "PME à Nouméa.": set(),
    "Une entreprise monégasque à Monaco.": set(),
    "PME à Saint-Martin.": set(),
    "PME de 40 salariés à Cayenne.": {"REG-03"},
    "PME à Pointe-à-Pitre.": {"REG-01"},
    "TPE au Tampon.": {"REG-04"},
    "PME à Saint-Denis.": set(),
    "Boulangerie à Valence d'Agen, 5 personnes.": {"REG-76"},
    "Petit cabinet d'archi, 4 personnes, Briançon.": {"REG-93"},
    "Medtech parisienne, 12 personnes.": {"REG-11"},
    "Groupe marseillais de 400 personnes.": {"REG-93"},
    "200 salariés répartis entre Nantes et Toulouse.": {"REG-52", "REG-76"},
    "commune de 3000 habitants dans le 06.": {"REG-93"},
}


@pytest.mark.parametrize("said", COMPANIES)
def test_the_region_is_the_one_meant_and_no_other_aid_is_open_to_it(said: str) -> None:
    profile = understand_profile(said + NEEDS, GivenProfile(), (), load_vocabulary())
    assert set(profile.regions) == COMPANIES[said]
    fitting = [m for m in match_schemes(profile, load_schemes(), today=TODAY) if m.verdict == "eligible"]
    assert [m.id for m in fitting if not REGIONS[m.id] & (COMPANIES[said] | EVERYWHERE)] == []


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("douze salariés", "pme"),
        ("une dizaine de salariés", "pme"),
        ("trois salariés", "tpe"),
        ("trois cents salariés", "eti"),
        ("6 000 salariés", "ge"),
    ],
)
def test_a_headcount_in_words_gives_the_size(said: str, size: str) -> None:
    profile = understand_profile(f"Nous sommes {said} à Nantes.", GivenProfile(), (), load_vocabulary())
    assert profile.sizes == {size}
