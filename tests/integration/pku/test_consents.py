"""The parents' consent to a private school stands on PKU's decision."""

import pytest
from django.db import DatabaseError, transaction

from districts.models import CustodyHolder, Institution
from haderslev.core import clock
from haderslev.core.errors import DomainError
from pku.models import DecisionConsent, PkuDecision, Referral
from pku.services import decisions
from tests.integration.pku import committee_course as course
from tests.integration.pku.test_decisions import post_data, url
from tests.people import Cast

pytestmark = pytest.mark.django_db
BEGINS_AFTER = course.submitted


def private(cast: Cast) -> None:
    Institution.objects.filter(unit=cast.offer_unit).update(provider="private")


def consents_of(cast: Cast) -> dict[str, object]:
    return {holder.public_id: clock.today() for holder in cast.child.custody_holders.all()}


def test_a_private_school_needs_the_consent_of_each_parent(cast: Cast):
    row = course.accepted(cast)
    private(cast)
    days = consents_of(cast)

    for missing in days:
        text = course.text_of(cast, consents={**days, missing: None})
        with pytest.raises(DomainError) as caught:
            decisions.prepare_for_referral(row, text=text, by=cast.pku_secretary)
        assert (caught.value.code, caught.value.field) == ("private-consent", f"consent-{missing}")
    tomorrow = course.text_of(cast, consents={**days, missing: clock.days_from_now(1)})
    with pytest.raises(DomainError, match="future"):
        decisions.prepare_for_referral(row, text=tomorrow, by=cast.pku_secretary)

    text = course.text_of(cast, consents=days)
    made = decisions.prepare_for_referral(row, text=text, by=cast.pku_secretary)
    assert made.consents.count() == 2
    CustodyHolder.objects.create(
        pupil=cast.child, name="Ny Forælder", relation="guardian", address="Bakken 1"
    )
    with pytest.raises(DomainError) as caught:
        decisions.sign(made, revision=1, by=cast.chair)
    assert caught.value.code == "private-consent"


@pytest.mark.postgres15
def test_the_consents_of_a_signed_decision_are_frozen_by_the_database(cast: Cast):
    row = course.accepted(cast)
    private(cast)
    text = course.text_of(cast, consents=consents_of(cast))
    made = decisions.prepare_for_referral(row, text=text, by=cast.pku_secretary)
    decisions.sign(made, revision=1, by=cast.chair)

    first = made.consents.all()[0]
    new = DecisionConsent(
        decision=made, custody_holder=first.custody_holder, consented_on=clock.today()
    )
    for change in (
        lambda: made.consents.update(consented_on=clock.days_from_now(-3)),
        first.delete,
        new.save,
    ):
        with pytest.raises(DatabaseError, match="can not be changed"), transaction.atomic():
            change()
    assert made.consents.count() == len(consents_of(cast))


def test_the_form_asks_each_parents_consent_and_begins_from_this_referral(cast: Cast, sign_in):
    row = course.accepted(cast)
    private(cast)
    names = [f"consent-{key}" for key in consents_of(cast)]
    address = url("prepare_decision", row.public_id)
    office = sign_in(cast.pku_secretary)

    refused = office.post(address, post_data(cast))
    assert refused.status_code == 422
    assert f'name="{names[0]}"' in refused.text
    Referral.objects.filter(pk=row.pk).update(private_consent_on=clock.days_from_now(-3))
    initial = office.get(address).context["forms"][0].initial
    assert {initial[name] for name in names} == {clock.days_from_now(-3)}
    days = {name: clock.today().isoformat() for name in names}
    assert office.post(address, post_data(cast, **days)).status_code == 303
    made = PkuDecision.objects.get(referral=row)
    assert len(office.get(url("decision", made.public_id)).context["consents"]) == len(names)
    again = office.get(url("correct_decision", made.public_id)).context["forms"][0].initial
    assert {again[name] for name in names} == {clock.today()}
    correcting = url("correct_decision", made.public_id)
    # The page shows the goal that was written: a browser sends it back as one of its own.
    days["goals-INITIAL_FORMS"] = "1"
    old = post_data(cast, **days, revision=made.revision - 1)
    assert office.post(correcting, old).status_code == 409
    new = post_data(cast, **days, revision=made.revision)
    assert office.post(correcting, new).status_code == 303
    made.refresh_from_db()
    assert made.revision == 2


def test_a_revisitation_does_not_rest_on_the_consent_of_a_referral(cast: Cast):
    placement = course.placed(cast)
    Referral.objects.update(private_consent_on=clock.days_from_now(-3))
    course.give_status(placement, cast.offer_head)
    course.give_status(placement, cast.leader)
    private(cast)

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_placement(
            placement, text=course.text_of(cast, "continue"), by=cast.pku_secretary
        )
    assert caught.value.code == "private-consent"
    text = course.text_of(cast, "continue", consents=consents_of(cast))
    made = decisions.prepare_for_placement(placement, text=text, by=cast.pku_secretary)
    assert made.consents.count() == 2
    home = course.text_of(cast, "home", consents=consents_of(cast))
    decisions.correct(made, revision=1, text=home, by=cast.pku_secretary)
    assert not made.consents.exists()
