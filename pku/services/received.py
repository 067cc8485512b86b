"""A parent's request that reaches somebody else than the child's school.

Whoever receives it records it; nothing is looked up, so the answer is the same whether the child is
known or not. The leader of the school records it on the child, sends it on, or answers.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 § 2.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.services.cases import Informed
from districts.models import CustodyHolder, Pupil, Unit
from districts.permissions import LEADERS
from districts.scope import scope_of
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock, crypto, journalling
from haderslev.core import cpr as cpr_number
from haderslev.core.dates import not_ahead
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.policy import require
from haderslev.core.rows import change, lock
from pku import features
from pku.models import PPVRequest, ReceivedRequest
from pku.services.ppv import Ask, forward_before, record_parent_request


def schools() -> QuerySet[Unit]:
    """Return the schools in operation today."""
    going_on = Q(ends_on=None) | Q(ends_on__gte=clock.today())
    rows = Unit.objects.filter(going_on, kind=Unit.Kind.SCHOOL, starts_on__lte=clock.today())
    return rows.order_by("name_key")


def receive(
    *,
    school: Unit,
    child_name: str,
    parent_name: str,
    parent_contact: str,
    asked_on: date,
    words: str,
    cpr: str = "",
    born_on: date | None = None,
    wants_special: bool = False,
    by: User,
) -> ReceivedRequest:
    """Record a parent's request and send it to the leader of the child's school.

    Raises:
        NotAllowedError: ``by`` has no role that receives such requests.
        DomainError: The day lies in the future, or the CPR number is not one.
    """
    if not scope_of(by).units("receive_parent_request"):
        raise NotAllowedError(_("Staff of the schools and advisers record a parent's request."))
    not_ahead(asked_on, "asked_on")
    digits = cpr_number.normalise(cpr) if cpr else ""
    with transaction.atomic():
        row = ReceivedRequest.objects.create(
            school=school,
            child_name=child_name,
            cpr_index=crypto.blind_index(digits) if digits else "",
            born_on=cpr_number.born_on(digits) if digits else born_on,
            parent_name=parent_name,
            parent_contact=parent_contact,
            asked_on=asked_on,
            words=words,
            wants_special=wants_special,
            received_by=by,
        )
        _wait_for_leaders(row)
        data = {"school": school.public_id}
        journalling.act("pku.receivedrequest.recorded", row, by=by, data=data)
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
        change(row, ask=request.asks.latest("pk"), closed_by=by, closed_at=clock.now())
        todos.done(features.PLACE_REQUEST, about=row, by=by)
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
        change(row, school=school)
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
        not_ahead(answered_on, "answered_on")
        change(
            row,
            not_placed_reason=reason,
            answered_on=answered_on,
            answer=answer,
            closed_by=by,
            closed_at=clock.now(),
        )
        todos.done(features.PLACE_REQUEST, about=row, by=by)
        journalling.act("pku.receivedrequest.not_placed", row, by=by)
    return row


def _locked(received: ReceivedRequest, by: User) -> ReceivedRequest:
    row = lock(received)
    if row.school_id != received.school_id or row.closed_at is not None:
        raise ConflictError(_("This request is answered or sent on already."))
    require(by, "request_ppv", row, _("The leader of the school does this."))
    return row


def _wait_for_leaders(row: ReceivedRequest) -> None:
    """Give the school's leaders the to-do; its deadline counts from the day the parent asked."""
    due_on = forward_before(row.asked_on, recorded_at=row.received_at)
    todos.give(features.PLACE_REQUEST, row, *LEADERS, unit=row.school, due_on=due_on)
