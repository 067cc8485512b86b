"""A parent's request that reaches somebody else than the child's school.

Whoever receives it records it; nothing is looked up, so the answer is the same whether the child is
known or not. The leader of the school records it on the child, sends it on, or answers.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 § 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.services.cases import Informed
from districts.models import CustodyHolder, Pupil, Unit
from districts.scope import scope_of
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock, cpr, crypto, journalling
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.policy import require
from pku import features
from pku.models import PPVRequest, ReceivedRequest
from pku.services.ppv import LEADERS, Ask, forward_before, record_parent_request


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the parent said, and about whom."""

    school: Unit
    child_name: str
    parent_name: str
    parent_contact: str
    asked_on: date
    words: str
    cpr: str = ""
    born_on: date | None = None
    wants_special: bool = False


def schools() -> QuerySet[Unit]:
    """Return the schools in operation today."""
    going_on = Q(ends_on=None) | Q(ends_on__gte=clock.today())
    rows = Unit.objects.filter(going_on, kind=Unit.Kind.SCHOOL, starts_on__lte=clock.today())
    return rows.order_by("name_key")


def receive(said: Said, *, by: User) -> ReceivedRequest:
    """Record a parent's request and send it to the leader of the child's school.

    Raises:
        NotAllowedError: ``by`` has no role that receives such requests.
        DomainError: The day lies in the future, or the CPR number is not one.
    """
    if not scope_of(by).units("receive_parent_request"):
        raise NotAllowedError(_("Staff of the schools and advisers record a parent's request."))
    _check_not_future(said.asked_on, "asked_on")
    digits = cpr.normalise(said.cpr) if said.cpr else ""
    with transaction.atomic():
        row = ReceivedRequest.objects.create(
            school=said.school,
            child_name=said.child_name,
            cpr_index=crypto.blind_index(digits) if digits else "",
            born_on=cpr.born_on(digits) if digits else said.born_on,
            parent_name=said.parent_name,
            parent_contact=said.parent_contact,
            asked_on=said.asked_on,
            words=said.words,
            wants_special=said.wants_special,
            received_by=by,
        )
        _wait_for_leaders(row)
        journalling.act(
            "pku.receivedrequest.recorded", row, by=by, data={"school": said.school.public_id}
        )
    return row


def place(
    received: ReceivedRequest,
    pupil: Pupil,
    holder: CustodyHolder,
    *,
    informed: Sequence[Informed] = (),
    by: User,
) -> PPVRequest:
    """Record the request on the child, with its original date and words.

    Raises:
        NotAllowedError: ``by`` does not lead the school, or does not work with the child.
        ConflictError: It is answered already, or has been sent on.
        DomainError: The one who asks has no custody.
    """
    with transaction.atomic():
        row = _locked(received, by)
        ask = Ask(
            custody_holder=holder,
            asked_on=row.asked_on,
            words=row.words,
            wants_special=row.wants_special,
        )
        request = record_parent_request(pupil, ask, informed=informed, by=by)
        row.ask = request.asks.latest("pk")
        _close(row, "ask", by=by)
        journalling.act("pku.receivedrequest.placed", row, by=by)
    return request


def send_on(received: ReceivedRequest, *, school: Unit, by: User) -> ReceivedRequest:
    """Send it on to the school where the child goes; its deadline stays.

    Raises:
        NotAllowedError: ``by`` does not lead the school.
        ConflictError: It is answered already, or has been sent on.
        DomainError: It is at that school.
    """
    with transaction.atomic():
        row = _locked(received, by)
        if school == row.school:
            raise DomainError(_("Choose another school."), field="school")
        data = {"from": row.school.public_id, "to": school.public_id}
        row.school = school
        row.save(update_fields=["school"])
        todos.done(features.PLACE_REQUEST, about=row, by=by)
        _wait_for_leaders(row)
        journalling.act("pku.receivedrequest.sent_on", row, by=by, data=data)
    return row


def leave_unplaced(
    received: ReceivedRequest, *, reason: str, answered_on: date, answer: str, by: User
) -> ReceivedRequest:
    """Record why it belongs to no known child, and how the parent was answered. It is kept.

    Raises:
        NotAllowedError: ``by`` does not lead the school.
        ConflictError: It is answered already, or has been sent on.
        DomainError: The parent is not answered, or the day lies in the future.
    """
    with transaction.atomic():
        row = _locked(received, by)
        for name, text in (("reason", reason), ("answer", answer)):
            if not text.strip():
                raise DomainError(_("Write why, and what the parent was told."), field=name)
        _check_not_future(answered_on, "answered_on")
        row.not_placed_reason, row.answered_on, row.answer = reason, answered_on, answer
        _close(row, "not_placed_reason", "answered_on", "answer", by=by)
        journalling.act("pku.receivedrequest.not_placed", row, by=by)
    return row


def _locked(received: ReceivedRequest, by: User) -> ReceivedRequest:
    rows = ReceivedRequest.objects.select_for_update(of=("self",)).select_related("school")
    row = rows.get(pk=received.pk)
    if row.school_id != received.school_id or row.closed_at is not None:
        raise ConflictError(_("This request is answered or sent on already."))
    require(by, "request_ppv", row, _("The leader of the school does this."))
    return row


def _close(row: ReceivedRequest, *fields: str, by: User) -> None:
    row.closed_by, row.closed_at = by, clock.now()
    row.save(update_fields=[*fields, "closed_by", "closed_at"])
    todos.done(features.PLACE_REQUEST, about=row, by=by)


def _wait_for_leaders(row: ReceivedRequest) -> None:
    """Give the school's leaders the to-do; its deadline counts from the day the parent asked."""
    todos.give(
        features.PLACE_REQUEST,
        row,
        *LEADERS,
        unit=row.school,
        due_on=forward_before(row.asked_on, recorded_at=row.received_at),
    )


def _check_not_future(day: date, field: str) -> None:
    if day > clock.today():
        raise DomainError(_("A day in the future can not be recorded."), field=field)
