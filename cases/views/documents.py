"""Pages of documents: what was made, papers that lie elsewhere, letters to send.

Who sends a letter sees whom it is to, what kind it is and the case's number, never its text; the
PDF is fetched in one click while it is still to be sent, and that is journalled.
"""

import json
from typing import Any  # the options of an ActPage

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cases.forms.documents import (
    CorrectDeliveryForm,
    DeliveryForm,
    DropLetterForm,
    RecordForm,
)
from cases.models import Case, Delivery, Document, DocumentFile, DocumentRecord
from cases.selectors import pages
from cases.services import deliveries
from cases.services import documents as service
from cases.views.cases import in_case
from districts.forms.pupils import RevealForm
from districts.selectors import purposes
from haderslev.core import clock
from haderslev.core.access import AccessRequest, form_page, on_object, post_only, with_permission
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, acts_on, require, see_other
from haderslev.core.pdf.document import render_screen
from haderslev.core.policy import held_on, may_see
from haderslev.core.references import page_url, url_of

# Who sends a letter is asked for no words: this is what it is fetched for.
TO_SEND = "address_letter"
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa"})


@on_object(Case, "view_case")
def documents(request: AccessRequest, case: Case) -> HttpResponse:
    """List a case's documents, as far as the person may read each, and its papers."""
    rights = held_on(request.user, case)
    context = {
        "case": case,
        "sees_access": "view_access" in rights,
        "documents": pages.documents_of(case, request.user).select_related("made_by"),
        "records": case.records.select_related("made_by"),
        "may_add": "make_dossier" in rights and case.is_open,
        "may_correct": "make_dossier" in rights,
    }
    return render(request, "cases/documents.html", context)


@acts_on(Case, "make_dossier", service.add_record)
def record(request: AccessRequest, case: Case) -> ActPage:
    """Write down a paper that lies elsewhere."""
    return in_case(
        case,
        page_url("cases:documents", case),
        _("Documents"),
        title=_("Add a paper"),
        submit=_("Save the paper"),
        intro=_("Papers are not uploaded yet. Write what it is and where it lies."),
        done=_("The paper is saved."),
        forms=[RecordForm(request.POST or None)],
    )


@acts_on(DocumentRecord, "make_dossier", service.correct_record)
def correct_record(request: AccessRequest, record: DocumentRecord) -> ActPage:
    """Correct what is written about a paper."""
    return in_case(
        record.case,
        page_url("cases:documents", record.case),
        _("Documents"),
        title=_("Correct the paper"),
        submit=_("Save the correction"),
        done=_("The correction is saved."),
        forms=[RecordForm(request.POST or None, instance=record)],
    )


def _is_protected(document: Document) -> bool:
    """Tell whether the document is a letter to a parent whose address is protected."""
    letters = Delivery.objects.filter(document=document)
    return letters.filter(custody_holder__address_protected=True).exists()


@on_object(Document, "view_document")
def document(request: AccessRequest, document: Document) -> HttpResponse:
    """Show a frozen document on the screen: the same HTML as its PDF."""
    payload = json.loads(document.payload)
    if _is_protected(document):
        # Only the PDF, which is sent, carries a protected address.
        name = payload["recipient"].partition("\n")[0]
        payload["recipient"] = "\n".join([name, str(_("Protected address"))])
    context = {
        "document": document,
        "case": document.case,
        "sees_case": "view_case" in held_on(request.user, document.case),
        "made": DocumentFile.objects.filter(document=document).exists(),
        "body": render_screen(payload, document.payload_sha256),
    }
    return render(request, "cases/document.html", context)


@form_page
@on_object(Document, "view_document")
def document_pdf(request: AccessRequest, document: Document) -> HttpResponse:
    """Give the PDF; when it is not made yet, a POST leads to the page that waits for it.

    A letter to a protected address is given in the answer to a POST with a purpose.
    """
    file = DocumentFile.objects.filter(document=document).select_related("document__case").first()
    page = url_of(document)
    if file is None:
        if request.method != "POST":
            return see_other(page)
        job = service.start_job(document, by=request.user, back_url=page)
        return see_other(reverse("core:job", args=[job.public_id]))
    if _is_protected(document):
        form = RevealForm(request.POST or None, purposes=purposes("address"))
        if request.method != "POST" or not form.is_valid():
            request.reads.fields = "list"
            status = 422 if request.method == "POST" else 200
            context = {"document": document, "form": form}
            return render(request, "cases/purpose.html", context, status=status)
        request.reads.fields = "protected_address"
        request.reads.purpose = form.cleaned_data["purpose"]
        request.reads.reason = form.cleaned_data["reason"]
    elif request.method == "POST":
        return see_other(request.path)
    return pdf_of(request, file)


