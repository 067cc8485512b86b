"""Pages of the PPV: asked for, signed, received, written, sent; withdrawn, given back, refused.

And of a parent's request that reaches somebody else than the child's school.
"""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.selectors.facts import case_facts
from cases.selectors.people import school_of
from cases.selectors.requirements import rows as requirements
from districts.models import Pupil
from haderslev.core import clock, ports
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.lists import A_PAGE, listed_page
from haderslev.core.pages import ActPage, act_page, acts_on, require, see_other
from haderslev.core.pdf.document import render_screen
from haderslev.core.pdf.payload import payload_sha256
from haderslev.core.policy import may
from haderslev.core.references import url_of
from pku.forms.ppv import (
    DispatchForm,
    GiveBackForm,
    LeaveRequestForm,
    ParentRequestForm,
    PlaceRequestForm,
    PPVReportForm,
    PPVRequestForm,
    ReceiveRequestForm,
    RefuseForm,
    SendForm,
    SendOnForm,
    SignForm,
    WithdrawAskForm,
)
from pku.material.ppv import ppv_request_payload
from pku.models import PPVReport, PPVRequest, ReceivedRequest
from pku.selectors import holders_of
from pku.selectors import ppv as selectors
from pku.services import ppv as service
from pku.services import ppv_reports as report_service
from pku.services import received as received_service
from pku.views.acts import row_page

_NAME_LENGTH = 160


@with_permission("view_ppv_inbox", "request_ppv")
def ppv_requests(request: AccessRequest) -> HttpResponse:
    """List the requests waiting for a psychologist, and those of the leader's own schools."""
    rights = ports.rights()
    leads = rights.holds(request.user, "request_ppv")
    waiting = selectors.as_rows(list(selectors.inbox(request.user)[:A_PAGE]))
    mine = selectors.as_rows(list(selectors.taken_by(request.user)[:A_PAGE]))
    page = listed_page(request, selectors.of_schools(request.user))
    own = selectors.as_rows(list(page)) if leads else []
    request.reads.listed(row.request for row in (*mine, *own))
    received = ReceivedRequest.objects.visible_to(request.user)[:A_PAGE]
    request.reads.listed(received)
    context = {
        "in_team": rights.holds(request.user, "view_ppv_inbox"),
        "leads": leads,
        "waiting": waiting,
        "mine": mine,
        "own": own,
        "received": received,
        "page": page,
    }
    return render(request, "pku/ppv_requests.html", context)


def _or(request: AccessRequest, elsewhere: str) -> Callable[[PPVRequest], str]:
    """Lead to the request's page, or elsewhere if the person may not, or no longer, read it."""

    def then(row: PPVRequest) -> str:
        return url_of(row) if may(request.user, "view_ppv_summary", row) else elsewhere

    return then


# The pages of acts on a request, and on one that somebody else than the school has received.
_ppv_page = partial(row_page, PPVRequest, related=selectors.SHOWN, label=_("PPV"), framed=False)
_received_page = partial(
    row_page, ReceivedRequest, label=_("A parent asks for a PPV"), framed=False
)


