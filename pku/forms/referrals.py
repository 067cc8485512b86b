"""Forms of a referral: its parts, the return, the meeting, later papers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, Institution
from haderslev.core import clock, legal
from haderslev.core.forms import BaseForm, Initial, Sent
from pku.models import PkuMeeting, ReferralQuestion, ReturnReason
from plans.forms.plans import OTHER_PARENT

READABLE = _("Write so that the parents can read it. They have a right to see it.")


def _text(label: Any, hint: Any = "", rows: int = 5) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


class PartForm(BaseForm):
    """One part of a referral. It can be saved unfinished and has only the open fields."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Sent = None,
        *,
        initial: Initial = None,
        part: str,
        is_open: Callable[[str], bool],
        asked: Iterable[ReferralQuestion],
        holders: Iterable[CustodyHolder],
    ) -> None:
        """Take the part, which fields are open, the questions and the parents."""
        super().__init__(data, initial=initial)
        for name, field in _fields(part, asked, holders).items():
            if is_open(name):
                self.add_field(name, field)

    def said(self) -> Mapping[str, object]:
        """Return what was written, by field name, apart from the revision that was read."""
        values = dict(self.cleaned_data)
        return {"revision": values.pop("revision"), "values": values}


def _fields(
    part: str, asked: Iterable[ReferralQuestion], holders: Iterable[CustodyHolder]
) -> dict[str, forms.Field]:
    if part == "answers":
        return {f"answer:{row.code}": _text(f"{row.order}. {row.text}", row.hint) for row in asked}
    if part == "views":
        return _view_fields(holders)
    if part == "psychologist":
        hint = _(
            "What the psychologist recommends PKU, and from which day; begun from the PPV. "
            "The material says that the school passes it on."
        )
        label = _("The psychologist's recommendation")
        return {"psychologist_recommendation": _text(label, hint, 8)}
    if part == "leader":
        hint = _("Why this step, and what the school has given in time and people so far.")
        return {"leader_recommendation": _text(_("The school leader's recommendation"), hint, 8)}
    return _offer_fields()


def _view_fields(holders: Iterable[CustodyHolder]) -> dict[str, forms.Field]:
    hint = _("In the pupil's own words, as far as possible: what about another school?")
    found: dict[str, forms.Field] = {"pupil_view": _text(_("The pupil's view"), hint)}
    for holder in holders:
        name = holder.name
        found[f"view:{holder.public_id}"] = _text(
            _("The view of %(name)s") % {"name": name}, OTHER_PARENT
        )
        found[f"reason:{holder.public_id}"] = _text(
            _("Why the view of %(name)s is missing") % {"name": name},
            _("Only when there is no view: what was tried, and when."),
            2,
        )
    return found


def _offer_fields() -> dict[str, forms.Field]:
    return {
        "wished_offer": forms.CharField(
            label=_("Wished offer"),
            help_text=_("What school and parents wish for. PKU finds the offer that fits."),
            max_length=200,
            required=False,
        ),
        "wished_provider": forms.ChoiceField(
            label=_("Run by"),
            choices=[("", _("No wish")), *Institution.Provider.choices],
            widget=forms.RadioSelect,
            required=False,
        ),
        "private_consent_on": forms.DateField(
            label=_("The parents' consent to a private school"),
            help_text=_("The day they consented. Needed for a private school or efterskole."),
            required=False,
        ),
        "provisional": forms.BooleanField(
            label=_("Provisional referral: the PPV is not finished"), required=False
        ),
        "provisional_reason": _text(_("Why it can not wait"), rows=3),
    }


class RevisionForm(BaseForm):
    """The revision that was read, and nothing else."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(BaseForm):
    """Why it is returned: each reason opens its field at the school."""

    reasons = forms.ModelMultipleChoiceField(
        label=_("What is to be mended?"),
        help_text=_("Only the fields of these reasons open again at the school."),
        queryset=ReturnReason.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    note_text = forms.CharField(
        label=_("What is missing, in words"),
        help_text=_("One or two sentences that help the school to mend it the first time."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone_talk_on = forms.DateField(
        label=_("Telephone talk with the school"),
        help_text=_("Needed before a second return: talk first."),
        required=False,
    )

    def __init__(self, data: Sent = None) -> None:
        """Offer the reasons in force, worded for the reader."""
        super().__init__(data)
        field = self.fields["reasons"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        field.queryset = legal.in_force(ReturnReason.objects.all())
        # str() of a reason is its code.
        setattr(field, "label_from_instance", _reason_words)  # noqa: B010


def _reason_words(reason: ReturnReason) -> str:
    return str(reason.text)


class MeetingForm(BaseForm):
    """Which meeting."""

    meeting = forms.ModelChoiceField(
        label=_("Meeting"), queryset=PkuMeeting.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, data: Sent = None, *, meetings: QuerySet[PkuMeeting]) -> None:
        """Offer the coming meetings."""
        super().__init__(data)
        field = self.fields["meeting"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = meetings
        field.empty_label = None


class AdjournForm(MeetingForm):
    """Why PKU waits, and until which meeting."""

    reason = forms.CharField(
        label=_("Why it waits"),
        help_text=_("What PKU needs before it can decide, and who provides it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ("reason", "meeting")


class AddendumForm(BaseForm):
    """A later paper."""

    from_parent = forms.BooleanField(
        label=_("These are a parent's remarks"),
        help_text=_("They are shown first, and are accepted until the decision is made."),
        required=False,
    )
    title = forms.CharField(label=_("Title"), max_length=160)
    source = forms.CharField(
        label=_("From"), help_text=_("Who has written or said it."), max_length=160
    )
    received_on = forms.DateField(label=_("Received on"))
    text = forms.CharField(
        label=_("Text"),
        help_text=format_lazy("{} {}", READABLE, OTHER_PARENT),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, data: Sent = None) -> None:
        """Propose today."""
        super().__init__(data)
        self.fields["received_on"].initial = clock.today
