"""Encryption of CPR numbers: AES-GCM, and a keyed blind index with another key."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_KEY_ID = b"\x01"
_NONCE = 12


def encrypt(text: str, *, context: str) -> bytes:
    """Return key id, nonce and ciphertext. ``context`` binds it to its place."""
    nonce = os.urandom(_NONCE)
    box = AESGCM(settings.CPR_KEY)
    return _KEY_ID + nonce + box.encrypt(nonce, text.encode(), context.encode())


def decrypt(stored: bytes, *, context: str) -> str:
    """Return the text; ``ValueError`` for a wrong key, a wrong context or altered bytes."""
    data = bytes(stored)
    if data[:1] != _KEY_ID:
        message = "encrypted with an unknown key"
        raise ValueError(message)
    box = AESGCM(settings.CPR_KEY)
    try:
        return box.decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], context.encode()).decode()
    except InvalidTag as error:
        message = "can not be decrypted"
        raise ValueError(message) from error


def blind_index(text: str) -> str:
    """Return a keyed digest that finds the same number again without revealing it."""
    return hmac.new(settings.CPR_INDEX_KEY, text.encode(), hashlib.sha256).hexdigest()
