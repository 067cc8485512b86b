"""Pages of a parent's request that reaches somebody else than the child's school."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import Pupil
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.pages import ActPage, act_page, see_other
from haderslev.core.references import url_of
from pku.forms.ppv import LeaveRequestForm, PlaceRequestForm, ReceiveRequestForm, SendOnForm
from pku.models import ReceivedRequest
from pku.selectors.ppv import candidates
from pku.services import received as service

PAGE_LENGTH = 50
_NAME_LENGTH = 160


@act_page
@with_permission("receive_parent_request")
def receive_request(request: AccessRequest) -> ActPage:
    """Record what a parent asks for; the page reveals nothing about the child."""
    mine = ReceivedRequest.objects.filter(received_by=request.user.pk)
    return ActPage(
        title=_("A parent asks for a PPV"),
        intro=_("Anyone who receives a parent's request records it. It can not be refused here."),
        notice=_("If the child is open to you, record it on the child's page instead."),
        submit=_("Record the request"),
        back=reverse("home"),
        back_label=_("Overview"),
        done=_("It is recorded and sent to the school's leader."),
        template="pku/receive_request.html",
        context={"receipts": mine.values("public_id", "received_at")[:PAGE_LENGTH]},
        forms=[ReceiveRequestForm(request.POST or None)],
        act=service.receive,
        then=reverse("pku:receive_request"),
    )


@require_GET
@on_object(ReceivedRequest, "request_ppv", related=("received_by", "closed_by"))
def received_request(request: AccessRequest, row: ReceivedRequest) -> HttpResponse:
    """Show the leader a parent's request, and the children it may be about."""
    name = request.GET.get("navn", row.child_name)[:_NAME_LENGTH]
    found = list(candidates(row, name, request.user)) if row.closed_at is None else []
    request.reads.listed(item.pupil for item in found)
    # A parent's words are read even if no child is found.
    request.reads.reason = row.public_id
    context = {"row": row, "candidates": found, "name": name}
    return render(request, "pku/received_request.html", context)


@act_page
@on_object(ReceivedRequest, "request_ppv")
def place_request(request: AccessRequest, row: ReceivedRequest) -> ActPage | HttpResponse:
    """Record the request on the child that was chosen."""
    mine = Pupil.objects.permitted(request.user, "record_parent_request")
    pupil = mine.filter(public_id=request.GET.get("barn", "").upper()).first()
    if pupil is None:
        return see_other(url_of(row))
    request.reads.about(pupil)
    holders = pupil.custody_holders.current()
    opens_case = not pupil.cases.open().exists()
    form = PlaceRequestForm(request.POST or None, row=row, holders=holders, opens_case=opens_case)
    return ActPage(
        title=_("Record the request on %(name)s") % {"name": pupil.full_name},
        intro=_("The parent's words and the day stay as they were written down."),
        notice=_("There is no open case. The request opens one.") if opens_case else "",
        submit=_("Record the request"),
        back=url_of(row),
        back_label=_("A parent asks for a PPV"),
        done=_("The request is recorded on the child. Now it can be forwarded."),
        forms=[form],
        act=partial(service.place, row, pupil),
        then=url_of,
    )


@act_page
@on_object(ReceivedRequest, "request_ppv")
def send_request_on(request: AccessRequest, row: ReceivedRequest) -> ActPage:
    """Send the request on to the school where the child goes."""
    return ActPage(
        title=_("Send the request on to another school"),
        intro=_("The leader there takes it over, with the same last day. You can not see it then."),
        submit=_("Send it on"),
        back=url_of(row),
        back_label=_("A parent asks for a PPV"),
        done=_("The request is sent on."),
        forms=[SendOnForm(request.POST or None, row=row)],
        act=partial(service.send_on, row),
        then=reverse("home"),
    )


@act_page
@on_object(ReceivedRequest, "request_ppv")
def leave_request(request: AccessRequest, row: ReceivedRequest) -> ActPage:
    """Record why the request can not be placed, and how the parent was answered."""
    return ActPage(
        title=_("The request can not be placed"),
        intro=_("The parent is answered first. The request stays readable."),
        submit=_("Record the answer"),
        back=url_of(row),
        back_label=_("A parent asks for a PPV"),
        done=_("The answer is recorded."),
        forms=[LeaveRequestForm(request.POST or None)],
        act=partial(service.leave_unplaced, row),
    )
