"""Columns of our own: texts that stand for something else, public ids, keys of Danish order."""

import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any  # Any: what Django's columns take

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Replace

# Crockford's alphabet: no I, L, O, U, so that an id can be read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8

# Danish order without ICU: æ ä, ø ö, å aa sort after z on every PostgreSQL.
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆÄØÖÅÉÈÊËÁÀÂÓÒÔÚÙÛÜÍÌÎÑÇ"
_PLAIN = "abcdefghijklmnopqrstuvwxyz{{||}eeeeaaaooouuuyiiinc"
_LOWER = "æäøöåéèêëáàâóòôúùûüíìîñç"
_LOWER_PLAIN = "{{||}eeeeaaaooouuuyiiinc"

# At run time Django's class is not generic.
if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
    _IdField = models.CharField[str, str]
else:
    _CharField = _IdField = models.CharField


class MeaningField(_CharField):
    """A column whose text a subclass reads in ``to_python``; ``str`` of what it means is stored."""

    # For the mypy plugin: what a column takes and gives depends on the subclass.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 60, **kwargs})

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> object:
        """Return what the text of the database means."""
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Return the text for the database."""
        meant = self.to_python(value)
        return None if meant is None else str(meant)

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


def new_public_id() -> str:
    """Return eight random characters, 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


class PublicIdField(_IdField):
    """A random unique id for addresses, given when the row is created; it reveals nothing."""

    def __init__(self) -> None:
        super().__init__(max_length=LENGTH, unique=True, editable=False, default=new_public_id)

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Leave out what the class itself sets."""
        return *super().deconstruct()[:2], (), {}


class _Translate(models.Func):
    function = "translate"
    output_field = models.TextField()


class DanishKey(models.GeneratedField):
    """A stored sort key made from another column; order by it under collation "C"."""

    def __init__(self, source: str) -> None:
        self.source = source
        text = _Translate(F(source), Value(_UPPER), Value(_PLAIN))
        text = _Translate(text, Value(_LOWER), Value(_LOWER_PLAIN))
        super().__init__(
            expression=Replace(text, Value("aa"), Value("}"), output_field=models.TextField()),
            output_field=models.TextField(db_collation="C"),
            db_persist=True,
        )

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Name only the source; the rest follows from it."""
        return *super().deconstruct()[:2], (), {"source": self.source}
