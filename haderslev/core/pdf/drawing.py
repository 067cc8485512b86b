"""A payload as a PDF, with the payload itself inside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from haderslev.core.pdf.document import LANGUAGE, document_context
from haderslev.core.pdf.payload import canonical_json, made_on
from haderslev.core.pdf.render import Attachment, render_pdf


def render_document(
    payload: Mapping[str, Any], *, payload_hash: str, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return a payload as PDF/A-3a and PDF/UA-1; equal payloads give equal bytes.

    Raises:
        PayloadError: the payload is not of the agreed shape.
        RenderError: the document is too large.
    """
    context = document_context(payload, payload_hash, screen=False)
    with translation.override(LANGUAGE):
        html = render_to_string("material/document.html", context)
    return render_pdf(
        html,
        title=f"{payload['title']} – {payload['number']}",
        created_at=made_on(payload),
        language=LANGUAGE,
        attachments=attachments,
    )


def source_attachment(payload: Mapping[str, Any], name: str) -> Attachment:
    """Return the payload itself, every character as it was written, as a file inside the PDF."""
    with translation.override(LANGUAGE):
        return Attachment(
            name=name,
            description=_("The data that the document is made from"),
            mime="application/json",
            relationship="Source",
            data=canonical_json(payload),
        )
