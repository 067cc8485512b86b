"""Work that the outbox promises for cases: drawing a frozen document."""

import hashlib
import json
from collections.abc import Mapping

from django.db import transaction

from cases.models import Document, DocumentFile
from haderslev.core import clock, journalling, outbox
from haderslev.core.models import OutboxRow
from haderslev.core.pdf.payload import payload_sha256

RENDER = "cases.render_document"
_STEPS = 3
# Collected material carries the data that it was drawn from.
SOURCE_NAMES: Mapping[str, str] = {
    Document.Kind.PPV_REQUEST: "indstilling.json",
    Document.Kind.PKU_REFERRAL: "henvisning.json",
}


class ChangedDocumentError(Exception):
    """A frozen payload no longer has the hash it was frozen with."""


@outbox.work(RENDER)
def render(row: OutboxRow, document_id: int) -> None:
    """Draw a document from its frozen payload alone and store the file once.

    Enqueued by services.documents.freeze. A second run finds the file and does nothing; the
    drawing may be repeated after a crash, the stored file and the act are not.
    """
    document = Document.objects.select_related("case", "made_by").get(pk=document_id)
    if DocumentFile.objects.filter(document=document).exists():
        # Drawn for an earlier row, which has been pruned.
        with transaction.atomic():
            outbox.finish(row)
            outbox.progress(row, "done", _STEPS, _STEPS)
        return
    outbox.progress(row, "rendering", 1, _STEPS)
    data = draw(document)
    outbox.progress(row, "storing", 2, _STEPS)
    with transaction.atomic():
        if not outbox.finish(row):
            return
        sha256 = hashlib.sha256(data).hexdigest()
        DocumentFile.objects.create(
            document=document, data=data, sha256=sha256, made_at=clock.now()
        )
        outbox.progress(row, "done", _STEPS, _STEPS)
        hashes = {"sha256": sha256, "payload": document.payload_sha256}
        journalling.act("cases.document.rendered", document, by=document.made_by, data=hashes)


def draw(document: Document) -> bytes:
    """Return the PDF of a document.

    Raises:
        ChangedDocumentError: The stored payload is not the one that was frozen.
    """
    # Loading the engine takes seconds; only who draws waits for it.
    from haderslev.core.pdf.render import render_document, source_attachment  # noqa: PLC0415 - slow

    payload: dict[str, object] = json.loads(document.payload)
    if payload_sha256(payload) != document.payload_sha256:
        raise ChangedDocumentError(document.public_id)
    name = SOURCE_NAMES.get(document.kind)
    attachments = [source_attachment(payload, name)] if name else []
    return render_document(payload, payload_hash=document.payload_sha256, attachments=attachments)
