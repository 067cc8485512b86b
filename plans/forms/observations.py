"""Forms of observations."""

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Pupil
from haderslev.core import clock
from haderslev.core.forms import BaseForm, LongText
from plans.hints import READABLE, without_names
from plans.models import Observation


class ObservationTextForm(BaseForm):
    """The three texts, apart from each other: seen and heard, the child's words, what it means."""

    seen = LongText(label=_("What did you see and hear?"), help_text=without_names(READABLE))
    child_words = LongText(label=_("The child's own words"), rows=2, required=False)
    interpretation = LongText(
        label=_("My interpretation"),
        help_text=_("Kept apart from what you saw and heard."),
        rows=2,
        required=False,
    )


_OBSERVATION_ORDER = ("seen", "child_words", "interpretation", "place", "observed_at", "kind")


class PupilObservationForm(ObservationTextForm):
    """A new observation of one pupil: what; everything else has a value beforehand."""

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

    field_order: Iterable[str] | None = _OBSERVATION_ORDER

    def __init__(self, *args: object, adviser: bool = False, **kwargs: object) -> None:
        """An ``adviser`` most often makes a focused observation (H-OBS-4)."""
        super().__init__(*args, **kwargs)
        self.fields["observed_at"].initial = timezone.localtime(clock.now()).replace(second=0)
        if adviser:
            self.fields["kind"].initial = Observation.Kind.FOCUSED


class ObservationForm(PupilObservationForm):
    """A new observation on a class's page: of the class, of the practice, or of pupils in it."""

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

    field_order: Iterable[str] | None = ("about", "pupils", *_OBSERVATION_ORDER)

    def __init__(
        self,
        *args: object,
        pupils: QuerySet[Pupil],
        chosen: Pupil | None = None,
        adviser: bool = False,
    ) -> None:
        """Offer the pupils of one class; ``chosen`` is the pupil whose page this came from."""
        super().__init__(*args, adviser=adviser)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)  # noqa: S101 - declared above
        self.choose_from("pupils", pupils)
        if chosen is not None:
            about.initial = Observation.About.PUPIL
            self.fields["pupils"].initial = [chosen.pk]
        if not pupils.exists():
            about.choices = [
                (value, label)
                for value, label in Observation.About.choices
                if value != Observation.About.PUPIL
            ]
            del self.fields["pupils"]


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
