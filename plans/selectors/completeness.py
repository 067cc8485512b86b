"""What a draft lacks before it can be put into use."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.errors import Words
from plans.models import PlanVersion


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: words, and the URL name of the form where it is written."""

    code: str
    text: Words
    part: str


def missing_parts(version: PlanVersion) -> list[Missing]:
    """Return what the draft lacks, in the order of the plan (H-PLAN-2, H-PLAN-7)."""
    voice = _pupils(version) if version.plan.pupil_id else _communitys(version)
    return [*_context(version), *_goals(version), *voice, *_evaluation(version)]


def _context(version: PlanVersion) -> list[Missing]:
    part = "plans:edit_context"
    found = []
    if not version.context:
        found.append(Missing("context", _("the context is not described"), part))
    if not version.observations.exists():
        found.append(Missing("observations", _("no observations are chosen"), part))
    if version.team_meeting is None or version.team_meeting.withdrawn_at is not None:
        found.append(Missing("team_meeting", _("the team meeting is not chosen"), part))
    return found


def _goals(version: PlanVersion) -> list[Missing]:
    found = []
    prefetch_related_objects([version], "goals__signs")
    goals = list(version.goals.all())
    if not goals:
        found.append(Missing("goals", _("there are no goals"), "plans:edit_goals"))
    elif any(not goal.signs.all() for goal in goals):
        found.append(Missing("signs", _("a goal has no signs"), "plans:edit_goals"))
    if not version.actions.exists():
        found.append(Missing("actions", _("there are no actions"), "plans:edit_actions"))
    return found


def _pupils(version: PlanVersion) -> list[Missing]:
    found = []
    pupil = version.plan.pupil
    assert pupil is not None  # noqa: S101 - the caller has looked
    if not version.no_voice_reason and not version.voices.exists():
        text = _("the child's voice or a reason is missing")
        found.append(Missing("voice", text, "plans:edit_voices"))
    answered = version.perspectives.values("custody_holder")
    if pupil.custody_holders.current().exclude(pk__in=answered).exists():
        text = _("a parent's perspective or a reason is missing")
        found.append(Missing("perspectives", text, "plans:edit_parents"))
    return found


def _communitys(version: PlanVersion) -> list[Missing]:
    found = []
    if not version.common_voice:
        text = _("the children's common voice is missing")
        found.append(Missing("common_voice", text, "plans:edit_voices"))
    if version.parents_told_on is None or not version.parents_told_how:
        text = _("how the parents were told is missing")
        found.append(Missing("parents_told", text, "plans:edit_parents"))
    return found


def _evaluation(version: PlanVersion) -> list[Missing]:
    part = "plans:edit_evaluation"
    if version.evaluate_on is None or not version.evaluate_how:
        return [Missing("evaluation", _("when and how it is evaluated is missing"), part)]
    if version.evaluate_on < clock.today():
        return [Missing("evaluation_past", _("the date of evaluation has passed"), part)]
    return []
