"""A typed reference to a row of any app above: what a to-do or a timeline entry is about.

The lower floors hold references to rows whose models they do not know. A reference is one value
with one form, ``app.model:PUBLICID``, and a model says with ``page`` where such a row is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.apps import apps
from django.db import models
from django.urls import reverse


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

    @property
    def url(self) -> str:
        """Return the page where the row is read. No query: the model names its page."""
        page: str = apps.get_model(self.model).page
        return reverse(page, args=[self.key])


class ReferenceField(models.CharField[Any, Any]):
    """A column with one reference, or without one where it is nullable. It takes rows, too."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        """Return the reference that stands in the database."""
        return None if value is None else Reference.read(value)

    def to_python(self, value: Any) -> Any:
        """Return a row, a text or a reference as a reference."""
        if value is None or isinstance(value, Reference):
            return value
        return Reference.read(value) if isinstance(value, str) else Reference.to(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the text for the database."""
        value = self.to_python(value)
        return None if value is None else str(value)

    def deconstruct(self) -> Any:
        """Be a plain column of text to the migrations, which need not know the code."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
