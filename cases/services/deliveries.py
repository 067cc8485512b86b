"""Deliveries: that a letter was sent, and when it reached the parent.

When the last letter of a decision has arrived, the decision counts. Whoever does not send letters
of the case is refused (NotAllowedError).
"""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import features, ports
from cases.models import Delivery, DeliveryVersion, Document
from cases.models.documents import DeliveryQuerySet
from cases.services import decisions, letters
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, lock


@transaction.atomic
def record_delivery(
    delivery: Delivery, *, channel: str, sent_on: date, delivered_on: date | None, by: User
) -> Delivery:
    """Write down that a letter was sent, and when it reached the parent.

    Raises:
        DomainError: The dates are impossible, or it was recorded before.
    """
    row = _locked(delivery, by)
    if row.delivered_on is not None:
        raise DomainError(_("The delivery of this letter is recorded already."))
    _check_not_dropped(row)
    _check_dates(row.document, sent_on, delivered_on)
    change(row, channel=channel, sent_on=sent_on, sent_by=by, delivered_on=delivered_on)
    _write_down(row, "cases.delivery.recorded", by)
    if delivered_on is not None:
        todos.done(features.SEND_LETTER, about=row, by=by)
        _take_effect(row.document, by)
    return row


@transaction.atomic
def drop_letter(delivery: Delivery, *, reason: str, by: User) -> Delivery:
    """Say that a letter is not to be sent any more; whatever depends on it goes on without it.

    Raises:
        DomainError: No reason, it has arrived, or it is the only letter of its decision.
    """
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
    change(row, dropped_on=clock.today(), dropped_because=reason, dropped_by=by)
    todos.done(features.SEND_LETTER, about=row, by=by)
    journalling.act("cases.delivery.dropped", row, by=by)
    letters.note(features.LETTER_DROPPED, document, by)
    _take_effect(document, by)
    return row


@transaction.atomic
def correct_delivery(
    delivery: Delivery, *, channel: str, sent_on: date, delivered_on: date, reason: str, by: User
) -> Delivery:
    """Correct a recorded delivery; what was recorded is kept, and the dates that follow follow.

    Raises:
        DomainError: The dates are impossible, there is no reason, or nothing is recorded yet.
    """
    row = _locked(delivery, by)
    if row.sent_on is None or row.delivered_on is None:
        raise DomainError(_("No delivery is recorded yet."))
    if not reason.strip():
        raise DomainError(_("Write why it is corrected."), field="reason")
    _check_dates(row.document, sent_on, delivered_on)
    recorded = {"channel": channel, "sent_on": sent_on, "delivered_on": delivered_on}
    kept = {name: getattr(row, name) for name in recorded}
    DeliveryVersion.objects.create(delivery=row, reason=reason, replaced_by=by, **kept)
    change(row, **recorded)
    _write_down(row, "cases.delivery.corrected", by)
    _take_effect(row.document, by, again=True)
    return row


def _locked(delivery: Delivery, by: User) -> Delivery:
    # The case first: two letters of one decision must see each other's delivery.
    lock(delivery.document.case)
    row = lock(delivery)
    require(by, "dispatch_letter", row)
    return row


def _check_not_dropped(row: Delivery) -> None:
    if row.dropped_on is not None:
        raise DomainError(_("This letter is not to be sent any more."), code="dropped")


def _check_dates(document: Document, sent_on: date, delivered_on: date | None) -> None:
    not_ahead(sent_on, "sent_on")
    not_ahead(delivered_on, "delivered_on")
    if sent_on < timezone.localtime(document.made_at).date():
        raise DomainError(_("It can not be sent before it was made."), field="sent_on")
    if delivered_on is not None and delivered_on < sent_on:
        raise DomainError(_("It can not arrive before it was sent."), field="delivered_on")


def _write_down(row: Delivery, action: str, by: User) -> None:
    days = {"sent": str(row.sent_on), "delivered": str(row.delivered_on)}
    journalling.act(action, row, by=by, data={"channel": row.channel, **days})
    letters.note(features.LETTER_SENT, row.document, by, on=row.delivered_on or row.sent_on)


def _take_effect(document: Document, by: User, *, again: bool = False) -> None:
    """Put a decision into effect once every letter of it has arrived or been dropped.

    ``again`` counts anew what runs from the last delivery: its day was corrected.
    """
    rows = _letters_with(document)
    last = rows.aggregate(last=Max("delivered_on"))["last"]
    if last is None or rows.waiting().exists():
        return
    if document.kind == Document.Kind.DECISION:
        effect = decisions.decision_redated if again else decisions.decision_delivered
        effect(document.decision_key, on=last, by=by)
    elif document.kind == Document.Kind.PKU_DECISION:
        pku = ports.pku()
        of_pku = pku.decision_redated if again else pku.decision_delivered
        of_pku(document.decision_key, on=last, by=by)


def _letters_with(document: Document) -> DeliveryQuerySet:
    """Return the letters of the same decision, or the one letter."""
    if document.decision_key:
        return Delivery.objects.filter(document__decision_key=document.decision_key)
    return Delivery.objects.filter(document=document)
