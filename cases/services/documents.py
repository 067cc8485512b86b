"""Freezing documents and waiting for their PDF."""

from collections.abc import Mapping

from django.urls import reverse

from cases import tasks
from cases.models import Case, Document
from haderslev.accounts.models import User
from haderslev.core import journalling, outbox
from haderslev.core.models import Job, OutboxRow
from haderslev.core.pdf.payload import canonical_json, payload_sha256


def freeze(
    case: Case,
    *,
    kind: Document.Kind,
    needs: Document.Needs,
    title: str,
    payload: Mapping[str, object],
    by: User,
    version: int = 1,
    decision_key: str = "",
) -> Document:
    """Store a document's contents as canonical JSON with its hash, and promise its PDF.

    Must run in the transaction of the act that makes the document.
    """
    document = Document.objects.create(
        case=case,
        kind=kind,
        needs=needs,
        title=title,
        version=version,
        decision_key=decision_key,
        payload=canonical_json(payload).decode(),
        payload_sha256=payload_sha256(payload),
        made_by=by,
    )
    outbox.add(f"render-{document.public_id}", tasks.RENDER, document_id=document.pk)
    journalling.act(
        "cases.document.frozen",
        document,
        by=by,
        data={"kind": kind, "version": version, "payload": document.payload_sha256},
    )
    return document


def start_job(document: Document, *, by: User, back_url: str, result_url: str = "") -> Job:
    """Return a job for the person who waits for the PDF of a document.

    It leads to ``result_url``, the document's own page when left out.
    """
    row = outbox.add(f"render-{document.public_id}", tasks.RENDER, document_id=document.pk)
    job, _ = Job.objects.get_or_create(
        outbox=row,
        requested_by=by,
        defaults={
            "title": document.title[:120],
            # The page, not the file: a download would leave the waiting page on the screen.
            "result_url": result_url or reverse("cases:document", args=[document.public_id]),
            "back_url": back_url,
        },
    )
    return job


def render_now(document: Document) -> None:
    """Draw a document in this process, for the command line, and close its outbox row."""
    row = OutboxRow.objects.get(key=f"render-{document.public_id}")
    outbox.run(row.pk)
