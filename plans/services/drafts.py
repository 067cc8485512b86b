"""Writing the parts of a draft. Each part is saved by itself, complete or not."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import User
from haderslev.core import journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import check_revision
from plans.models import (
    Goal,
    Meeting,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Sign,
    Voice,
)
from plans.selectors import lists

# A goal that is not saved yet, with its signs.
type GoalWithSigns = tuple[Goal, Sequence[Sign]]


def save_context(
    plan: Plan,
    *,
    revision: int,
    context: str,
    observations: Collection[Observation],
    team_meeting: Meeting | None,
    by: User,
) -> PlanVersion:
    """Save the context, the observations it starts from and the team meeting that agreed it.

    Raises:
        DomainError: An observation or the meeting is about somebody else; see also ``_writing``.
    """
    with _writing(plan, "context", revision, {"context": context}, by=by) as draft:
        meetings = lists.team_meetings_of(plan.target)
        if team_meeting is not None and not meetings.filter(pk=team_meeting.pk).exists():
            raise DomainError(_("Choose one of the team's meetings."), field="team_meeting")
        if not lists.can_start_from(draft, observations):
            raise DomainError(
                _("Choose observations of this class or pupil."), field="observations"
            )
        draft.context, draft.team_meeting = context, team_meeting
        draft.observations.set(observations)
    return draft


def save_goals(
    plan: Plan, *, revision: int, goals: Iterable[GoalWithSigns], by: User
) -> PlanVersion:
    """Replace the goals and their signs; they are not saved yet."""
    with _writing(plan, "goals", revision, {}, by=by) as draft:
        draft.goals.all().delete()
        add_goals(draft, goals)
    return draft


def save_actions(
    plan: Plan, *, revision: int, actions: Iterable[PlanAction], by: User
) -> PlanVersion:
    """Replace the interventions of the draft."""
    with _writing(plan, "actions", revision, {}, by=by) as draft:
        draft.actions.all().delete()
        add(draft, actions)
    return draft


def save_voices(
    plan: Plan, *, revision: int, voices: Iterable[Voice], no_voice_reason: str, by: User
) -> PlanVersion:
    """Replace the child's words, or write why the child has not been heard (H-PLAN-11)."""
    _require(plan.pupil_id)
    with _writing(plan, "voices", revision, {}, by=by) as draft:
        draft.voices.all().delete()
        add(draft, voices)
        draft.no_voice_reason = no_voice_reason
    return draft


def save_perspectives(
    plan: Plan, *, revision: int, perspectives: Sequence[ParentPerspective], by: User
) -> PlanVersion:
    """Replace what each parent says, or why it is missing (H-PLAN-7)."""
    _require(plan.pupil_id)
    if any(item.custody_holder.pupil_id != plan.pupil_id for item in perspectives):
        raise DomainError(_("This is a parent of another child."))
    with _writing(plan, "perspectives", revision, {}, by=by) as draft:
        draft.perspectives.all().delete()
        add(draft, perspectives)
    return draft


def save_common_voice(plan: Plan, *, revision: int, common_voice: str, by: User) -> PlanVersion:
    """Save the children's common voice in a community's plan."""
    _require(plan.community_id)
    return _save(plan, "common_voice", revision, by, common_voice=common_voice)


def save_parents_informed(
    plan: Plan,
    *,
    revision: int,
    parents_informed_on: date | None,
    parents_informed_how: str,
    by: User,
) -> PlanVersion:
    """Save when and how the parents of the community were told."""
    _require(plan.community_id)
    told = {
        "parents_informed_on": parents_informed_on,
        "parents_informed_how": parents_informed_how,
    }
    return _save(plan, "parents_informed", revision, by, **told)


def save_evaluation(
    plan: Plan, *, revision: int, evaluate_on: date | None, evaluate_how: str, by: User
) -> PlanVersion:
    """Save when and how the plan is evaluated (H-PLAN-2)."""
    when = {"evaluate_on": evaluate_on, "evaluate_how": evaluate_how}
    return _save(plan, "evaluation", revision, by, **when)


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


def add_goals(draft: PlanVersion, goals: Iterable[GoalWithSigns]) -> None:
    """Add goals with their signs, in this order."""
    for order, (goal, signs) in enumerate(goals, start=1):
        goal.version, goal.order = draft, order
        goal.save()
        for sign in signs:
            sign.goal = goal
        add(draft, signs)


def add[Part: (Sign, PlanAction, Voice, ParentPerspective)](
    draft: PlanVersion, parts: Iterable[Part]
) -> None:
    """Add parts of one kind."""
    rows = list(parts)
    for row in rows:
        row.version = draft
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


@contextmanager
def _writing(
    plan: Plan, part: str, revision: int, mine: Mapping[str, object], *, by: User
) -> Iterator[PlanVersion]:
    """Give the draft under lock, to write one part of it; ``mine`` are the columns' new texts.

    Raises:
        ConflictError: The draft has changed since it was read.
        DomainError: There is no draft.
        NotAllowedError: ``by`` may not write this plan.
    """
    with transaction.atomic():
        require(by, "change_plan", plan)
        draft = lock_draft(plan)
        sentence = _("Somebody has saved something in this draft since you opened it.")
        check_revision(draft, revision, mine, sentence=sentence)
        yield draft
        draft.revision += 1
        draft.save()
        data = {"part": part, "revision": draft.revision}
        journalling.act("plans.planversion.saved", draft, by=by, data=data)


def _save(plan: Plan, part: str, revision: int, by: User, **values: object) -> PlanVersion:
    """Save columns of the draft itself."""
    with _writing(plan, part, revision, values, by=by) as draft:
        for name, value in values.items():
            setattr(draft, name, value)
    return draft


def _require(about: int | None) -> None:
    if about is None:
        raise DomainError(_("This kind of plan does not have this part."))
