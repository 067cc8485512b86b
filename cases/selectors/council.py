"""What the pages of the district council show."""

from django.db.models import Count, Q, QuerySet

from cases.models import Case, CouncilItem
from districts.models import CouncilMeeting
from haderslev.accounts.models import User
from haderslev.core import clock
from plans.models import Plan

MOST_PAST = 20


def meetings_of(user: User) -> dict[str, list[CouncilMeeting]]:
    """Return coming and past meetings with the number of cases. Two queries."""
    rows = CouncilMeeting.objects.visible_to(user).select_related("district")
    rows = rows.annotate(cases=Count("items", filter=~Q(items__state="withdrawn")))
    today = clock.today()
    return {
        "coming": list(rows.filter(held_on__gte=today).order_by("held_on")),
        "past": list(rows.filter(held_on__lt=today).order_by("-held_on")[:MOST_PAST]),
    }


def items_of(meeting: CouncilMeeting, user: User) -> list[CouncilItem]:
    """Return the sheets of a meeting that are open to the person. One query."""
    rows = CouncilItem.objects.permitted(user, "view_council_sheet").filter(meeting=meeting)
    rows = rows.exclude(state=CouncilItem.State.WITHDRAWN)
    return list(rows.select_related("case__pupil", "case__community"))


def plans_of(case: Case) -> QuerySet[Plan]:
    """Return the running plans of the case's pupil and of the pupil's class, or of the class."""
    community = case.pupil.community if case.pupil else case.community
    about = Q(community=community) if community else Q(pk__in=[])
    if case.pupil_id:
        about |= Q(pupil=case.pupil_id)
    return Plan.objects.filter(about, ended_on=None)
