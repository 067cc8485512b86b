"""Forms of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.db import models
from django.db.models import QuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def long_text(
    label: str | _StrPromise,
    help_text: str | _StrPromise = "",
    *,
    rows: int = 5,
    required: bool = True,
    initial: str = "",
) -> forms.CharField:
    """Return a field for a text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, widget=widget, required=required, initial=initial
    )


def offer[Row: models.Model](form: forms.Form, name: str, rows: QuerySet[Row]) -> None:
    """Let the person choose one of these rows in a field of the form."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared so
    field.queryset = rows
