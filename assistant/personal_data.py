"""Personal data in a text: e-mail addresses, telephone numbers, SIRET, social security and bank account numbers.

Pure: finds and masks, stores nothing. A check digit tells a number from a number alike, so amounts and dates pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "phone", "siret", "social_security", "iban"]

MASKS: dict[Kind, str] = {
    "email": "[adresse e-mail]",
    "phone": "[téléphone]",
    "siret": "[SIRET]",
    "social_security": "[numéro de sécurité sociale]",
    "iban": "[IBAN]",
}
_GAP = r"[ \t.\-\u00a0\u2007\u202f/]{0,2}"  # what people put between the groups of a number
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}(?![\w@])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0\u202f]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
# sex, year, month (20 and above where a register could not say), department, commune, order, and often the key
_SOCIAL_SECURITY = re.compile(
    rf"(?<!\d)([1-478]){_GAP}(\d{{2}}){_GAP}(0[1-9]|1[0-2]|[2-9]\d){_GAP}(\d{{2}}|2[AB]){_GAP}(\d{{3}}){_GAP}(\d{{3}})"
    rf"(?:{_GAP}(\d{{2}}))?(?!\d)",
    re.IGNORECASE,
)
_SIRET = re.compile(rf"(?<!\d)\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{5}}(?!\d)")
_PHONE = re.compile(
    rf"(?<![\d,.+])(?:(?:\+|00){_GAP}33{_GAP}(?:\(0\){_GAP})?|0)[1-9](?:{_GAP}\d{{2}}){{4}}(?![\d,]\d|\d)"
)
LA_POSTE = "356000000"  # the one SIREN whose SIRET follow another rule: the sum of the digits is a multiple of 5


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
    pieces = [
        *(Found("email", *m.span()) for m in _EMAIL.finditer(text)),
        *(Found("iban", *m.span()) for m in _IBAN.finditer(text) if is_iban(m.group())),
        *(Found("social_security", *m.span()) for m in _SOCIAL_SECURITY.finditer(text) if _is_social_security(m)),
        *(Found("siret", *m.span()) for m in _SIRET.finditer(text) if is_siret(m.group())),
        *(Found("phone", *m.span()) for m in _PHONE.finditer(text)),
    ]
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


def _is_social_security(found: re.Match[str]) -> bool:
    number = "".join(group or "" for group in found.groups()[:6])
    key = found.group(7)
    return key is None or int(key) == social_security_key(number)


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")
