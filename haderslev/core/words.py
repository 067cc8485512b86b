"""Words that are kept as a code with a value, and said in the language of who reads them.

A timeline entry or the basis of an opening outlives the language of the person whose act wrote
it. So what is a word of the system is kept as its code; only names stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db import models

from haderslev.core.dates import short_date

_CODED = re.compile(r"=(?P<kind>[\w.]+):(?P<code>[^:]+):(?P<value>.*)", re.DOTALL)
_DATE = "date"
_kinds: dict[str, type[models.TextChoices]] = {}


def register(kinds: Mapping[str, type[models.TextChoices]]) -> None:
    """Make choices known by the keys under which they are stored; an app does so when ready.

    A key begins with the name of the app. It stays, whatever the class is called later.

    Raises:
        ValueError: Other choices have one of the keys.
    """
    for key, kind in kinds.items():
        if _kinds.setdefault(key, kind) is not kind:
            message = f"{key} is the key of {_kinds[key].__qualname__} already."
            raise ValueError(message)


def registered() -> Mapping[str, type[models.TextChoices]]:
    """Return the choices by their keys."""
    return MappingProxyType(_kinds)


def _key(kind: type[models.TextChoices]) -> str:
    for key, known in _kinds.items():
        if known is kind:
            return key
    message = f"{kind.__qualname__} is not registered in haderslev.core.words"
    raise LookupError(message)


class Kept:
    """What is kept, and how it is said: ``str()`` gives the words in the language of the moment.

    Attributes:
        text: As it stands in the database: a name, or "=key:code:value".
    """

    def __init__(self, text: str) -> None:
        """Take the text of the database."""
        self.text = text

    @classmethod
    def of(cls, words: models.TextChoices | date | str, value: str = "") -> Kept:
        """Return how a choice (with a name or a number), a date or a name is kept.

        Raises:
            LookupError: The kind of the choice is not registered.
        """
        if isinstance(words, models.TextChoices):
            return cls(f"={_key(type(words))}:{words.value}:{value}")
        if isinstance(words, date):
            return cls(f"={_DATE}:{words:%Y-%m-%d}:{value}")
        return cls(str(words))

    def __str__(self) -> str:
        """Say it. A label with %(value)s takes the value; else the value stands after it."""
        found = _CODED.fullmatch(self.text)
        if found is None:
            return self.text
        kind, code, value = found.group("kind", "code", "value")
        if kind == _DATE:
            return short_date(date.fromisoformat(code))
        choices = _kinds.get(kind)
        # A code that nobody knows any more is shown as it is.
        known = choices is not None and code in choices.values
        label = str(choices(code).label) if choices is not None and known else code
        if "%(value)s" in label:
            return label % {"value": value}
        return f"{label} · {value}" if value else label

    @property
    def is_known(self) -> bool:
        """Tell whether its code can be said: a name always can."""
        found = _CODED.fullmatch(self.text)
        if found is None or found["kind"] == _DATE:
            return True
        choices = _kinds.get(found["kind"])
        return choices is not None and found["code"] in choices.values

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.text)

    def __eq__(self, other: object) -> bool:
        """Compare what is kept, or with words what is said."""
        if isinstance(other, Kept):
            return self.text == other.text
        return str(self) == other

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Kept({self.text!r})"


class WordsField(models.CharField[Any, Any]):
    """A column of kept words. It takes a choice, a date, a name or ``Kept`` and gives ``Kept``."""

    # The type checker reads the types of a field here.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        """Return what stands in the database, ready to be said."""
        return None if value is None else Kept(value)

    def to_python(self, value: Any) -> Any:
        """Return it as kept."""
        return value if value is None or isinstance(value, Kept) else Kept.of(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the text for the database."""
        return None if value is None else self.to_python(value).text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's
        """Keep it on the object too, so that it is read as it will be read again."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def unresolved(self, alias: str) -> Iterable[str]:
        """Return the coded words in the database that nobody can say any more."""
        rows = self.model._default_manager.using(alias).filter(**{f"{self.name}__startswith": "="})
        for kept in rows.order_by().values_list(self.name, flat=True).distinct():
            if not kept.is_known:
                yield kept.text

    def deconstruct(self) -> Any:
        """Be a plain column of text to the migrations, which need not know the code."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
