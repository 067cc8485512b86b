"""Who stands around a case: school, teams, leaders, and who is too close to decide."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseInformed
from districts.models import CustodyHolder, LearningCommunity, TeamCommunity, Unit
from districts.permissions import Role
from districts.scope import scope_of
from haderslev.accounts.models import Membership, User
from haderslev.core import request_cache
from haderslev.core.policy import held_on, who_may

PROPOSED_IT = _("You have proposed or written this yourself.")
IN_THE_TEAM = _("You are a member of the team around the child.")


def about(case: Case) -> Q:
    """Return the condition for what is about the same pupil or community."""
    return Q(pupil=case.pupil_id) if case.pupil_id else Q(community=case.community_id)


def community_of(case: Case) -> LearningCommunity | None:
    """Return the community, or the class where the pupil goes today."""
    return case.pupil.community if case.pupil is not None else case.community


def school_of(case: Case) -> Unit | None:
    """Return the school that the case belongs to today: it follows the enrolment."""
    community = community_of(case)
    return community.school if community else None


def team_ids(case: Case) -> list[int]:
    """Return the ids of today's teams around the child or the class. One query a request."""
    community = community_of(case)
    if community is None:
        return []

    def find() -> list[int]:
        rows = TeamCommunity.objects.active().filter(community=community)
        return list(rows.values_list("team_id", flat=True))

    return request_cache.once(("teams-of", community.pk), find)


def not_informed(case: Case) -> QuerySet[CustodyHolder]:
    """Return the parents with custody today who have not been informed of the case."""
    informed = CaseInformed.objects.filter(case=case, informed_on__isnull=False)
    holders = CustodyHolder.objects.current().filter(pupil=case.pupil_id)
    return holders.exclude(pk__in=informed.values("custody_holder"))


def close_reason(user: User, case: Case, *, authors: Collection[int | None] = ()) -> Promise | str:
    """Return why the person is too close to the case to decide, or nothing.

    Close is who proposed or wrote the thing, and who is a member of the team around the child.
    A rule of the municipality, not of law.
    """
    if user.pk in authors:
        return PROPOSED_IT
    if set(scope_of(user).unit_ids(*Role)) & set(team_ids(case)):
        return IN_THE_TEAM
    return ""


def not_close(
    people: QuerySet[User], case: Case, *, authors: Collection[int | None] = ()
) -> QuerySet[User]:
    """Leave out who is too close to the case to decide; see ``close_reason``."""
    in_team = Membership.objects.active().filter(group__unit_role__unit__in=team_ids(case))
    far = people.exclude(pk__in=[pk for pk in authors if pk])
    return far.exclude(pk__in=in_team.values("user"))


def leaders_who_may(case: Case, *, authors: Collection[int | None] = ()) -> list[User]:
    """Return the leaders of the school who decide and are not close to the case."""
    return list(not_close(who_may("decide_level", case, opened=False), case, authors=authors))


def chief_unit(case: Case) -> Unit | None:
    """Return the municipality above the school, where the head of children and youth is."""
    unit = school_of(case)
    while unit is not None and unit.kind != Unit.Kind.MUNICIPALITY:
        unit = unit.parent
    return unit


def decides_instead(user: User, case: Case) -> bool:
    """Tell whether the case is open to the person to decide in place of the school's leaders."""
    stands_in = scope_of(user).unit_ids(Role.CHIEF)
    return bool(stands_in) and "decide_level" in held_on(user, case)
