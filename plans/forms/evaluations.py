"""Forms of an evaluation."""

from collections.abc import Mapping
from typing import Any  # what Django's own forms take

from django import forms
from django.utils.translation import gettext_lazy as _

from haderslev.core.forms import BaseModelForm
from plans.forms.plans import observation_label
from plans.forms.rows import Posted, RowForm, RowFormSet, row_forms
from plans.models import Evaluation, GoalResult, InterventionEffect, Observation, PlanVersion
from plans.selectors import lists
from plans.services.evaluations import GoalAnswer


class EvaluationForm(BaseModelForm[Evaluation]):
    """When and who, the voices, and the conclusion."""

    class Meta:
        model = Evaluation
        fields = (
            "evaluated_on",
            "participants",
            "changed_by_child",
            "child_assessment",
            "parents_assessment",
            "conclusion",
            "reason",
            "next_evaluation_on",
        )
        widgets = {
            "changed_by_child": forms.Textarea({"rows": 3}),
            "child_assessment": forms.Textarea({"rows": 2}),
            "parents_assessment": forms.Textarea({"rows": 2}),
            "conclusion": forms.RadioSelect(),
            "reason": forms.Textarea({"rows": 3}),
        }

    def clean(self) -> dict[str, object]:
        """A plan that continues has a new date."""
        data = super().clean() or {}
        goes_on = data.get("conclusion") == Evaluation.Conclusion.CONTINUE
        if goes_on and not data.get("next_evaluation_on"):
            self.add_error("next_evaluation_on", _("Choose the date when you evaluate again."))
        return data


class GoalResultForm(RowForm[GoalResult]):
    """How far one goal was reached, shown by observations."""

    evidence = forms.MultipleChoiceField(
        label=_("Observations that show it"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = GoalResult
        fields = ("result", "score", "remark", "evidence")
        widgets = {
            "result": forms.RadioSelect(),
            "score": forms.RadioSelect(),
            "remark": forms.Textarea({"rows": 2}),
        }

    def __init__(
        self, *args: object, observations: Mapping[str, Observation], **kwargs: Any
    ) -> None:
        """The observations are read once for all goals."""
        super().__init__(*args, **kwargs)
        self.observations = observations
        field = self.fields["evidence"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, observation_label(row)) for key, row in observations.items()]

    def clean_evidence(self) -> list[Observation]:
        """Return the observations themselves."""
        return [self.observations[key] for key in self.cleaned_data["evidence"]]

    def value(self) -> GoalAnswer:
        """Return the result of the goal."""
        return GoalAnswer(**self.key, **self.cleaned_data)


class EffectForm(RowForm[InterventionEffect]):
    """What one action did."""

    weeks = forms.IntegerField(label=_("Weeks carried out"), min_value=0, max_value=200)

    class Meta:
        model = InterventionEffect
        fields = ("carried_out", "weeks", "effect")
        widgets = {"effect": forms.Textarea({"rows": 2})}


def goal_results(data: Posted, version: PlanVersion) -> RowFormSet:
    """Return one form for each goal."""
    rows = lists.observations_of(version.plan.target, chosen=version.observations.all())
    observations = {str(row.pk): row for row in rows}
    each = [
        {"title": goal.text, "key": {"goal": goal}, "observations": observations}
        for goal in version.goals.all()
    ]
    return row_forms(GoalResultForm, data, each, says="goals", prefix="goals", title=_("Goals"))


def effects(data: Posted, version: PlanVersion) -> RowFormSet:
    """Return one form for each action."""
    each = [
        {
            "title": f"{row.intervention.name_in_words}: {row.what}",
            "key": {"action": row},
            "initial": {"weeks": row.weeks},
        }
        for row in version.actions.select_related("intervention")
    ]
    return row_forms(EffectForm, data, each, says="actions", prefix="actions", title=_("Actions"))
