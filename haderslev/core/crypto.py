"""Encryption of CPR numbers: AES-GCM, and a keyed blind index with another key."""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_KEY_ID = b"\x01"
_NONCE = 12
_KEY_BYTES = 32


@cache
def _key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        message = f"{name} must be the base64 of 32 bytes."
        raise ImproperlyConfigured(message) from error
    if len(key) != _KEY_BYTES:
        message = f"{name} must be the base64 of 32 bytes; it has {len(key)}."
        raise ImproperlyConfigured(message)
    return key


def encrypt(text: str, *, context: str) -> bytes:
    """Return key id, nonce and ciphertext. ``context`` binds it to its place."""
    nonce = os.urandom(_NONCE)
    box = AESGCM(_key("CPR_KEY", settings.CPR_KEY))
    return _KEY_ID + nonce + box.encrypt(nonce, text.encode(), context.encode())


def decrypt(stored: bytes, *, context: str) -> str:
    """Return the text.

    Raises:
        ValueError: Another key, another place, or changed bytes.
    """
    data = bytes(stored)
    if data[:1] != _KEY_ID:
        message = "encrypted with an unknown key"
        raise ValueError(message)
    box = AESGCM(_key("CPR_KEY", settings.CPR_KEY))
    try:
        return box.decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], context.encode()).decode()
    except InvalidTag as error:
        message = "can not be decrypted"
        raise ValueError(message) from error


def blind_index(text: str) -> str:
    """Return a keyed digest that finds the same number again without telling it."""
    key = _key("CPR_INDEX_KEY", settings.CPR_INDEX_KEY)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
