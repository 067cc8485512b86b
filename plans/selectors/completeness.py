"""What a draft lacks before it can be put into use."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.errors import Words
from plans.models import PlanVersion

_EVALUATION = "plans:edit_evaluation"


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: words, and the URL name of the form where it is written."""

    code: str
    text: Words
    part: str


def missing_parts(version: PlanVersion) -> list[Missing]:
    """Return what the draft lacks, in the order of the plan (H-PLAN-2, H-PLAN-7)."""
    prefetch_related_objects([version], "goals__signs")
    goals, meeting, when = version.goals.all(), version.team_meeting, version.evaluate_on
    unseen, idle = not version.observations.exists(), not version.actions.exists()
    unmet = meeting is None or meeting.withdrawn_at is not None
    unmarked = any(not goal.signs.all() for goal in goals)
    open_end = when is None or not version.evaluate_how
    late = not open_end and when is not None and when < clock.today()
    rows = [
        (not version.context, "context", _("the context is not described"), "plans:edit_context"),
        (unseen, "observations", _("no observations are chosen"), "plans:edit_context"),
        (unmet, "team_meeting", _("the team meeting is not chosen"), "plans:edit_context"),
        (not goals, "goals", _("there are no goals"), "plans:edit_goals"),
        (unmarked, "signs", _("a goal has no signs"), "plans:edit_goals"),
        (idle, "actions", _("there are no actions"), "plans:edit_actions"),
        *_voices(version),
        (open_end, "evaluation", _("when and how it is evaluated is missing"), _EVALUATION),
        (late, "evaluation_past", _("the date of evaluation has passed"), _EVALUATION),
    ]
    return [Missing(code, text, page) for lacks, code, text, page in rows if lacks]


def _voices(version: PlanVersion) -> list[tuple[bool, str, Words, str]]:
    """Return whether the child or the children, and the parents, are heard."""
    pupil = version.plan.pupil
    if pupil is None:
        silent, untold = not version.common_voice, _("how the parents were told is missing")
        told = version.parents_informed_on is not None and version.parents_informed_how
        common = _("the children's common voice is missing")
        return [
            (silent, "common_voice", common, "plans:edit_voices"),
            (not told, "parents_informed", untold, "plans:edit_parents"),
        ]
    unheard = not (version.no_voice_reason or version.voices.exists())
    answered = version.perspectives.values("custody_holder")
    silent = pupil.custody_holders.current().exclude(pk__in=answered).exists()
    perspective = _("a parent's perspective or a reason is missing")
    return [
        (unheard, "voice", _("the child's voice or a reason is missing"), "plans:edit_voices"),
        (silent, "perspectives", perspective, "plans:edit_parents"),
    ]
