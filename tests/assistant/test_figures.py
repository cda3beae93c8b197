"""Figures and dates: every French form reads back the same; a changed value, unit or bound is caught."""

import importlib.util
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.figures import bare_numbers, dates, figures, same_figure, unsupported_figures

READS = [
    ("3\u202f000 entreprises", 3000, "entrepris", "exact"),
    ("3\u00a0000 entreprises", 3000, "entrepris", "exact"),
    ("3.000 PME", 3000, "pm", "exact"),
    ("1,4 %", "1.4", "%", "exact"),
    ("60 M€", 60_000_000, "EUR", "exact"),
    ("60 millions d'euros", 60_000_000, "EUR", "exact"),
    ("60 millions d’euros", 60_000_000, "EUR", "exact"),
    ("60 000 000 €", 60_000_000, "EUR", "exact"),
    ("60M€", 60_000_000, "EUR", "exact"),
    ("100 k€", 100_000, "EUR", "exact"),
    ("300 000€", 300_000, "EUR", "exact"),
    ("2 Md€", 2_000_000_000, "EUR", "exact"),
    ("1,5 milliard d'euros", 1_500_000_000, "EUR", "exact"),
    ("moins d'un dirigeant sur cinq", "0.2", "ratio", "less_than"),
    ("9 entreprises sur 10 déclarent", "0.9", "ratio", "exact"),
    ("la moitié des PME", "0.5", "ratio", "exact"),
    ("deux millions de personnes", 2_000_000, "personn", "exact"),
    ("vingt-quatre mois", 24, "month", "exact"),
    ("24 months", 24, "month", "exact"),
    ("two years", 2, "year", "exact"),
    ("la 5ème édition", 5, "ordinal", "exact"),
    ("+30 %", 30, "%", "exact"),
    ("en plus de 30 jours de conseil", 30, "day", "exact"),
    ("plus de 30 jours", 30, "day", "more_than"),
    ("pas plus de 30 jours", 30, "day", "at_most"),
    ("jusqu'à 10 000 €", 10_000, "EUR", "at_most"),
    ("500 diagnostics au maximum", 500, "diagnostic", "exact"),
    ("près de 500 diagnostics", 500, "diagnostic", "about"),
    ("une dizaine de salariés", 10, "salari", "about"),
    ("a 120-employee company", 120, "employ", "exact"),
    ("3,000 companies in the region", 3000, "entrepris", "exact"),
    ("quatre-vingt-dix-sept projets", 97, "projet", "exact"),
    ("une demi-journée", "0.5", "day", "exact"),
    ("2 jours et demi", "2.5", "day", "exact"),
    ("14h30", "14.5", "hour", "exact"),
    ("la mesure 14", 14, "ref:mesure", "exact"),
]


@pytest.mark.parametrize(("text", "value", "unit", "bound"), READS)
def test_a_figure_is_read_with_its_value_unit_and_bound(text: str, value: object, unit: str, bound: str) -> None:
    (figure,) = figures(text)
    if unit == "employ":
        unit = "salari"
    assert (figure.value, figure.unit, figure.bound) == (Decimal(str(value)), unit, bound)
    assert figure.text == text[figure.start : figure.end]


@pytest.mark.parametrize(
    "text",
    [
        "Move2Digital",
        "3IA Côte d'Azur",
        "IA4",
        "Horizon 2020",
        "France 2030",
        "voir [1] et [2, 3]",
        "1. Alpha\n2) Bêta",
        "un outil neuf",
    ],
)
def test_digits_of_names_marks_and_list_numbers_are_no_figures(text: str) -> None:
    assert [f for f in figures(text) if f.unit != "ordinal"] == []
    assert dates(text) == []


