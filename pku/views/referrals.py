"""Pages of the school's side of a referral, and the list of all of them."""

import json

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.models import Case
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, run_act, see_other
from haderslev.core.pdf.document import render_screen
from haderslev.core.pdf.payload import payload_sha256
from pku.forms.referrals import PartForm, RevisionForm
from pku.material.parts import Payload
from pku.material.referral import referral_payload
from pku.models import Referral
from pku.selectors.referral_lists import look_up, referral_list, rows_for
from pku.services import referral_fields
from pku.services import referrals as service
from pku.views.referral_page import SHOWN, frame, referral_act, referral_page

PAGE = 50
READABLE = _("Write so that the parents can read it. They have a right to see it.")


@require_GET
@with_permission("view_referral_list")
def referrals(request: AccessRequest) -> HttpResponse:
    """List the referrals, with name and link only where the person has access to the case."""
    ended = request.GET.get("vis") == "afsluttede"
    page = Paginator(referral_list(request.user, ended=ended), PAGE).get_page(
        request.GET.get("side")
    )
    rows = rows_for(request.user, page.object_list)
    look_up(request.reads, rows)
    request.reads.fields = "list"
    context = {
        "rows": rows,
        "page": page,
        "ended": ended,
        "named": any(row.readable for row in rows),
        "query": "vis=afsluttede" if ended else "",
    }
    return render(request, "pku/referrals.html", context)


@form_page
@on_object(Case, "write_referral")
def new_referral(request: AccessRequest, case: Case) -> HttpResponse:
    """Begin a referral, or continue the open one."""
    known = case.referrals.exclude(state__in=service.ENDED).first()
    if known is not None:
        return see_other(reverse("pku:referral", args=[known.public_id]))
    page = ActPage(
        title=_("Refer to PKU"),
        submit=_("Begin the referral"),
        back=reverse("cases:case", args=[case.public_id]),
        back_label=case.number,
        intro=_("The team writes the referral. The school leader approves and submits it."),
        notice=_("The plans, meetings and the PPV go along by themselves. Nothing is typed twice."),
    )
    return run_act(
        request,
        page,
        service.start_referral,
        case,
        then=lambda made: reverse("pku:referral", args=[made.public_id]),
    )


@require_GET
@on_object(Referral, "view_referral", related=SHOWN)
def referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Show a referral: its parts, what is missing, and what may be done now."""
    return render(request, "pku/referral.html", referral_page(request, referral))


@form_page
@on_object(Referral, "write_referral", related=SHOWN)
def referral_part(request: AccessRequest, referral: Referral, part: str) -> HttpResponse:
    """Write one part; of a returned referral only the fields that are open."""
    if part not in referral_fields.PARTS:
        raise Http404
    values = referral_fields.current(referral)
    form = PartForm(
        request.POST or None,
        initial={**values, "revision": referral.revision},
        part=part,
        is_open=lambda name: referral_fields.is_open(referral, name),
        asked=referral_fields.questions(),
        holders=referral_fields.custody_holders(referral),
    )
    page = referral_act(
        referral,
        request,
        title=referral_fields.PART_NAMES[part],
        submit=_("Save"),
        intro=READABLE,
        done=_("Saved."),
    )
    return run_act(request, page, service.save_part, referral, part=part, forms=[form])


@form_page
@on_object(Referral, "write_referral", related=SHOWN)
def ready_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Ask the school leader to submit the finished referral."""
    page = referral_act(
        referral,
        request,
        title=_("Let the school leader see it"),
        submit=_("Send to the school leader"),
        done=_("The school leader has been told."),
    )
    return run_act(request, page, service.ask_to_submit, referral)


@form_page
@on_object(Referral, "refer_case", related=SHOWN)
def submit_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Approve and submit; the revision that was read is frozen."""
    form = RevisionForm(request.POST or None, initial={"revision": referral.revision})
    page = referral_act(
        referral,
        request,
        gate="G5",
        title=_("Approve and submit to PKU"),
        submit=_("Approve and submit"),
        notice=_(
            "The material is frozen as it is now, and PKU gets access to it. Later papers are "
            "added with a number."
        ),
        done=_("The referral is submitted to PKU."),
    )
    return run_act(request, page, service.submit, referral, forms=[form])


@form_page
@on_object(Referral, "refer_case", related=SHOWN)
def withdraw_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Withdraw the referral."""
    page = referral_act(
        referral,
        request,
        title=_("Withdraw the referral"),
        submit=_("Withdraw"),
        notice=_("PKU's access ends at once. The material stays with the case."),
        done=_("The referral is withdrawn."),
        danger=True,
    )
    return run_act(request, page, service.withdraw, referral)


@require_GET
@on_object(Referral, "view_dossier", related=SHOWN)
def referral_read(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Show the frozen material with a parent's later remarks first; of a draft, the current one."""
    document = referral.document
    frozen = json.loads(document.payload) if document is not None else None
    payload: Payload = frozen or referral_payload(referral)
    context = {
        **frame(referral, request.user),
        "document": document,
        "payload": payload,
        "material": render_screen(payload, payload_sha256(payload)),
        "addenda": referral.addenda.select_related("added_by"),
    }
    return render(request, "pku/referral_read.html", context)
