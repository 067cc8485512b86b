"""Pages of special offers: list, offer, status, revisitation."""

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from haderslev.core import clock
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.pages import ActPage, act_page
from haderslev.core.references import url_of
from pku.forms.decisions import StatusForm, goal_status_formset
from pku.models import PkuDecision, Placement
from pku.models.decisions import MAKING
from pku.selectors.referrals import placement_list
from pku.services import decisions as decision_service
from pku.services import placements as service
from pku.views.case_frame import case_frame
from pku.views.decisions import Competence, writing_page

PAGE = 50
# Related rows that a page shows with the offer.
SHOWN = ("case__pupil", "decision__outcome", "offer__unit")


@require_GET
@with_permission("view_offer")
def placements(request: AccessRequest) -> HttpResponse:
    """List the offers; those whose new decision is late come first, with a warning."""
    ended = request.GET.get("vis") == "afsluttede"
    rows = placement_list(request.user, ended=ended)
    page = Paginator(rows, PAGE).get_page(request.GET.get("side"))
    shown = list(page.object_list)
    request.reads.listed(shown)
    request.reads.fields = "list"
    context = {
        "rows": shown,
        "page": page,
        "ended": ended,
        "overdue": [row for row in shown if row.is_overdue],
        "query": "vis=afsluttede" if ended else "",
    }
    return render(request, "pku/placements.html", context)


@require_GET
@on_object(Placement, "view_offer", related=SHOWN)
def placement(request: AccessRequest, placement: Placement) -> HttpResponse:
    """Show an offer: its decision's goals, the statuses and the next acts."""
    frame = case_frame(placement.case, request.user)
    held, running = frame["held"], placement.ended_on is None
    statuses = placement.statuses.select_related("given_by").prefetch_related("goals__goal")
    side = service.side_of(placement, request.user)
    revisitation = placement.revisitations.exclude(state=PkuDecision.State.DELIVERED).first()
    context = {
        **frame,
        "placement": placement,
        "goals": placement.decision.goals.all(),
        "statuses": statuses,
        "revisitation": revisitation,
        "may_read_decision": "view_referral" in held,
        "makes_decision": bool(held & MAKING),
        "may_give": running and "revisit_offer" in held and bool(side),
        "given": any(status.side == side for status in statuses),
        "may_revisit": running and "decide_referral" in held and revisitation is None,
        "today": clock.today(),
    }
    return render(request, "pku/placement.html", context)


@act_page
@on_object(Placement, "revisit_offer", related=SHOWN)
def give_status(request: AccessRequest, placement: Placement) -> ActPage:
    """Give the offer's or the home school's status."""
    data, goals = request.POST or None, list(placement.decision.goals.all())
    return ActPage(
        title=_("Status for the revisitation"),
        submit=_("Save the status"),
        back=url_of(placement),
        back_label=_("Special offer"),
        intro=_("The aim is that the child can come back to the mainstream school."),
        done=_("The status is saved."),
        template="pku/placement_status.html",
        context={**case_frame(placement.case, request.user), "placement": placement},
        forms=[StatusForm(data), goal_status_formset(data, goals)],
        act=partial(service.give_status, placement),
    )


@act_page
@on_object(Placement, "decide_referral", related=SHOWN)
def revisit(request: AccessRequest, placement: Placement) -> ActPage:
    """Prepare the new decision: continue, change, home."""
    before = placement.decision
    return writing_page(
        request,
        placement,
        decision_service.prepare_for_placement,
        competence=Competence.REVISIT,
        initial={
            "offer": placement.offer_id,
            "starts_on": placement.decide_before,
            "home_contact": before.home_contact,
        },
        goals=[goal.text for goal in before.goals.all()],
        back_label=_("Special offer"),
        title=_("Revisitation: prepare the new decision"),
    )
