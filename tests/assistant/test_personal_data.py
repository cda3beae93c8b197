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


# As people write them, and as machines, telephones and other alphabets do.
SPELLINGS = {
    "phone": (
        *("(06) 12 34 56 78", "(+33) 6 12 34 56 78", "+33(0)612345678", "33612345678", "+33-6-12-34-56-78", "06   12   34   56   78"),
        *("06 - 12 - 34 - 56 - 78", "06–12–34–56–78", "06‑12‑34‑56‑78", "06·12·34·56·78", "06_12_34_56_78", "06,12,34,56,78"),
        *("06\u200912\u200934\u200956\u200978", "06\u200b12\u200b34\u200b56\u200b78", "０６ １２ ３４ ５６ ７８", "٠٦ ١٢ ٣٤ ٥٦ ٧٨", "06\n12 34 56 78"),
        *("0 6 1 2 3 4 5 6 7 8", "06 123 456 78", "0612 345 678", "06 1234 5678", "0 800 12 34 56", "O6 12 34 56 78", "6 12 34 56 78"),
        *("tél.0612345678", "tel,0612345678", "tel:+33612345678", "0612345678,", "le 0612345678€", "numéro0612345678"),
        *("+262 692 12 34 56", "+32 470 12 34 56", "+41 79 123 45 67", "+44 20 7946 0958", "+1 (202) 555-0123", "0032 470 12 34 56"),
        *("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "zero six one two three four five six seven eight"),
    ),
    "email": (
        *("_marie@exemple.fr_", "*marie@exemple.fr*", "<marie@exemple.fr>", "marie@exemple.fr1", "marie@a.b.c.d.e.f.fr", "marie@mail.xn--p1ai"),
        *("marie@exemple,fr", "marie @ exemple.fr", "marie@ exemple.fr", "marie @ exemple . fr", "marie＠exemple．fr", "marie%40exemple.fr"),
        *("marie [at] exemple.fr", "marie(at)exemple(dot)fr", "marie{at}exemple.fr", "marie arobase exemple point fr", "marie AT exemple DOT fr"),
        *('"marie curie"@exemple.fr', "marie@[192.168.0.1]", "marie&#64;exemple.fr", f"{'marie' * 20}@exemple.fr", "marie&paul@exemple.fr"),
    ),
    "siret": (
        *("732 829 320 000 74", "73 28 29 32 00 00 74", "7 3 2 8 2 9 3 2 0 0 0 0 7 4", "732_829_320_00074", "732–829–320–00074", "732829320-00074"),
        *("732\u2009829\u2009320\u200900074", "７３２８２９３２００００７４", "732 829 320, 00074", "732 829 320 (00074)", "732 829 320 nic 00074"),
        *("SIRET 123 456 789 01234", "mon siret est le 12345678901234"),  # named: a wrong key is a slip of the finger
    ),
    "social_security": (
        *("1 85 05 2A 006 084 41", "185052a00608441", "2 85 11 2B 033 123", "1 85 05 2 A 006 084", "1 85 05 78 006 084 clé 91", "1 85 05 78 006 084 (91)"),
        *("185 05 78 006 084 91", "1 8 5 0 5 7 8 0 0 6 0 8 4 9 1", "1 85 05 971 06 084", "1_85_05_78_006_084_91", "１ ８５ ０５ ７８ ００６ ０８４ ９１"),
        *("1\u200985\u200905\u200978\u2009006\u2009084\u200991", "1 85 05 78 006 084 36", "185057800608436", "n° de sécu 2 99 13 75 112 005 10"),
    ),
    "iban": (
        *("FR7630006000011234567890189", "fr76 3000 6000 0112 3456 7890 189", "FR76-3000-6000-0112-3456-7890-189", "FR76  3000  6000  0112  3456  7890  189"),
        *("FR 76 3000 6000 0112 3456 7890 189", "FR76 30006 00001 12345678901 89", "FR76\t3000\t6000\t0112\t3456\t7890\t189", "IBANFR7630006000011234567890189"),
        *("DE89 3704 0044 0532 0130 00", "BE68 5390 0754 7034", "GB29 NWBK 6016 1331 9268 19", "FR14 2004 1010 0505 0001 3M02 606"),
        *("ＦＲ７６ ３０００ ６０００ ０１１２ ３４５６ ７８９０ １８９", "FR76 3000 6000 0112 3456 7890 188", "IBAN : FR7612345678901234567890123", "RIB 30006 00001 12345678901 89"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "written"), [(kind, written) for kind, all_of in SPELLINGS.items() for written in all_of]
)
@pytest.mark.parametrize(
    "around", ["{}", "Bonjour, voici {} pour mon dossier de 45 salariés", "({})", "Merci. {}. Bien à vous"]
)
def test_it_is_masked_however_it_is_written_wherever_it_stands(kind: str, written: str, around: str) -> None:
    text = around.format(written)
    assert kind in kinds(text)
    left = mask_personal_data(text).replace("45", "")
    assert not any(sign.isdigit() for sign in left if kind != "email")
    assert not {"marie", "curie", "douze", "eight"} & set(left.lower().replace("[", " ").replace("@", " ").split())
    assert not find_personal_data(mask_personal_data(text))


@pytest.mark.parametrize(
    "piece",
    [
        "0 ",
        "1 ",
        "06 ",
        "a@",
        "a.",
        "a@a.",
        "zéro un ",
        "FR76 ",
        "+33 ",
        "(0",
        "7 3 2 8 2 9 3 2 ",
        '"a',
        "a (at) a (dot) ",
        "a arobase a point ",
        "_",
    ],
)
def test_a_text_made_to_be_tried_in_many_ways_is_read_at_once(piece: str) -> None:
    """A square of the length would take minutes."""
    mask_personal_data(piece * (200_000 // len(piece)))


@pytest.mark.parametrize(
    "text",
    [
        "Le plan est doté de 1 500 000 000 € jusqu'en 2028.",
        "De 2024 à 2028, 12 000 entreprises et 3,5 M€ par an.",
        "Entre 10 et 249 salariés, 50 millions d'euros de chiffre d'affaires",
        "le 28/06/2024, délibération n° 24-0123",
        "732 829 320 00075",  # its check digit is wrong
        "FR7630006000011234567890188",
        "du 05/06/2024 10 000 € au 07/08/2024, budgets 2024 2025 2026 2027",
        "codes postaux 06000 06100 06200 13001 13002",
        "de 20 salariés en région Sud, 12 000 000 000 € de chiffre, hausse de +10 000 000 €",
        "horaires : 2024-01-31 00:00:00, SIREN 732 829 320",
        "rendez-vous @ la mairie. Merci à tous, chez Airbus point final",
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