def pdf_of(request: AccessRequest, file: DocumentFile) -> HttpResponse:
    """Return the PDF as a download; the look-up is journalled as one of the file."""
    request.reads.channel = "pdf"
    document = file.document
    # No person stands in the name. Two parents' letters are two files.
    kind = slugify(str(document.get_kind_display()).translate(_LETTERS))
    name = f"{document.case.number}-{kind}-{document.version}-{document.public_id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(file.data), content_type="application/pdf", headers=headers)


@with_permission("dispatch_letter")
def letters(request: AccessRequest) -> HttpResponse:
    """List the letters to send, or all of them; no address stands in the list."""
    everything = request.GET.get("vis") == "alle"
    rows = Delivery.objects.visible_to(request.user)
    rows = rows if everything else rows.waiting()
    rows = rows.select_related("document__case__pupil", "document__case__community")
    rows = rows.order_by(F("sent_on").asc(nulls_first=True), "-pk")
    page = listed_page(request, rows)
    request.reads.listed(row.document for row in page.object_list)
    request.reads.fields = "list"
    context = {"page": page, "everything": everything, "query": "vis=alle" if everything else ""}
    return render(request, "cases/letters.html", context)


def _of_letter(
    request: AccessRequest, delivery: Delivery, *, settled: bool = False, **said: Any
) -> ActPage:
    """Return the page of an act on a letter, which shows nothing of its text."""
    letter = delivery.document
    context = {
        "delivery": delivery,
        "letter": letter,
        "versions": delivery.versions.select_related("replaced_by"),
        "may_read": may_see(request.user, letter),
        "made": DocumentFile.objects.filter(document=letter).exists(),
        "settled": settled,
    }
    said = {"back": url_of(delivery), "back_label": _("Letter"), **said}
    return ActPage(template="cases/delivery.html", context=context, **said)


@acts_on(Delivery, "dispatch_letter", deliveries.record_delivery, fields="list")
def delivery(request: AccessRequest, delivery: Delivery) -> ActPage:
    """Fetch a letter to send it; record how and when it was sent, and when it arrived."""
    settled = request.method != "POST" and not delivery.is_waiting
    initial = {"sent_on": delivery.sent_on or clock.today()}
    return _of_letter(
        request,
        delivery,
        title=_("Letter") if settled else _("Send a letter and record the delivery"),
        submit=_("Save"),
        back=reverse("cases:letters"),
        back_label=_("Letters"),
        done=_("The delivery is recorded."),
        settled=settled,
        forms=[DeliveryForm(request.POST or None, instance=delivery, initial=initial)],
    )


@acts_on(Delivery, "dispatch_letter", deliveries.correct_delivery, fields="list")
def correct_delivery(request: AccessRequest, delivery: Delivery) -> ActPage:
    """Correct when a letter was sent or arrived, with the reason; earlier values stay visible."""
    return _of_letter(
        request,
        delivery,
        title=_("Correct the delivery"),
        submit=_("Save"),
        done=_("The delivery is corrected."),
        forms=[CorrectDeliveryForm(request.POST or None, instance=delivery)],
    )


@acts_on(Delivery, "dispatch_letter", deliveries.drop_letter, fields="list")
def drop_letter(request: AccessRequest, delivery: Delivery) -> ActPage:
    """Say that a letter is not to be sent any more, and why."""
    return _of_letter(
        request,
        delivery,
        title=_("Not to be sent any more"),
        submit=_("It is not to be sent"),
        notice=_("A decision counts when its other letters have arrived."),
        done=_("The letter is not to be sent any more."),
        forms=[DropLetterForm(request.POST or None)],
    )


@post_only
@on_object(Delivery, "dispatch_letter", related=("document__case", "custody_holder"))
def fetch_letter(request: AccessRequest, delivery: Delivery) -> HttpResponse:
    """Give the PDF to whoever sends the letter, until it has arrived; the purpose is journalled."""
    require(
        allowed=delivery.is_waiting,
        message=_("This letter has arrived or is not to be sent any more."),
    )
    file = DocumentFile.objects.filter(document=delivery.document).first()
    page = url_of(delivery)
    if file is None:
        letter = delivery.document
        job = service.start_job(letter, by=request.user, back_url=page, result_url=page)
        return see_other(reverse("core:job", args=[job.public_id]))
    request.reads.purpose = TO_SEND
    if delivery.to_protected_address:
        request.reads.fields = "protected_address"
    return pdf_of(request, file)
