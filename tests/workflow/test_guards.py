"""What must not be possible in a child's course, tried through services and pages."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from cases.models import Case, Delivery, Document, SupportDecision
from cases.services import cases, deliveries
from haderslev.core import clock
from haderslev.core.errors import DomainError, GateError, NotAllowedError
from pku.models import PkuDecision
from pku.services import decisions as pku_decisions
from pku.services import ppv
from tests.cast import find_cast
from tests.people import Cast
from tests.story import Story


def test_the_team_does_not_read_the_whole_ppv_through_the_referral(
    cast: Cast, sign_in: Any
) -> None:
    story = Story(cast).until("referral_submitted")
    read = f"/henvisninger/{story.referral.public_id}/laes/"
    paper = Document.objects.get(case=story.case, kind="pku_referral")
    assert sign_in(cast.teacher).get(read).status_code == 403
    assert sign_in(cast.teacher).get(f"/dokumenter/{paper.public_id}/").status_code == 404
    assert sign_in(cast.leader).get(read).status_code == 200
    assert sign_in(cast.pku).get(read).status_code == 200


def test_a_parents_request_is_not_closed_away(cast: Cast) -> None:
    story = Story(cast).until("case_opened")
    with story.clock():
        ask = ppv.Ask(
            custody_holder=story.holders[0], asked_on=clock.today(), words="Vi vil have en PPV."
        )
        ppv.record_parent_request(story.pupil, ask, by=cast.secretary)
        with pytest.raises(DomainError):
            cases.close_case(story.case, conclusion="Slut.", by=cast.leader)


def test_a_case_with_a_running_offer_is_not_closed(cast: Cast) -> None:
    story = Story(cast).until("decision_delivered")
    with story.clock(), pytest.raises(DomainError):
        cases.close_case(story.case, conclusion="Slut.", by=cast.leader)


def test_no_special_class_without_ppv(cast: Cast) -> None:
    story = Story(cast).until("case_opened")
    day = story.day
    period = {"starts_on": day, "ends_on": day.replace(month=12)}
    with story.clock(), pytest.raises(GateError):
        story.decide(
            "special_class_own",
            no_hearing_reason="Alle er enige.",
            revisit_on=day.replace(month=11),
            **period,
        )


def test_no_refusal_without_hearing(cast: Cast) -> None:
    story = Story(cast).until("case_opened")
    with story.clock(), pytest.raises(DomainError):
        story.decide("refusal", no_hearing_reason="Intet nyt.")


def test_an_unsigned_decision_is_not_read_at_the_school(cast: Cast, sign_in: Any) -> None:
    story = Story(cast).until("referral_accepted")
    with story.clock():
        row = pku_decisions.prepare_for_referral(
            story.referral,
            text=story.decision_text("special_school", "pku"),
            by=cast.pku_secretary,
        )
    url = f"/pku/afgoerelser/{row.public_id}/"
    assert sign_in(cast.teacher).get(url).status_code == 404
    assert sign_in(cast.leader).get(url).status_code == 404
    assert sign_in(cast.chair).get(url).status_code == 200


def test_a_decision_is_not_signed_before_the_meeting(cast: Cast) -> None:
    story = Story(cast).until("referral_accepted")
    story.pku_meeting.held_on = story.day.replace(month=12)
    story.pku_meeting.save(update_fields=["held_on"])
    with story.clock():
        row = pku_decisions.prepare_for_referral(
            story.referral,
            text=story.decision_text("special_school", "pku"),
            by=cast.pku_secretary,
        )
        with pytest.raises(DomainError):
            pku_decisions.sign(row, revision=row.revision, by=cast.chair)


def test_the_schools_office_does_not_deliver_pkus_letters(cast: Cast) -> None:
    story = Story(cast).until("decision_signed")
    with story.clock(), pytest.raises(NotAllowedError):
        story.deliver(story.decision.public_id, cast.secretary)
    assert Case.objects.get(pk=story.case.pk).level == "anticipatory"


def test_a_protected_address_is_not_on_the_screen(cast: Cast, sign_in: Any) -> None:
    story = Story(cast).until("case_opened")
    _, father = story.holders
    letter = Delivery.objects.get(custody_holder=father).document
    page = sign_in(cast.leader).get(f"/dokumenter/{letter.public_id}/")
    assert page.status_code == 200
    assert father.address not in page.content.decode()
    assert father.address in letter.payload


@pytest.mark.parametrize("url", ["/sager/%00/", "/planer/?side=%00", "/boern/AB%00CD/"])
def test_an_address_with_nul_is_not_found(cast: Cast, sign_in: Any, url: str) -> None:
    assert sign_in(cast.teacher).get(url).status_code == 404


@pytest.mark.postgres15
def test_what_is_signed_stays_as_it_was_signed(cast: Cast) -> None:
    story = Story(cast).until("decision_signed")
    rows = (
        SupportDecision.objects.filter(case=story.case),
        PkuDecision.objects.filter(case=story.case),
        story.case.hearings.all(),
    )
    for row in rows:
        assert row.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            row.update(facts="noget andet")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows[0].delete()


@pytest.mark.postgres15
def test_two_letters_delivered_at_once_make_the_decision_count(committed_db: str) -> None:
    story = Story(find_cast()).until("decision_signed")
    waiting = list(Delivery.objects.filter(document__decision_key=story.decision.public_id))
    assert len(waiting) == 2
    moment = story.clock
    together = threading.Barrier(2)
    failed: list[Exception] = []

    def deliver(row: Delivery) -> None:
        try:
            together.wait(20)
            with moment():
                deliveries.record_delivery(
                    row,
                    channel="letter",
                    sent_on=clock.today(),
                    delivered_on=clock.today(),
                    by=story.cast.pku_secretary,
                )
        except (DomainError, DatabaseError) as error:
            failed.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=deliver, args=[row]) for row in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert PkuDecision.objects.get(pk=story.decision.pk).state == "delivered"
    assert Case.objects.get(pk=story.case.pk).level == "intervening"
