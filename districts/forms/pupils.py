"""Forms of a pupil's master data and of the parents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from operator import attrgetter
from typing import Any  # what Django's forms take

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, LearningCommunity, Pupil
from haderslev.core import clock
from haderslev.core.forms import BaseForm, BaseModelForm, Sent

CPR_HINT = _("Ten digits. A replacement number is fine too.")


class MasterDataForm(BaseModelForm[Pupil]):
    """What the school office writes about a child, apart from number and class."""

    class Meta:
        model = Pupil
        fields = (
            "first_name",
            "last_name",
            "home_municipality",
            "language",
            "needs_interpreter",
            "revision",
        )


class BySchool(ModelChoiceIterator[LearningCommunity]):
    """Classes, grouped by school when there are several."""

    def __iter__(self) -> Iterator[Any]:  # groups, too, which the stubs do not know
        """Return the empty choice and the classes in Danish order."""
        yield "", self.field.empty_label
        rows = self.queryset.select_related("school")
        rows = rows.order_by("school__name_key", "grade", "name_key")
        groups = [
            (str(school), [(row.pk, row.name) for row in found])
            for school, found in groupby(rows, attrgetter("school"))
        ]
        yield from groups if len(groups) > 1 else chain(*(found for _school, found in groups))


class ClassField(forms.ModelChoiceField[LearningCommunity]):
    """A class; the form says which can be chosen."""

    iterator = BySchool

    def __init__(self) -> None:
        nothing = LearningCommunity.objects.none()
        super().__init__(nothing, label=_("Class"), empty_label=_("Choose a class"))


class NewPupilForm(MasterDataForm):
    """A new child."""

    cpr = forms.CharField(label=_("CPR number"), max_length=13, help_text=CPR_HINT)
    community = ClassField()
    starts_on = forms.DateField(label=_("First day in the class"), initial=clock.today)

    sections = (
        (_("The child"), ("first_name", "last_name", "cpr")),
        (_("Class"), ("community", "starts_on")),
        (_("Home"), ("home_municipality", "language", "needs_interpreter")),
    )

    def __init__(self, sent: Sent, *, classes: QuerySet[LearningCommunity]) -> None:
        """Offer the classes of the person's school; the municipality is ours unless changed."""
        super().__init__(sent, initial={"home_municipality": settings.MUNICIPALITY_NAME})
        self.choose_from("community", classes)


class MoveForm(BaseForm):
    """Another class from a day on."""

    community = ClassField()
    starts_on = forms.DateField(
        label=_("First day in the new class"),
        initial=clock.today,
        help_text=_("From that day on the new team and the new school have access, not the old."),
    )
    to_other_school = forms.BooleanField(
        label=_("The child changes school"),
        help_text=_(
            "Tick this only when the class is at another school. From the first day that school"
            " sees the child's whole history, and the present school no longer sees the child."
        ),
        required=False,
    )

    def __init__(self, sent: Sent, *, classes: QuerySet[LearningCommunity]) -> None:
        """Offer the classes."""
        super().__init__(sent)
        self.choose_from("community", classes)


class CprForm(BaseForm):
    """Another number, with the revision of the master data it was written to."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    cpr = forms.CharField(label=_("New CPR number"), max_length=13, help_text=CPR_HINT)


class ParentForm(BaseModelForm[CustodyHolder]):
    """A parent or another adult of the child; a protected address is not sent to the browser."""

    class Meta:
        model = CustodyHolder
        fields = (
            "name",
            "relation",
            "has_custody",
            "address",
            "address_protected",
            "phone",
            "needs_interpreter",
            "revision",
        )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Let a protected address be left empty, so that it stays as it is."""
        super().__init__(*args, **kwargs)
        if self.instance.address_protected:
            del self.initial["address"]
            self.fields["address"].required = False
            self.fields["address"].help_text = _(
                "The address is protected and not shown. Leave this empty to keep it."
            )


class EndParentForm(BaseForm):
    """The last day."""

    ends_on = forms.DateField(label=_("Last day with custody"))


class BaseParentFormSet(forms.BaseFormSet[ParentForm]):
    """Up to two parents of a new child; the second may be left empty."""

    title = _("Parents")

    def said(self) -> dict[str, object]:
        """Return those who were written."""
        return {"parents": [form.cleaned_data for form in self.forms if form.has_changed()]}


ParentFormSet = forms.formset_factory(
    ParentForm, formset=BaseParentFormSet, extra=2, max_num=2, min_num=0, validate_max=True
)


class RevealForm(BaseForm):
    """What something covered is needed for: one of the dated purposes with their legal basis."""

    purpose = forms.ChoiceField(label=_("What do you need it for?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Remark"),
        max_length=150,
        required=False,
        help_text=_("Write nothing about the child here. The remark is kept with the look-up."),
    )

    def __init__(self, sent: Sent, *, purposes: list[tuple[str, str]]) -> None:
        """Offer the purposes."""
        super().__init__(sent)
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = purposes
