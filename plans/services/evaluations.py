"""Evaluating a version in use, and what follows from the conclusion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.acts import act
from districts.permissions import Role
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError
from plans import features
from plans.models import (
    Evaluation,
    Goal,
    GoalResult,
    InterventionEffect,
    Observation,
    PlanVersion,
)
from plans.selectors import lists
from plans.services import plans as plan_service

_HIGHEST_SCORE = 4
# The to-do after a conclusion that leads away from the plan; it opens the evaluation.
_STEPS = {
    Evaluation.Conclusion.ASK_GUIDANCE.value: features.ASK_GUIDANCE,
    Evaluation.Conclusion.NEXT_LEVEL.value: features.GO_ON,
}


@dataclass(frozen=True)
class GoalAnswer:
    """How far a goal was reached, and the observations that show it."""

    goal: Goal
    result: str
    score: int
    remark: str
    evidence: Collection[Observation]


@act(
    "plans.evaluation.made",
    right="evaluate_plan",
    notes=features.PLAN_EVALUATED,
    on="evaluated_on",
    data=("number", "conclusion"),
)
def evaluate(
    version: PlanVersion,
    *,
    evaluated_on: date,
    participants: str,
    goals: Sequence[GoalAnswer],
    actions: Sequence[InterventionEffect],
    changed_by_child: str,
    conclusion: str,
    reason: str,
    child_assessment: str = "",
    parents_assessment: str = "",
    next_evaluation_on: date | None = None,
    by: User,
) -> Evaluation:
    """Evaluate the version in use; the conclusion makes its next step.

    Continue gives a new date, adjust a new draft, end ends the plan. ``actions`` are rows that
    are not saved yet.

    Raises:
        DomainError: Not the version in use, a goal without result or evidence, a wrong date.

    Source: H-PLAN-4, H-PLAN-6.
    """
    if not version_in_use(version):
        raise DomainError(
            _("Only the version in use can be evaluated. Go back to the plan and find it."),
            code="not-in-use",
        )
    continues = conclusion == Evaluation.Conclusion.CONTINUE
    not_ahead(evaluated_on, "evaluated_on")
    if version.approved_on is not None and evaluated_on < version.approved_on:
        raise DomainError(_("The plan was put into use later than this."), field="evaluated_on")
    if continues and (next_evaluation_on is None or next_evaluation_on <= clock.today()):
        raise DomainError(_("Choose the date when you evaluate again."), field="next_evaluation_on")
    _check_whole(version, goals, actions)
    evaluation = Evaluation.objects.create(
        version=version,
        evaluated_on=evaluated_on,
        participants=participants,
        child_assessment=child_assessment,
        parents_assessment=parents_assessment,
        changed_by_child=changed_by_child,
        conclusion=conclusion,
        reason=reason,
        next_evaluation_on=next_evaluation_on if continues else None,
        made_by=by,
    )
    for answer in goals:
        values = vars(answer) | {"evaluation": evaluation}
        evidence = values.pop("evidence")
        GoalResult.objects.create(**values).evidence.set(evidence)
    for each in actions:
        each.evaluation = evaluation
    InterventionEffect.objects.bulk_create(actions)
    todos.done(*plan_service.AFTER_EVALUATION, about=version.plan, by=by)
    if continues:
        plan_service.wait_for_evaluation(version, next_evaluation_on)
    elif conclusion == Evaluation.Conclusion.ADJUST:
        plan_service.revise(version.plan, by=by)
    elif conclusion == Evaluation.Conclusion.END:
        plan_service.end(version.plan, by=by)
    else:
        todos.give(_STEPS[conclusion], version.plan, Role.TEACHER, at=evaluation)
    return evaluation


def version_in_use(version: PlanVersion) -> bool:
    """Tell whether this is the version that counts now."""
    if version.state != PlanVersion.State.APPROVED or version.plan.ended_on is not None:
        return False
    later = PlanVersion.objects.in_use().filter(plan=version.plan_id, number__gt=version.number)
    return not later.exists()


def _check_whole(
    version: PlanVersion, goals: Sequence[GoalAnswer], actions: Sequence[InterventionEffect]
) -> None:
    """Refuse an evaluation that leaves out a goal, an action or what shows a result."""
    if {answer.goal.pk for answer in goals} != set(version.goals.values_list("pk", flat=True)):
        raise DomainError(_("Every goal needs a result."), code="goals")
    if {row.action_id for row in actions} != set(version.actions.values_list("pk", flat=True)):
        raise DomainError(_("Every action needs its effect."), code="actions")
    if any(not 0 <= answer.score <= _HIGHEST_SCORE for answer in goals):
        raise DomainError(_("The sign goes from 0 to 4."), code="score")
    bare = [answer.goal.text for answer in goals if not answer.evidence]
    if bare:
        message = gettext("Choose the observations that show it for: %(goals)s")
        raise DomainError(message % {"goals": "; ".join(bare)}, code="evidence")
    shown = [item for answer in goals for item in answer.evidence]
    if not lists.can_start_from(version, shown):
        raise DomainError(_("Choose observations of this class or pupil."), code="evidence")
