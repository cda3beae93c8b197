"""What is kept for a visitor and read with their cookie alone: the database holds neither their secret nor their text.

AES-256-GCM, NIST SP 800-38D; the nonce is random, and a key seals far fewer than 2^32 texts.
"""

from __future__ import annotations

import hashlib
import secrets

NONCE = 12  # bytes


def name_of(secret: str) -> str:
    """Whom something is kept for, which does not tell the secret."""
    return hashlib.sha256(b"guichet: whose " + secret.encode()).hexdigest()


def seal(content: bytes, secret: str, place: str) -> bytes:
    """`content`, to be opened with this secret (of 256 random bits) and at this place only."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, content, place.encode())


def unseal(sealed: bytes, secret: str, place: str) -> bytes | None:
    """What `seal` was given; None with another secret or place, or once it was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_key(secret)).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except InvalidTag:
        return None


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"guichet: key " + secret.encode()).digest()
