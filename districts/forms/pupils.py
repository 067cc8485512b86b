"""Forms of a pupil's master data and of the parents."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, LearningCommunity
from haderslev.core import clock
from haderslev.core.forms import BaseForm, Sent

CPR_HINT = _("Ten digits. A replacement number is fine too.")


class MasterDataForm(BaseForm):
    """What the school office writes about a child, apart from number and class."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    home_municipality = forms.CharField(
        label=_("Home municipality"),
        max_length=80,
        help_text=_("It decides who pays, also when the child goes to school here."),
    )
    language = forms.CharField(label=_("Language at home"), max_length=60, required=False)
    needs_interpreter = forms.BooleanField(label=_("Interpreter needed"), required=False)


class CorrectPupilForm(MasterDataForm):
    """The same with the revision it was read at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ClassField(forms.ModelChoiceField[LearningCommunity]):
    """A class, grouped by school when there are several."""

    def __init__(self) -> None:
        nothing = LearningCommunity.objects.none()
        super().__init__(nothing, label=_("Class"), empty_label=_("Choose a class"))

    def offer(self, classes: QuerySet[LearningCommunity]) -> None:
        """Let one of these be chosen."""
        self.queryset = classes
        schools: dict[str, list[tuple[int, str]]] = {}
        rows = classes.select_related("school").order_by("school__name_key", "grade", "name_key")
        for row in rows:
            schools.setdefault(str(row.school), []).append((row.pk, row.name))
        groups = schools.items() if len(schools) > 1 else next(iter(schools.values()), [])
        self.choices = [("", str(self.empty_label)), *groups]


class ClassForm(BaseForm):
    """A form that asks for a class from a day on."""

    def __init__(self, sent: Sent, *, classes: QuerySet[LearningCommunity]) -> None:
        """Offer the classes, from today on."""
        super().__init__(sent, initial={"starts_on": clock.today()})
        field = self.fields["community"]
        assert isinstance(field, ClassField)  # noqa: S101 - declared by the forms below
        field.offer(classes)


class NewPupilForm(MasterDataForm, ClassForm):
    """A new child."""

    cpr = forms.CharField(label=_("CPR number"), max_length=13, help_text=CPR_HINT)
    community = ClassField()
    starts_on = forms.DateField(label=_("First day in the class"))

    sections = (
        (_("The child"), ("first_name", "last_name", "cpr")),
        (_("Class"), ("community", "starts_on")),
        (_("Home"), ("home_municipality", "language", "needs_interpreter")),
    )
    field_order = [name for _title, names in sections for name in names]

    def __init__(self, sent: Sent, *, classes: QuerySet[LearningCommunity]) -> None:
        """Offer the classes of the person's school; the municipality is ours unless changed."""
        super().__init__(sent, classes=classes)
        self.fields["home_municipality"].initial = settings.MUNICIPALITY_NAME


class MoveForm(ClassForm):
    """Another class from a day on."""

    community = ClassField()
    starts_on = forms.DateField(
        label=_("First day in the new class"),
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


class CprForm(BaseForm):
    """Another number, with the revision of the master data it was written to."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    cpr = forms.CharField(label=_("New CPR number"), max_length=13, help_text=CPR_HINT)


class ParentForm(BaseForm):
    """A parent or another adult of the child."""

    name = forms.CharField(label=_("Name"), max_length=120)
    relation = forms.ChoiceField(
        label=_("Relation"),
        # Without a choice beforehand, so that an untouched form counts as empty.
        choices=[("", _("Choose")), *CustodyHolder.Relation.choices],
    )
    has_custody = forms.BooleanField(
        label=_("Has custody"),
        help_text=_("Who has custody is a party: is heard and gets the letters."),
        required=False,
        initial=True,
    )
    address = forms.CharField(label=_("Address"), max_length=200)
    address_protected = forms.BooleanField(
        label=_("Protected address"),
        help_text=_("It then never stands in a letter to anyone else, in a list or in material."),
        required=False,
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    needs_interpreter = forms.BooleanField(label=_("Interpreter needed"), required=False)


class CorrectParentForm(ParentForm):
    """The same for a parent who is known; a protected address is not sent to the browser."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, sent: Sent, *, holder: CustodyHolder) -> None:
        """Let a protected address be left empty, so that it stays as it is."""
        initial = {name: getattr(holder, name) for name in self.base_fields}
        if holder.address_protected:
            del initial["address"]
        super().__init__(sent, initial=initial)
        if holder.address_protected:
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
