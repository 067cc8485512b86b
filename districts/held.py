"""What a person may do with one child or one class: all permissions at once, for pages.

The same answer as ``permitted(user, perm).filter(pk=…).exists()`` for every ``perm``, in one query
instead of one for each. Services go on asking ``permitted``; a test compares the two.
"""

from typing import Any

from districts.models import (
    CommunityGroupPermission,
    Enrolment,
    LearningCommunity,
    Pupil,
    PupilGroupPermission,
    TeamCommunity,
)
from districts.scope import scope_of
from haderslev.core import request_cache


def held_on(user: Any, obj: Pupil | LearningCommunity) -> frozenset[str]:
    """Return the permissions that the person holds on a child or a class. One query, cached."""
    scope = scope_of(user)
    around = units_around(obj)
    standing = {perm for perm, units in scope.by_perm.items() if units & around}
    if isinstance(obj, Pupil):
        opened = scope.grants(PupilGroupPermission)
    else:
        opened = scope.grants(CommunityGroupPermission)
    return frozenset(standing | {perm for perm, ids in opened.items() if obj.pk in ids})


def units_around(obj: Pupil | LearningCommunity) -> frozenset[int]:
    """Return the school and today's teams of a child's class of today, or of a class."""

    def find() -> frozenset[int]:
        if isinstance(obj, Pupil):
            now = Enrolment.objects.active().filter(pupil=obj)
            schools: Any = now.order_by().values_list("community__school")
            communities: Any = now.values("community")
        else:
            communities = [obj.pk]
            schools = LearningCommunity.objects.order_by().filter(pk=obj.pk).values_list("school")
        teams = TeamCommunity.objects.active().filter(community__in=communities)
        both = schools.union(teams.order_by().values_list("team")).order_by()
        return frozenset(pk for (pk,) in both)

    return request_cache.once(("units-around", type(obj), obj.pk), find)
