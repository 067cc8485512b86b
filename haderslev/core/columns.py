"""Text columns that stand for something else; to migrations they are plain text."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

# At run time Django's class is not generic.
if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
else:
    _CharField = models.CharField


class MeaningField(_CharField):
    """A column whose text a subclass reads in ``to_python`` and writes in ``get_prep_value``."""

    # For the mypy plugin: what a column takes and gives depends on the subclass.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 60, **kwargs})

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> object:
        """Return what the text of the database means."""
        return self.to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> object:  # noqa: ARG002, FBT001 - Django's
        """Normalise the value on the object too, as if it had been loaded."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def unresolved(self, alias: str) -> Iterable[str]:
        """Return what is stored but no longer means anything (``core.E005``)."""
        raise NotImplementedError

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Be a plain CharField to migrations, which need not know our code."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
