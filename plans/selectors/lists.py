"""What can be chosen from: teams, plans, observations, meetings, interventions."""

from collections.abc import Iterable
from typing import Any  # arguments of a filter

from django.db.models import Q, QuerySet

from districts.models import LearningCommunity, Pupil, TeamCommunity, Todo, Unit
from haderslev.accounts.models import User
from haderslev.core import legal
from plans import features
from plans.models import Guidance, Intervention, Meeting, Observation, Plan, PlanVersion

type Target = Pupil | LearningCommunity

# As many as one can look through; older ones stay where they have been chosen.
_NEWEST = 40


def class_of(target: Target) -> LearningCommunity | None:
    """Return the class: the community itself, or the pupil's class today."""
    return target.community if isinstance(target, Pupil) else target


def teams_of(community: LearningCommunity) -> list[Unit]:
    """Return today's teams of a class."""
    rows = TeamCommunity.objects.active().filter(community=community)
    return list(Unit.objects.filter(pk__in=rows.values("team")))


def running_plans_of(target: Target) -> QuerySet[Plan]:
    """Return the plans of a class or a pupil that are not ended, newest first."""
    return Plan.objects.filter(**about(target), ended_on=None)


def observations_of(
    target: Target, *, chosen: QuerySet[Observation] | None = None
) -> QuerySet[Observation]:
    """Return the standing observations a plan may start from, newest first.

    A pupil's plan may also start from observations of the pupil's class.
    """
    if isinstance(target, Pupil):
        found = Q(pk__in=target.observation_rows.values("observation"))
        if target.community:
            found |= Q(community=target.community)
    else:
        found = Q(community=target)
    newest = Observation.objects.standing().filter(found).values("pk")[:_NEWEST]
    wanted = Q(pk__in=newest)
    if chosen is not None:
        wanted |= Q(pk__in=chosen.values("pk"))
    return Observation.objects.filter(wanted)


def can_start_from(version: PlanVersion, observations: Iterable[Observation]) -> bool:
    """Tell whether a version may rest on all of these observations. One query."""
    wanted = {item.pk for item in observations}
    known = observations_of(version.plan.target, chosen=version.observations.all())
    return known.filter(pk__in=wanted).count() == len(wanted)


def team_meetings_of(target: Target) -> QuerySet[Meeting]:
    """Return the team meetings that can have agreed a plan, newest first."""
    found = Q(**about(target))
    if isinstance(target, Pupil) and target.community:
        found |= Q(community=target.community)
    rows: QuerySet[Meeting] = Meeting.objects.standing()
    return rows.filter(found, kind=Meeting.Kind.TEAM)


def interventions() -> QuerySet[Intervention]:
    """Return the catalogue in force."""
    return legal.in_force(Intervention.objects.all())


def about(target: Target) -> dict[str, Any]:
    """Return the filter of records that are about a pupil or a class."""
    return {"pupil": target} if isinstance(target, Pupil) else {"community": target}


def waits_to_be_read(guidance: Guidance, user: User) -> bool:
    """Tell whether the answer still waits for the person's team."""
    open_rows = Todo.objects.open().of(features.READ_GUIDANCE).about(guidance)
    return open_rows.for_user(user).exists()
