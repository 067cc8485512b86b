"""Lists and pages of the PPV, and which child a received request is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any  # rows with annotations

from django.db.models import Case, Q, QuerySet, Value, When

from districts.models import Enrolment, Pupil
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.policy import held_on, may
from pku.models import PPVRequest, ReceivedRequest
from pku.models.ppv import UNDER_WAY

# Related rows that a page shows with the request.
SHOWN = ("case__pupil", "asked_by", "recorded_by", "signed_by", "psychologist", "document")

MOST_CANDIDATES = 20
_MOST_WORDS = 8
# The same number outweighs the same birthday, which outweighs every name.
_BY_NUMBER, _BY_BIRTHDAY, _BY_NAME = 100, 10, 1


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
        RequestRow(
            request=row,
            school=schools.get(row.case.pupil_id or 0, ""),
            waiting_days=(clock.today() - row.signed_on).days if row.signed_on else 0,
        )
        for row in requests
    ]


def page_of(row: PPVRequest, user: User, *, sent: bool) -> dict[str, bool]:
    """Return what one reader may see and do with a request whose PPV is sent, or not yet."""
    held = held_on(user, row.case)
    writing = row.state in {PPVRequest.State.DRAFT, PPVRequest.State.PARENT_REQUEST}
    author = row.state == PPVRequest.State.RECEIVED and is_author(row, user)
    return {
        "reads_report": sent and "view_ppv_report" in held,
        "reads_summary": sent and "view_ppv_summary" in held,
        "may_write": writing and "write_ppv_request" in held,
        "may_sign": writing and "request_ppv" in held,
        "may_report": author,
        "may_withdraw_ask": row.state in UNDER_WAY
        and "record_parent_request" in held
        and row.asks.filter(withdrawn_on=None).exists(),
        "may_preview": writing and "make_dossier" in held,
        "reads_material": row.document is not None and row.document.needs in held,
    }


def is_author(row: PPVRequest, user: User) -> bool:
    """Tell whether the person is the psychologist who received it and still has access."""
    if row.psychologist_id is None or row.psychologist_id != user.pk:
        return False
    return may(user, "answer_ppv", row)


def candidates(row: ReceivedRequest, name: str, user: User) -> QuerySet[Any]:
    """Return the children of the school who may be meant, the likeliest first. One query.

    ``has_number`` tells whether the CPR number is the child's.
    """
    by_birthday = Q(pupil__born_on=row.born_on) if row.born_on else Q(pk__in=[])
    signs = [(Q(pupil__cpr_index=row.cpr_index), _BY_NUMBER), (by_birthday, _BY_BIRTHDAY)]
    for word in name.split()[:_MOST_WORDS]:
        named = Q(pupil__first_name__icontains=word) | Q(pupil__last_name__icontains=word)
        signs.append((named, _BY_NAME))
    weights = [Case(When(sign, then=Value(weight)), default=Value(0)) for sign, weight in signs]
    mine = Pupil.objects.permitted(user, "record_parent_request")
    enrolled = Enrolment.objects.active().filter(community__school=row.school, pupil__in=mine)
    weighed = enrolled.annotate(
        likeness=reduce(add, weights), has_number=Q(pupil__cpr_index=row.cpr_index)
    )
    found = weighed.filter(likeness__gt=0).select_related("pupil", "community")
    ordered = found.order_by("-likeness", "pupil__first_name_key", "pupil__last_name_key")
    return ordered[:MOST_CANDIDATES]