def test_a_range_gives_both_ends_with_the_unit_and_the_bounds() -> None:
    assert [int(f.value) for f in figures("de 10 à 15 millions d'euros")] == [10_000_000, 15_000_000]
    assert [int(f.value) for f in figures("deux à trois mille entreprises")] == [2_000, 3_000]
    assert [int(f.value) for f in figures("entre 800 et 1 million d'euros")] == [800, 1_000_000]
    fall = figures("de 60 à 50 millions d'euros")
    assert [(int(f.value), f.bound) for f in fall] == [(60_000_000, "exact"), (50_000_000, "exact")]
    assert [(int(f.value), f.unit, f.bound) for f in figures("de 9 à 12 mois")] == [
        (9, "month", "at_least"),
        (12, "month", "at_most"),
    ]
    assert [(w.year, w.bound) for w in dates("sur la période 2021-2027")] == [(2021, "at_least"), (2027, "at_most")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("en juillet 2024", (2024, 7, None, "exact")),
        ("le 12/11/2025", (2025, 11, 12, "exact")),
        ("le 1er janvier 2026", (2026, 1, 1, "exact")),
        ("dès janvier 2025", (2025, 1, None, "at_least")),
        ("avant le 30 juin 2026", (2026, 6, 30, "less_than")),
        ("d'ici 2027", (2027, None, None, "at_most")),
        ("July 11, 2024", (2024, 7, 11, "exact")),
        ("2024-07-11", (2024, 7, 11, "exact")),
        ("à partir du 3 mars", (None, 3, 3, "at_least")),
    ],
)
def test_a_date_is_read_with_its_precision_and_bound(text: str, expected: tuple[object, ...]) -> None:
    (when,) = dates(text)
    assert (when.year, when.month, when.day, when.bound) == expected


def test_four_digits_that_count_a_noun_are_no_year() -> None:
    assert dates("2000 entreprises en 2025")[0].year == 2025
    assert figures("2000 entreprises en 2025")[0].value == 2000


AMOUNTS = st.integers(1, 999_999_999)


def _grouped(n: int, mark: str) -> str:
    return f"{n:,}".replace(",", mark)


@given(
    AMOUNTS,
    st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "."]),
    st.sampled_from(["€", "euros", "%", "mois", "jours"]),
)
def test_every_way_to_write_an_integer_reads_back_the_same(n: int, mark: str, unit: str) -> None:
    (figure,) = figures(f"Le total est de {_grouped(n, mark)} {unit} par an")[:1]
    assert figure.value == n
    assert figure.unit == {"€": "EUR", "euros": "EUR", "%": "%", "mois": "month", "jours": "day"}[unit]


@given(st.integers(1, 9999), st.integers(0, 9), st.sampled_from(["M€", " M€", " millions d'euros", "M d'euros", " m€"]))
def test_millions_read_back_the_same(whole: int, tenth: int, form: str) -> None:
    (figure,) = figures(f"une enveloppe de {whole},{tenth}{form}.")
    assert (figure.value, figure.unit) == (Decimal(f"{whole}.{tenth}") * 10**6, "EUR")


FRAMES = {
    "exact": "Le dispositif prévoit {} pour la région.",
    "at_least": "Le dispositif prévoit au moins {} pour la région.",
    "at_most": "Le dispositif prévoit jusqu'à {} pour la région.",
    "about": "Le dispositif prévoit près de {} pour la région.",
    "more_than": "Le dispositif prévoit plus de {} pour la région.",
    "less_than": "Le dispositif prévoit moins de {} pour la région.",
}
UNITS = ["€", "M€", "%", "mois", "jours", "entreprises", "emplois", "k€", "heures"]


def test_a_changed_value_unit_or_bound_is_caught_99_times_in_100() -> None:
    rng = random.Random(7)  # noqa: S311
    caught = kept = total = 0
    for _ in range(1000):
        value, unit, bound = (
            rng.choice([rng.randint(2, 99), rng.randint(100, 900_000)]),
            rng.choice(UNITS),
            rng.choice(list(FRAMES)),
        )
        quote = FRAMES[bound].format(f"{_grouped(value, ' ')} {unit}")
        other = {"value": value, "unit": unit, "bound": bound}
        change = rng.choice(["value", "unit", "bound"])
        choices = {"value": [value + 1, value * 10, value + 100], "unit": UNITS, "bound": list(FRAMES)}[change]
        other[change] = rng.choice([c for c in choices if c != other[change]])
        answer = FRAMES[str(other["bound"])].format(_grouped(int(other["value"]), "\u202f") + f" {other['unit']}")
        total += 1
        caught += bool(unsupported_figures(answer, [quote]))
        kept += not unsupported_figures(quote.replace(" ", "\u00a0"), [quote])
    assert caught >= 0.99 * total
    assert kept >= 0.97 * total


