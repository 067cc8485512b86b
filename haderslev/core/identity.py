"""Which row: one value that names a row of any app, ``app.model:PUBLICID``. No framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol


class Referable(Protocol):
    """A row with a public id."""

    public_id: Any
    _meta: ClassVar[Any]


@dataclass(frozen=True)
class Reference:
    """Which row: the label of its model, and its public id."""

    model: str
    key: str

    @classmethod
    def to(cls, row: Referable) -> Reference:
        """Return the reference to a row."""
        return cls(row._meta.label_lower, str(row.public_id))

    @classmethod
    def read(cls, text: str) -> Reference:
        """Return what a text says.

        Raises:
            ValueError: It has not the form of a reference.
        """
        model, colon, key = text.partition(":")
        if not colon or not key:
            message = f"{text!r} is no reference."
            raise ValueError(message)
        return cls(model, key)

    def __str__(self) -> str:
        return f"{self.model}:{self.key}"
