"""Personal data in a text: e-mail addresses, telephone numbers, SIRET, social security and bank account numbers.

Pure: finds and masks, stores nothing. A check digit tells a number from a number alike, so amounts and dates pass; a
number that is named ("mon SIRET est le …") or laid out as only its kind is needs none, for a slip of the finger is
still somebody's number. Forms are in `assistant/personal_shapes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.personal_shapes import (
    BETWEEN,
    EMAILS,
    IBAN_LENGTHS,
    IBAN_START,
    NAMED,
    PHONE_GROUPS,
    PHONES_ABROAD,
    PHONES_BARE,
    PHONES_FRENCH,
    PHONES_SPOKEN,
    RIB,
    SIRET,
    SIRET_GROUPS,
    SOCIAL_SECURITY,
    SOCIAL_SECURITY_GROUPS,
    THOUSANDS,
    folded,
    groups_of,
    is_dated,
)

Kind = Literal["email", "phone", "siret", "social_security", "iban"]

MASKS: dict[Kind, str] = {
    "email": "[adresse e-mail]",
    "phone": "[téléphone]",
    "siret": "[SIRET]",
    "social_security": "[numéro de sécurité sociale]",
    "iban": "[IBAN]",
}
LA_POSTE = "356000000"  # the one SIREN whose SIRET follow another rule: the sum of the digits is a multiple of 5
FEWEST = 10  # digits of an account number: words that follow "de 20" are none
NEAR = 40  # characters before a number in which a word names it


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data: `text[start:end]`."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str) -> tuple[Found, ...]:
    """Every piece of personal data of `text`, in order, none over another.

    A SIRET is one whoever holds it: nothing in the number tells a sole trader, who is a person, from a company.
    """
    bare = folded(text)
    pieces = [*_emails(bare), *_ibans(bare), *_social_security(bare), *_sirets(bare), *_phones(bare)]
    kept: list[Found] = []
    for piece in sorted(pieces, key=lambda found: (found.start, -found.end)):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return tuple(kept)


def mask_personal_data(text: str) -> str:
    """`text` with each piece replaced by what it was: "[téléphone]". Masking twice changes nothing."""
    pieces, at = [], 0
    for found in find_personal_data(text):
        pieces += [text[at : found.start], MASKS[found.kind]]
        at = found.end
    return "".join((*pieces, text[at:]))


def without_personal_data(text: str) -> str:
    """`text` less each piece, or less what it was replaced with: what is asked does not depend on them."""
    masked = mask_personal_data(text)
    for mask in MASKS.values():
        masked = masked.replace(mask, " ")
    return text if masked == text else " ".join(masked.split())


def is_siret(text: str) -> bool:
    """Fourteen digits whose Luhn sum is a multiple of 10 (ISO/IEC 7812-1, annex B)."""
    digits = _digits(text)
    if len(digits) != 14:
        return False
    if digits.startswith(LA_POSTE):
        return sum(map(int, digits)) % 5 == 0
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(digits))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """The country and check digits moved to the end, letters as 10 to 35, leave 1 modulo 97 (ISO 13616)."""
    bare = re.sub(r"\s", "", text).upper()
    if not bare.isascii() or not bare.isalnum() or not 15 <= len(bare) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def social_security_key(number: str) -> int:
    """The key of a number of thirteen characters: 97 less its remainder by 97; Corsica's 2A and 2B count 19 and 18."""
    corsican = {"2A": "19", "2B": "18"}.get(number[5:7].upper(), number[5:7])
    return 97 - int(number[:5] + corsican + number[7:]) % 97


# ---- each kind --------------------------------------------------------------------------------------------------


def _emails(bare: str) -> Iterator[Found]:
    return (Found("email", *m.span()) for shape in EMAILS for m in shape.finditer(bare))


def _phones(bare: str) -> Iterator[Found]:
    for shape in (PHONES_BARE, PHONES_SPOKEN):
        yield from (Found("phone", *m.span()) for m in shape.finditer(bare))
    for m in PHONES_FRENCH.finditer(bare):
        if m.group("abroad") or (groups_of(m.group()) in PHONE_GROUPS and not is_dated(m.group())):
            yield Found("phone", *m.span())
    for m in PHONES_ABROAD.finditer(bare):
        if 8 <= len(_digits(m.group())) <= 17 and not THOUSANDS.fullmatch(m.group()):
            yield Found("phone", *m.span())


def _sirets(bare: str) -> Iterator[Found]:
    for m in SIRET.finditer(bare):
        laid_out = groups_of(m.group()) in SIRET_GROUPS
        if (laid_out and is_siret(m.group())) or _is_named(bare, m.start(), "siret"):
            yield Found("siret", *m.span())


def _social_security(bare: str) -> Iterator[Found]:
    for m in SOCIAL_SECURITY.finditer(bare):
        number = re.sub(r"[^0-9AB]", "", m.group("number").upper())
        key = m.group("key")
        groups = groups_of(m.group("number"))
        laid_out = groups in SOCIAL_SECURITY_GROUPS
        dated = number[3:5] in ("00", *map(str, range(13, 20)))  # no such month
        sure = key is not None and int(key.replace(" ", "")) == social_security_key(number)
        if (not dated and (laid_out or sure)) or _is_named(bare, m.start(), "social_security"):
            yield Found("social_security", *m.span())


def _ibans(bare: str) -> Iterator[Found]:
    for m in IBAN_START.finditer(bare):
        length = IBAN_LENGTHS.get(m.group("country").upper(), 0)
        ends = list(_signs_from(bare, m.start(), length))
        if not length or len(ends) < length or bare[ends[-1] : ends[-1] + 1].isalnum():
            continue
        written = bare[m.start() : ends[-1]]
        signs = "".join(c for c in written if c.isalnum())
        shaped = is_iban(signs) or _in_fours(written) or _is_named(bare, m.start(), "iban")
        if shaped and len(_digits(signs)) >= FEWEST:
            yield Found("iban", m.start(), ends[-1])
    for m in RIB.finditer(bare):
        if is_iban(f"FR76{''.join(c for c in m.group() if c.isalnum())}"):
            yield Found("iban", *m.span())


def _signs_from(bare: str, start: int, most: int) -> Iterator[int]:
    """Where each of `most` letters and digits from `start` on ends, as long as a gap at most parts one from the next."""
    at, count = start, 0
    while at < len(bare) and count < most:
        if bare[at].isascii() and bare[at].isalnum():
            at, count = at + 1, count + 1
            yield at
        elif gap := BETWEEN.match(bare, at):
            at = gap.end()
        else:
            return


def _in_fours(written: str) -> bool:
    """Whether an account number is written as on a statement: by fours."""
    signs = [group for group in re.split(r"[^0-9A-Za-z]+", written) if group]
    return len(signs) > 1 and all(len(group) == 4 for group in signs[:-1])


def _is_named(bare: str, start: int, kind: Kind) -> bool:
    """Whether a word that names this kind of number stands just before it, no other number between."""
    before = bare[max(0, start - NEAR) : start]
    return NAMED[kind].search(re.split(r"\d{3}", before)[-1]) is not None


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")
