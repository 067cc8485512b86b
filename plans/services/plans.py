"""Plans: making, correcting, using, revising, dropping and ending them."""

from copy import copy
from datetime import date

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.acts import act
from districts.kinds import TodoKind
from districts.models import LearningCommunity, Pupil, Todo, Unit
from districts.permissions import Role
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, check_revision, lock
from plans import features, ports
from plans.models import Level, Plan, PlanVersion
from plans.selectors import completeness, lists
from plans.services import drafts

# To-dos about a plan in use: to evaluate it, or to take the step that its evaluation concluded.
AFTER_EVALUATION = (features.EVALUATE_PLAN, features.ASK_GUIDANCE, features.GO_ON)
_COPIED = (
    "context",
    "team_meeting_id",
    "evaluate_how",
    "no_voice_reason",
    "common_voice",
    "parents_informed_on",
    "parents_informed_how",
)


@act("plans.plan.made", right="change_plan", data=("level",))
def make_plan(
    target: Pupil | LearningCommunity,
    *,
    title: str,
    level: str,
    team: Unit,
    community_plan: Plan | None = None,
    by: User,
) -> Plan:
    """Make a plan with its first draft, for a learning community or a pupil.

    A pupil's plan is linked to its community's plan when there is one.

    Raises:
        DomainError: The team does not work with the class.

    Source: H-PLAN-1, H-PLAN-3.
    """
    _check_team(team, target)
    if isinstance(target, Pupil):
        community_plan = _linked(target, community_plan)
    plan = Plan.objects.create(
        title=title,
        level=level,
        team=team,
        **lists.about(target),
        community_plan=community_plan,
        made_by=by,
    )
    version = PlanVersion.objects.create(plan=plan, number=1, made_by=by)
    _wait_for_finish(version)
    return plan


@act(
    "plans.planversion.approved",
    right="approve_plan",
    notes=features.PLAN_APPROVED,
    data=("number",),
)
def put_into_use(plan: Plan, *, revision: int, by: User) -> PlanVersion:
    """Put the draft into use: from now on this version is frozen.

    Each member of the team may do it alone; no second person is required.

    Raises:
        ConflictError: The draft has changed since it was read.
        DomainError: Something is missing, or there is no draft.

    Source: H-PLAN-2, H-PLAN-7.
    """
    version = drafts.lock_draft(plan)
    sentence = _("Somebody has changed the draft since you opened it. Read it again.")
    check_revision(version, revision, sentence=sentence)
    lacking = completeness.missing_parts(version)
    if lacking:
        words = "; ".join(str(item.text) for item in lacking)
        message = gettext("The plan is not complete yet: %(parts)s.") % {"parts": words}
        raise DomainError(message, code="incomplete")
    version.move(PlanVersion.State.APPROVED, approved_by=by, approved_on=clock.today())
    todos.done(features.FINISH_PLAN, about=version, by=by)
    if plan.level == Level.ANTICIPATORY:
        todos.done(features.MAKE_PLAN, about=plan.target, by=by)
    wait_for_evaluation(version, version.evaluate_on)
    return version


def revise(plan: Plan, *, by: User) -> PlanVersion:
    """Copy the newest version in use to a draft with the next number ("Ret planen").

    When there is a draft already, it is returned.

    Raises:
        DomainError: The plan is ended.
        NotAllowedError: ``by`` may not write plans here.
    """
    with transaction.atomic():
        require(by, "change_plan", plan)
        plan = lock(plan)
        _check_running(plan)
        versions = plan.versions.exclude(state=PlanVersion.State.DROPPED)
        # A plan without any is withdrawn, and so ended.
        newest = versions.latest("number")
        if newest.state == PlanVersion.State.DRAFT:
            return newest
        last = plan.versions.aggregate(last=Max("number"))["last"]
        draft = PlanVersion.objects.create(
            plan=plan,
            number=last + 1,
            made_by=by,
            **{name: getattr(newest, name) for name in _COPIED},
        )
        draft.observations.set(newest.observations.all())
        goals = newest.goals.prefetch_related("signs")
        signs = [(_copied(goal), [*map(_copied, goal.signs.all())]) for goal in goals]
        drafts.add_goals(draft, signs)
        drafts.add(draft, map(_copied, newest.actions.all()))
        drafts.add(draft, map(_copied, newest.voices.all()))
        drafts.add(draft, map(_copied, newest.perspectives.all()))
        _wait_for_finish(draft)
        journalling.act("plans.planversion.made", draft, by=by, data={"number": draft.number})
    return draft


