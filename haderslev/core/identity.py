"""One value that names a row of any app: ``app.model:PUBLICID``. No framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol  # Any: keys of any kind


class Referable(Protocol):
    """A row with a public id."""

    # Any: a column's descriptor, and Django's Options, which this module must not import.
    public_id: Any
    _meta: ClassVar[Any]


@dataclass(frozen=True)
class Reference:
    """A row's model label and public id."""

    model: str
    key: str

    @classmethod
    def to(cls, row: Referable) -> Reference:
        """Return the reference to a row."""
        return cls(row._meta.label_lower, str(row.public_id))

    @classmethod
    def read(cls, text: str) -> Reference:
        """Parse a reference; ``ValueError`` if the text is none."""
        model, colon, key = text.partition(":")
        if not colon or not key:
            message = f"{text!r} is no reference."
            raise ValueError(message)
        return cls(model, key)

    def __str__(self) -> str:
        return f"{self.model}:{self.key}"
