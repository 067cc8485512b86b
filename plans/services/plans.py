"""Plans: making, correcting, using, revising, dropping and ending them."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.kinds import TodoKind
from districts.models import LearningCommunity, Pupil, Todo, Unit
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require
from plans import features, ports
from plans.models import Goal, ParentPerspective, Plan, PlanAction, PlanVersion, Sign, Voice
from plans.models.interventions import Level
from plans.selectors import completeness, lists
from plans.services import TEAM_CAN

# To-dos about a plan in use: to evaluate it, or to take the step that its evaluation concluded.
AFTER_EVALUATION = (features.EVALUATE_PLAN, features.ASK_GUIDANCE, features.GO_ON)
_COPIED = (
    "context",
    "team_meeting_id",
    "evaluate_how",
    "no_voice_reason",
    "common_voice",
    "parents_told_on",
    "parents_told_how",
)


def make_plan(
    *,
    title: str,
    level: str,
    team: Unit,
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    community_plan: Plan | None = None,
    by: User,
) -> Plan:
    """Make a plan with its first draft, for a learning community or a pupil.

    A pupil's plan is linked to its community's plan when there is one.

    Raises:
        DomainError: The team does not work with the class.
        NotAllowedError: ``by`` may not write plans here.

    Source: H-PLAN-1, H-PLAN-3.
    """
    with transaction.atomic():
        target = pupil or community
        if target is None:
            raise DomainError(_("Choose whom the plan is for."))
        require(by, "change_plan", target, TEAM_CAN)
        class_ = pupil.community if pupil else community
        if class_ is None or team not in lists.teams_of(class_):
            raise DomainError(_("This team does not work with the class."), field="team")
        if pupil is not None:
            community_plan = linked(class_, community_plan)
        plan = Plan.objects.create(
            title=title,
            level=level,
            team=team,
            pupil=pupil,
            community=community,
            community_plan=community_plan,
            made_by=by,
        )
        version = PlanVersion.objects.create(plan=plan, number=1, made_by=by)
        _wait_for_finish(version)
        journalling.act("plans.plan.made", plan, by=by, data={"level": level})
    return plan


def put_into_use(plan: Plan, *, revision: int, by: User) -> PlanVersion:
    """Put the draft into use: from now on this version is frozen.

    Each member of the team may do it alone; no second person is required.

    Raises:
        ConflictError: The draft has changed since it was read.
        DomainError: Something is missing, or there is no draft.
        NotAllowedError: ``by`` is not of the team.

    Source: H-PLAN-2, H-PLAN-7.
    """
    with transaction.atomic():
        require(by, "approve_plan", plan.target, TEAM_CAN)
        version = lock_draft(plan)
        if version.revision != revision:
            raise ConflictError(
                _("Somebody has changed the draft since you opened it. Read it again."),
                revision=None,
            )
        lacking = completeness.missing_parts(version)
        if lacking:
            words = "; ".join(str(item.text) for item in lacking)
            message = gettext("The plan is not complete yet: %(parts)s.") % {"parts": words}
            raise DomainError(message, code="incomplete")
        version.to_approved()
        version.approved_by = by
        version.approved_on = clock.today()
        version.save(update_fields=["state", "approved_by", "approved_on"])
        timeline.note(features.PLAN_APPROVED, version, by=by)
        todos.done(features.FINISH_PLAN, about=version, by=by)
        if plan.level == Level.ANTICIPATORY:
            todos.done(features.MAKE_PLAN, about=plan.target, by=by)
        wait_for_evaluation(version, version.evaluate_on)
        journalling.act(
            "plans.planversion.approved", version, by=by, data={"number": version.number}
        )
    return version


def revise(plan: Plan, *, by: User) -> PlanVersion:
    """Copy the newest version in use to a draft with the next number ("Ret planen").

    When there is a draft already, it is returned.

    Raises:
        DomainError: The plan is ended.
        NotAllowedError: ``by`` may not write plans here.
    """
    with transaction.atomic():
        require(by, "change_plan", plan.target, TEAM_CAN)
        locked = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        if locked.ended_on is not None:
            raise DomainError(_("This plan is ended. Make a new plan instead."), code="ended")
        newest: PlanVersion | None = (
            locked.versions.exclude(state=PlanVersion.State.DROPPED).order_by("-number").first()
        )
        assert newest is not None  # noqa: S101 - a plan without any is withdrawn and so ended
        if newest.state == PlanVersion.State.DRAFT:
            return newest
        last = locked.versions.aggregate(last=Max("number"))["last"]
        draft = PlanVersion.objects.create(
            plan=locked,
            number=last + 1,
            made_by=by,
            **{name: getattr(newest, name) for name in _COPIED},
        )
        draft.observations.set(newest.observations.all())
        _copy_goals(newest, draft)
        _copy(PlanAction, newest, draft)
        _copy(Voice, newest, draft)
        _copy(ParentPerspective, newest, draft)
        _wait_for_finish(draft)
        journalling.act("plans.planversion.made", draft, by=by, data={"number": draft.number})
    return draft


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
    """Correct title, team, level, and the class's plan to which a pupil's plan is linked.

    The level decides which requirements the plan meets; it is fixed once a version was in use.

    Raises:
        ConflictError: Somebody else has corrected it meanwhile.
        DomainError: The plan is ended, its level is fixed, or the team is not one of the class.
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
            row.community_plan = linked(class_, community_plan)
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
        draft = lock_draft(row)
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
        # The draft may have been made by an evaluation, and replaced the to-do to evaluate.
        elif not Todo.objects.open().of(*AFTER_EVALUATION).about(row).exists():
            wait_for_evaluation(used, used.evaluate_on)
    return draft


