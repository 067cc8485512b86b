"""Forms of observations."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from haderslev.core import clock
from haderslev.core.forms import BaseForm
from plans.models import Observation

READABLE = _("Write so that the parents can read it. They have a right to see it.")
NO_NAMES = _('Write "a classmate" instead of names of other children.')


class ObservationTextForm(BaseForm):
    """The three texts, apart from each other: seen and heard, the child's words, what it means."""

    seen = forms.CharField(
        label=_("What did you see and hear?"), help_text=READABLE, widget=forms.Textarea
    )
    child_words = forms.CharField(
        label=_("The child's own words"),
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    interpretation = forms.CharField(
        label=_("My interpretation"),
        help_text=_("Kept apart from what you saw and heard."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class ObservationForm(ObservationTextForm):
    """A new observation: who, what; everything else has a value beforehand."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Observation.About.choices,
        widget=forms.RadioSelect,
        initial=Observation.About.COMMUNITY,
    )
    pupils = forms.ModelMultipleChoiceField(
        label=_("Which pupils?"),
        help_text=_("Each pupil's page shows the text, never the names of the others."),
        queryset=Pupil.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Observation.Kind.choices, initial=Observation.Kind.WATCHING
    )
    place = forms.ChoiceField(
        label=_("Where was it?"),
        choices=Observation.Place.choices,
        widget=forms.RadioSelect,
        initial=Observation.Place.LESSON,
    )
    observed_at = forms.DateTimeField(label=_("When was it?"))

    field_order = (
        "about", "pupils", "seen", "child_words", "interpretation", "place", "observed_at", "kind",
    )

    def __init__(
        self, *args: Any, community: LearningCommunity, pupils: Any, chosen: Any = None, **kwargs: Any
    ) -> None:
        """Offer the pupils of one class; ``chosen`` is the pupil whose page this came from."""
        super().__init__(*args, **kwargs)
        field = self.fields["pupils"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        field.queryset = pupils
        self.fields["observed_at"].initial = timezone.localtime(clock.now()).replace(second=0)
        if chosen is not None:
            self.fields["about"].initial = Observation.About.PUPIL
            field.initial = [chosen.pk]


class CorrectionForm(ObservationTextForm):
    """The text again, with the revision it was read at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(BaseForm):
    """Why it is withdrawn."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=200,
        help_text=_("For example: written about the wrong child."),
    )
