"""Pages of asking for a PPV: list, parent's request, the school's request, signature."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.selectors import case_facts
from cases.selectors.requirements import rows as requirements
from districts.models import Pupil
from haderslev.core import clock, ports
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, run_act, see_other
from haderslev.core.pdf.document import render_screen
from haderslev.core.pdf.payload import payload_sha256
from haderslev.core.policy import may
from pku.forms.ppv import ParentRequestForm, PPVRequestForm, SignForm
from pku.material.ppv import ppv_request_payload
from pku.models import PPVRequest, ReceivedRequest
from pku.selectors import ppv as selectors
from pku.services import ppv as service
from pku.services.ppv_endings import may_refuse

PAGE_LENGTH = 50


@require_GET
@with_permission("view_ppv_inbox", "request_ppv")
def ppv_requests(request: AccessRequest) -> HttpResponse:
    """List the requests waiting for a psychologist, and those of the leader's own schools."""
    rights = ports.rights()
    in_team = rights.holds(request.user, "view_ppv_inbox")
    leads = rights.holds(request.user, "request_ppv")
    waiting = selectors.as_rows(list(selectors.inbox(request.user)[:PAGE_LENGTH]))
    mine = selectors.as_rows(list(selectors.taken_by(request.user)[:PAGE_LENGTH]))
    paginator = Paginator(selectors.of_schools(request.user), PAGE_LENGTH)
    page = paginator.get_page(request.GET.get("side"))
    own = selectors.as_rows(list(page)) if leads else []
    request.reads.listed(row.request for row in (*mine, *own))
    received = ReceivedRequest.objects.visible_to(request.user)[:PAGE_LENGTH]
    request.reads.listed(received)
    context = {
        "in_team": in_team,
        "leads": leads,
        "waiting": waiting,
        "mine": mine,
        "own": own,
        "received": received,
        "page": page,
    }
    return render(request, "pku/ppv_requests.html", context)


@form_page
@on_object(Pupil, "record_parent_request")
def parent_request(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Record a parent's own request for a PPV."""
    opens_case = not pupil.cases.open().exists()
    form = ParentRequestForm(
        request.POST or None, holders=pupil.custody_holders.current(), opens_case=opens_case
    )
    page = ActPage(
        title=_("A parent asks for a PPV"),
        intro=_("Anyone who receives a parent's request records it. It can not be refused here."),
        notice=_("There is no open case. The request opens one.") if opens_case else "",
        submit=_("Record the request"),
        back=reverse("districts:pupil", args=[pupil.public_id]),
        back_label=pupil.full_name,
        done=_("The request is recorded. The school leader forwards it."),
    )

    def then(row: PPVRequest) -> str:
        opens = may(request.user, "view_ppv_summary", row)
        return reverse("pku:ppv", args=[row.public_id]) if opens else page.back

    return run_act(request, page, service.record_parent_request, pupil, forms=[form], then=then)


@form_page
@on_object(Case, "write_ppv_request")
def new_ppv(request: AccessRequest, case: Case) -> HttpResponse:
    """Begin the school's request; a request that is under way is shown instead."""
    existing = selectors.open_request(case)
    if existing is not None and request.method != "POST":
        return see_other(reverse("pku:ppv", args=[existing.public_id]))
    form = PPVRequestForm(request.POST or None)
    page = ActPage(
        title=_("Ask for a PPV"),
        intro=_("You can save it half written. The school leader signs and sends it."),
        submit=_("Save"),
        back=reverse("cases:case", args=[case.public_id]),
        back_label=_("Case %(number)s") % {"number": case.number},
        done=_("The request is saved."),
        template="pku/ppv_form.html",
        context={"case": case},
    )
    return run_act(
        request,
        page,
        service.start_request,
        case,
        forms=[form],
        then=lambda row: reverse("pku:ppv", args=[row.public_id]),
    )


@form_page
@on_object(PPVRequest, "write_ppv_request", related=selectors.SHOWN)
def edit_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Edit a request that is not sent yet."""
    form = PPVRequestForm(request.POST or None, existing=row)
    page = ActPage(
        title=_("Write the request for PPV"),
        submit=_("Save"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        done=_("The request is saved."),
        template="pku/ppv_form.html",
        context={"case": row.case},
    )
    return run_act(request, page, service.save_request, row, forms=[form])


@form_page
@on_object(PPVRequest, "write_ppv_request", related=selectors.SHOWN)
def withdraw_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Withdraw the school's own draft."""
    page = ActPage(
        title=_("Withdraw the draft"),
        intro=_("The school does not ask for a PPV after all. The draft stays readable."),
        submit=_("Withdraw"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        danger=True,
        done=_("The draft is withdrawn."),
    )
    return run_act(
        request,
        page,
        service.withdraw_request,
        row,
        then=reverse("cases:case", args=[row.case.public_id]),
    )


@form_page
@on_object(PPVRequest, "request_ppv", related=selectors.SHOWN)
def sign_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Sign and send a request; a parent's own request is forwarded."""
    forwards = row.state == PPVRequest.State.PARENT_REQUEST
    facts = case_facts(row.case)
    against = not forwards and service.parents_disagree(facts)
    form = SignForm(request.POST or None, row=row, against=against)
    back = reverse("pku:ppv", args=[row.public_id])
    unwritten = service.lacking(row)
    asked = requirements(row.case, facts, "G3", user=request.user)
    # What is written in this form does not keep it away.
    missed = [
        each.requirement
        for each in asked
        if each.requirement.blocks and each.requirement.field not in form.fields
    ]
    page = ActPage(
        title=_("Forward the parent's request") if forwards else _("Sign the request for PPV"),
        intro=_("The material is frozen when you sign, and sent to the advisory team."),
        submit=_("Sign and send"),
        back=back,
        back_label=_("PPV"),
        done=_("The request is signed and sent to the advisory team."),
        blocked=bool(unwritten or missed),
        template="pku/ppv_sign.html",
        context={
            "row": row,
            "case": row.case,
            "forwards": forwards,
            "requirements": asked,
            "lacking": unwritten,
        },
    )
    return run_act(request, page, service.sign_request, row, forms=[form])


@require_GET
@on_object(PPVRequest, "view_ppv_summary", related=selectors.SHOWN)
def ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Show a request, its progress, and as much of the PPV as the reader may see."""
    shown = selectors.page_of(row, request.user)
    dispatches = shown.report.dispatches.all() if shown.report and shown.reads_report else []
    context = {
        "row": row,
        "case": row.case,
        "shown": shown,
        "asks": row.asks.select_related(
            "custody_holder", "recorded_by", "withdrawal_by", "received__received_by"
        ),
        "may_refuse": may_refuse(row, request.user),
        "given_back": row.given_back.select_related("psychologist"),
        "report": shown.report,
        "dispatches": dispatches,
    }
    return render(request, "pku/ppv.html", context)


@require_GET
@on_object(PPVRequest, "make_dossier", related=selectors.SHOWN)
def ppv_material(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Show the collected material as it would be sent now."""
    payload = ppv_request_payload(row, made_on=clock.now())
    material = render_screen(payload, payload_sha256(payload))
    context = {"row": row, "case": row.case, "material": material, "title": payload["title"]}
    return render(request, "pku/ppv_material.html", context)
