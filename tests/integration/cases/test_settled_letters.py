"""Letters that are not to be sent any more, and deliveries that were recorded wrongly."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.models import Case, CaseOpening, Delivery, DeliveryVersion
from cases.services import deliveries
from districts.models import CustodyHolder, TimelineEntry, Todo
from haderslev.core import clock, request_cache
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.journal.models import Act
from pku.models import PkuDecision
from tests.integration.cases import given
from tests.integration.pku import committee_course as course
from tests.people import Cast

WHY = "Forældremyndigheden er ophørt."


def url(name: str, row: Delivery) -> str:
    return reverse(f"cases:{name}", args=[row.public_id])


def form(**values: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4()), **values}


def of(decision: PkuDecision) -> list[Delivery]:
    rows = Delivery.objects.filter(document__decision_key=decision.public_id)
    return list(rows.order_by("pk"))


def delivered(cast: Cast, row: Delivery) -> None:
    today = clock.today()
    deliveries.record_delivery(
        row, channel="digital_post", sent_on=today, delivered_on=today, by=cast.pku_secretary
    )


def test_a_decision_counts_without_the_letter_that_is_not_sent(cast: Cast) -> None:
    decision = course.signed(cast)
    mother, father = of(decision)
    delivered(cast, mother)
    parents = CustodyHolder.objects.filter(deliveries=father)
    parents.update(ends_on=clock.days_from_now(-1))
    with pytest.raises(DomainError) as caught:
        deliveries.drop_letter(father, reason=" ", by=cast.pku_secretary)
    assert caught.value.field == "reason"
    with pytest.raises(NotAllowedError):
        deliveries.drop_letter(father, reason=WHY, by=cast.secretary)

    row = deliveries.drop_letter(father, reason=WHY, by=cast.pku_secretary)

    assert (row.dropped_on, row.dropped_by) == (clock.today(), cast.pku_secretary)
    assert not Todo.objects.open().about(row).exists()
    assert Act.objects.filter(action="cases.delivery.dropped").exists()
    entry = TimelineEntry.objects.get(kind="cases.letter_dropped")
    assert entry.pupil == decision.case.pupil
    decision.refresh_from_db()
    assert (decision.state, decision.delivered_on) == ("delivered", clock.today())
    assert Case.objects.get(pk=decision.case_id).level == "intervening"
    with pytest.raises(DomainError) as caught:
        delivered(cast, row)
    assert caught.value.code == "dropped"


def test_the_letter_that_arrives_last_lets_it_count(cast: Cast) -> None:
    decision = course.signed(cast)
    mother, father = of(decision)
    deliveries.drop_letter(father, reason=WHY, by=cast.pku_secretary)
    decision.refresh_from_db()
    assert decision.state == "signed"
    with pytest.raises(DomainError) as caught:
        deliveries.drop_letter(mother, reason=WHY, by=cast.pku_secretary)
    assert caught.value.code == "last-letter"
    delivered(cast, mother)
    decision.refresh_from_db()
    assert decision.state == "delivered"


def test_a_corrected_delivery_keeps_what_was_recorded_and_moves_what_follows(cast: Cast) -> None:
    decision = course.signed(cast, "pku_refusal")
    first = clock.today()
    with clock.at(clock.now() + timedelta(days=5)):
        request_cache.forget()
        for row in of(decision):
            delivered(cast, row)
        for row in of(decision):
            deliveries.correct_delivery(
                row,
                channel="letter",
                sent_on=first,
                delivered_on=first + timedelta(days=2),
                reason="Kvitteringen viser en anden dag.",
                by=cast.pku_secretary,
            )
        with pytest.raises(DomainError) as caught:
            deliveries.correct_delivery(
                row, channel="letter", sent_on=first, delivered_on=first, reason="",
                by=cast.pku_secretary,
            )  # fmt: skip
        assert caught.value.field == "reason"

    row.refresh_from_db()
    assert (row.channel, row.delivered_on) == ("letter", first + timedelta(days=2))
    kept = row.versions.get()
    assert (kept.channel, kept.delivered_on) == ("digital_post", first + timedelta(days=5))
    with pytest.raises(DatabaseError), transaction.atomic():
        DeliveryVersion.objects.update(reason="Noget andet")
    decision.refresh_from_db()
    assert decision.delivered_on == first + timedelta(days=2)
    openings = CaseOpening.objects.filter(case=decision.case, cause="referred")
    assert {item.closes_on for item in openings} == {first + timedelta(days=2 + 42)}
    assert Act.objects.filter(action="cases.delivery.corrected").count() == 2


def test_the_day_the_offer_ended_follows_the_corrected_delivery(cast: Cast) -> None:
    decision = course.revisited(cast, "home")
    first = clock.today()
    with clock.at(clock.now() + timedelta(days=5)):
        request_cache.forget()
        for row in of(decision):
            delivered(cast, row)
        decision.placement.refresh_from_db()
        assert decision.placement.ended_on == first + timedelta(days=5)
        for row in of(decision):
            deliveries.correct_delivery(
                row, channel="letter", sent_on=first, delivered_on=first, reason="Fejl.",
                by=cast.pku_secretary,
            )  # fmt: skip
    decision.placement.refresh_from_db()
    assert decision.placement.ended_on == first


def test_the_pages_of_a_letter_that_is_settled(cast: Cast, sign_in: Any) -> None:
    given.case(cast)
    mother, father = Delivery.objects.order_by("pk")
    office = sign_in(cast.secretary)
    today = clock.today().isoformat()

    assert url("drop_letter", mother) in office.get(url("delivery", mother)).text
    assert office.post(url("drop_letter", mother), form(reason="")).status_code == 422
    assert office.post(url("drop_letter", mother), form(reason=WHY)).status_code == 303
    page = office.get(url("delivery", mother)).text
    assert WHY in page
    assert url("drop_letter", mother) not in page
    assert 'name="sent_on"' not in page
    assert office.post(url("fetch_letter", mother), form()).status_code == 403
    assert mother.public_id not in office.get("/breve/").text

    sent = form(channel="letter", sent_on=today, delivered_on=today)
    assert office.post(url("correct_delivery", father), sent | form(reason="x")).status_code == 422
    assert office.post(url("delivery", father), sent).status_code == 303
    assert url("correct_delivery", father) in office.get(url("delivery", father)).text
    told = form(channel="handed_over", sent_on=today, delivered_on=today, reason="Afleveret.")
    assert office.post(url("correct_delivery", father), told).status_code == 303
    assert "Afleveret." in office.get(url("delivery", father)).text
    for name in ("drop_letter", "correct_delivery"):
        assert sign_in(cast.teacher).get(url(name, father)).status_code == 404
