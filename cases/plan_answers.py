"""What cases answers to the questions of plans.ports."""

from collections.abc import Sequence

from django.urls import reverse

from cases import features
from cases.models import Case, CouncilIdea
from districts.models import Enrolment, LearningCommunity, Pupil
from haderslev.accounts.models import User
from haderslev.core.policy import held_on
from haderslev.core.references import page_url
from plans.models import Plan, PlanVersion
from plans.ports import Idea


def open_case_of(target: Pupil | LearningCommunity) -> Case | None:
    """Return the open case of a pupil or a community. One query."""
    about = "pupil" if isinstance(target, Pupil) else "community"
    return Case.objects.open().filter(**{about: target}).select_related(about).first()


def level_of(target: Pupil | LearningCommunity) -> str | None:
    """Return the level of the open case."""
    case = open_case_of(target)
    return case.level if case else None


def pupil_levels_of(community: LearningCommunity) -> set[str]:
    """Return the levels of the open cases of the class's pupils of today. One query."""
    pupils = Enrolment.objects.active().filter(community=community).values("pupil")
    return set(Case.objects.open().filter(pupil__in=pupils).values_list("level", flat=True))


def next_level_url(plan: Plan, user: User) -> str | None:
    """Return where this person goes on: to the proposal, or to the case that is needed first.

    Above the preventive level there is nothing to propose: the case shows the next step.
    """
    case = open_case_of(plan.target)
    if case is None:
        return page_url(features.NEW_CASE, plan.target)
    if "propose_level" not in held_on(user, case):
        return None
    page = "cases:next_level" if case.level == Case.Level.PREVENTIVE else "cases:case"
    return reverse(page, args=[case.public_id])


def ideas_of(version: PlanVersion) -> Sequence[Idea]:
    """Return the district council's ideas that this version tries. One query."""
    ideas = CouncilIdea.objects.filter(plan_version=version, answer=CouncilIdea.Answer.TRY)
    return [Idea(each.idea, each.who, each.starts_on) for each in ideas]
