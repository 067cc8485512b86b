"""The path, clicked: quality check, PKU's decision, letters, the special offer; and the PDF."""

from datetime import timedelta

import pytest

from cases.models import Delivery
from districts.models import Institution
from haderslev.core import clock
from pku.models import PkuDecision, PkuMeeting
from tests.browser.conftest import SitDown
from tests.browser.past import outcome_words, told
from tests.browser.person import Person
from tests.browser.site import Site
from tests.people import Cast

pytestmark = pytest.mark.browser


def test_from_submission_to_special_offer(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "referral_submitted")
    PkuMeeting.objects.create(
        unit=people.committee,
        held_on=clock.today(),
        place="Rådhuset",
        papers_by=clock.today(),
    )
    secretary = sit_down("pku_secretary")
    secretary.open("pku:check_referral", story.referral.public_id)
    secretary.follow("Approve for a meeting")
    secretary.page.get_by_role("radio").first.check()
    secretary.send("Approve for the meeting")

    secretary.open("pku:prepare_decision", story.referral.public_id)
    secretary.pick("Outcome", outcome_words("special_school", "pku"))
    secretary.fill(
        {
            "Offer": str(Institution.objects.get()),
            "From": clock.today() + timedelta(days=21),
            "A new decision is made before": clock.today() + timedelta(days=300),
            "Contact at the home school": "Kontaktlæreren",
        }
    )
    secretary.fill({"Goal": "Har en ven i gruppen"}, within=secretary.box("1."))
    secretary.rest()
    secretary.send("Save the decision")
    decision = PkuDecision.objects.get()

    chair = sit_down("chair")
    chair.reads("Sign")
    chair.open("pku:decision", decision.public_id)
    chair.send("Sign the decision")

    _deliver(secretary, decision)
    decision.refresh_from_db()
    assert decision.state == PkuDecision.State.DELIVERED
    story.case.refresh_from_db()
    assert story.case.level == "intervening"
    leader = sit_down("leader")
    leader.open("cases:case", story.case.public_id)
    leader.reads("level 3")
    leader.follow("See the special offer")
    leader.reads("Har en ven i gruppen")


def _deliver(secretary: Person, decision: PkuDecision) -> None:
    for _letter in Delivery.objects.filter(document__decision_key=decision.public_id):
        secretary.open("pku:decision", decision.public_id)
        secretary.follow("Record the delivery")
        secretary.pick("How was it sent?", "Digital")
        day = clock.today()
        secretary.fill({"Sent on": day, "Delivered on": day})
        secretary.send("Save")


def test_the_material_as_pdf(sit_down: SitDown, people: Cast, site: Site) -> None:
    story = told(people, "referral_submitted")
    request = story.case.ppv_requests.get()
    waiting = []
    for script, document in ((True, story.referral.document), (False, request.document)):
        assert document is not None
        leader = sit_down("leader", java_script_enabled=script)
        leader.open("cases:document", document.public_id)
        leader.send("Wait for the PDF")
        assert "/job/" in leader.page.url
        waiting.append(leader)
    site.worker()
    for leader in waiting:
        # The page looks again by itself, with and without JavaScript, and leads back when it is
        # made.
        leader.page.wait_for_url("**/dokumenter/**", timeout=90_000)
        link = leader.page.get_by_role("link", name="Fetch the PDF").get_attribute("href")
        assert link is not None
        answer = leader.context.request.get(link)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")
