"""Forms of papers and deliveries."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Delivery, DocumentRecord
from haderslev.core.forms import BaseForm, BaseModelForm, LongText


class RecordForm(BaseModelForm[DocumentRecord]):
    """A paper that lies elsewhere."""

    # One kind is always chosen.
    kind = forms.ChoiceField(label=_("Kind of paper"), choices=DocumentRecord.Kind.choices)

    class Meta:
        model = DocumentRecord
        fields = ("kind", "title", "dated", "holder", "text", "revision")
        help_texts = {
            "holder": _("For example: in the records system, no. 2026-18."),
            "text": _("A school statement is written here."),
        }


class DeliveryForm(BaseModelForm[Delivery]):
    """How and when a letter was sent, and when it arrived."""

    needed = frozenset({"channel"})

    class Meta:
        model = Delivery
        fields = ("channel", "sent_on", "delivered_on")
        widgets = {"channel": forms.RadioSelect}
        help_texts = {
            "delivered_on": _("The day it reached the parent. Deadlines are counted from this day.")
        }


class CorrectDeliveryForm(DeliveryForm):
    """The same, with the reason; it has arrived, so the day is known."""

    needed = frozenset({"channel", "delivered_on"})

    reason = LongText(_("Why is it corrected?"), rows=3)


class DropLetterForm(BaseForm):
    """Why a letter is not to be sent any more."""

    reason = LongText(
        _("Why is it not to be sent any more?"),
        _("For example: custody has ended, or the parent has died."),
        rows=3,
    )