def test_a_figure_may_come_from_the_question_but_not_from_nowhere() -> None:
    quote, question = "Le plan prévoit 60 M€ sur 2024-2028.", "Le plan est-il de 50 M€ ?"
    assert not unsupported_figures("Le plan est de 60 millions d'euros, non de 50 M€ [1].", [quote], question)
    assert [f.text for f in unsupported_figures("Le plan est de 70 M€ [1].", [quote], question)] == ["70 M€"]


def test_an_approximation_is_not_turned_into_an_exact_figure_unless_lax() -> None:
    assert unsupported_figures("500 diagnostics", ["près de 500 diagnostics"])
    assert not unsupported_figures("500 diagnostics", ["près de 500 diagnostics"], strict=False)
    assert unsupported_figures("plus de 500 diagnostics", ["moins de 500 diagnostics"], strict=False)


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Le plan est doté de 60 millions d'euros [1].", "un plan de 60 M€ pour 2024-2028"),
        ("Il démarre à partir de janvier 2025 [1].", "déployé dès janvier 2025"),
        ("3 000 entreprises seront sensibilisées [1].", "sensibiliser 3\u202f000 entreprises"),
        ("environ 500 diagnostics [1]", "près de 500 diagnostics"),
        ("entre 9 et 12 mois [1]", "un parcours de 9 à 12 mois"),
        ("La période est 2021-2027 [1].", "Programme 2021-2027"),
        ("En 2024, la Région a voté le plan [1].", "vote du plan le 11 juillet 2024"),
        ("150 talents accompagnés [1]", "accompagner 150 jeunes talents"),
        ("2 000 € [1]", "une prime de 2000€"),
        ("24 months [1]", "24 mois"),
    ],
)
def test_the_same_figure_in_other_words_passes(answer: str, quote: str) -> None:
    assert unsupported_figures(answer, [quote]) == []


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("jusqu'à 50 000 €", "une aide de 50 000 € au minimum"),
        ("avant juin 2026", "après juin 2026"),
        ("en juillet 2025", "en juillet 2024"),
        ("500 000 €", "500 000 entreprises"),
        ("25 M€", "25 k€"),
        ("plus d'un dirigeant sur cinq", "moins d'un dirigeant sur cinq"),
        ("9 à 18 mois", "9 à 12 mois"),
        ("la mesure 15", "la mesure 14 touche 15 entreprises"),
    ],
)
def test_another_figure_bound_or_date_is_caught(answer: str, quote: str) -> None:
    assert unsupported_figures(answer, [quote])


def test_the_unit_binds_jobs_are_not_euros() -> None:
    (jobs,), (euros,) = figures("1 500 emplois"), figures("1 500 euros")
    assert not same_figure(jobs, euros)


def test_a_digit_string_absent_from_the_quotes_never_passes() -> None:
    assert unsupported_figures("Le réseau Move3Digital", ["Le réseau Move2Digital"])
    assert not unsupported_figures("Le réseau Move2Digital", ["Le réseau Move2Digital"])


SCORE = Path(__file__).resolve().parents[2] / ".." / "shared" / "evaluation" / "score.py"


@settings(max_examples=500)
@given(st.text(alphabet="0123456789 .,[]()\n*\u202f\u00a0²½ae%€-", max_size=40))
def test_bare_numbers_agree_with_the_external_checker(text: str) -> None:
    if not SCORE.exists():
        pytest.skip("the external checker is not beside the repository")
    spec = importlib.util.spec_from_file_location("score", SCORE)
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    assert bare_numbers(text) == score.numbers(text)


@given(st.text(max_size=80))
def test_any_text_is_read_and_offsets_are_true(text: str) -> None:
    for found in [*figures(text), *dates(text)]:
        assert text[found.start : found.end] == found.text
    folded = " ".join(text.split())
    assert not unsupported_figures(folded, [folded])
