"""Evaluating a version in use, and what follows from the conclusion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from plans import features
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
from plans.services import TEAM_CAN
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


@dataclass(frozen=True)
class ActionAnswer:
    """What an intervention did."""

    action: PlanAction
    carried_out: bool
    weeks: int
    effect: str


def evaluate(
    version: PlanVersion,
    *,
    evaluated_on: date,
    participants: str,
    goals: Sequence[GoalAnswer],
    actions: Sequence[ActionAnswer],
    changed_by_child: str,
    conclusion: str,
    reason: str,
    child_assessment: str = "",
    parents_assessment: str = "",
    next_evaluation_on: date | None = None,
    by: User,
) -> Evaluation:
    """Evaluate the version in use; the conclusion makes its next step.

    Continue gives a new date, adjust a new draft, end ends the plan.

    Raises:
        DomainError: Not the version in use, a goal without result or evidence, a wrong date.
        NotAllowedError: ``by`` is not of the team.

    Source: H-PLAN-4, H-PLAN-6.
    """
    with transaction.atomic():
        require(by, "evaluate_plan", version.plan.target, TEAM_CAN)
        locked = _lock_in_use(version)
        _check_dates(locked, evaluated_on, conclusion, next_evaluation_on)
        _check_whole(locked, goals, actions)
        evaluation = Evaluation.objects.create(
            version=locked,
            evaluated_on=evaluated_on,
            participants=participants,
            child_assessment=child_assessment,
            parents_assessment=parents_assessment,
            changed_by_child=changed_by_child,
            conclusion=conclusion,
            reason=reason,
            next_evaluation_on=next_evaluation_on if _continues(conclusion) else None,
            made_by=by,
        )
        for answer in goals:
            row = GoalResult.objects.create(
                evaluation=evaluation,
                goal=answer.goal,
                result=answer.result,
                score=answer.score,
                remark=answer.remark,
            )
            row.evidence.set(answer.evidence)
        InterventionEffect.objects.bulk_create(
            InterventionEffect(evaluation=evaluation, **vars(each)) for each in actions
        )
        _follow(evaluation, by)
        timeline.note(features.PLAN_EVALUATED, evaluation, by=by, on=evaluated_on)
        data = {"number": locked.number, "conclusion": conclusion}
        journalling.act("plans.evaluation.made", evaluation, by=by, data=data)
    return evaluation


def version_in_use(version: PlanVersion) -> bool:
    """Tell whether this is the version that counts now."""
    if version.state != PlanVersion.State.APPROVED or version.plan.ended_on is not None:
        return False
    later = PlanVersion.objects.in_use().filter(plan=version.plan_id, number__gt=version.number)
    return not later.exists()


def _lock_in_use(version: PlanVersion) -> PlanVersion:
    rows = PlanVersion.objects.select_for_update(of=("self", "plan")).select_related("plan")
    locked = rows.get(pk=version.pk)
    if not version_in_use(locked):
        raise DomainError(
            _("Only the version in use can be evaluated. Go back to the plan and find it."),
            code="not-in-use",
        )
    return locked


def _check_dates(
    version: PlanVersion, evaluated_on: date, conclusion: str, next_on: date | None
) -> None:
    if evaluated_on > clock.today():
        raise DomainError(_("It can not lie in the future."), field="evaluated_on")
    if version.approved_on is not None and evaluated_on < version.approved_on:
        raise DomainError(_("The plan was put into use later than this."), field="evaluated_on")
    if _continues(conclusion) and (next_on is None or next_on <= clock.today()):
        raise DomainError(_("Choose the date when you evaluate again."), field="next_evaluation_on")


def _check_whole(
    version: PlanVersion, goals: Sequence[GoalAnswer], actions: Sequence[ActionAnswer]
) -> None:
    if {answer.goal.pk for answer in goals} != set(version.goals.values_list("pk", flat=True)):
        raise DomainError(_("Every goal needs a result."), code="goals")
    if {row.action.pk for row in actions} != set(version.actions.values_list("pk", flat=True)):
        raise DomainError(_("Every action needs its effect."), code="actions")
    if any(not 0 <= answer.score <= _HIGHEST_SCORE for answer in goals):
        raise DomainError(_("The sign goes from 0 to 4."), code="score")
    bare = [answer.goal.text for answer in goals if not answer.evidence]
    if bare:
        message = gettext("Choose the observations that show it for: %(goals)s")
        raise DomainError(message % {"goals": "; ".join(bare)}, code="evidence")
    wanted = {item.pk for answer in goals for item in answer.evidence}
    known = lists.observations_of(version.plan.target, chosen=version.observations.all())
    if known.filter(pk__in=wanted).count() != len(wanted):
        raise DomainError(_("Choose observations of this class or pupil."), code="evidence")


def _follow(evaluation: Evaluation, by: User) -> None:
    version = evaluation.version
    todos.done(*plan_service.AFTER_EVALUATION, about=version.plan, by=by)
    if _continues(evaluation.conclusion):
        plan_service.wait_for_evaluation(version, evaluation.next_evaluation_on)
    elif evaluation.conclusion == Evaluation.Conclusion.ADJUST:
        plan_service.revise(version.plan, by=by)
    elif evaluation.conclusion == Evaluation.Conclusion.END:
        plan_service.end(version.plan, by=by)
    else:
        todos.give(_STEPS[evaluation.conclusion], version.plan, Role.TEACHER, at=evaluation)


def _continues(conclusion: str) -> bool:
    return conclusion == Evaluation.Conclusion.CONTINUE
