"""Who stands around a case: school, teams, leaders, and who is too close to decide."""

from django.db.models import Q, QuerySet

from cases.models import Case, CaseInformed
from districts.models import CustodyHolder, LearningCommunity, TeamCommunity, Unit
from haderslev.core import request_cache


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
