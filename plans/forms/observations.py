"""Forms of observations."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Pupil
from haderslev.core import clock
from haderslev.core.forms import BaseForm, BaseModelForm
from plans.models import Observation


class ObservationTextForm(BaseModelForm[Observation]):
    """The three texts, apart from each other: seen and heard, the child's words, what it means."""

    class Meta:
        model = Observation
        fields: tuple[str, ...] = ("seen", "child_words", "interpretation", "revision")
        widgets = {
            "child_words": forms.Textarea({"rows": 2}),
            "interpretation": forms.Textarea({"rows": 2}),
            "place": forms.RadioSelect(),
            "about": forms.RadioSelect(),
        }


class PupilObservationForm(ObservationTextForm):
    """A new observation of one pupil: what; everything else has a value beforehand."""

    class Meta(ObservationTextForm.Meta):
        fields = (*ObservationTextForm.Meta.fields, "place", "observed_at", "kind")

    def __init__(self, *args: object, adviser: bool = False, **kwargs: object) -> None:
        """An ``adviser`` most often makes a focused observation (H-OBS-4)."""
        super().__init__(*args, **kwargs)
        self.fields["observed_at"].initial = timezone.localtime(clock.now()).replace(second=0)
        if adviser:
            self.fields["kind"].initial = Observation.Kind.FOCUSED


class ObservationForm(PupilObservationForm):
    """A new observation on a class's page: of the class, of the practice, or of pupils in it."""

    pupils = forms.ModelMultipleChoiceField(
        label=_("Which pupils?"),
        help_text=_("Each pupil's page shows the text, never the names of the others."),
        queryset=Pupil.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta(PupilObservationForm.Meta):
        fields = ("about", "pupils", *PupilObservationForm.Meta.fields)

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
        assert isinstance(about, forms.ChoiceField)  # noqa: S101 - a column with choices
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


class WithdrawForm(BaseForm):
    """Why it is withdrawn."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=200,
        help_text=_("For example: written about the wrong child."),
    )
