"""Pages of a parent's request that reaches somebody else than the child's school."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import Pupil
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, run_act, see_other
from pku.forms.received import LeaveRequestForm, PlaceRequestForm, ReceiveRequestForm, SendOnForm
from pku.models import ReceivedRequest
from pku.selectors.received import candidates
from pku.services import received as service

PAGE_LENGTH = 50
_NAME_LENGTH = 160


@form_page
@with_permission("receive_parent_request")
def receive_request(request: AccessRequest) -> HttpResponse:
    """Record what a parent asks for; the page reveals nothing about the child."""
    form = ReceiveRequestForm(request.POST or None)
    mine = ReceivedRequest.objects.filter(received_by=request.user.pk)
    page = ActPage(
        title=_("A parent asks for a PPV"),
        intro=_("Anyone who receives a parent's request records it. It can not be refused here."),
        notice=_("If the child is open to you, record it on the child's page instead."),
        submit=_("Record the request"),
        back=reverse("home"),
        back_label=_("Overview"),
        done=_("It is recorded and sent to the school's leader."),
        template="pku/receive_request.html",
        context={"receipts": mine.values("public_id", "received_at")[:PAGE_LENGTH]},
    )

    then = reverse("pku:receive_request")
    return run_act(request, page, service.receive, forms=[form], then=then)


@require_GET
@on_object(ReceivedRequest, "request_ppv", related=("received_by", "closed_by"))
def received_request(request: AccessRequest, row: ReceivedRequest) -> HttpResponse:
    """Show the leader a parent's request, and the children it may be about."""
    name = request.GET.get("navn", row.child_name)[:_NAME_LENGTH]
    found = candidates(row, name, request.user) if row.closed_at is None else []
    found = list(found)
    request.reads.listed(item.pupil for item in found)
    # A parent's words are read even if no child is found.
    request.reads.reason = row.public_id
    return render(
        request, "pku/received_request.html", {"row": row, "candidates": found, "name": name}
    )


@form_page
@on_object(ReceivedRequest, "request_ppv")
def place_request(request: AccessRequest, row: ReceivedRequest) -> HttpResponse:
    """Record the request on the child that was chosen."""
    back = _page_of(row)
    mine = Pupil.objects.permitted(request.user, "record_parent_request")
    pupil = mine.filter(public_id=request.GET.get("barn", "").upper()).first()
    if pupil is None:
        return see_other(back)
    request.reads.about(pupil)
    holders = pupil.custody_holders.current()
    opens_case = not pupil.cases.open().exists()
    form = PlaceRequestForm(request.POST or None, row=row, holders=holders, opens_case=opens_case)
    page = ActPage(
        title=_("Record the request on %(name)s") % {"name": pupil.full_name},
        intro=_("The parent's words and the day stay as they were written down."),
        notice=_("There is no open case. The request opens one.") if opens_case else "",
        submit=_("Record the request"),
        back=back,
        back_label=_("A parent asks for a PPV"),
        done=_("The request is recorded on the child. Now it can be forwarded."),
    )
    return run_act(
        request,
        page,
        service.place,
        row,
        pupil,
        forms=[form],
        then=lambda made: reverse("pku:ppv", args=[made.public_id]),
    )


@form_page
@on_object(ReceivedRequest, "request_ppv")
def send_request_on(request: AccessRequest, row: ReceivedRequest) -> HttpResponse:
    """Send the request on to the school where the child goes."""
    form = SendOnForm(request.POST or None, row=row)
    page = ActPage(
        title=_("Send the request on to another school"),
        intro=_("The leader there takes it over, with the same last day. You can not see it then."),
        submit=_("Send it on"),
        back=_page_of(row),
        back_label=_("A parent asks for a PPV"),
        done=_("The request is sent on."),
    )
    return run_act(request, page, service.send_on, row, forms=[form], then=reverse("home"))


@form_page
@on_object(ReceivedRequest, "request_ppv")
def leave_request(request: AccessRequest, row: ReceivedRequest) -> HttpResponse:
    """Record why the request can not be placed, and how the parent was answered."""
    form = LeaveRequestForm(request.POST or None)
    page = ActPage(
        title=_("The request can not be placed"),
        intro=_("The parent is answered first. The request stays readable."),
        submit=_("Record the answer"),
        back=_page_of(row),
        back_label=_("A parent asks for a PPV"),
        done=_("The answer is recorded."),
    )
    return run_act(request, page, service.leave_unplaced, row, forms=[form])


def _page_of(row: ReceivedRequest) -> str:
    return reverse("pku:received_request", args=[row.public_id])
