"""Giving a stored PDF as the answer."""

from django.http import HttpResponse

from cases.models import DocumentFile
from haderslev.core.access import AccessRequest


def pdf_of(request: AccessRequest, file: DocumentFile) -> HttpResponse:
    """Return the PDF as a download; the look-up is journalled as one of the file."""
    request.reads.channel = "pdf"
    document = file.document
    name = f"{document.case.number}-{document.kind}-{document.version}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(file.data), content_type="application/pdf", headers=headers)
