"""What the forms of the last stage share."""

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from haderslev.core.forms import BaseForm

READABLE = _("Write so that the parents can read it. They have a right to see it.")


def area(
    label: StrOrPromise, hint: StrOrPromise = "", rows: int = 5, *, required: bool = True
) -> forms.CharField:
    """Return a field for a text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=required, widget=widget)


def offer_rows[Row: Model](form: BaseForm, name: str, rows: QuerySet[Row]) -> None:
    """Offer these rows in a choice that the form declares."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared by the form
    field.queryset = rows


class RevisionForm(BaseForm):
    """The revision that was read, and nothing else."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
