"""PKU's calendar and the agenda of one meeting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from haderslev.core import clock
from haderslev.core.access import AccessRequest, on_object, with_permission
from pku.models import PkuMeeting, Referral
from pku.selectors.referral_lists import look_up, rows_for, with_counts, with_school

MOST = 30


@require_GET
@with_permission("view_referral_list")
def meetings(request: AccessRequest) -> HttpResponse:
    """List the coming meetings and the most recent ones held."""
    rows = with_counts(PkuMeeting.objects.visible_to(request.user))
    context = {
        "coming": rows.filter(held_on__gte=clock.today()).order_by("held_on")[:MOST],
        "past": rows.filter(held_on__lt=clock.today()).order_by("-held_on")[:MOST],
    }
    return render(request, "pku/meetings.html", context)


@require_GET
@on_object(PkuMeeting, "view_referral_list", fields="list")
def meeting(request: AccessRequest, meeting: PkuMeeting) -> HttpResponse:
    """Show the referrals of a meeting; names only where the person has access to the case."""
    listed = Referral.objects.permitted(request.user, "view_referral_list")
    standing = listed.filter(meeting=meeting).exclude(state=Referral.State.WITHDRAWN)
    referrals = with_school(standing.select_related("case__pupil", "meeting")).order_by("pk")
    rows = rows_for(request.user, referrals)
    look_up(request.reads, rows)
    context = {
        "meeting": meeting,
        "rows": rows,
        "named": any(row.readable for row in rows),
        "today": clock.today(),
    }
    return render(request, "pku/meeting.html", context)
