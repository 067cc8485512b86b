"""Forms of papers and deliveries."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Channel, DocumentRecord
from haderslev.core.forms import BaseForm, Initial, LongText, Sent


class RecordForm(BaseForm):
    """A paper that lies elsewhere."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=DocumentRecord.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=160)
    dated = forms.DateField(label=_("Dated"))
    holder = forms.CharField(
        label=_("Where does it lie?"),
        max_length=160,
        help_text=_("For example: in the records system, no. 2026-18."),
    )
    text = LongText(
        _("Text, or what it says in short"),
        _("A school statement is written here."),
        required=False,
    )


class CorrectRecordForm(RecordForm):
    """The same, with the revision it was read at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class DeliveryForm(BaseForm):
    """How and when a letter was sent, and when it arrived."""

    channel = forms.ChoiceField(
        label=_("How was it sent?"), choices=Channel.choices, widget=forms.RadioSelect
    )
    sent_on = forms.DateField(label=_("Sent on"))
    delivered_on = forms.DateField(
        label=_("Delivered on"),
        required=False,
        help_text=_("The day it reached the parent. Deadlines are counted from this day."),
    )


class CorrectDeliveryForm(DeliveryForm):
    """The same, with the reason; it has arrived, so the day is known."""

    reason = LongText(_("Why is it corrected?"), rows=3)

    def __init__(self, data: Sent, *, initial: Initial) -> None:
        """Ask for the day it arrived."""
        super().__init__(data, initial=initial)
        self.fields["delivered_on"].required = True


class DropLetterForm(BaseForm):
    """Why a letter is not to be sent any more."""

    reason = LongText(
        _("Why is it not to be sent any more?"),
        _("For example: custody has ended, or the parent has died."),
        rows=3,
    )
