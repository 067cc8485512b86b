"""Forms of a referral: its parts, the return, the meeting, later papers."""

from collections.abc import Callable, Iterable, Mapping

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, Institution
from haderslev.core import clock, legal
from haderslev.core.forms import BaseForm, Initial, LongText, RevisionForm, Sent
from pku.models import PkuMeeting, ReferralQuestion, ReturnReason
from pku.services.referrals import ANSWER, PARTS, PLAIN, REASON, VIEW
from plans.hints import OTHER_PARENT, READABLE


class PartForm(RevisionForm):
    """One part of a referral. It can be saved unfinished and has only the open fields.

    Answers and views are fields of their own for each question and each parent.
    """

    pupil_view = LongText(
        _("The pupil's view"),
        _("In the pupil's own words, as far as possible: what about another school?"),
        required=False,
    )
    psychologist_recommendation = LongText(
        _("The psychologist's recommendation"),
        _(
            "What the psychologist recommends PKU, and from which day; begun from the PPV. "
            "The material says that the school passes it on."
        ),
        8,
        required=False,
    )
    wished_offer = forms.CharField(
        label=_("Wished offer"),
        help_text=_("What school and parents wish for. PKU finds the offer that fits."),
        max_length=200,
        required=False,
    )
    wished_provider = forms.ChoiceField(
        label=_("Run by"),
        choices=[("", _("No wish")), *Institution.Provider.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    private_consent_on = forms.DateField(
        label=_("The parents' consent to a private school"),
        help_text=_("The day they consented. Needed for a private school or efterskole."),
        required=False,
    )
    provisional = forms.BooleanField(
        label=_("Provisional referral: the PPV is not finished"), required=False
    )
    provisional_reason = LongText(_("Why it can not wait"), rows=3, required=False)
    leader_recommendation = LongText(
        _("The school leader's recommendation"),
        _("Why this step, and what the school has given in time and people so far."),
        8,
        required=False,
    )

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
        super().__init__(data, initial=initial)
        for row in asked if part == "answers" else ():
            label = f"{row.order}. {row.text}"
            self.add_field(f"{ANSWER}{row.code}", LongText(label, row.hint, required=False))
        for holder in holders if part == "views" else ():
            label = _("The view of %(name)s") % {"name": holder.name}
            view = LongText(label, OTHER_PARENT, required=False)
            self.add_field(f"{VIEW}{holder.public_id}", view)
            label = _("Why the view of %(name)s is missing") % {"name": holder.name}
            hint = _("Only when there is no view: what was tried, and when.")
            self.add_field(f"{REASON}{holder.public_id}", LongText(label, hint, 2, required=False))
        others = set(PLAIN) - set(PARTS[part])
        for name in list(self.fields):
            if name in others or (name != "revision" and not is_open(name)):
                del self.fields[name]

    def said(self) -> Mapping[str, object]:
        """Return what was written, by field name, apart from the revision that was read."""
        values = dict(self.cleaned_data)
        return {"revision": values.pop("revision"), "values": values}


class ReturnForm(BaseForm):
    """Why it is returned: each reason opens its field at the school."""

    reasons = forms.ModelMultipleChoiceField(
        label=_("What is to be mended?"),
        help_text=_("Only the fields of these reasons open again at the school."),
        queryset=ReturnReason.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    note_text = LongText(
        _("What is missing, in words"),
        _("One or two sentences that help the school to mend it the first time."),
        3,
    )
    phone_talk_on = forms.DateField(
        label=_("Telephone talk with the school"),
        help_text=_("Needed before a second return: talk first."),
        required=False,
    )

    def __init__(self, data: Sent = None) -> None:
        """Offer the reasons in force, worded for the reader."""
        super().__init__(data)
        self.choose_from("reasons", legal.in_force(ReturnReason.objects.all()))
        # str() of a reason is its code.
        setattr(self.fields["reasons"], "label_from_instance", _reason_words)  # noqa: B010


def _reason_words(reason: ReturnReason) -> str:
    return reason.text


class MeetingForm(BaseForm):
    """Which meeting."""

    meeting = forms.ModelChoiceField(
        label=_("Meeting"), queryset=PkuMeeting.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, data: Sent = None, *, meetings: QuerySet[PkuMeeting]) -> None:
        super().__init__(data)
        self.choose_from("meeting", meetings)


class AdjournForm(MeetingForm):
    """Why PKU waits, and until which meeting."""

    reason = LongText(
        _("Why it waits"), _("What PKU needs before it can decide, and who provides it."), 3
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
    text = LongText(_("Text"), format_lazy("{} {}", READABLE, OTHER_PARENT), 8)

    def __init__(self, data: Sent = None) -> None:
        super().__init__(data)
        self.fields["received_on"].initial = clock.today
