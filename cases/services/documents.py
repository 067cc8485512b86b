"""Documents: freezing them, waiting for their PDF, and papers that lie elsewhere."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from cases import tasks
from cases.models import Case, Document, DocumentRecord
from cases.services.gatekeeping import require_open
from districts.acts import act
from haderslev.accounts.models import User
from haderslev.core import journalling, outbox
from haderslev.core.dates import not_ahead
from haderslev.core.models import Job, OutboxRow
from haderslev.core.pdf.payload import canonical_json, payload_sha256
from haderslev.core.policy import require
from haderslev.core.references import url_of
from haderslev.core.rows import change, check_revision


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
    data = {"kind": kind, "version": version, "payload": document.payload_sha256}
    journalling.act("cases.document.frozen", document, by=by, data=data)
    return document


def start_job(document: Document, *, by: User, back_url: str, result_url: str = "") -> Job:
    """Return a job for the person who waits for the PDF of a document.

    It leads to ``result_url``, the document's own page when left out.
    """
    row = outbox.add(f"render-{document.public_id}", tasks.RENDER, document_id=document.pk)
    job, _made = Job.objects.get_or_create(
        outbox=row,
        requested_by=by,
        defaults={
            "title": document.title[:120],
            # The page, not the file: a download would leave the waiting page on the screen.
            "result_url": result_url or url_of(document),
            "back_url": back_url,
        },
    )
    return job


def render_now(document: Document) -> None:
    """Draw a document in this process, for the command line, and close its outbox row."""
    outbox.run(OutboxRow.objects.get(key=f"render-{document.public_id}").pk)


@act("cases.documentrecord.added", right="make_dossier", data=("kind",))
def add_record(case: Case, /, *, dated: date, by: User, **texts: str) -> DocumentRecord:
    """Write down a paper: title, date and where it lies. There is no upload.

    Raises:
        NotAllowedError: ``by`` does not collect material of this case.
        DomainError: It is dated in the future, or the case is closed.
    """
    not_ahead(dated, "dated")
    require_open(case)
    return DocumentRecord.objects.create(case=case, dated=dated, **texts, made_by=by)


@act("cases.documentrecord.corrected", data=("revision",))
def correct_record(
    row: DocumentRecord, /, *, revision: int, dated: date, by: User, **texts: str
) -> DocumentRecord:
    """Correct what is written about a paper. Material that is frozen already keeps its text.

    Raises:
        NotAllowedError: ``by`` does not collect material of this case.
        ConflictError: Somebody else has corrected it meanwhile.
        DomainError: It is dated in the future.
    """
    require(by, "make_dossier", row)
    not_ahead(dated, "dated")
    sentence = _("Somebody has corrected this since you opened it.")
    check_revision(row, revision, {**texts, "dated": dated}, sentence=sentence)
    change(row, **texts, dated=dated, revision=revision + 1)
    return row
