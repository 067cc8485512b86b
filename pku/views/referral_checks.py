"""Pages of PKU's side of a referral: quality check, return, meeting, later papers."""

import json

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.forms.pupils import RevealForm
from districts.selectors import purposes
from districts.views.master_data import uncover
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, require, run_act
from haderslev.core.pdf.document import render_screen
from haderslev.core.pdf.payload import payload_sha256
from haderslev.core.policy import held_on
from pku.forms.referrals import AddendumForm, AdjournForm, MeetingForm, ReturnForm
from pku.models import PkuMeeting, Referral
from pku.selectors.quality import checklist
from pku.services import referral_checks as service
from pku.views.referral_page import SHOWN, frame, referral_act


@require_GET
@on_object(Referral, "check_referral", related=SHOWN)
def check_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Show the checklist beside the frozen material, with links to accept and return."""
    document = referral.document
    payload = json.loads(document.payload) if document is not None else {}
    context = {
        **frame(referral, request.user),
        "document": document,
        "checks": checklist(referral),
        "material": render_screen(payload, payload_sha256(payload)) if payload else "",
        "addenda": referral.addenda.select_related("added_by"),
        "returns": referral.returns.select_related("returned_by").prefetch_related("reasons"),
    }
    return render(request, "pku/referral_check.html", context)


@form_page
@on_object(Referral, "check_referral", related=SHOWN)
def return_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Return it to the school with reasons."""
    form = ReturnForm(request.POST or None)
    back = reverse("pku:check_referral", args=[referral.public_id])
    page = ActPage(
        title=_("Return the referral"),
        submit=_("Return"),
        back=back,
        back_label=_("Quality check"),
        notice=_("A return is not a decision. PKU's access ends until the school submits again."),
        done=_("The referral is returned."),
        context=frame(referral, request.user),
    )
    return run_act(
        request,
        page,
        service.return_referral,
        referral,
        forms=[form],
        then=reverse("pku:referrals"),
    )


@form_page
@on_object(Referral, "schedule_referral", related=SHOWN)
def schedule_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Approve for a meeting, or put an adjourned referral on another one."""
    form = MeetingForm(request.POST or None, meetings=_coming(request))
    page = referral_act(
        referral,
        request,
        title=_("Approve for a meeting"),
        submit=_("Approve for the meeting"),
        intro=_("The members get access to read it before the meeting."),
        done=_("The referral is on the meeting."),
    )
    return run_act(request, page, service.accept, referral, forms=[form])


@form_page
@on_object(Referral, "schedule_referral", related=SHOWN)
def adjourn_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Adjourn it to another meeting."""
    meetings = _coming(request)
    if referral.meeting_id is not None:
        meetings = meetings.exclude(pk=referral.meeting_id)
    form = AdjournForm(request.POST or None, meetings=meetings)
    page = referral_act(
        referral,
        request,
        title=_("Adjourn the referral"),
        submit=_("Adjourn"),
        notice=_("An adjournment is not a decision. Call the parents the same day."),
        done=_("The referral is adjourned."),
    )
    return run_act(request, page, service.adjourn, referral, forms=[form])


@form_page
@on_object(Referral, "view_referral", related=SHOWN)
def addendum(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Add a later paper: the school and PKU's secretary, not the members."""
    may_add = held_on(request.user, referral.case) & {"write_referral", "check_referral"}
    require(bool(may_add), service.ADDERS)
    form = AddendumForm(request.POST or None)
    page = referral_act(
        referral,
        request,
        title=_("Add a later paper"),
        submit=_("Add the paper"),
        intro=_("The frozen material stays as it is; the paper gets the next number."),
        done=_("The paper is added."),
    )
    return run_act(request, page, service.add_addendum, referral, forms=[form])


@form_page
@on_object(Referral, "reveal_cpr", related=SHOWN)
def referral_cpr(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Ask for a reason, then show the number once, in the response to a POST."""
    pupil = referral.case.pupil
    if pupil is None:
        raise Http404
    form = RevealForm(request.POST or None, purposes=purposes("cpr"))
    back = reverse("pku:referral", args=[referral.public_id])
    return uncover(
        request,
        form,
        service.reveal_cpr,
        referral,
        pupil=pupil,
        title=_("See the CPR number"),
        back=back,
        fields="cpr",
    )


def _coming(request: AccessRequest) -> QuerySet[PkuMeeting]:
    return PkuMeeting.objects.visible_to(request.user).coming()
