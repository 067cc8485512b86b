"""Forms of the district council."""

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.models import CouncilIdea
from districts.models import CouncilMeeting
from haderslev.core.forms import BaseForm, BaseModelForm, LongText, Sent
from plans.models import Plan

WITHOUT_NAMES = _("Without names: write the child, the class, the school.")


def _not_a_name() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("A word that was refused as a name is not a name here"),
        help_text=_("For example a month or a place. Tick only when the text was refused."),
        required=False,
    )


def _offer_tick(form: forms.BaseForm) -> None:
    """Show the tick only where a text was sent: nobody ticks beforehand."""
    if not form.is_bound:
        del form.fields["not_a_name"]


class MeetingField(forms.ModelChoiceField[CouncilMeeting]):
    """Meetings by day and place."""

    def label_from_instance(self, obj: CouncilMeeting) -> str:
        """Return the day in words, and where."""
        return f"{date_format(obj.held_on, 'l j. F')}, {obj.place}"


class CouncilItemForm(BaseForm):
    """The sheet for the council."""

    meeting = MeetingField(
        label=_("Meeting"), queryset=CouncilMeeting.objects.none(), widget=forms.RadioSelect
    )
    situation = LongText(_("The situation"), WITHOUT_NAMES)
    tried = LongText(
        _("What has been tried"),
        _("In the class and around the child, for how long and with what effect."),
    )
    question = LongText(
        _("The question to the council"), _("What could the district's schools do together?")
    )
    no_particulars = forms.BooleanField(
        label=_("I have read the text: it has no particulars from which the child can be known"),
    )
    not_a_name = _not_a_name()

    def __init__(
        self, data: Sent, *, meetings: QuerySet[CouncilMeeting], disagreed: bool, of_pupil: bool
    ) -> None:
        """Offer the coming meetings of the district; ask to confirm where a parent said no."""
        super().__init__(data)
        _offer_tick(self)
        if not of_pupil:
            self.fields["situation"].help_text = _("Without names: write the class, the school.")
            self.fields["tried"].help_text = _("In the class, for how long and with what effect.")
        if not disagreed:
            del self.fields["no_particulars"]
        self.choose_from("meeting", meetings)


class SparringForm(BaseForm):
    """What the council says. There is no field for a decision: it makes none."""

    present = forms.CharField(label=_("Those present"), max_length=400)
    sparring = LongText(_("The council's sparring"), WITHOUT_NAMES)
    idea_1 = LongText(_("First idea"), rows=2, required=False)
    idea_2 = LongText(_("Second idea"), rows=2, required=False)
    idea_3 = LongText(_("Third idea"), rows=2, required=False)

    def said(self) -> dict[str, object]:
        """Return what the service takes: the ideas that were written, as a list."""
        said = dict(self.cleaned_data)
        ideas = [said.pop(name) for name in ("idea_1", "idea_2", "idea_3")]
        return {**said, "ideas": [idea for idea in ideas if idea]}


class IdeaForm(BaseModelForm[CouncilIdea]):
    """What the school does with an idea."""

    answer = forms.ChoiceField(
        label=_("What does the school do?"),
        choices=[
            choice for choice in CouncilIdea.Answer.choices if choice[0] != CouncilIdea.Answer.OPEN
        ],
        widget=forms.RadioSelect,
    )
    not_a_name = _not_a_name()

    class Meta:
        model = CouncilIdea
        fields = ("answer", "plan", "who", "starts_on", "because")
        labels = {"plan": _("Tried in this plan")}
        widgets = {"because": forms.Textarea({"rows": 2})}
        help_texts = {
            "plan": _("A new version of it is made."),
            "who": _("The role, not a name from the family."),
            "because": WITHOUT_NAMES,
        }

    def __init__(self, data: Sent, *, plans: QuerySet[Plan]) -> None:
        """Offer the plans of the case."""
        super().__init__(data)
        _offer_tick(self)
        self.choose_from("plan", plans)


class NameForm(BaseForm):
    """Why a member of the council needs the child's name."""

    reason = forms.CharField(
        label=_("Why do you need the name?"),
        help_text=_("Your reason is written in the log of look-ups."),
        max_length=200,
    )
