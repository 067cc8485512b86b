"""Rows: read under lock, written column by column, in force for a time."""

from collections.abc import Mapping
from datetime import date
from typing import Self  # Any: what a column takes

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.errors import ConflictError, Words
from haderslev.core.policy import Policy

_CHANGED = _("Somebody has changed this since you opened it.")


def lock[Row: models.Model](row: Row) -> Row:
    """Return the row, re-read and locked, with the related rows that its policy names.

    A model names in ``locked_under`` the foreign key whose row is locked before its own, so that
    two acts never wait for each other. One query, or two.
    """
    under = getattr(row, "locked_under", "")
    if under:
        parents = type(getattr(row, under))._base_manager.select_for_update(of=("self",))
        parents.get(pk=getattr(row, f"{under}_id"))
    policy: Policy | None = getattr(row, "policy", None)
    rows = type(row)._base_manager.select_for_update(of=("self",))
    along = policy.along if policy else ()
    found: Row = (rows.select_related(*along) if along else rows).get(pk=row.pk)
    return found


def change(row: models.Model, **values: object) -> None:
    """Set and save these columns."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values])


def check_revision(
    row: models.Model,  # under lock
    revision: int,  # the one that the person read
    # What the person wrote, by the column or the field of the form.
    mine: Mapping[str, object] | None = None,
    *,
    # The current values, if that is not the row's own columns.
    theirs: Mapping[str, object] | None = None,
    sentence: Words = _CHANGED,  # what has happened, for the person
) -> None:
    """Refuse what was written against an older revision of the row.

    Without ``mine`` somebody signs or decides: what has changed must be read first, so the page
    offers no way to go on.

    Raises:
        ConflictError: Somebody has changed it since; both texts are in the error.
    """
    newest: int = row.revision  # type: ignore[attr-defined]  # of every model with revisions
    if newest == revision:
        return
    if theirs is None:
        theirs = {name: getattr(row, name) for name in mine or {}}
    raise ConflictError(
        sentence,
        mine=_texts(mine or {}),
        theirs=_texts(theirs),
        revision=newest if mine is not None else None,
    )


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


class PeriodQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows with a first day, ``starts_on``, and perhaps a last, ``ends_on``."""

    def active(self, on: date | None = None) -> Self:
        """Return those that count on a day, today if none is given."""
        day = on or clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
