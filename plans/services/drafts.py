"""Writing the parts of a draft. Each part is saved by itself, complete or not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder
from haderslev.accounts.models import User
from haderslev.core import journalling
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require
from plans.models import (
    Goal,
    Intervention,
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
from plans.services import TEAM_CAN
from plans.services.plans import lock_draft

type Texts = Mapping[str, str]

MOST_SIGNS = 3


@dataclass(frozen=True)
class SignText:
    """What one will see, how it is noticed, and how it is today."""

    text: str
    measured_how: str = ""
    baseline: int | None = None


@dataclass(frozen=True)
class GoalText:
    """A goal with its signs."""

    text: str
    reached_by: date | None = None
    signs: Sequence[SignText] = field(default_factory=tuple)


@dataclass(frozen=True)
class ActionText:
    """An intervention: what, who, from when, how long, how much."""

    intervention: Intervention
    what: str
    who: str
    starts_on: date
    weeks: int
    weekly_hours: Decimal | None = None


@dataclass(frozen=True)
class VoiceText:
    """The child's words to one statement."""

    statement: str
    words: str
    gathered_how: str
    gathered_on: date
    parents_may_see: str


@dataclass(frozen=True)
class PerspectiveText:
    """What one parent says, or why it is missing."""

    custody_holder: CustodyHolder
    words: str = ""
    missing_reason: str = ""


def save_context(
    plan: Plan,
    *,
    revision: int,
    context: str,
    observations: Collection[Observation],
    team_meeting: Meeting | None,
    by: User,
) -> PlanVersion:
    """Save the context, the observations it starts from and the team meeting that agreed it."""
    meetings = lists.team_meetings_of(plan.target)
    if team_meeting is not None and not meetings.filter(pk=team_meeting.pk).exists():
        raise DomainError(_("Choose one of the team's meetings."), field="team_meeting")

    def write(draft: PlanVersion) -> None:
        known = lists.observations_of(plan.target, chosen=draft.observations.all())
        wanted = {item.pk for item in observations}
        if known.filter(pk__in=wanted).count() != len(wanted):
            raise DomainError(
                _("Choose observations of this class or pupil."), field="observations"
            )
        draft.context, draft.team_meeting = context, team_meeting
        draft.observations.set(wanted)

    def theirs(draft: PlanVersion) -> dict[str, str]:
        return {"context": draft.context}

    mine = {"context": context}
    return _save(plan, "context", write, revision=revision, mine=mine, theirs=theirs, by=by)


def save_goals(
    plan: Plan, *, revision: int, goals: Sequence[GoalText], mine: Texts, by: User
) -> PlanVersion:
    """Replace the goals and their signs. ``mine`` is field name → text, for a conflict."""

    def write(draft: PlanVersion) -> None:
        draft.goals.all().delete()
        for order, goal in enumerate(goals, start=1):
            row = Goal.objects.create(
                version=draft, order=order, text=goal.text, reached_by=goal.reached_by
            )
            Sign.objects.bulk_create(
                Sign(
                    version=draft,
                    goal=row,
                    text=sign.text,
                    measured_how=sign.measured_how,
                    baseline=sign.baseline,
                )
                for sign in goal.signs[:MOST_SIGNS]
            )

    return _save(plan, "goals", write, revision=revision, mine=mine, theirs=goal_texts, by=by)


def save_actions(
    plan: Plan, *, revision: int, actions: Sequence[ActionText], mine: Texts, by: User
) -> PlanVersion:
    """Replace the interventions of the draft."""

    def write(draft: PlanVersion) -> None:
        draft.actions.all().delete()
        PlanAction.objects.bulk_create(
            PlanAction(version=draft, **vars(action)) for action in actions
        )

    return _save(plan, "actions", write, revision=revision, mine=mine, theirs=action_texts, by=by)


def save_voices(
    plan: Plan,
    *,
    revision: int,
    voices: Sequence[VoiceText],
    no_voice_reason: str,
    mine: Texts,
    by: User,
) -> PlanVersion:
    """Replace the child's words, or write why the child has not been heard (H-PLAN-11)."""
    _require(plan.pupil_id)

    def write(draft: PlanVersion) -> None:
        draft.voices.all().delete()
        Voice.objects.bulk_create(Voice(version=draft, **vars(voice)) for voice in voices)
        draft.no_voice_reason = no_voice_reason

    return _save(plan, "voices", write, revision=revision, mine=mine, theirs=voice_texts, by=by)


