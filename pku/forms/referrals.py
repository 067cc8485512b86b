"""Forms of a referral: its parts, the return, the meeting, later papers."""

from collections.abc import Callable, Iterable, Mapping

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, Institution
from haderslev.core import legal
from haderslev.core.forms import BaseForm, BaseModelForm, Initial, LongText, Sent
from pku.models import Addendum, PkuMeeting, Referral, ReferralQuestion, ReturnReason
from pku.services.referrals import ANSWER, PARTS, PLAIN, REASON, VIEW
from plans.hints import OTHER_PARENT, READABLE


class PartForm(BaseModelForm[Referral]):
    """One part of a referral. It can be saved unfinished and has only the open fields.

    Answers and views are fields of their own for each question and each parent.
    """

    wished_provider = forms.ChoiceField(
        label=_("Run by"),
        choices=[("", _("No wish")), *Institution.Provider.choices],
        widget=forms.RadioSelect,
        required=False,
    )

    field_order = PLAIN

    class Meta:
        model = Referral
        fields = (*PLAIN, "revision")
        widgets = {
            "psychologist_recommendation": forms.Textarea({"rows": 8}),
            "leader_recommendation": forms.Textarea({"rows": 8}),
        }
        help_texts = {
            "pupil_view": _(
                "In the pupil's own words, as far as possible: what about another school?"
            ),
            "psychologist_recommendation": _(
                "What the psychologist recommends PKU, and from which day; begun from the PPV. "
                "The material says that the school passes it on."
            ),
            "wished_offer": _("What school and parents wish for. PKU finds the offer that fits."),
            "private_consent_on": _(
                "The day they consented. Needed for a private school or efterskole."
            ),
            "leader_recommendation": _(
                "Why this step, and what the school has given in time and people so far."
            ),
        }

    def __init__(
        self,
        data: Sent = None,
        *,
        instance: Referral,
        initial: Initial,
        part: str,
        is_open: Callable[[str], bool],
        asked: Iterable[ReferralQuestion],
        holders: Iterable[CustodyHolder],
    ) -> None:
        super().__init__(data, instance=instance, initial=initial)
        for row in asked if part == "answers" else ():
            label = f"{row.order}. {row.text}"
            self.add_field(f"{ANSWER}{row.code}", LongText(label, row.hint, required=False))
        for holder in holders if part == "views" else ():
            label = _("The view of %(name)s") % {"name": holder.name}
            view = LongText(label, OTHER_PARENT, required=False)
            self.add_field(f"{VIEW}{holder.public_id}", view)
            label = _("Why the view of %(name)s is missing") % {"name": holder.name}
            hint = _("Only when there is no view: what was tried, and when.")
            self.add_field(f"{REASON}{holder.public_id}", LongText(label, hint, required=False))
        others = set(PLAIN) - set(PARTS[part][1])
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
    )
    phone_talk_on = forms.DateField(
        label=_("Telephone talk with the school"),
        help_text=_("Needed before a second return: talk first."),
        required=False,
    )

    def __init__(self, data: Sent = None) -> None:
        """Offer the reasons in force."""
        super().__init__(data)
        self.choose_from("reasons", legal.in_force(ReturnReason.objects.all()))


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
        _("Why it waits"), _("What PKU needs before it can decide, and who provides it.")
    )

    field_order = ("reason", "meeting")


class AddendumForm(BaseModelForm[Addendum]):
    """A later paper."""

    class Meta:
        model = Addendum
        fields = ("from_parent", "title", "source", "received_on", "text")
        widgets = {"text": forms.Textarea({"rows": 8})}
        help_texts = {
            "from_parent": _("They are shown first, and are accepted until the decision is made."),
            "source": _("Who has written or said it."),
            "text": format_lazy("{} {}", READABLE, OTHER_PARENT),
        }
