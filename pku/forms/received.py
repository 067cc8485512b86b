"""Forms of a parent's request that reaches somebody else than the child's school."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from districts.forms.pupils import CPR_HINT
from districts.models import CustodyHolder, Unit
from haderslev.core import clock
from haderslev.core.forms import BaseForm, Sent
from pku.forms.ppv import ParentRequestForm
from pku.models import ReceivedRequest
from pku.services.received import Said, schools


class SchoolField(forms.ModelChoiceField[Unit]):
    """A choice of the schools in operation today."""

    def __init__(self, *, label: Any) -> None:
        """Preselect no school."""
        super().__init__(Unit.objects.none(), empty_label=_("Choose a school"), label=label)


class ReceiveRequestForm(BaseForm):
    """What a parent asks for about a child who need not be known here."""

    child_name = forms.CharField(label=_("The child's name"), max_length=160)
    cpr = forms.CharField(label=_("CPR number"), max_length=13, required=False, help_text=CPR_HINT)
    born_on = forms.DateField(
        label=_("Birthday"), required=False, help_text=_("If you do not have the CPR number.")
    )
    school = SchoolField(label=_("School"))
    parent_name = forms.CharField(label=_("The parent's name"), max_length=120)
    parent_contact = forms.CharField(
        label=_("How can the school reach the parent?"),
        max_length=200,
        help_text=_("A telephone number or an e-mail. Write no address here."),
    )
    asked_on = forms.DateField(label=_("When did the parent ask?"))
    words = forms.CharField(
        label=_("What does the parent ask for?"),
        help_text=_("In the parent's own words. The other parent can read what you write here."),
        widget=forms.Textarea,
    )
    wants_special = forms.BooleanField(
        label=_(
            "The parent wishes support over the threshold, a special class or a special school"
        ),
        required=False,
    )

    sections = (
        (_("The child"), ("child_name", "cpr", "born_on", "school")),
        (_("The parent"), ("parent_name", "parent_contact")),
        (_("What the parent asks for"), ("asked_on", "words", "wants_special")),
    )

    def __init__(self, data: Sent = None) -> None:
        """Offer the schools; most requests are recorded on the day they are made."""
        super().__init__(data)
        _offer(self, schools())
        self.fields["asked_on"].initial = clock.today()

    def said(self) -> Mapping[str, object]:
        """Return what was written, as the service takes it."""
        return {"said": Said(**self.cleaned_data)}


class PlaceRequestForm(ParentRequestForm):
    """Which parent asked, and whether the others were informed; date and words are known."""

    def __init__(
        self,
        data: Sent = None,
        *,
        row: ReceivedRequest,
        holders: Iterable[CustodyHolder],
        opens_case: bool,
    ) -> None:
        """Propose the parent with the name that was written down."""
        super().__init__(data, holders=holders, opens_case=opens_case)
        for name in ("asked_on", "words", "wants_special"):
            del self.fields[name]
        named = row.parent_name.strip().casefold()
        same = [holder.pk for holder in self.holders if holder.name.casefold() == named]
        self.fields["custody_holder"].initial = same[0] if len(same) == 1 else None

    def said(self) -> Mapping[str, object]:
        """Return the parent who asked, and whether the others were informed."""
        return {"holder": self.cleaned_data["custody_holder"], "informed": self.informed()}


class SendOnForm(BaseForm):
    """Another school."""

    school = SchoolField(label=_("Which school does the child go to?"))

    def __init__(self, data: Sent = None, *, row: ReceivedRequest) -> None:
        """Offer the other schools."""
        super().__init__(data)
        _offer(self, schools().exclude(pk=row.school_id))


class LeaveRequestForm(BaseForm):
    """Why it can not be placed, and how the parent was answered."""

    reason = forms.CharField(
        label=_("Why can it not be placed?"),
        help_text=_("For example: no child of that name goes to a school of the municipality."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    answered_on = forms.DateField(label=_("When was the parent answered?"))
    answer = forms.CharField(
        label=_("What was the parent told, and how?"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Sent = None) -> None:
        """Propose today."""
        super().__init__(data)
        self.fields["answered_on"].initial = clock.today()


def _offer(form: BaseForm, rows: QuerySet[Unit]) -> None:
    field = form.fields["school"]
    assert isinstance(field, SchoolField)  # noqa: S101 - declared by the forms above
    field.queryset = rows
