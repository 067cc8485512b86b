"""Deliveries: that a letter was sent, and when it reached the parent.

When the last letter of a decision has arrived, the decision counts.
"""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import features, ports
from cases.models import Case, Delivery, DeliveryVersion, Document
from cases.models.decisions import DeliveryQuerySet
from cases.services import decisions, letters
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require


def record_delivery(
    delivery: Delivery, *, channel: str, sent_on: date, delivered_on: date | None, by: User
) -> Delivery:
    """Write down that a letter was sent, and when it reached the parent.

    Raises:
        NotAllowedError: ``by`` does not send letters of this case.
        DomainError: The dates are impossible, or it was recorded before.
    """
    with transaction.atomic():
        row = _locked(delivery, by)
        if row.delivered_on is not None:
            raise DomainError(_("The delivery of this letter is recorded already."))
        _check_not_dropped(row)
        _check_dates(row.document, sent_on, delivered_on)
        row.channel, row.sent_on, row.sent_by = channel, sent_on, by
        row.delivered_on = delivered_on
        row.save(update_fields=["channel", "sent_on", "sent_by", "delivered_on"])
        _write_down(row, "cases.delivery.recorded", by)
        if row.delivered_on is not None:
            todos.done(features.SEND_LETTER, about=row, by=by)
            _decision_delivered(row.document, by)
    return row


def drop_letter(delivery: Delivery, *, reason: str, by: User) -> Delivery:
    """Say that a letter is not to be sent any more; what waits for it goes on without it.

    Raises:
        NotAllowedError: ``by`` does not send letters of this case.
        DomainError: No reason, it has arrived, or it is the only letter of its decision.
    """
    with transaction.atomic():
        row = _locked(delivery, by)
        if not reason.strip():
            raise DomainError(_("Write why it is not to be sent."), field="reason")
        if row.delivered_on is not None:
            raise DomainError(_("This letter has arrived."))
        _check_not_dropped(row)
        document = row.document
        others = _letters_with(document).filter(dropped_on=None).exclude(pk=row.pk)
        if document.decision_key and not others.exists():
            raise DomainError(
                _("At least one letter of a decision must be delivered."), code="last-letter"
            )
        row.dropped_on, row.dropped_because, row.dropped_by = clock.today(), reason, by
        row.save(update_fields=["dropped_on", "dropped_because", "dropped_by"])
        todos.done(features.SEND_LETTER, about=row, by=by)
        journalling.act("cases.delivery.dropped", row, by=by)
        letters.note(features.LETTER_DROPPED, document, by)
        _decision_delivered(document, by)
    return row


def correct_delivery(
    delivery: Delivery, *, channel: str, sent_on: date, delivered_on: date, reason: str, by: User
) -> Delivery:
    """Correct a recorded delivery; what was recorded is kept, and the dates that follow follow.

    Raises:
        NotAllowedError: ``by`` does not send letters of this case.
        DomainError: The dates are impossible, there is no reason, or nothing is recorded yet.
    """
    with transaction.atomic():
        row = _locked(delivery, by)
        if row.sent_on is None or row.delivered_on is None:
            raise DomainError(_("No delivery is recorded yet."))
        if not reason.strip():
            raise DomainError(_("Write why it is corrected."), field="reason")
        _check_dates(row.document, sent_on, delivered_on)
        DeliveryVersion.objects.create(
            delivery=row,
            channel=row.channel,
            sent_on=row.sent_on,
            delivered_on=row.delivered_on,
            reason=reason,
            replaced_by=by,
        )
        row.channel, row.sent_on, row.delivered_on = channel, sent_on, delivered_on
        row.save(update_fields=["channel", "sent_on", "delivered_on"])
        _write_down(row, "cases.delivery.corrected", by)
        _decision_redated(row.document, by)
    return row


def _locked(delivery: Delivery, by: User) -> Delivery:
    # The case first: two letters of one decision must see each other's delivery.
    Case.objects.select_for_update().get(pk=delivery.document.case_id)
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    require(
        by, "dispatch_letter", row, _("The school's office or PKU's secretary sends this letter.")
    )
    return row


def _check_not_dropped(row: Delivery) -> None:
    if row.dropped_on is not None:
        raise DomainError(_("This letter is not to be sent any more."), code="dropped")


def _check_dates(document: Document, sent_on: date, delivered_on: date | None) -> None:
    for field, day in (("sent_on", sent_on), ("delivered_on", delivered_on)):
        if day is not None and day > clock.today():
            raise DomainError(_("A day in the future can not be recorded."), field=field)
    if sent_on < timezone.localtime(document.made_at).date():
        raise DomainError(_("It can not be sent before it was made."), field="sent_on")
    if delivered_on is not None and delivered_on < sent_on:
        raise DomainError(_("It can not arrive before it was sent."), field="delivered_on")


def _write_down(row: Delivery, action: str, by: User) -> None:
    journalling.act(
        action,
        row,
        by=by,
        data={"channel": row.channel, "sent": str(row.sent_on), "delivered": str(row.delivered_on)},
    )
    letters.note(features.LETTER_SENT, row.document, by, on=row.delivered_on or row.sent_on)


def _decision_delivered(document: Document, by: User) -> None:
    """Put a decision into effect once every letter of it has arrived or been dropped."""
    last = _last_delivery(document)
    if last is None:
        return
    if document.kind == Document.Kind.DECISION:
        decisions.decision_delivered(document.decision_key, on=last, by=by)
    elif document.kind == Document.Kind.PKU_DECISION:
        ports.pku().decision_delivered(document.decision_key, on=last, by=by)


def _decision_redated(document: Document, by: User) -> None:
    """Count anew what runs from the last delivery: its day was corrected."""
    last = _last_delivery(document)
    if last is None:
        return
    if document.kind == Document.Kind.DECISION:
        decisions.decision_redated(document.decision_key, on=last, by=by)
    elif document.kind == Document.Kind.PKU_DECISION:
        ports.pku().decision_redated(document.decision_key, on=last, by=by)


def _last_delivery(document: Document) -> date | None:
    """Return the day the last letter arrived; nothing while one still waits."""
    rows = _letters_with(document)
    if rows.waiting().exists():
        return None
    last: date | None = rows.aggregate(last=Max("delivered_on"))["last"]
    return last


def _letters_with(document: Document) -> DeliveryQuerySet:
    """Return the letters of the same decision, or the one letter."""
    if document.decision_key:
        return Delivery.objects.filter(document__decision_key=document.decision_key)
    return Delivery.objects.filter(document=document)
