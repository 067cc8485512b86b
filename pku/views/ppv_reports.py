"""Pages of the psychologist: receive a request, write the PPV, send it."""

from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.selectors import school_of
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, require, run_act
from pku.forms.ppv import DispatchForm, PPVReportForm, SendForm
from pku.models import PPVReport, PPVRequest
from pku.selectors import ppv as selectors
from pku.selectors.ppv import is_author
from pku.services import ppv_reports as service

_ONLY_AUTHOR = _("The psychologist who has received the request writes the PPV.")


@form_page
@on_object(PPVRequest, "view_ppv_inbox", fields="case_number")
def receive_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Take a request. Until then only case number, school and date are known."""
    found = selectors.as_rows([row])[0]
    page = ActPage(
        title=_("Receive the request for PPV"),
        intro=_("The child opens to you when you receive it. School and parents get your name."),
        submit=_("Receive it"),
        back=reverse("pku:ppv_requests"),
        back_label=_("PPV"),
        done=_("You have received the request. The child is open to you."),
        template="pku/ppv_receive.html",
        context={"found": found},
    )
    return run_act(
        request, page, service.receive_request, row, then=reverse("pku:ppv", args=[row.public_id])
    )


@form_page
@on_object(PPVRequest, "answer_ppv")
def ppv_report(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Write the PPV; the draft is the psychologist's own."""
    require(is_author(row, request.user), _ONLY_AUTHOR)
    report = PPVReport.objects.filter(request=row).first()
    initial = {"revision": 0, "author_profession": getattr(request.user, "title", "")}
    if report is not None:
        written = model_to_dict(report, [*service.TEXTS, "revision"])
        # A PPV that another has begun has no author's profession yet.
        initial |= {name: value for name, value in written.items() if value != ""}
    form = PPVReportForm(request.POST or None, initial=initial)
    page = ActPage(
        title=_("Write the PPV"),
        intro=_("You can save it half written. Nobody else reads the draft."),
        submit=_("Save the draft"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        done=_("The draft is saved."),
        template="pku/ppv_form.html",
        context={"case": row.case},
    )
    return run_act(request, page, service.save_report, row, forms=[form])


@form_page
@on_object(PPVRequest, "answer_ppv")
def send_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Send the PPV to the school leader, with a copy to each parent."""
    require(is_author(row, request.user), _ONLY_AUTHOR)
    report = PPVReport.objects.filter(request=row).first()
    to_head = _("The school leader, %(school)s") % {"school": school_of(row.case)}
    data = request.POST or None
    dispatches = [DispatchForm(data, prefix="leder", title=to_head)] + [
        DispatchForm(data, prefix=f"foraelder-{holder.pk}", title=str(holder), holder=holder)
        for holder in service.holders_of(row)
    ]
    revision = report.revision if report else 0
    form = SendForm(data, initial={"revision": revision}, dispatches=dispatches)
    page = ActPage(
        title=_("Send the PPV to school leader and parents"),
        intro=_("The PPV is frozen when you send it. Each dispatch is recorded."),
        submit=_("Send the PPV"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        done=_("The PPV is sent. The school leader hears the parents next."),
        template="pku/ppv_send.html",
        context={"case": row.case, "lacking": service.lacking(report) if report else []},
    )
    return run_act(request, page, service.send_report, row, forms=[form, *dispatches])
