"""Whom and what a record of the journal is about. Core knows the form, the apps the kinds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.apps import apps
from django.db import models

from haderslev.core.errors import Words
from haderslev.core.features import Contribution

type Ids = int | str | Iterable[int | str] | None


class Subject(frozenset[str]):
    """Texts ``kind:value`` such as ``pupil:17``, as they stand in the journal."""

    __slots__ = ()

    @classmethod
    def of(cls, **ids: Ids) -> Self:
        """Make a subject from one or several values of each kind; empty ones are left out."""
        return cls(
            f"{kind}:{value}"
            for kind, given in ids.items()
            for value in ((given,) if isinstance(given, int | str) else given or ())
            if value
        )


@dataclass(frozen=True)
class JournalSubject(Contribution):
    """A kind of subject; ``code`` is the word before the colon."""

    # The model whose key is the value, shown by its public id; without one the value is shown as it
    # stands.
    model: str = ""
    # Words by which it is searched for; without any it is neither searched nor shown.
    label: Words = ""
    hint: Words = ""  # where the reader finds what to search for (optional)
    unnamed: Words = ""  # what is shown where nothing else of a record is (optional)

    def _rows(self) -> models.QuerySet[models.Model]:
        rows: models.QuerySet[models.Model] = apps.get_model(self.model)._default_manager.all()
        return rows

    def shown(self, values: Collection[str]) -> Mapping[str, str]:
        """Return value → what the reader sees. One query if there is a model."""
        if not self.model:
            return {value: value for value in values}
        rows = self._rows().filter(pk__in=values).values_list("pk", "public_id")
        return {str(pk): public_id for pk, public_id in rows}

    def find(self, typed: str) -> Subject:
        """Return the subject that the reader means, empty if there is none. One query at most."""
        value: Ids = typed.strip()
        if self.model:
            rows = self._rows().filter(public_id=typed.strip().upper())
            value = rows.values_list("pk", flat=True).first()
        return Subject.of(**{self.code: value})
