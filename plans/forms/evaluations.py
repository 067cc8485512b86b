"""Forms of an evaluation."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.forms import BaseForm, LongText
from plans.forms.plans import observation_label
from plans.forms.rows import Posted, RowForm, RowFormSet, one_for_each
from plans.hints import NO_NAMES, OTHER_PARENT
from plans.models import (
    Evaluation,
    Goal,
    GoalResult,
    InterventionEffect,
    Observation,
    PlanAction,
    PlanVersion,
)
from plans.selectors import lists
from plans.services.evaluations import GoalAnswer


class EvaluationForm(BaseForm):
    """When and who, the voices, and the conclusion."""

    evaluated_on = forms.DateField(label=_("Evaluated on"))
    participants = forms.CharField(label=_("Those present, with role"), max_length=300)
    changed_by_child = LongText(
        label=_("What did we do differently because of what the child said?"),
        help_text=NO_NAMES,
        rows=3,
    )
    child_assessment = LongText(
        label=_("The child's own assessment"), help_text=NO_NAMES, rows=2, required=False
    )
    parents_assessment = LongText(
        label=_("The parents' assessment"), help_text=OTHER_PARENT, rows=2, required=False
    )
    conclusion = forms.ChoiceField(
        label=_("Conclusion"), choices=Evaluation.Conclusion.choices, widget=forms.RadioSelect
    )
    reason = LongText(label=_("Reason for the conclusion"), help_text=NO_NAMES, rows=3)
    next_evaluation_on = forms.DateField(
        label=_("Next evaluation"),
        help_text=_("Only when the plan continues."),
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """The day is today until another is chosen."""
        super().__init__(*args, **kwargs)
        self.fields["evaluated_on"].initial = clock.today()

    def clean(self) -> dict[str, object]:
        """A plan that continues has a new date."""
        data = super().clean() or {}
        goes_on = data.get("conclusion") == Evaluation.Conclusion.CONTINUE
        if goes_on and not data.get("next_evaluation_on"):
            self.add_error("next_evaluation_on", _("Choose the date when you evaluate again."))
        return data


class GoalResultForm(RowForm):
    """How far one goal was reached, shown by observations."""

    result = forms.ChoiceField(
        label=_("Result"), choices=GoalResult.Result.choices, widget=forms.RadioSelect
    )
    score = forms.TypedChoiceField(
        label=_("The signs today, 0–4"),
        help_text=_("0: not seen · 2: sometimes · 4: almost always"),
        choices=[(score, str(score)) for score in range(5)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    remark = LongText(label=_("What shows it?"), help_text=NO_NAMES, rows=2)
    evidence = forms.MultipleChoiceField(
        label=_("Observations that show it"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: object, goal: Goal, observations: Mapping[str, Observation], **kwargs: object
    ) -> None:
        """The goal is the title of the box; the observations are read once for all goals."""
        super().__init__(*args, **kwargs)
        self.goal = goal
        self.title = goal.text
        self.observations = observations
        field = self.fields["evidence"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, observation_label(row)) for key, row in observations.items()]

    def clean_evidence(self) -> list[Observation]:
        """Return the observations themselves."""
        return [self.observations[key] for key in self.cleaned_data["evidence"]]

    def value(self) -> GoalAnswer:
        """Return the result of the goal."""
        return GoalAnswer(goal=self.goal, **self.cleaned_data)


class EffectForm(RowForm):
    """What one action did."""

    carried_out = forms.BooleanField(label=_("It was carried out"), required=False, initial=True)
    weeks = forms.IntegerField(label=_("Weeks carried out"), min_value=0, max_value=200)
    effect = LongText(label=_("Effect"), help_text=NO_NAMES, rows=2)

    def __init__(self, *args: object, action: PlanAction, **kwargs: object) -> None:
        """The action is the title of the box."""
        super().__init__(*args, **kwargs)
        self.action = action
        self.title = f"{action.intervention.name_in_words}: {action.what}"
        self.fields["weeks"].initial = action.weeks

    def value(self) -> InterventionEffect:
        """Return what the action did."""
        return InterventionEffect(action=self.action, **self.cleaned_data)


def goal_results(data: Posted, version: PlanVersion) -> RowFormSet:
    """Return one form for each goal."""
    rows = lists.observations_of(version.plan.target, chosen=version.observations.all())
    observations = {str(row.pk): row for row in rows}
    each = [{"goal": goal, "observations": observations} for goal in version.goals.all()]
    return one_for_each(GoalResultForm, data, each, says="goals", prefix="goals", title=_("Goals"))


def effects(data: Posted, version: PlanVersion) -> RowFormSet:
    """Return one form for each action."""
    each = [{"action": row} for row in version.actions.select_related("intervention")]
    return one_for_each(
        EffectForm, data, each, says="actions", prefix="actions", title=_("Actions")
    )