@act("plans.plan.corrected", right="change_plan", data=("level", "revision"))
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
    """
    _check_running(plan)
    if level not in {"", plan.level} and was_in_use(plan):
        raise DomainError(
            _("The plan has been in use at its level. Make a new plan for another level."),
            field="level",
        )
    if team != plan.team:
        _check_team(team, plan.target)
    sentence = _("Somebody has corrected this plan since you opened it.")
    check_revision(plan, revision, {"title": title}, sentence=sentence)
    if plan.pupil and plan.pupil.community and community_plan != plan.community_plan:
        plan.community_plan = _linked(plan.pupil, community_plan)
    change(
        plan,
        title=title,
        team=team,
        level=level or plan.level,
        community_plan=plan.community_plan,
        revision=plan.revision + 1,
    )
    return plan


def drop_draft(plan: Plan, *, reason: str = "", by: User) -> PlanVersion:
    """Drop the draft. A plan that never was in use is withdrawn with it, for a reason.

    Raises:
        DomainError: There is no draft, the reason is missing, or an idea is tried with it.
        NotAllowedError: ``by`` may not write plans here.
    """
    with transaction.atomic():
        require(by, "change_plan", plan)
        plan = lock(plan)
        draft = drafts.lock_draft(plan)
        if ports.cases().ideas_of(draft):
            raise DomainError(
                _("The school tries an idea from the district council with this draft."),
                code="idea",
            )
        draft.move(PlanVersion.State.DROPPED)
        todos.done(features.FINISH_PLAN, about=draft, by=by)
        journalling.act("plans.planversion.dropped", draft, by=by, data={"number": draft.number})
        used = plan.versions.all().in_use().order_by("-number").first()
        if used is None:
            if not reason:
                raise DomainError(_("Write why the plan is dropped."), field="reason")
            today = clock.today()
            change(plan, withdrawn_at=clock.now(), withdrawn_reason=reason, ended_on=today)
            journalling.act("plans.plan.withdrawn", plan, by=by)
        # The draft may have been made by an evaluation, and replaced the to-do to evaluate.
        elif not Todo.objects.open().of(*AFTER_EVALUATION).about(plan).exists():
            wait_for_evaluation(used, used.evaluate_on)
    return draft


@act("plans.plan.ended", ends=AFTER_EVALUATION)
def end(plan: Plan, *, by: User) -> Plan:
    """End a plan after its evaluation; called by the evaluation."""
    change(plan, ended_on=clock.today())
    todos.done(features.FINISH_PLAN, about=plan.versions.all(), by=by)
    return plan


def was_in_use(plan: Plan) -> bool:
    """Tell whether a version of the plan is or was in use."""
    return PlanVersion.objects.in_use().filter(plan=plan).exists()


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
    if not used.exists():
        todos.give(features.MAKE_PLAN, target, Role.TEACHER, case_number=case_number)


def _linked(pupil: Pupil, chosen: Plan | None) -> Plan | None:
    """Return the class's plan to which a pupil's plan is linked: the chosen, else the newest.

    Raises:
        DomainError: It is not one of the class's running plans.
    """
    class_ = pupil.community
    running = lists.running_plans_of(class_) if class_ else Plan.objects.none()
    if chosen is None:
        return running.first()
    if chosen not in running:
        raise DomainError(_("Choose one of the class's own plans."), field="community_plan")
    return chosen


def _wait_for_finish(version: PlanVersion) -> None:
    todos.give(features.FINISH_PLAN, version, Role.TEACHER, at=version.plan)


def _check_running(plan: Plan) -> None:
    if plan.ended_on is not None:
        raise DomainError(_("This plan is ended. Make a new plan instead."), code="ended")


def _check_team(team: Unit, target: Pupil | LearningCommunity) -> None:
    class_ = lists.class_of(target)
    if class_ is None or team not in lists.teams_of(class_):
        raise DomainError(_("This team does not work with the class."), field="team")


def _copied[Row: models.Model](row: Row) -> Row:
    """Return a new row with the same columns."""
    new = copy(row)
    new.pk = None
    new._state.adding = True
    return new
