"""Forms of the hearing."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.forms.decisions import NOT_FOR_PARENTS
from haderslev.core import clock, legal
from haderslev.core.forms import BaseForm, Sent
from plans.forms.plans import OTHER_PARENT


class HearingForm(BaseForm):
    """What the parties are told (domain: sagsfremstilling)."""

    facts = forms.CharField(
        label=_("The facts"),
        help_text=format_lazy(
            "{} {}",
            _("What has happened, and what is known. Write so that the parents can read it."),
            NOT_FOR_PARENTS,
        ),
        widget=forms.Textarea,
    )
    weighty = forms.CharField(
        label=_("What weight is given to"),
        help_text=format_lazy(
            "{} {}",
            _("Name the papers and statements the decision will rest on."),
            NOT_FOR_PARENTS,
        ),
        widget=forms.Textarea,
    )
    intended = forms.CharField(
        label=_("What we mean to decide"), help_text=NOT_FOR_PARENTS, widget=forms.Textarea
    )
    rules = forms.CharField(
        label=_("The rules"),
        help_text=NOT_FOR_PARENTS,
        widget=forms.Textarea,
        initial="Folkeskoleloven § 3, stk. 2, og § 12. Forvaltningsloven § 19.",
    )


class HearingChangeForm(HearingForm):
    """The same, with the revision it was read at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class SendHearingForm(BaseForm):
    """Until when the parties may answer."""

    answer_by = forms.DateField(label=_("Answer no later than"))

    def __init__(self, data: Sent = None) -> None:
        """Offer the municipality's usual deadline."""
        super().__init__(data)
        self.fields["answer_by"].initial = clock.days_from_now(legal.days("hearing_answer_days"))


class AnswerForm(BaseForm):
    """What one party answered, with the revision it was read at."""

    answer = forms.CharField(
        label=_("The answer"), help_text=OTHER_PARENT, widget=forms.Textarea, required=False
    )
    no_remarks = forms.BooleanField(label=_("No remarks"), required=False)
    answered_on = forms.DateField(label=_("Answered on"), initial=clock.today)
    reply = forms.CharField(
        label=_("The school's reply"),
        help_text=_("What the school says to the answer, point by point."),
        widget=forms.Textarea,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class CloseHearingForm(BaseForm):
    """What the answers led to."""

    assessment = forms.CharField(
        label=_("What the answers led to"),
        help_text=_("Also when nobody answered: write that, and what it means."),
        widget=forms.Textarea,
    )
