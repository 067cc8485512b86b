"""Lists and pages of the PPV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cases.models import Case
from districts.models import Enrolment
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.policy import held_on, may
from pku.models import PPVReport, PPVRequest
from pku.models.ppv import UNDER_WAY

# Related rows that a page shows with the request.
SHOWN = ("case__pupil", "asked_by", "recorded_by", "signed_by", "psychologist", "document")


@dataclass(frozen=True)
class RequestRow:
    """A request as a list shows it; the child's name only where the reader may see the child."""

    request: PPVRequest
    school: str
    waiting_days: int


def inbox(user: User) -> QuerySet[PPVRequest]:
    """Return the requests waiting for a psychologist, the longest wait first."""
    rows = PPVRequest.objects.permitted(user, "view_ppv_inbox")
    return rows.select_related("case").order_by("signed_on", "pk")


def taken_by(user: User) -> QuerySet[PPVRequest]:
    """Return the requests the psychologist has received and may still read."""
    rows = PPVRequest.objects.permitted(user, "answer_ppv").filter(psychologist=user.pk)
    return rows.select_related("case__pupil").order_by("received_on", "pk")


def of_schools(user: User) -> QuerySet[PPVRequest]:
    """Return the requests of the leader's own schools, the newest first."""
    rows = PPVRequest.objects.permitted(user, "request_ppv")
    return rows.select_related("case__pupil", "psychologist").order_by("-recorded_at", "pk")


def as_rows(requests: Sequence[PPVRequest]) -> list[RequestRow]:
    """Add school and waiting days. One query."""
    pupils = [row.case.pupil_id for row in requests]
    enrolled = Enrolment.objects.active().filter(pupil__in=pupils)
    schools = dict(enrolled.values_list("pupil_id", "community__school__name"))
    return [
        RequestRow(row, schools.get(row.case.pupil_id or 0, ""), _waiting(row.signed_on))
        for row in requests
    ]


def _waiting(since: date | None) -> int:
    return (clock.today() - since).days if since else 0


@dataclass(frozen=True)
class PpvPage:
    """What one reader may see and do with one request."""

    report: PPVReport | None
    reads_report: bool
    reads_summary: bool
    may_write: bool
    may_sign: bool
    may_report: bool
    may_withdraw_ask: bool
    may_preview: bool
    reads_material: bool


def page_of(row: PPVRequest, user: User) -> PpvPage:
    """Work out what the reader may see and do. A constant number of queries."""
    held = held_on(user, row.case)
    report = PPVReport.objects.filter(request=row).select_related("document").first()
    sent = report is not None and report.sent_on is not None
    writing = row.state in {PPVRequest.State.DRAFT, PPVRequest.State.PARENT_REQUEST}
    author = row.state == PPVRequest.State.RECEIVED and is_author(row, user)
    return PpvPage(
        report=report if sent else None,
        reads_report=sent and "view_ppv_report" in held,
        reads_summary=sent and "view_ppv_summary" in held,
        may_write=writing and "write_ppv_request" in held,
        may_sign=writing and "request_ppv" in held,
        may_report=author,
        may_withdraw_ask=row.state in UNDER_WAY
        and "record_parent_request" in held
        and row.asks.filter(withdrawn_on=None).exists(),
        may_preview=writing and "make_dossier" in held,
        reads_material=row.document is not None and row.document.needs in held,
    )


def is_author(row: PPVRequest, user: User) -> bool:
    """Tell whether the person is the psychologist who received it and still has access."""
    if row.psychologist_id is None or row.psychologist_id != user.pk:
        return False
    return may(user, "answer_ppv", row)


def open_request(case: Case) -> PPVRequest | None:
    """Return the request that is under way in a case."""
    return PPVRequest.objects.filter(case=case).open().first()