def end(plan: Plan, *, by: User) -> Plan:
    """End a plan after its evaluation; called by the evaluation."""
    plan.ended_on = clock.today()
    plan.save(update_fields=["ended_on"])
    todos.done(*AFTER_EVALUATION, about=plan, by=by)
    todos.done(features.FINISH_PLAN, about=plan.versions.all(), by=by)
    journalling.act("plans.plan.ended", plan, by=by)
    return plan


def was_in_use(plan: Plan) -> bool:
    """Tell whether a version of the plan is or was in use."""
    return PlanVersion.objects.in_use().filter(plan=plan).exists()


def lock_draft(plan: Plan) -> PlanVersion:
    """Return the plan's draft, locked until the end of the transaction.

    Raises:
        DomainError: There is none, or the plan is ended.
    """
    drafts = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan")
    draft: PlanVersion | None = drafts.filter(
        plan=plan, state=PlanVersion.State.DRAFT, plan__ended_on=None
    ).first()
    if draft is None:
        raise DomainError(
            _("This plan has no draft. Choose to correct the plan first."), code="no-draft"
        )
    return draft


def wait_for_evaluation(version: PlanVersion, due_on: date | None) -> None:
    """Give the team the to-do to evaluate the version by its date."""
    todos.give(features.EVALUATE_PLAN, version.plan, Role.TEACHER, due_on=due_on, at=version)


def step_taken(kind: TodoKind, target: Pupil | LearningCommunity, *, by: User) -> None:
    """Mark the to-do after an evaluation as done; the step itself calls this."""
    todos.done(kind, about=lists.running_plans_of(target), by=by)


def wait_for_plan(target: Pupil | LearningCommunity, *, case_number: str) -> None:
    """Give the team the to-do to make a plan of level 2, unless one is in use."""
    used = PlanVersion.objects.in_use().filter(
        plan__in=lists.running_plans_of(target), plan__level=Level.ANTICIPATORY
    )
    if used.exists():
        return
    todos.give(features.MAKE_PLAN, target, Role.TEACHER, case_number=case_number)


def _wait_for_finish(version: PlanVersion) -> None:
    todos.give(features.FINISH_PLAN, version, Role.TEACHER, at=version.plan)


def linked(community: LearningCommunity, chosen: Plan | None) -> Plan | None:
    """Return the class's plan to which a pupil's plan is linked: the chosen, else the newest.

    Raises:
        DomainError: It is not one of the class's running plans.
    """
    running = lists.running_plans_of(community)
    if chosen is None:
        return running[0] if running else None
    if chosen not in running:
        raise DomainError(_("Choose one of the class's own plans."), field="community_plan")
    return chosen


def _copy_goals(source: PlanVersion, target: PlanVersion) -> None:
    for goal in source.goals.prefetch_related("signs"):
        signs = list(goal.signs.all())
        copy = Goal.objects.create(
            version=target, order=goal.order, text=goal.text, reached_by=goal.reached_by
        )
        Sign.objects.bulk_create(
            Sign(
                version=target,
                goal=copy,
                text=sign.text,
                measured_how=sign.measured_how,
                baseline=sign.baseline,
            )
            for sign in signs
        )


def _copy[Part: (PlanAction, Voice, ParentPerspective)](
    model: type[Part], source: PlanVersion, target: PlanVersion
) -> None:
    rows = list(model.objects.filter(version=source))
    for row in rows:
        row.pk = None
        row.version = target
        row._state.adding = True
    model.objects.bulk_create(rows)


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
