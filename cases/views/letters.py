"""Pages of the office: letters to send, and when they reached the parent.

Who sends a letter sees whom it is to, what kind it is and the case's number, never its text; the
PDF is fetched in one click while it is still to be sent, and that is journalled.
"""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.documents import CorrectDeliveryForm, DeliveryForm, DropLetterForm
from cases.models import Delivery, DocumentFile
from cases.services import deliveries as service
from cases.services import documents as document_service
from cases.views.documents import pdf_of
from haderslev.core import clock
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, require, run_act, see_other
from haderslev.core.policy import may_see

A_PAGE = 50
# Who sends a letter is asked for no words: this is what it is fetched for.
TO_SEND = "address_letter"


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
        rows = rows.waiting()
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
    request.reads.listed(row.document for row in page.object_list)
    request.reads.fields = "list"
    context = {"page": page, "everything": everything, "query": "vis=alle" if everything else ""}
    return render(request, "cases/letters.html", context)


@form_page
@on_object(Delivery, "dispatch_letter", fields="list")
def delivery(request: AccessRequest, delivery: Delivery) -> HttpResponse:
    """Fetch a letter to send it; record how and when it was sent, and when it arrived."""
    form = DeliveryForm(request.POST or None, initial=_recorded(delivery))
    settled = request.method != "POST" and not delivery.is_waiting
    page = ActPage(
        title=_("Letter") if settled else _("Send a letter and record the delivery"),
        submit=_("Save"),
        back=reverse("cases:letters"),
        back_label=_("Letters"),
        done=_("The delivery is recorded."),
        template="cases/delivery.html",
        context={**_shown(request, delivery), "settled": settled},
    )
    return run_act(request, page, service.record_delivery, delivery, forms=[form])


@form_page
@on_object(Delivery, "dispatch_letter", fields="list")
def correct_delivery(request: AccessRequest, delivery: Delivery) -> HttpResponse:
    """Correct when a letter was sent or arrived, with the reason; earlier values stay visible."""
    form = CorrectDeliveryForm(request.POST or None, initial=_recorded(delivery))
    page = ActPage(
        title=_("Correct the delivery"),
        submit=_("Save"),
        back=reverse("cases:delivery", args=[delivery.public_id]),
        back_label=_("Letter"),
        done=_("The delivery is corrected."),
        template="cases/delivery.html",
        context=_shown(request, delivery),
    )
    return run_act(request, page, service.correct_delivery, delivery, forms=[form])


@form_page
@on_object(Delivery, "dispatch_letter", fields="list")
def drop_letter(request: AccessRequest, delivery: Delivery) -> HttpResponse:
    """Say that a letter is not to be sent any more, and why."""
    form = DropLetterForm(request.POST or None)
    page = ActPage(
        title=_("Not to be sent any more"),
        submit=_("It is not to be sent"),
        back=reverse("cases:delivery", args=[delivery.public_id]),
        back_label=_("Letter"),
        notice=_("A decision counts when its other letters have arrived."),
        done=_("The letter is not to be sent any more."),
        template="cases/delivery.html",
        context=_shown(request, delivery),
    )
    return run_act(request, page, service.drop_letter, delivery, forms=[form])


def _recorded(delivery: Delivery) -> dict[str, object]:
    return {
        "channel": delivery.channel,
        "sent_on": delivery.sent_on or clock.today(),
        "delivered_on": delivery.delivered_on,
    }


def _shown(request: AccessRequest, delivery: Delivery) -> dict[str, object]:
    """Return what the pages of one letter show of it: nothing of its text."""
    letter = delivery.document
    return {
        "delivery": delivery,
        "letter": letter,
        "versions": delivery.versions.select_related("replaced_by"),
        "may_read": may_see(request.user, letter),
        "made": DocumentFile.objects.filter(document=letter).exists(),
    }


@require_POST
@on_object(Delivery, "dispatch_letter", related=("document__case", "custody_holder"))
def fetch_letter(request: AccessRequest, delivery: Delivery) -> HttpResponse:
    """Give the PDF to whoever sends the letter, until it has arrived; the purpose is journalled."""
    require(
        allowed=delivery.is_waiting,
        message=_("This letter has arrived or is not to be sent any more."),
    )
    file = DocumentFile.objects.filter(document=delivery.document).first()
    page = reverse("cases:delivery", args=[delivery.public_id])
    if file is None:
        job = document_service.start_job(
            delivery.document, by=request.user, back_url=page, result_url=page
        )
        return see_other(reverse("core:job", args=[job.public_id]))
    request.reads.purpose = TO_SEND
    if delivery.to_protected_address:
        request.reads.fields = "protected_address"
    return pdf_of(request, file)
