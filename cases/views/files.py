"""Giving a stored PDF as the answer."""

from django.http import HttpResponse
from django.utils.text import slugify

from cases.models import Document, DocumentFile
from haderslev.core.access import AccessRequest

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa"})


def pdf_of(request: AccessRequest, file: DocumentFile) -> HttpResponse:
    """Return the PDF as a download; the look-up is journalled as one of the file."""
    request.reads.channel = "pdf"
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(file.document)}"'}
    return HttpResponse(bytes(file.data), content_type="application/pdf", headers=headers)


def _file_name(document: Document) -> str:
    """Return a name without a person in it. Two parents' letters are two files."""
    kind = slugify(str(document.get_kind_display()).translate(_LETTERS))
    return f"{document.case.number}-{kind}-{document.version}-{document.public_id}.pdf"
