"""Columns of text that stand for something else; to the migrations they are plain text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

# Django's own class takes no types while it runs.
if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
else:
    _CharField = models.CharField


class MeaningField(_CharField):
    """A column whose text a subclass reads with ``to_python`` and writes with ``get_prep_value``.

    A subclass with ``unresolved(alias)`` finds what is stored there and means nothing any more
    (``core.E005``).
    """

    # Read by the type checker's plugin; what a column takes and gives depends on the subclass.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 60, **kwargs})

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> object:
        """Return what the text of the database means."""
        return self.to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> object:  # noqa: ARG002, FBT001 - Django's
        """Keep it on the object too, so that it is read as it will be read again."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Be a plain column of text to the migrations, which need not know the code."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
