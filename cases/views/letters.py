"""Pages of the office: letters to send, and when they reached the parent."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.documents import DeliveryForm
from cases.models import Delivery
from cases.services import letters as service
from haderslev.core import clock
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.pages import ActPage, run_act

A_PAGE = 50


@require_GET
@with_permission("dispatch_letter")
def letters(request: AccessRequest) -> HttpResponse:
    """List the letters to send, or all of them; no address stands in the list."""
    everything = request.GET.get("vis") == "alle"
    rows = Delivery.objects.visible_to(request.user).select_related(
        "document__case__pupil", "document__case__community"
    )
    rows = rows.order_by(F("sent_on").asc(nulls_first=True), "-pk")
    if not everything:
        rows = rows.filter(delivered_on=None)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
    request.reads.listed(row.document for row in page.object_list)
    request.reads.fields = "list"
    context = {"page": page, "everything": everything, "query": "vis=alle" if everything else ""}
    return render(request, "cases/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_object(Delivery, "dispatch_letter")
def delivery(request: AccessRequest, delivery: Delivery) -> HttpResponse:
    """Record how and when a letter was sent, and when it reached the parent."""
    initial = {
        "channel": delivery.channel,
        "sent_on": delivery.sent_on or clock.today(),
        "delivered_on": delivery.delivered_on,
    }
    form = DeliveryForm(request.POST or None, initial=initial)
    page = ActPage(
        title=_("Record the delivery"),
        submit=_("Save"),
        back=reverse("cases:letters"),
        back_label=_("Letters"),
        done=_("The delivery is recorded."),
        template="cases/delivery.html",
        context={"delivery": delivery, "letter": delivery.document},
    )

    def do() -> str:
        service.record_delivery(delivery, by=request.user, **form.cleaned_data)
        return page.back

    return run_act(request, page, do, forms=[form])
