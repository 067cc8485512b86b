"""Letters: one for each custody holder, with that person's own address only."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cases.models import Case, Delivery, DeliveryVersion, Document
from cases.models.decisions import DeliveryQuerySet
from cases.services import documents
from districts.models import CustodyHolder, TimelineKind, TodoKind, Unit
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import DomainError
from haderslev.core.models import TextTemplate
from haderslev.core.policy import require

# PKU's secretary sends and reads these; all other letters are the school's.
PKU_KINDS = frozenset({Document.Kind.PKU_DECISION})

type Listener = Callable[[Case, Document, date, Any], None]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_listeners: dict[str, list[Listener]] = {}
_redating: dict[str, list[Listener]] = {}


def on_delivered(kind: Document.Kind) -> Callable[[Listener], Listener]:
    """Register what happens when every letter of one decision has been delivered."""

    def register(listener: Listener) -> Listener:
        _listeners.setdefault(kind, []).append(listener)
        return listener

    return register


def on_redated(kind: Document.Kind) -> Callable[[Listener], Listener]:
    """Register what follows when the last delivery of a delivered decision is corrected."""

    def register(listener: Listener) -> Listener:
        _redating.setdefault(kind, []).append(listener)
        return listener

    return register


def make_letter(
    case: Case,
    *,
    kind: Document.Kind,
    code: str,
    custody_holder: CustodyHolder,
    values: Mapping[str, str],
    by: Any,
    blocks: Sequence[Mapping[str, Any]] = (),
    complaint: str = "",
    decision_key: str = "",
    sent_by_unit: Unit | None = None,
) -> Document:
    """Freeze a letter from its dated text; the school's office (or ``sent_by_unit``) sends it.

    Args:
        case: The case it belongs to.
        kind: What it is.
        code: Which letter text.
        custody_holder: Whom it is to; the only address in it is this person's own.
        values: Replacements of the text's placeholders, beside those every letter has.
        by: Who signs it.
        blocks: Further parts, in the form of core.pdf.document.
        complaint: Code of the complaint guidance; empty for a letter that is no decision.
        decision_key: Public id of the decision whose letters belong together.
        sent_by_unit: PKU, when its secretary sends it.
    """
    text = legal.letter_text(code)
    payload = _payload(case, text, custody_holder, values, by=by)
    payload["sections"][0]["blocks"].extend(blocks)
    if sent_by_unit is not None:
        payload["sender"] = payload["signature"]["unit"] = str(sent_by_unit)
    if complaint:
        payload["complaint"] = _guidance(complaint, case, custody_holder, values, by=by)
    document = documents.freeze(
        case,
        kind=kind,
        needs=Document.Needs.PKU_LETTER if kind in PKU_KINDS else Document.Needs.LETTER,
        title=payload["title"],
        payload=payload,
        by=by,
        decision_key=decision_key,
    )
    _hand_to_office(document, custody_holder, sent_by_unit, by)
    return document


def _hand_to_office(
    document: Document, holder: CustodyHolder, sent_by_unit: Unit | None, by: Any
) -> None:
    """Make the sending somebody's turn and note the letter."""
    case = document.case
    delivery = Delivery.objects.create(
        document=document, custody_holder=holder, recipient=holder.name
    )
    role = Role.PKU_SECRETARY if sent_by_unit else Role.SCHOOL_SECRETARY
    todos.give(
        TodoKind.SEND_LETTER,
        key=delivery.public_id,
        url=("cases:delivery", delivery.public_id),
        role=role,
        unit=sent_by_unit,
        **case.about,
    )
    _note(TimelineKind.LETTER, document, by)