def save_perspectives(
    plan: Plan, *, revision: int, perspectives: Sequence[PerspectiveText], mine: Texts, by: User
) -> PlanVersion:
    """Replace what each parent says, or why it is missing (H-PLAN-7)."""
    _require(plan.pupil_id)
    if any(item.custody_holder.pupil_id != plan.pupil_id for item in perspectives):
        raise DomainError(_("This is a parent of another child."))

    def write(draft: PlanVersion) -> None:
        draft.perspectives.all().delete()
        ParentPerspective.objects.bulk_create(
            ParentPerspective(version=draft, **vars(item)) for item in perspectives
        )

    return _save(
        plan, "perspectives", write, revision=revision, mine=mine, theirs=perspective_texts, by=by
    )


def save_common_voice(plan: Plan, *, revision: int, common_voice: str, by: User) -> PlanVersion:
    """Save the children's common voice in a community's plan."""
    _require(plan.community_id)
    return _save_fields(plan, "common_voice", {"common_voice": common_voice}, revision, by)


def save_parents_told(
    plan: Plan, *, revision: int, parents_told_on: date | None, parents_told_how: str, by: User
) -> PlanVersion:
    """Save when and how the parents of the community were told."""
    _require(plan.community_id)
    values = {"parents_told_on": parents_told_on, "parents_told_how": parents_told_how}
    return _save_fields(plan, "parents_told", values, revision, by)


def save_evaluation(
    plan: Plan, *, revision: int, evaluate_on: date | None, evaluate_how: str, by: User
) -> PlanVersion:
    """Save when and how the plan is evaluated (H-PLAN-2)."""
    values = {"evaluate_on": evaluate_on, "evaluate_how": evaluate_how}
    return _save_fields(plan, "evaluation", values, revision, by)


def goal_texts(draft: PlanVersion) -> dict[str, str]:
    """Return the goals as they stand, by the names of the form's fields."""
    found = {}
    for number, goal in enumerate(draft.goals.prefetch_related("signs")):
        found[f"form-{number}-text"] = goal.text
        for place, sign in enumerate(goal.signs.all(), start=1):
            found[f"form-{number}-sign_{place}"] = sign.text
    return found


def action_texts(draft: PlanVersion) -> dict[str, str]:
    """Return the interventions as they stand, by the names of the form's fields."""
    rows = list(enumerate(draft.actions.all()))
    return {f"form-{number}-what": row.what for number, row in rows} | {
        f"form-{number}-who": row.who for number, row in rows
    }


def voice_texts(draft: PlanVersion) -> dict[str, str]:
    """Return the child's words as they stand, by the names of the form's fields."""
    words = {voice.statement: voice.words for voice in draft.voices.all()}
    found = {
        f"form-{number}-words": words.get(statement, "")
        for number, statement in enumerate(Voice.Statement.values)
    }
    return found | {"no_voice_reason": draft.no_voice_reason}


def perspective_texts(draft: PlanVersion) -> dict[str, str]:
    """Return the parents' perspectives as they stand, by the names of the form's fields."""
    pupil = draft.plan.pupil
    holders = pupil.custody_holders.current() if pupil else ()
    known = {row.custody_holder_id: row for row in draft.perspectives.all()}
    found = {}
    for number, holder in enumerate(holders):
        row = known.get(holder.pk)
        found[f"form-{number}-words"] = row.words if row else ""
        found[f"form-{number}-missing_reason"] = row.missing_reason if row else ""
    return found


def _save_fields(
    plan: Plan, part: str, values: Mapping[str, object], revision: int, by: User
) -> PlanVersion:
    def write(draft: PlanVersion) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    def theirs(draft: PlanVersion) -> dict[str, str]:
        return {name: str(getattr(draft, name) or "") for name in values}

    mine = {name: str(value or "") for name, value in values.items()}
    return _save(plan, part, write, revision=revision, mine=mine, theirs=theirs, by=by)


def _save(
    plan: Plan,
    part: str,
    write: Callable[[PlanVersion], None],
    *,
    revision: int,
    mine: Texts,
    theirs: Callable[[PlanVersion], dict[str, str]],
    by: User,
) -> PlanVersion:
    """Write one part of the draft under its lock.

    Raises:
        ConflictError: The draft has changed since it was read; both texts are in the error.
        NotAllowedError: ``by`` may not write this plan.
    """
    with transaction.atomic():
        require(by, "change_plan", plan.target, TEAM_CAN)
        draft = lock_draft(plan)
        if draft.revision != revision:
            raise ConflictError(
                _("Somebody has saved something in this draft since you opened it."),
                mine=mine,
                theirs=theirs(draft),
                revision=draft.revision,
            )
        write(draft)
        draft.revision += 1
        draft.save()
        data = {"part": part, "revision": draft.revision}
        journalling.act("plans.planversion.saved", draft, by=by, data=data)
    return draft


def _require(about: int | None) -> None:
    if about is None:
        raise DomainError(_("This kind of plan does not have this part."))
