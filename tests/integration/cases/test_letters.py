"""Letters: whose address, whose turn, dates of delivery, and what happens with the last one."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from cases.models import Delivery, Document
from cases.services import deliveries, letters
from districts.models import TimelineEntry, Todo
from haderslev.core import clock, legal
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.models import OutboxRow, TextTemplate
from haderslev.journal.models import Act
from tests.integration.cases import given
from tests.integration.cases.refusals import refused


def letter(cast: Any, **changes: Any) -> Document:
    case = given.case(cast)
    values: dict[str, Any] = {
        "kind": Document.Kind.HEARING,
        "code": "decision",
        "custody_holder": cast.child.custody_holders.get(relation="mother"),
        "values": {"afgoerelse": "Støtte i almenundervisningen"},
        "by": cast.leader,
    }
    return letters.make_letter(case, **{**values, **changes})


def test_a_letter_names_its_receiver_and_nobody_elses_address(cast) -> None:
    father = cast.child.custody_holders.get(relation="father")
    payload = json.loads(letter(cast, custody_holder=father).payload)
    text = json.dumps(payload, ensure_ascii=False)
    assert payload["recipient"] == f"{father.name}\n{father.address}"
    assert "Storgade" not in text
    assert "Mother til Alma" not in text
    assert "0516" not in text
    assert "Støtte i almenundervisningen" in payload["title"]
    assert "Alma" in payload["title"]
    assert payload["signature"]["name"] == cast.leader.name


def test_every_placeholder_of_the_letters_is_filled(cast) -> None:
    own = {"afgoerelse": "x", "frist": "1. maj 2026"}
    case = given.case(cast, cast.child_b)
    for row in legal.in_force(TextTemplate.objects.filter(code__in=("hearing", "decision"))):
        made = letters.make_letter(
            case,
            kind=Document.Kind.DECISION,
            code=row.code,
            custody_holder=cast.child_b.custody_holders.first(),
            values=own,
            by=cast.leader,
            complaint="complaint_klagenaevn",
        )
        payload = json.loads(made.payload)
        texts = [payload["title"], payload["complaint"]["text"], made.payload]
        for name in ("barn", "modtager", "skole", "kommune", "sagsnummer", *own):
            assert not any("{" + name + "}" in text for text in texts), name


def test_filling_evaluates_nothing(cast) -> None:
    assert letters.fill("Kære {a} {b.__class__} {a}", {"a": "{c}"}) == "Kære {c} {b.__class__} {c}"


def test_a_value_is_not_filled_again() -> None:
    filled = letters.fill("{modtager} {barn}", {"modtager": "{barn}", "barn": "Alma"})
    assert filled == "{barn} Alma"


def test_a_letter_is_the_offices_turn_and_its_pdf_is_promised(cast) -> None:
    document = letter(cast)
    waits = Todo.objects.open().about(document.delivery).get()
    assert (waits.kind, waits.role, waits.url) == (
        "cases.send_letter",
        "school_secretary",
        reverse("cases:delivery", args=[document.delivery.public_id]),
    )
    assert OutboxRow.objects.filter(key=f"render-{document.public_id}").count() == 1
    assert Act.objects.filter(action="cases.document.frozen", object_id=document.public_id).exists()


def test_sending_first_and_delivering_later(cast) -> None:
    row = letter(cast).delivery
    today = clock.today()
    deliveries.record_delivery(
        row, channel="letter", sent_on=today, delivered_on=None, by=cast.secretary
    )
    assert Todo.objects.open().about(row).exists()
    deliveries.record_delivery(
        row, channel="letter", sent_on=today, delivered_on=today, by=cast.leader
    )
    assert not Todo.objects.open().about(row).exists()
    with refused("recorded already"):
        deliveries.record_delivery(
            row, channel="letter", sent_on=today, delivered_on=today, by=cast.secretary
        )
    sent = TimelineEntry.objects.filter(kind="cases.letter_sent", pupil=cast.child)
    assert sent.count() == 2
    act = Act.objects.filter(action="cases.delivery.recorded").latest("pk")
    assert act.data == {"channel": "letter", "sent": str(today), "delivered": str(today)}


@pytest.mark.parametrize(
    ("sent", "delivered", "field"),
    [(1, None, "sent_on"), (-1, 0, "sent_on"), (0, 1, "delivered_on")],
)
def test_impossible_dates_are_refused(cast, sent: int, delivered: int | None, field: str) -> None:
    row = letter(cast).delivery
    today = clock.today()
    with pytest.raises(DomainError) as error:
        deliveries.record_delivery(
            row,
            channel="letter",
            sent_on=today + timedelta(days=sent),
            delivered_on=None if delivered is None else today + timedelta(days=delivered),
            by=cast.secretary,
        )
    assert error.value.field == field
    assert Delivery.objects.get(pk=row.pk).sent_on is None


def test_it_does_not_arrive_before_it_is_sent(cast) -> None:
    row = letter(cast).delivery
    today = clock.today()
    with pytest.raises(DomainError) as error:
        deliveries.record_delivery(
            row,
            channel="letter",
            sent_on=today,
            delivered_on=today - timedelta(days=1),
            by=cast.secretary,
        )
    assert error.value.field == "delivered_on"


def test_only_the_office_and_the_leader_send(cast) -> None:
    row = letter(cast).delivery
    today = clock.today()
    for who in (cast.teacher, cast.leader2, cast.pku_secretary, cast.admin):
        with pytest.raises(NotAllowedError):
            deliveries.record_delivery(
                row, channel="letter", sent_on=today, delivered_on=today, by=who
            )


def test_letters_are_danish_whatever_the_leaders_language(cast) -> None:
    with override("en"):
        text = letter(cast).payload
    assert str(clock.today().year) in text
    for word in ("January", "November", "The facts"):
        assert word not in text
