"""Papers that lie elsewhere: adding and correcting what is written about them."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case, DocumentRecord
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require

FIELDS = ("kind", "title", "dated", "holder", "text")


def add_record(
    case: Case, *, kind: str, title: str, dated: date, holder: str, text: str = "", by: User
) -> DocumentRecord:
    """Write down a paper: title, date and where it lies. There is no upload.

    Raises:
        NotAllowedError: ``by`` does not collect material of this case.
        DomainError: It is dated in the future, or the case is closed.
    """
    with transaction.atomic():
        _check(case, dated, by)
        if not case.is_open:
            raise DomainError(_("This case is closed."), code="closed")
        row = DocumentRecord.objects.create(
            case=case, kind=kind, title=title, dated=dated, holder=holder, text=text, made_by=by
        )
        journalling.act("cases.documentrecord.added", row, by=by, data={"kind": kind})
    return row


def correct_record(
    record: DocumentRecord,
    *,
    revision: int,
    kind: str,
    title: str,
    dated: date,
    holder: str,
    text: str = "",
    by: User,
) -> DocumentRecord:
    """Correct what is written about a paper. Material that is frozen already keeps its text.

    Raises:
        NotAllowedError: ``by`` does not collect material of this case.
        ConflictError: Somebody else has corrected it meanwhile.
        DomainError: It is dated in the future.
    """
    with transaction.atomic():
        rows = DocumentRecord.objects.select_for_update(of=("self",))
        row: DocumentRecord = rows.get(pk=record.pk)
        _check(row.case, dated, by)
        mine = {"kind": kind, "title": title, "dated": dated, "holder": holder, "text": text}
        if row.revision != revision:
            raise ConflictError(
                _("Somebody has corrected this since you opened it."),
                mine={name: str(value) for name, value in mine.items()},
                theirs={name: str(getattr(row, name)) for name in FIELDS},
                revision=row.revision,
            )
        for name, value in mine.items():
            setattr(row, name, value)
        row.revision += 1
        row.save(update_fields=[*FIELDS, "revision"])
        journalling.act(
            "cases.documentrecord.corrected", row, by=by, data={"revision": row.revision}
        )
    return row


def _check(case: Case, dated: date, by: User) -> None:
    require(
        by, "make_dossier", case, _("The team and the school leader collect the case's papers.")
    )
    if dated > clock.today():
        raise DomainError(_("A day in the future can not be recorded."), field="dated")