@row_page(Pupil, "record_parent_request", service.record_parent_request, framed=False)
def parent_request(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Record a parent's own request for a PPV."""
    form = ParentRequestForm(request.POST or None, pupil=pupil)
    return ActPage(
        title=_("A parent asks for a PPV"),
        intro=_("Anyone who receives a parent's request records it. It can not be refused here."),
        notice=_("There is no open case. The request opens one.") if form.opens_case else "",
        submit=_("Record the request"),
        back_label=pupil.full_name,
        done=_("The request is recorded. The school leader forwards it."),
        forms=[form, *form.others],
        then=_or(request, url_of(pupil)),
    )


@acts_on(Case, "write_ppv_request", service.start_request)
def new_ppv(request: AccessRequest, case: Case) -> ActPage | HttpResponse:
    """Begin the school's request; a request that is under way is shown instead."""
    existing = case.ppv_requests.all().open().first()
    if existing is not None and request.method != "POST":
        return see_other(url_of(existing))
    return ActPage(
        title=_("Ask for a PPV"),
        intro=_("You can save it half written. The school leader signs and sends it."),
        submit=_("Save"),
        back_label=_("Case %(number)s") % {"number": case.number},
        done=_("The request is saved."),
        template="pku/ppv_form.html",
        context={"case": case},
        forms=[PPVRequestForm(request.POST or None)],
        then=url_of,
    )


@_ppv_page("write_ppv_request", service.save_request)
def edit_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Edit a request that is not sent yet."""
    return ActPage(
        forms=[PPVRequestForm(request.POST or None, instance=row)],
        title=_("Write the request for PPV"),
        submit=_("Save"),
        done=_("The request is saved."),
        template="pku/ppv_form.html",
        context={"case": row.case},
    )


@_ppv_page("write_ppv_request", service.withdraw_request)
def withdraw_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:  # noqa: ARG001 - a view's
    """Withdraw the school's own draft."""
    return ActPage(
        title=_("Withdraw the draft"),
        intro=_("The school does not ask for a PPV after all. The draft stays readable."),
        submit=_("Withdraw"),
        danger=True,
        done=_("The draft is withdrawn."),
        then=url_of(row.case),
    )


@_ppv_page("request_ppv", service.sign_request)
def sign_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Sign and send a request; a parent's own request is forwarded."""
    forwards = row.state == PPVRequest.State.PARENT_REQUEST
    facts = case_facts(row.case)
    against = not forwards and service.parents_disagree(facts)
    form = SignForm(request.POST or None, row=row, against=against)
    unwritten = service.lacking(row)
    asked = requirements(row.case, facts, "G3", user=request.user)
    # What is written in this form does not keep it away.
    missed = any(
        each.requirement.blocks and each.requirement.field not in form.fields for each in asked
    )
    return ActPage(
        forms=[form],
        title=_("Forward the parent's request") if forwards else _("Sign the request for PPV"),
        intro=_("The material is frozen when you sign, and sent to the advisory team."),
        submit=_("Sign and send"),
        done=_("The request is signed and sent to the advisory team."),
        blocked=bool(unwritten) or missed,
        template="pku/ppv_sign.html",
        context={
            "row": row,
            "case": row.case,
            "forwards": forwards,
            "requirements": asked,
            "lacking": unwritten,
        },
    )


@on_object(PPVRequest, "view_ppv_summary", related=selectors.SHOWN)
def ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Show a request, its progress, and as much of the PPV as the reader may see."""
    reports = PPVReport.objects.filter(request=row, sent_on__isnull=False)
    report = reports.select_related("document").first()
    shown = selectors.page_of(row, request.user, sent=report is not None)
    context = {
        "row": row,
        "case": row.case,
        "shown": shown,
        "asks": row.asks.select_related(
            "custody_holder", "recorded_by", "withdrawal_by", "received__received_by"
        ),
        "may_refuse": service.may_refuse(row, request.user),
        "given_back": row.given_back.select_related("psychologist"),
        "report": report,
        "dispatches": report.dispatches.all() if report and shown["reads_report"] else [],
    }
    return render(request, "pku/ppv.html", context)


@on_object(PPVRequest, "make_dossier", related=selectors.SHOWN)
def ppv_material(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Show the collected material as it would be sent now."""
    payload = ppv_request_payload(row, made_on=clock.now())
    material = render_screen(payload, payload_sha256(payload))
    context = {"row": row, "case": row.case, "material": material, "title": payload["title"]}
    return render(request, "pku/ppv_material.html", context)


@_ppv_page("record_parent_request", service.withdraw_parent_request)
def withdraw_parent_request(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Record that a parent withdraws the request."""
    return ActPage(
        forms=[WithdrawAskForm(request.POST or None, request=row)],
        title=_("The parent withdraws the request"),
        intro=_("It can be withdrawn until the PPV is sent. What was asked for stays readable."),
        submit=_("Record the withdrawal"),
        danger=True,
        done=_("The withdrawal is recorded. What was asked for stays readable."),
        then=_or(request, reverse("pku:ppv_requests")),
    )


@_ppv_page("view_ppv_summary", service.refuse_request)
def refuse_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Refuse a parent's request that need not be met, with reasons."""
    require(service.decides(row, request.user), service.deciders())
    return ActPage(
        forms=[RefuseForm(request.POST or None, initial={"revision": row.revision})],
        title=_("Refuse the parent's request"),
        intro=_(
            "This is a decision. Each parent gets a letter with the reasons and how to complain."
        ),
        notice=_("A parent who wishes special education has a right to the PPV."),
        submit=_("Refuse the request"),
        danger=True,
        done=_("The request is refused. The letters wait to be sent."),
        then=_or(request, reverse("pku:ppv_requests")),
    )


@acts_on(PPVRequest, "view_ppv_inbox", report_service.receive_request, fields="case_number")
def receive_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:  # noqa: ARG001 - a view's
    """Take a request. Until then only case number, school and date are known."""
    return ActPage(
        title=_("Receive the request for PPV"),
        intro=_("The child opens to you when you receive it. School and parents get your name."),
        submit=_("Receive it"),
        back=reverse("pku:ppv_requests"),
        back_label=_("PPV"),
        done=_("You have received the request. The child is open to you."),
        template="pku/ppv_receive.html",
        context={"found": selectors.as_rows([row])[0]},
        then=url_of(row),
    )


@_ppv_page("answer_ppv", report_service.give_back)
def give_back_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Give a received request back to the advisory team."""
    require(
        selectors.is_author(row, request.user),
        _("The psychologist who has received the request gives it back."),
    )
    begun = PPVReport.objects.filter(request=row, sent_on=None).exists()
    return ActPage(
        forms=[GiveBackForm(request.POST or None)],
        title=_("Give the request back"),
        intro=_("Another psychologist can take it then. The child closes to you."),
        notice=_("What you have written goes to the one who takes it over.") if begun else "",
        submit=_("Give it back"),
        danger=True,
        done=_("The request waits for another psychologist."),
        then=reverse("pku:ppv_requests"),
    )


@_ppv_page("answer_ppv", report_service.save_report)
def ppv_report(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Write the PPV; the draft is the psychologist's own."""
    require(selectors.is_author(row, request.user), report_service.ONLY_AUTHOR)
    report = PPVReport.objects.filter(request=row).first() or PPVReport(revision=0)
    # A PPV that another has begun has no author's profession yet.
    report.author_profession = report.author_profession or request.user.title
    return ActPage(
        forms=[PPVReportForm(request.POST or None, instance=report)],
        title=_("Write the PPV"),
        intro=_("You can save it half written. Nobody else reads the draft."),
        submit=_("Save the draft"),
        done=_("The draft is saved."),
        template="pku/ppv_form.html",
        context={"case": row.case},
    )


@_ppv_page("answer_ppv", report_service.send_report)
def send_ppv(request: AccessRequest, row: PPVRequest) -> ActPage:
    """Send the PPV to the school leader, with a copy to each parent."""
    require(selectors.is_author(row, request.user), report_service.ONLY_AUTHOR)
    report = PPVReport.objects.filter(request=row).first()
    to_head = _("The school leader, %(school)s") % {"school": school_of(row.case)}
    data = request.POST or None
    dispatches = [DispatchForm(data, prefix="leder", title=to_head)] + [
        DispatchForm(data, prefix=f"foraelder-{holder.pk}", title=str(holder), holder=holder)
        for holder in holders_of(row.case)
    ]
    initial = {"revision": report.revision if report else 0}
    return ActPage(
        forms=[SendForm(data, initial=initial, dispatches=dispatches), *dispatches],
        title=_("Send the PPV to school leader and parents"),
        intro=_("The PPV is frozen when you send it. Each dispatch is recorded."),
        submit=_("Send the PPV"),
        done=_("The PPV is sent. The school leader hears the parents next."),
        template="pku/ppv_send.html",
        context={"case": row.case, "lacking": report_service.lacking(report) if report else []},
    )


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
        context={"receipts": mine.values("public_id", "received_at")[:A_PAGE]},
        forms=[ReceiveRequestForm(request.POST or None)],
        act=received_service.receive,
        then=reverse("pku:receive_request"),
    )


@on_object(ReceivedRequest, "request_ppv", related=("received_by", "closed_by"))
def received_request(request: AccessRequest, row: ReceivedRequest) -> HttpResponse:
    """Show the leader a parent's request, and the children it may be about."""
    name = request.GET.get("navn", row.child_name)[:_NAME_LENGTH]
    found = list(selectors.candidates(row, name, request.user)) if row.closed_at is None else []
    request.reads.listed(item.pupil for item in found)
    # A parent's words are read even if no child is found.
    request.reads.reason = row.public_id
    context = {"row": row, "candidates": found, "name": name}
    return render(request, "pku/received_request.html", context)


@acts_on(ReceivedRequest, "request_ppv")
def place_request(request: AccessRequest, row: ReceivedRequest) -> ActPage | HttpResponse:
    """Record the request on the child that was chosen."""
    mine = Pupil.objects.permitted(request.user, "record_parent_request")
    pupil = mine.filter(public_id=request.GET.get("barn", "").upper()).first()
    if pupil is None:
        return see_other(url_of(row))
    request.reads.about(pupil)
    form = PlaceRequestForm(request.POST or None, row=row, pupil=pupil)
    return ActPage(
        title=_("Record the request on %(name)s") % {"name": pupil.full_name},
        intro=_("The parent's words and the day stay as they were written down."),
        notice=_("There is no open case. The request opens one.") if form.opens_case else "",
        submit=_("Record the request"),
        back_label=_("A parent asks for a PPV"),
        done=_("The request is recorded on the child. Now it can be forwarded."),
        forms=[form, *form.others],
        act=partial(received_service.place, row, pupil),
        then=url_of,
    )


@_received_page("request_ppv", received_service.send_on)
def send_request_on(request: AccessRequest, row: ReceivedRequest) -> ActPage:
    """Send the request on to the school where the child goes."""
    return ActPage(
        title=_("Send the request on to another school"),
        intro=_("The leader there takes it over, with the same last day. You can not see it then."),
        submit=_("Send it on"),
        done=_("The request is sent on."),
        forms=[SendOnForm(request.POST or None, row=row)],
        then=reverse("home"),
    )


@_received_page("request_ppv", received_service.leave_unplaced)
def leave_request(request: AccessRequest, row: ReceivedRequest) -> ActPage:  # noqa: ARG001 - a view's
    """Record why the request can not be placed, and how the parent was answered."""
    return ActPage(
        title=_("The request can not be placed"),
        intro=_("The parent is answered first. The request stays readable."),
        submit=_("Record the answer"),
        done=_("The answer is recorded."),
        forms=[LeaveRequestForm(request.POST or None)],
    )
