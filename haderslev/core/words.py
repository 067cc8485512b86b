"""Words kept as a code with a value, and shown in the reader's language.

A timeline entry or the basis of an opening outlives the language of the person whose act wrote
it. So what is a word of the system is kept as its code; only names stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.db import models

from haderslev.core.columns import MeaningField
from haderslev.core.dates import short_date
from haderslev.core.errors import Words

_CODED = re.compile(r"=(?P<kind>[\w.]+):(?P<code>[^:]+):(?P<value>.*)", re.DOTALL)
_DATE = "date"
# Choices, or what returns words by code where apps contribute them.
type Kind = type[models.TextChoices] | Callable[[], Mapping[str, Words]]
_kinds: dict[str, Kind] = {}


def register(kinds: Mapping[str, Kind]) -> None:
    """Make choices known by the keys under which they are stored; an app does so when ready.

    A key begins with the name of the app. It stays, whatever the class is called later.

    Raises:
        ValueError: Other choices have one of the keys.
    """
    for key, kind in kinds.items():
        if _kinds.setdefault(key, kind) is not kind:
            message = f"{key} is the key of {_kinds[key].__qualname__} already."
            raise ValueError(message)


def registered() -> Mapping[str, Kind]:
    """Return the choices by their keys."""
    return _kinds


class Kept:
    """What is kept; ``str()`` says it in the active language."""

    def __init__(self, text: str) -> None:
        self.text = text  # as it stands in the database: a name, or "=key:code:value"

    @classmethod
    def of(cls, words: models.TextChoices | date | str, value: str = "") -> Kept:
        """Keep a choice of a registered kind (with a value), a date or a name."""
        if isinstance(words, models.TextChoices):
            key = next((key for key, kind in _kinds.items() if kind is type(words)), None)
            if key is None:
                message = f"{type(words).__qualname__} is not registered in haderslev.core.words"
                raise LookupError(message)
            return cls(f"={key}:{words.value}:{value}")
        if isinstance(words, date):
            return cls(f"={_DATE}:{words:%Y-%m-%d}:{value}")
        return cls(str(words))

    def _read(self) -> tuple[str, str, str, Words | None]:
        """Return kind, code, value and the words that they mean; a mere name has no kind."""
        found = _CODED.fullmatch(self.text)
        kind, code, value = found.group("kind", "code", "value") if found else ("", "", "")
        known = _kinds.get(kind, dict)
        labels = dict(known.choices) if isinstance(known, models.enums.ChoicesType) else known()
        return kind, code, value, labels.get(code)

    def __str__(self) -> str:
        """Say it. A label with %(value)s takes the value; else the value stands after it."""
        kind, code, value, words = self._read()
        if not kind:
            return self.text
        if kind == _DATE:
            return short_date(date.fromisoformat(code))
        # An unknown code is shown as it is.
        label = code if words is None else str(words)
        if "%(value)s" in label:
            return label % {"value": value}
        return f"{label} · {value}" if value else label

    @property
    def is_known(self) -> bool:
        """Tell whether it can be said: a name always can."""
        kind, _code, _value, words = self._read()
        return kind in {"", _DATE} or words is not None

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.text)

    def __eq__(self, other: object) -> bool:
        """Compare with another ``Kept`` what is kept, with anything else what is said."""
        if isinstance(other, Kept):
            return self.text == other.text
        return str(self) == other

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Kept({self.text!r})"


class WordsField(MeaningField):
    """A column of ``Kept`` words, which may be set to a choice, a date or a name."""

    def to_python(self, value: Kept | models.TextChoices | date | str | None) -> Kept | None:
        """Return it as kept."""
        return value if value is None or isinstance(value, Kept) else Kept.of(value)

    def get_prep_value(self, value: Kept | models.TextChoices | date | str | None) -> str | None:
        """Return the text for the database."""
        kept = self.to_python(value)
        return None if kept is None else kept.text

    def unresolved(self, alias: str) -> Iterable[str]:
        """Return the coded words in the database that nobody can say any more."""
        rows = self.model._default_manager.using(alias).filter(**{f"{self.name}__startswith": "="})
        for kept in rows.order_by().values_list(self.name, flat=True).distinct():
            if not kept.is_known:
                yield kept.text
