"""Pages of documents: what was made, papers that lie elsewhere, screen and PDF."""

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.forms.documents import CorrectRecordForm, RecordForm
from cases.models import Case, Delivery, Document, DocumentFile, DocumentRecord
from cases.selectors import pages
from cases.services import documents as document_service
from cases.services import records as service
from districts.forms.pupils import RevealForm
from districts.selectors import purposes
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, run_act, see_other
from haderslev.core.pdf.document import render_screen
from haderslev.core.policy import held_on

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa"})


@require_GET
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


@form_page
@on_object(Case, "make_dossier")
def record(request: AccessRequest, case: Case) -> HttpResponse:
    """Write down a paper that lies elsewhere."""
    form = RecordForm(request.POST or None)
    back = reverse("cases:documents", args=[case.public_id])
    page = ActPage(
        title=_("Add a paper"),
        submit=_("Save the paper"),
        back=back,
        back_label=_("Documents"),
        intro=_("Papers are not uploaded yet. Write what it is and where it lies."),
        done=_("The paper is saved."),
        template="cases/act.html",
        context={"case": case},
    )
    return run_act(request, page, service.add_record, case, forms=[form])


@form_page
@on_object(DocumentRecord, "make_dossier")
def correct_record(request: AccessRequest, record: DocumentRecord) -> HttpResponse:
    """Correct what is written about a paper."""
    initial = {name: getattr(record, name) for name in (*service.FIELDS, "revision")}
    form = CorrectRecordForm(request.POST or None, initial=initial)
    back = reverse("cases:documents", args=[record.case.public_id])
    page = ActPage(
        title=_("Correct the paper"),
        submit=_("Save the correction"),
        back=back,
        back_label=_("Documents"),
        done=_("The correction is saved."),
        template="cases/act.html",
        context={"case": record.case},
    )
    return run_act(request, page, service.correct_record, record, forms=[form])


def _is_protected(document: Document) -> bool:
    """Tell whether the document is a letter to a parent whose address is protected."""
    return Delivery.objects.filter(
        document=document, custody_holder__address_protected=True
    ).exists()


@require_GET
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
    page = reverse("cases:document", args=[document.public_id])
    if file is None:
        if request.method != "POST":
            return see_other(page)
        job = document_service.start_job(document, by=request.user, back_url=page)
        return see_other(reverse("core:job", args=[job.public_id]))
    if _is_protected(document):
        return _with_purpose(request, document, file)
    if request.method == "POST":
        return see_other(request.path)
    return pdf_of(request, file)


def _with_purpose(request: AccessRequest, document: Document, file: DocumentFile) -> HttpResponse:
    """Ask what a letter with a protected address is needed for, and give it then."""
    form = RevealForm(request.POST or None, purposes=purposes("address"))
    if request.method == "POST" and form.is_valid():
        request.reads.fields = "protected_address"
        request.reads.purpose = form.cleaned_data["purpose"]
        request.reads.reason = form.cleaned_data["reason"]
        return pdf_of(request, file)
    request.reads.fields = "list"
    status = 422 if request.method == "POST" else 200
    context = {"document": document, "form": form}
    return render(request, "cases/purpose.html", context, status=status)


def pdf_of(request: AccessRequest, file: DocumentFile) -> HttpResponse:
    """Return the PDF as a download; the look-up is journalled as one of the file."""
    request.reads.channel = "pdf"
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(file.document)}"'}
    return HttpResponse(bytes(file.data), content_type="application/pdf", headers=headers)


def _file_name(document: Document) -> str:
    """Return a name without a person in it. Two parents' letters are two files."""
    kind = slugify(str(document.get_kind_display()).translate(_LETTERS))
    return f"{document.case.number}-{kind}-{document.version}-{document.public_id}.pdf"
