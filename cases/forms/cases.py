"""Forms of opening and closing a case."""

from collections.abc import Iterable, Iterator, Sequence

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cases.models import Case
from cases.services.cases import Informed
from districts.models import CustodyHolder
from haderslev.core import clock
from haderslev.core.errors import Words
from haderslev.core.forms import BaseForm, FieldGroup, Initial, LongText, Sent

HIGHER = (Case.Level.ANTICIPATORY, Case.Level.INTERVENING)


class NewCaseForm(BaseForm):
    """Why a case is opened; a leader may open it higher or with requirements set aside."""

    reason = LongText(
        _("Why is the case opened?"),
        _("It stands in the letter to each parent. Write so that they can read it."),
    )
    level = forms.ChoiceField(
        label=_("Where does it begin?"),
        widget=forms.RadioSelect,
        initial=Case.Level.PREVENTIVE,
    )
    entry_ground = forms.ChoiceField(
        label=_("Ground for beginning higher"),
        required=False,
        help_text=_("Only when the case does not begin with the school's own preventive effort."),
    )
    entry_document = forms.CharField(
        label=_("Document that shows the ground"),
        max_length=300,
        required=False,
        help_text=_("Title, date and where it lies."),
    )
    set_aside = LongText(
        _("Reason for opening although something is missing"),
        _("Only the municipality's own requirements can be set aside."),
        rows=2,
        required=False,
    )

    def __init__(
        self,
        data: Sent,
        *,
        initial: Initial,
        of_pupil: bool,
        may_begin_higher: bool,
        informed: Sequence["InformedForm"],
    ) -> None:
        """Show what the person may: only a leader begins higher or sets requirements aside."""
        super().__init__(data, initial=initial)
        self.informed = informed
        if not may_begin_higher:
            for name in ("level", "entry_ground", "entry_document", "set_aside"):
                del self.fields[name]
            return
        levels = [Case.Level.PREVENTIVE, *(HIGHER if of_pupil else HIGHER[:1])]
        # A parent's own request opens a case where it is recorded, never here.
        grounds = [
            choice
            for choice in Case.EntryGround.choices
            if choice[0] != Case.EntryGround.PARENTS_REQUEST
            and (of_pupil or choice[0] == Case.EntryGround.TAKEN_OVER)
        ]
        _choices(self.fields["level"], [(level.value, level.label) for level in levels])
        _choices(self.fields["entry_ground"], [("", _("No other ground")), *grounds])

    def said(self) -> dict[str, object]:
        """Return what the service takes, with what was said of each parent."""
        return {
            **self.cleaned_data,
            "informed": [found for each in self.informed if (found := each.informed())],
        }


def _choices(field: forms.Field, choices: list[tuple[str, Words]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = choices


class InformedForm(BaseForm):
    """One parent: told when and how, or why not."""

    informed_on = forms.DateField(label=_("Told on"), required=False)
    informed_how = forms.CharField(
        label=_("Told how"),
        max_length=200,
        required=False,
        help_text=_("For example: talk at the school, telephone."),
    )
    not_informed_reason = LongText(_("Or why not yet"), rows=2, required=False)

    def __init__(
        self,
        data: Sent,
        *,
        holder: CustodyHolder,
        prefix: str,
        title: str = "",
        hint: StrOrPromise = "",
    ) -> None:
        """Ask about one parent; with a hint that nothing need be said, it may all stay empty."""
        super().__init__(data, prefix=prefix)
        self.holder, self.title, self.optional = holder, title or str(holder), bool(hint)
        self.fields["not_informed_reason"].help_text = hint

    def clean(self) -> dict[str, object]:
        """Ask for day and way, or the reason."""
        data = super().clean() or {}
        told = bool(data.get("informed_on")), bool(data.get("informed_how"))
        if any(told) and not all(told) and not data.get("not_informed_reason"):
            self.add_error(
                "informed_how" if told[0] else "informed_on", _("Give both day and way.")
            )
        elif not any(told) and not data.get("not_informed_reason") and not self.optional:
            self.add_error("informed_on", _("Give day and way, or why not yet."))
        return data

    def groups(self) -> Iterator[FieldGroup]:
        """Put the three fields in one box under the parent's name."""
        yield FieldGroup(self.title, list(self.visible_fields()))

    def said(self) -> dict[str, object]:
        """Say nothing of its own: ``NewCaseForm`` speaks for all parents."""
        return {}

    def informed(self) -> Informed | None:
        """Return what the service takes of this parent, if anything is said."""
        said = self.cleaned_data
        return Informed(custody_holder=self.holder, **said) if any(said.values()) else None


def informed(each: Iterable[InformedForm]) -> list[Informed]:
    """Return what is said of each parent, leaving out those of whom nothing is."""
    return [found for form in each if (found := form.informed())]


class TellParentForm(BaseForm):
    """A parent was told after the case was opened."""

    custody_holder = forms.ModelChoiceField(
        label=_("Parent"),
        queryset=CustodyHolder.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    informed_on = forms.DateField(label=_("Told on"), initial=clock.today)
    informed_how = forms.CharField(
        label=_("Told how"),
        max_length=200,
        help_text=_("For example: talk at the school, telephone."),
    )

    def __init__(self, data: Sent, *, holders: QuerySet[CustodyHolder]) -> None:
        """Offer the parents who have not been told."""
        super().__init__(data)
        self.choose_from("custody_holder", holders)


class CloseForm(BaseForm):
    """How the course ended."""

    conclusion = LongText(_("Conclusion"), _("What helped, what goes on, and who knows about it."))
