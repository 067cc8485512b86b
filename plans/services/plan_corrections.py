"""Correcting the head of a plan, and dropping a draft that nobody goes on with."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.models import Todo, Unit
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require
from plans import features, ports
from plans.models import Plan, PlanVersion
from plans.selectors import lists
from plans.services import TEAM_CAN
from plans.services import plans as plan_service


def correct_head(
    plan: Plan,
    *,
    revision: int,
    title: str,
    team: Unit,
    level: str = "",
    community_plan: Plan | None = None,
    by: User,
) -> Plan:
    """Correct title, team, level, and the class's plan that a pupil's plan goes with.

    The level decides which requirements the plan meets; it stays once a version was in use.

    Raises:
        ConflictError: Somebody else has corrected it meanwhile.
        DomainError: The plan is ended, the level stays, or the team does not work with the class.
        NotAllowedError: ``by`` may not write plans here.
    """
    with transaction.atomic():
        row: Plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        require(by, "change_plan", row.target, TEAM_CAN)
        _check_head(row, team=team, level=level or row.level)
        if row.revision != revision:
            raise ConflictError(
                _("Somebody has corrected this plan since you opened it."),
                mine={"title": title},
                theirs={"title": row.title},
                revision=row.revision,
            )
        class_ = lists.class_of(row.target)
        if row.pupil_id and class_ and community_plan != row.community_plan:
            row.community_plan = plan_service.linked(class_, community_plan)
        row.title, row.team, row.level = title, team, level or row.level
        row.revision += 1
        row.save(update_fields=["title", "team", "level", "community_plan", "revision"])
        data = {"level": row.level, "revision": row.revision}
        journalling.act("plans.plan.corrected", row, by=by, data=data)
    return row


def drop_draft(plan: Plan, *, reason: str = "", by: User) -> PlanVersion:
    """Drop the draft. A plan that never was in use is withdrawn with it, for a reason.

    Raises:
        DomainError: There is no draft, the reason is missing, or an idea is tried with it.
        NotAllowedError: ``by`` may not write plans here.
    """
    with transaction.atomic():
        require(by, "change_plan", plan.target, TEAM_CAN)
        row: Plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        draft = plan_service.lock_draft(row)
        if ports.ideas_of(draft):
            raise DomainError(
                _("The school tries an idea from the district council with this draft."),
                code="idea",
            )
        draft.to_dropped()
        draft.save(update_fields=["state"])
        todos.done(features.FINISH_PLAN, about=draft, by=by)
        journalling.act("plans.planversion.dropped", draft, by=by, data={"number": draft.number})
        used = row.versions.all().in_use().order_by("-number").first()
        if used is None:
            _withdraw(row, reason, by)
        elif not _waits(row):
            plan_service.wait_for_evaluation(used, used.evaluate_on)
    return draft


def was_in_use(plan: Plan) -> bool:
    """Tell whether a version of the plan is or was in use."""
    return PlanVersion.objects.in_use().filter(plan=plan).exists()


def _check_head(plan: Plan, *, team: Unit, level: str) -> None:
    if plan.ended_on is not None:
        raise DomainError(_("This plan is ended. Make a new plan instead."), code="ended")
    if level != plan.level and was_in_use(plan):
        raise DomainError(
            _("The plan has been in use at its level. Make a new plan for another level."),
            field="level",
        )
    class_ = lists.class_of(plan.target)
    if team != plan.team and (class_ is None or team not in lists.teams_of(class_)):
        raise DomainError(_("This team does not work with the class."), field="team")


def _withdraw(plan: Plan, reason: str, by: User) -> None:
    if not reason:
        raise DomainError(_("Write why the plan is dropped."), field="reason")
    plan.withdrawn_at, plan.withdrawn_reason = clock.now(), reason
    plan.ended_on = clock.today()
    plan.save(update_fields=["withdrawn_at", "withdrawn_reason", "ended_on"])
    journalling.act("plans.plan.withdrawn", plan, by=by)


def _waits(plan: Plan) -> bool:
    """Tell whether anything waits for the plan; the draft may have taken the evaluation's turn."""
    return Todo.objects.open().of(*plan_service.AFTER_EVALUATION).about(plan).exists()
