"""Public ids for addresses: they reveal nothing and can not be guessed."""

import secrets
from collections.abc import Sequence
from typing import Any  # the options of a field

from django.db import models

# Crockford's alphabet: no I, L, O, U, so that an id can be read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def new_public_id() -> str:
    """Return eight random characters, 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


class PublicIdField(models.CharField[str, str]):
    """A random unique id, given when the row is created."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {
            "max_length": LENGTH,
            "unique": True,
            "editable": False,
            "default": new_public_id,
        }
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Leave out what the class itself sets."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "unique", "editable", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs
