"""Forms of a status before the revisitation."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haderslev.core.forms import BaseForm, Sent
from pku.models import DecisionGoal, GoalStatus
from plans.forms.plans import OTHER_PARENT


def _text(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": 4}))


class StatusForm(BaseForm):
    """How the child is doing, and what returning to the home school takes."""

    development = _text(_("Academic, social and personal development"))
    child_perspective = _text(
        _("The child's perspective"), _("In the child's own words, as far as possible.")
    )
    parents_perspective = _text(
        _("The parents' perspective"),
        format_lazy("{} {}", _("Each parent's own; write also how they took part."), OTHER_PARENT),
    )
    way_home = _text(
        _("What the way home takes"),
        _("What would have to be in place at the home school, and what can be tried already?"),
    )


class GoalStatusForm(BaseForm):
    """How far one goal has been reached."""

    result = forms.ChoiceField(
        label=_("Result"), choices=GoalStatus.Result.choices, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    title = ""


class BaseGoalStatusFormSet(forms.BaseFormSet[GoalStatusForm]):
    """One form for each goal, in the order of the decision."""

    title = _("The goals of the decision")
    goals: Sequence[DecisionGoal] = ()

    def said(self) -> Mapping[str, object]:
        """Return each goal's result and remark."""
        pairs = zip(self.goals, self.forms, strict=True)
        return {
            "goals": {
                goal.pk: (form.cleaned_data["result"], form.cleaned_data["remark"])
                for goal, form in pairs
            }
        }


def goal_status_formset(data: Sent, goals: Sequence[DecisionGoal]) -> BaseGoalStatusFormSet:
    """Return one form for each goal; none may be left out."""
    count = len(goals)
    made: Any = forms.formset_factory(
        GoalStatusForm,
        formset=BaseGoalStatusFormSet,
        extra=0,
        min_num=count,
        max_num=count,
        validate_min=True,
        validate_max=True,
    )
    formset: BaseGoalStatusFormSet = made(data, prefix="goals")
    formset.goals = goals
    for goal, form in zip(goals, formset.forms, strict=False):
        form.title = goal.text
    return formset
