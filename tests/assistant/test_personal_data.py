"""Personal data of a question: found whatever its spacing, masked once and for all, and nothing else touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.personal_data import MASKS, find_personal_data, is_siret, mask_personal_data, social_security_key

GAPS = st.sampled_from(["", " ", ".", "-", "\u00a0", " - "[:2]])


def kinds(text: str) -> list[str]:
    return [found.kind for found in find_personal_data(text)]


def luhn_completed(thirteen: str) -> str:
    return next(thirteen + str(d) for d in range(10) if is_siret(thirteen + str(d)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("écrivez à marie.curie+ia@labo-exemple.fr svp", "email"),
        ("contact : élise@mairie.exemple.fr.", "email"),
        ("mon numéro est le 06 12 34 56 78", "phone"),
        ("appelez le 0612345678, merci", "phone"),
        ("tél. +33 (0)4 91 00 00 01", "phone"),
        ("0033 6.12.34.56.78", "phone"),
        ("SIRET 732 829 320 00074", "siret"),
        ("mon siret : 73282932000074", "siret"),
        ("n° 1 85 05 78 006 084 91", "social_security"),
        ("2 55 08 14 168 025 38", "social_security"),
        ("1850578006084", "social_security"),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "iban"),
    ],
)
def test_it_is_found_and_masked(text: str, kind: str) -> None:
    assert kinds(text) == [kind]
    assert MASKS[kind] in mask_personal_data(text)  # type: ignore[index]
    assert not find_personal_data(mask_personal_data(text))


@pytest.mark.parametrize(
    "text",
    [
        "Le plan est doté de 1 500 000 000 € jusqu'en 2028.",
        "De 2024 à 2028, 12 000 entreprises et 3,5 M€ par an.",
        "Entre 10 et 249 salariés, 50 millions d'euros de chiffre d'affaires",
        "le 28/06/2024, délibération n° 24-0123",
        "732 829 320 00075",  # its check digit is wrong
        "FR76 3000 6000 0112 3456 7890 188",
        "@entreprise sur les réseaux",
        "prix : 01 234 567,89 €",
    ],
)
def test_figures_that_are_nobodys_are_left(text: str) -> None:
    assert find_personal_data(text) == ()
    assert mask_personal_data(text) == text


@given(st.text(max_size=400))
def test_masking_never_fails_and_twice_is_once(text: str) -> None:
    once = mask_personal_data(text)
    assert mask_personal_data(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="@"), max_size=300))
def test_a_text_without_digits_nor_at_sign_is_left_alone(text: str) -> None:
    assert mask_personal_data(text) == text


@given(st.text(max_size=120))
def test_pieces_are_in_order_and_apart(text: str) -> None:
    found = find_personal_data(text)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert all(0 <= f.start < f.end <= len(text) for f in found)


@given(st.lists(st.integers(0, 99), min_size=4, max_size=4), st.integers(1, 9), GAPS)
def test_every_french_number_is_masked_however_it_is_spaced(pairs: list[int], first: int, gap: str) -> None:
    number = gap.join([f"0{first}", *(f"{pair:02}" for pair in pairs)])
    assert mask_personal_data(f"Joignez-moi au {number} demain") == "Joignez-moi au [téléphone] demain"


@given(st.integers(10**12, 10**13 - 1), GAPS)
def test_every_valid_siret_is_masked(start: int, gap: str) -> None:
    siret = luhn_completed(str(start))
    spaced = gap.join([siret[:3], siret[3:6], siret[6:9], siret[9:]])
    masked = mask_personal_data(f"Je suis {spaced}, quelle aide ?")
    assert spaced not in masked
    assert not any(c.isdigit() for c in masked)


@given(
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.sampled_from(["13", "2A", "2B", "75", "97"]),
    st.integers(1, 999),
    st.integers(1, 999),
    GAPS,
)
def test_every_valid_social_security_number_is_masked(
    sex: str, year: int, month: int, place: str, town: int, order: int, gap: str
) -> None:
    groups = [sex, f"{year:02}", f"{month:02}", place, f"{town:03}", f"{order:03}"]
    key = social_security_key("".join(groups))
    spaced = gap.join([*groups, f"{key:02}"])
    masked = mask_personal_data(f"Mon numéro {spaced} convient-il ?")
    assert masked.startswith("Mon numéro [")
    assert spaced not in masked
