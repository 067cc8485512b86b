"""Pages on which a request for PPV is withdrawn, given back or refused."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, require, run_act
from haderslev.core.policy import may
from pku.forms.ppv import GiveBackForm, RefuseForm, WithdrawAskForm
from pku.models import PPVReport, PPVRequest
from pku.selectors import ppv as selectors
from pku.services import ppv_endings, ppv_reports


@form_page
@on_object(PPVRequest, "record_parent_request", related=selectors.SHOWN)
def withdraw_parent_request(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Record that a parent withdraws the request."""
    form = WithdrawAskForm(request.POST or None, request=row)
    page = ActPage(
        title=_("The parent withdraws the request"),
        intro=_("It can be withdrawn until the PPV is sent. What was asked for stays readable."),
        submit=_("Record the withdrawal"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        danger=True,
        done=_("The withdrawal is recorded. What was asked for stays readable."),
    )
    return run_act(
        request,
        page,
        ppv_endings.withdraw_parent_request,
        row,
        forms=[form],
        then=lambda _: _after(request, row),
    )


@form_page
@on_object(PPVRequest, "answer_ppv", related=selectors.SHOWN)
def give_back_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Give a received request back to the advisory team."""
    require(
        selectors.is_author(row, request.user),
        _("The psychologist who has received the request gives it back."),
    )
    form = GiveBackForm(request.POST or None)
    begun = PPVReport.objects.filter(request=row, sent_on=None).exists()
    page = ActPage(
        title=_("Give the request back"),
        intro=_("Another psychologist can take it then. The child closes to you."),
        notice=_("What you have written goes to the one who takes it over.") if begun else "",
        submit=_("Give it back"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        danger=True,
        done=_("The request waits for another psychologist."),
    )
    then = reverse("pku:ppv_requests")
    return run_act(request, page, ppv_reports.give_back, row, forms=[form], then=then)


@form_page
@on_object(PPVRequest, "view_ppv_summary", related=selectors.SHOWN)
def refuse_ppv(request: AccessRequest, row: PPVRequest) -> HttpResponse:
    """Refuse a parent's request that need not be met, with reasons."""
    require(ppv_endings.decides(row, request.user), ppv_endings.deciders())
    form = RefuseForm(request.POST or None, initial={"revision": row.revision})
    page = ActPage(
        title=_("Refuse the parent's request"),
        intro=_(
            "This is a decision. Each parent gets a letter with the reasons and how to complain."
        ),
        notice=_("A parent who wishes special education has a right to the PPV."),
        submit=_("Refuse the request"),
        back=reverse("pku:ppv", args=[row.public_id]),
        back_label=_("PPV"),
        danger=True,
        done=_("The request is refused. The letters wait to be sent."),
    )
    return run_act(
        request,
        page,
        ppv_endings.refuse_request,
        row,
        forms=[form],
        then=lambda _: _after(request, row),
    )


def _after(request: AccessRequest, row: PPVRequest) -> str:
    """Return the request's page, or the list if the act has ended the person's access."""
    if may(request.user, "view_ppv_summary", row):
        return reverse("pku:ppv", args=[row.public_id])
    return reverse("pku:ppv_requests")
