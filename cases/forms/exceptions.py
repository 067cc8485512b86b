"""Forms of setting an own requirement aside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from haderslev.core.forms import BaseForm, Sent


class ExceptionForm(BaseForm):
    """A written reason; or, when it is urgent, one sentence now and the reason later."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea,
        required=False,
        help_text=_("It is shown wherever the requirement is shown."),
    )
    urgent = forms.BooleanField(
        label=_("It is urgent. The reason follows within three school days"), required=False
    )
    sentence = forms.CharField(
        label=_("Why is it urgent? One sentence"), max_length=300, required=False
    )

    def __init__(self, data: Sent, *, may_be_urgent: bool) -> None:
        """Ask for the reason now where a signed decision rests on it."""
        super().__init__(data)
        if not may_be_urgent:
            del self.fields["urgent"], self.fields["sentence"]


class CompleteForm(BaseForm):
    """The reason of an urgent exception."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea)
