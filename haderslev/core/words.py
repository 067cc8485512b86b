"""Words that are kept as a code with a value, and said in the language of who reads them.

A timeline entry or the basis of an opening outlives the language of the person whose act wrote
it. So what is a word of the system is kept as its code; only names stand as they are.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import models

from haderslev.core.dates import short_date

_CODED = re.compile(r"=(?P<kind>[\w.]+):(?P<code>[^:]+):(?P<value>.*)", re.DOTALL)
_DATE = "date"
_kinds: dict[str, type[models.TextChoices]] = {}


def register(*kinds: type[models.TextChoices]) -> None:
    """Make the choices of these kinds known; an app does so when it is ready."""
    _kinds.update({_name(kind): kind for kind in kinds})


def _name(kind: type) -> str:
    """Return the app and the name: "plans.Meeting.Kind"."""
    return f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"


class Kept:
    """What is kept, and how it is said: ``str()`` gives the words in the language of the moment.

    Attributes:
        text: As it stands in the database: a name, or "=kind:code:value".
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
            kind = _name(type(words))
            if kind not in _kinds:
                message = f"{kind} is not registered in haderslev.core.words"
                raise LookupError(message)
            return cls(f"={kind}:{words.value}:{value}")
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
        if choices is None or code not in choices.values:
            return value
        label = str(choices(code).label)
        if "%(value)s" in label:
            return label % {"value": value}
        return f"{label} · {value}" if value else label

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

    def deconstruct(self) -> Any:
        """Be a plain column of text to the migrations, which need not know the code."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