def record_delivery(
    delivery: Delivery, *, channel: str, sent_on: date, delivered_on: date | None, by: Any
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
        _after_sending(row, by)
    return row


def drop_letter(delivery: Delivery, *, reason: str, by: Any) -> Delivery:
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
        others = _together(document).filter(dropped_on=None).exclude(pk=row.pk)
        if document.decision_key and not others.exists():
            raise DomainError(
                _("At least one letter of a decision must be delivered."), code="last-letter"
            )
        row.dropped_on, row.dropped_because, row.dropped_by = clock.today(), reason, by
        row.save(update_fields=["dropped_on", "dropped_because", "dropped_by"])
        todos.done(TodoKind.SEND_LETTER, key=row.public_id, by=by)
        journalling.act("cases.delivery.dropped", row, by=by)
        _note(TimelineKind.LETTER_DROPPED, document, by)
        _tell(_listeners, document, by)
    return row


def correct_delivery(
    delivery: Delivery, *, channel: str, sent_on: date, delivered_on: date, reason: str, by: Any
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
        _tell(_redating, row.document, by)
    return row


def _locked(delivery: Delivery, by: Any) -> Delivery:
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


def _link(document: Document) -> tuple[str, str]:
    """Return the letter's page for the timeline, unless it needs more than to see the case."""
    if document.needs != Document.Needs.CASE:
        return ("", "")
    return ("cases:document", document.public_id)


def _check_dates(document: Document, sent_on: date, delivered_on: date | None) -> None:
    for field, day in (("sent_on", sent_on), ("delivered_on", delivered_on)):
        if day is not None and day > clock.today():
            raise DomainError(_("A day in the future can not be recorded."), field=field)
    if sent_on < timezone.localtime(document.made_at).date():
        raise DomainError(_("It can not be sent before it was made."), field="sent_on")
    if delivered_on is not None and delivered_on < sent_on:
        raise DomainError(_("It can not arrive before it was sent."), field="delivered_on")


def _after_sending(row: Delivery, by: Any) -> None:
    if row.delivered_on is not None:
        todos.done(TodoKind.SEND_LETTER, key=row.public_id, by=by)
    _write_down(row, "cases.delivery.recorded", by)
    if row.delivered_on is not None:
        _tell(_listeners, row.document, by)


def _write_down(row: Delivery, action: str, by: Any) -> None:
    journalling.act(
        action,
        row,
        by=by,
        data={"channel": row.channel, "sent": str(row.sent_on), "delivered": str(row.delivered_on)},
    )
    _note(TimelineKind.LETTER_SENT, row.document, by, on=row.delivered_on or row.sent_on)


def _note(kind: TimelineKind, document: Document, by: Any, *, on: date | None = None) -> None:
    timeline.note(
        kind,
        by=by,
        needs="view_case",
        url=_link(document),
        on=on,
        detail=Document.Kind(document.kind),
        **document.case.about,
    )


def _together(document: Document) -> DeliveryQuerySet:
    """Return the letters that belong together: those of one decision, or the one letter."""
    if document.decision_key:
        return Delivery.objects.filter(document__decision_key=document.decision_key)
    return Delivery.objects.filter(document=document)


def _tell(listeners: dict[str, list[Listener]], document: Document, by: Any) -> None:
    """Tell that a decision has reached everyone: its effects start with the last delivery."""
    together = _together(document)
    if together.waiting().exists():
        return
    last = together.aggregate(last=Max("delivered_on"))["last"]
    if last is None:
        return
    for listener in listeners.get(document.kind, ()):
        listener(document.case, document, last, by)


def _guidance(
    code: str, case: Case, holder: CustodyHolder, values: Mapping[str, str], *, by: Any
) -> dict[str, str]:
    text = legal.letter_text(code)
    return {"title": text.title, "text": fill(text.body, _values(case, holder, values, by=by))}


def _values(
    case: Case, holder: CustodyHolder, values: Mapping[str, str], *, by: Any
) -> dict[str, str]:
    """Return what every letter can name, and what this one adds."""
    with override("da"):
        return {
            "barn": case.pupil.first_name if case.pupil else str(case.community),
            "barnets_navn": str(case.target),
            "modtager": holder.name,
            "skole": _school(case),
            "sagsnummer": case.number,
            "dato": date_format(clock.today(), "j. F Y"),
            "afsender": by.name,
            "kommune": settings.MUNICIPALITY_NAME,
            **values,
        }


def _school(case: Case) -> str:
    community = case.pupil.community if case.pupil else case.community
    return str(community.school) if community else ""


def _payload(
    case: Case, text: TextTemplate, holder: CustodyHolder, values: Mapping[str, str], *, by: Any
) -> dict[str, Any]:
    filled = _values(case, holder, values, by=by)
    school = _school(case)
    body = {"type": "text", "text": fill(text.body, filled)}
    return {
        "kind": "letter",
        "title": fill(text.title, filled),
        "municipality": settings.MUNICIPALITY_NAME,
        "confidential": True,
        "demonstration": settings.DEMO,
        "case_number": case.number,
        "version": 1,
        "made_on": clock.now().isoformat(timespec="seconds"),
        "recipient": f"{holder.name}\n{holder.address}",
        "sender": school or settings.MUNICIPALITY_NAME,
        "sections": [{"number": 1, "id": "brev", "title": "", "blocks": [body]}],
        "attachments": [],
        "signature": {"name": by.name, "title": by.title, "unit": school},
        "about": {"rows": []},
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values into ``{names}``; an unknown name stays as it is, nothing else is evaluated.

    A value is never filled itself: a parent may be called what they like.
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
