"""Which child of the school a received request is about."""

from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from districts.models import Enrolment, Pupil
from haderslev.accounts.models import User
from pku.models import ReceivedRequest

MOST = 20
_MOST_WORDS = 8
# The same number outweighs the same birthday, which outweighs every name.
_BY_NUMBER, _BY_BIRTHDAY, _BY_NAME = 100, 10, 1


def candidates(row: ReceivedRequest, name: str, user: User) -> QuerySet[Any]:
    """Return the children of the school who may be meant, the likeliest first. One query.

    ``has_number`` tells whether the CPR number is the child's.
    """
    signs = [(Q(pupil__cpr_index=row.cpr_index), _BY_NUMBER), (_born(row), _BY_BIRTHDAY)]
    for word in name.split()[:_MOST_WORDS]:
        named = Q(pupil__first_name__icontains=word) | Q(pupil__last_name__icontains=word)
        signs.append((named, _BY_NAME))
    weights = [Case(When(sign, then=Value(weight)), default=Value(0)) for sign, weight in signs]
    mine = Pupil.objects.permitted(user, "record_parent_request")
    enrolled = Enrolment.objects.active().filter(community__school=row.school, pupil__in=mine)
    weighed = enrolled.annotate(
        likeness=reduce(add, weights), has_number=Q(pupil__cpr_index=row.cpr_index)
    )
    found = weighed.filter(likeness__gt=0).select_related("pupil", "community")
    return found.order_by("-likeness", "pupil__first_name_key", "pupil__last_name_key")[:MOST]


def _born(row: ReceivedRequest) -> Q:
    return Q(pupil__born_on=row.born_on) if row.born_on else Q(pk__in=[])
