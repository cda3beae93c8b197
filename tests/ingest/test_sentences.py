"""Sentences of French text: where they end, and where a full stop does not end them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "M. Durand et Mme. Petit ont reçu le Dr. Morel.",
        "Voir l'art. 12 du règlement et la p. 34 du rapport.",
        "Le n° 4 de la revue, cf. annexe 2, le dit.",
        "Le budget est de 3.5 M€ soit 2,7 % du total.",
        "Le plan (ateliers, salons, etc.) coûte 12 000 € par an.",
        "J. Martin a signé avec A.-M. Leroy en mars.",
        "Il hésite… puis accepte la proposition.",
        "Une « idée neuve ? » pour tous.",
        "Le site www.exemple.fr répond.",
        "La ligne est coupée\nau milieu de la phrase.",
        "3. Les mesures du plan",
    ],
)
def test_a_stop_that_ends_nothing_divides_nothing(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le prêt est ouvert. Il dure un an.", ["Le prêt est ouvert.", "Il dure un an."]),
        ("Qui peut postuler ? Les PME. Comment ?", ["Qui peut postuler ?", "Les PME.", "Comment ?"]),
        ("Elle dit : « C'est prêt. » Nous partons.", ["Elle dit : « C'est prêt. »", "Nous partons."]),
        ("Le taux est de 50 %. 30 projets sont aidés.", ["Le taux est de 50 %.", "30 projets sont aidés."]),
        ("Salons, visites, etc. Les dates suivront.", ["Salons, visites, etc.", "Les dates suivront."]),
        ("Enfin... Nous y sommes.", ["Enfin...", "Nous y sommes."]),
        ("Un titre\n\nUne phrase.", ["Un titre", "Une phrase."]),
        ("- premier point\n- second point", ["- premier point", "- second point"]),
        ("Nom | Montant\nAide A | 10 €", ["Nom | Montant", "Aide A | 10 €"]),
        ("C'est voté. « La suite viendra. »", ["C'est voté.", "« La suite viendra. »"]),
    ],
)
def test_sentences_items_and_rows_are_units(text: str, expected: list[str]) -> None:
    assert split(text) == expected


LINE = "Le conseil des ports a ouvert un atelier de voile pour les enfants de la baie."


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Lecture 4 min", LINE),
        ("Voile et avirons\nPublié au printemps", LINE),
    ],
)
def test_a_short_line_over_a_long_one_is_a_sentence_of_its_own(above: str, below: str) -> None:
    assert split(f"{above}\n{below}")[0] == above


@pytest.mark.parametrize(
    "text",
    [
        f"Lecture 4 min\n{LINE[0].lower()}{LINE[1:]}",  # goes on in lower case
        f"Un avis de\n{LINE}",  # a word that leads on
        f"Un avis,\n{LINE}",
        "Le conseil des ports a réuni cet hiver tous les patrons\nArtisans de la baie au grand quai du port.",  # wrapped
        f"{'Un titre assez long pour une ligne entière de la page du port'}\n{LINE * 3}".replace(".Le", ", Le"),
        f"A1\n{LINE}",
    ],
)
def test_a_wrapped_line_is_none(text: str) -> None:
    assert split(text) == [text]


@given(st.text(alphabet="aé M.?!…«» \n|-1,", max_size=200))
def test_spans_are_ordered_and_leave_only_blanks_out(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in zip(spans, spans[1:], strict=False))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
